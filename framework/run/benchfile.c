/* SPDX-License-Identifier: Apache-2.0 */
/* The engines on the same random samples. They are measured in turns, so that what
 * else the machine does meets both; neither's time depends on the samples' values. */

#include "run/benchfile.h"

#include "base/alloc.h"
#include "infer/infer.h"
#include "net/layer.h"
#include "run/record.h"
#include "run/run.h"
#include "run/tree.h"
#include <math.h>
#include <stdlib.h>

enum { ENGINES = 2 };

/* A measurement takes about so long. */
static const double MEASURED_SECONDS = 0.02;

struct bench {
    const struct benchfile_settings *settings;
    struct infer *engine[ENGINES]; /* dense, compressed; NULL: cannot hold the file */
    double *time_us[ENGINES];      /* [repeats] an image */
    size_t calls[ENGINES];
    struct pool *pool;
    float *x;
};

static const enum infer_engine engine_kind[ENGINES] = {INFER_DENSE, INFER_COMPRESSED};

static int open_engines(struct bench *b, struct pare_error *err)
{
    int status = PARE_OK;

    for (size_t e = 0; e < ENGINES && status == PARE_OK; e++) {
        struct infer_settings settings = {
            .path = b->settings->path, .batch = b->settings->batch, .engine = engine_kind[e]};
        status = infer_open(&settings, &b->engine[e], err);
        if (status == PARE_ESTATE && engine_kind[e] == INFER_COMPRESSED)
            status = PARE_OK;
    }
    return status;
}

static int make_samples(struct bench *b, struct pare_error *err)
{
    size_t n = b->settings->batch * layer_size(infer_file(b->engine[0])->net->input);
    struct pare_rng rng = pare_rng_stream(1, "samples");

    b->x = alloc_zero(n, sizeof *b->x, "samples", err);
    if (!b->x)
        return PARE_ENOMEM;
    for (size_t i = 0; i < n; i++)
        b->x[i] = (float)pare_rng_real(&rng);
    return PARE_OK;
}

/* Seconds of so many calls. */
static double measure(const struct bench *b, size_t e, size_t calls)
{
    double start = record_clock();

    for (size_t i = 0; i < calls; i++)
        infer_forward(b->engine[e], b->pool, b->x, b->settings->batch);
    return record_clock() - start;
}

/* How many calls a measurement has; they warm up what is measured. */
static void choose_calls(struct bench *b, size_t e)
{
    double seconds = measure(b, e, 1);

    b->calls[e] = 1;
    while (seconds < MEASURED_SECONDS) {
        b->calls[e] *= 2;
        seconds = measure(b, e, b->calls[e]);
    }
}

static int measure_all(struct bench *b, struct pare_error *err)
{
    size_t repeats = b->settings->repeats;

    for (size_t e = 0; e < ENGINES; e++) {
        b->time_us[e] = alloc_zero(repeats, sizeof **b->time_us, "times", err);
        if (!b->time_us[e])
            return PARE_ENOMEM;
        if (b->engine[e])
            choose_calls(b, e);
    }
    for (size_t i = 0; i < repeats; i++)
        for (size_t e = 0; e < ENGINES; e++)
            if (b->engine[e])
                b->time_us[e][i] = 1e6 * measure(b, e, b->calls[e]) / (double)b->calls[e] /
                                   (double)b->settings->batch;
    return PARE_OK;
}

static int ascending(const void *a, const void *b)
{
    const double *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

static void add_engine(const struct bench *b, size_t e, struct value *list)
{
    size_t n = b->settings->repeats;
    double *time_us = b->time_us[e];
    struct value *group;

    if (!b->engine[e])
        return;
    qsort(time_us, n, sizeof *time_us, ascending);
    group = tree_add_group(list, engine_kind[e] == INFER_DENSE ? "dense" : "compressed");
    tree_size(group, "weight_bytes", infer_weight_bytes(b->engine[e]));
    tree_size(group, "calls", b->calls[e]);
    tree_real(group, "us_median", (time_us[(n - 1) / 2] + time_us[n / 2]) / 2.0);
    tree_real(group, "us_min", time_us[0]);
    tree_real(group, "us_max", time_us[n - 1]);
}

/* Both engines' answers to the samples. */
static int compare(const struct bench *b, struct value *root, struct pare_error *err)
{
    size_t n = b->settings->batch, classes = infer_file(b->engine[0])->net->classes, differ = 0;
    uint16_t *class[ENGINES] = {alloc_zero(n, sizeof **class, "classes", err),
                                alloc_zero(n, sizeof **class, "classes", err)};
    const float *logits[ENGINES];
    double largest = 0.0, difference = 0.0;
    int status = class[0] && class[1] ? PARE_OK : PARE_ENOMEM;

    if (status != PARE_OK)
        goto out;
    for (size_t e = 0; e < ENGINES; e++) {
        logits[e] = infer_forward(b->engine[e], b->pool, b->x, n);
        net_classify(logits[e], n, classes, class[e]);
    }
    for (size_t i = 0; i < n * classes; i++) {
        largest = fmax(largest, fabs((double)logits[0][i]));
        difference = fmax(difference, fabs((double)logits[0][i] - (double)logits[1][i]));
    }
    for (size_t i = 0; i < n; i++)
        differ += class[0][i] != class[1][i];
    tree_real(root, "logits_difference", largest > 0.0 ? difference / largest : difference);
    tree_size(root, "classes_differ", differ);
out:
    free(class[0]);
    free(class[1]);
    return status;
}

static int write_result(const struct bench *b, struct value *root, struct pare_error *err)
{
    const struct benchfile_settings *s = b->settings;
    struct value *list;

    tree_text(root, "file", s->path);
    tree_size(root, "batch", s->batch);
    tree_size(root, "threads", pool_threads(b->pool));
    tree_size(root, "repeats", s->repeats);
    tree_text(root, "kernels", infer_kernels_name(b->engine[0]));
    tree_text(root, "auto", b->engine[1] && infer_pays(b->engine[1]) ? "compressed" : "dense");
    list = tree_add_group(root, "engines");
    for (size_t e = 0; e < ENGINES; e++)
        add_engine(b, e, list);
    return b->engine[1] ? compare(b, root, err) : PARE_OK;
}

int benchfile(const struct benchfile_settings *settings, struct value **result,
              struct pare_error *err)
{
    struct bench b = {.settings = settings};
    struct value *root = tree_group();
    int status = open_engines(&b, err);

    if (status == PARE_OK)
        status = make_samples(&b, err);
    if (status != PARE_OK)
        goto out;
    b.pool = pool_new(run_threads(settings->threads), err);
    status = b.pool ? measure_all(&b, err) : err->status;
    if (status == PARE_OK)
        status = write_result(&b, root, err);
out:
    if (status == PARE_OK)
        *result = root;
    else
        value_free(root);
    for (size_t e = 0; e < ENGINES; e++) {
        infer_free(b.engine[e]);
        free(b.time_us[e]);
    }
    pool_free(b.pool);
    free(b.x);
    return status;
}
