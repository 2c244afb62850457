/* SPDX-License-Identifier: Apache-2.0 */
/* The small experiment, opened once and put back after every input: opening one takes
 * longer than most inputs do. */

#include "tiny.h"
#include "net/net.h"
#include "net/param.h"
#include "run/after.h"
#include "run/state.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

/* A file of the source tree, beside this one. */
static void copy_here(const char *from, const char *name)
{
    char path[256], text[4096];
    FILE *in;
    size_t size;

    snprintf(path, sizeof path, "%s/%s", FUZZ_SOURCE, from);
    in = fopen(path, "r");
    FUZZ_CHECK(in);
    size = fread(text, 1, sizeof text, in);
    fclose(in);
    fuzz_write(name, text, size);
}

static void write_samples(const char *images, const char *labels, unsigned n)
{
    uint8_t x[16 + 4 * 16] = {0, 0, 8, 3, 0, 0, 0, (uint8_t)n, 0, 0, 0, 2, 0, 0, 0, 2};
    uint8_t y[8 + 16] = {0, 0, 8, 1, 0, 0, 0, (uint8_t)n};

    for (unsigned i = 0; i < 4 * n; i++)
        x[16 + i] = (uint8_t)(i * 37);
    for (unsigned i = 0; i < n; i++)
        y[8 + i] = i % 2;
    fuzz_write(images, x, 16 + 4 * n);
    fuzz_write(labels, y, 8 + n);
}

void tiny_open(struct run *run)
{
    struct pare_error err = {0};
    struct problems problems = {0};
    char path[256];
    struct run_settings settings = {
        .config = path, .seed = -1, .data = fuzz_folder(), .threads = 1};

    write_samples("train-images-idx3-ubyte", "train-labels-idx1-ubyte", 8);
    write_samples("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte", 4);
    copy_here("tiny.cfg", "tiny.cfg");
    copy_here("resume.lua", "s.lua");
    snprintf(path, sizeof path, "%s/tiny.cfg", fuzz_folder());
    if (run_open_dry(run, &settings, &problems, &err) != PARE_OK) {
        problems_print(&problems, stderr);
        fprintf(stderr, "%s: %s\n", err.place, err.text);
        abort();
    }
    problems_free(&problems);
}

static void free_null(void *at)
{
    free(*(void **)at);
    *(void **)at = NULL;
}

void tiny_reset(struct run *run)
{
    uint64_t seed = (uint64_t)run->experiment->seed;
    struct pare_net *net = run->net;

    for (size_t i = 0; i < net->params; i++) {
        free_null(&net->param[i].keep);
        free_null(&net->param[i].centroid);
        free_null(&net->param[i].code);
        free_null(&net->param[i].latent);
        net->param[i].centroids = 0;
    }
    net_init(net, (enum net_init)run->experiment->model.init, seed);
    run->order = pare_rng_stream(seed, "order");
    run->dropout = pare_rng_stream(seed, "dropout");
    run->script = pare_rng_stream(seed, "script");
    run->prune = pare_rng_stream(seed, "prune");
    run->share = pare_rng_stream(seed, "share");
    state_free(run);
    value_free(run->measured);
    value_free(run->missed);
    value_free(run->misses);
    value_free(run->tally);
    value_free(run->told);
    value_free(run->stored);
    run->measured = run->missed = run->misses = run->tally = run->told = run->stored = NULL;
    free_null(&run->model_path);
    run->broken = (struct pare_error){0};
    run->hook = (struct run_hook){0};
    run->stages = 0;
    run->verbs = run->metrics_lines = 0;
    run->trained = run->inside = false;
    run->net_error = run->test_error_percent = NAN;
    after_look(run);
}
