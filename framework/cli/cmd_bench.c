/* SPDX-License-Identifier: Apache-2.0 */
/* pare bench FILE: how fast a model file runs on this machine. */

#include "cli/cli.h"
#include "run/benchfile.h"
#include "run/json.h"
#include <stdlib.h>

struct arguments {
    struct benchfile_settings settings;
    bool json;
};

enum { KEY_BATCH = 0x200, KEY_THREADS, KEY_REPEATS, KEY_JSON };

static const struct argp_option options[] = {
    {"batch", KEY_BATCH, "N", 0, "run N samples at a time (1)", 0},
    {"threads", KEY_THREADS, "N", 0, "use N threads (1)", 0},
    {"repeats", KEY_REPEATS, "N", 0, "measure each engine N times (5)", 0},
    {"json", KEY_JSON, NULL, 0, "print the result as one JSON object on one line", 0},
    {0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct arguments *a = state->input;
    struct benchfile_settings *s = &a->settings;

    switch (key) {
    case KEY_BATCH:
        s->batch = (size_t)cli_number(state, "batch", arg, 1, BENCH_BATCH_MAX);
        return 0;
    case KEY_THREADS:
        s->threads = (unsigned)cli_number(state, "threads", arg, 1, CLI_THREADS_MAX);
        return 0;
    case KEY_REPEATS:
        s->repeats = (unsigned)cli_number(state, "repeats", arg, 1, BENCH_REPEATS_MAX);
        return 0;
    case KEY_JSON:
        a->json = true;
        return 0;
    default:
        return cli_one_argument(key, arg, state, &s->path, "model file");
    }
}

static const struct argp_child children[] = {{&cli_plugins_argp, 0, NULL, 0}, {0}};
static const struct argp argp = {
    .options = options,
    .parser = parse,
    .args_doc = "FILE",
    .doc = "Measures how long the model in FILE takes for a sample, as an ordinary net (dense) and "
           "on the weights that it keeps (compressed), in turns, on random samples: median, "
           "fastest and slowest of the repeats. Needs no data set."
           "\vExit status: 0 done, 1 the file cannot be read, 2 the command line is wrong.",
    .children = children,
};

static long long whole(const struct value *group, const char *name)
{
    return (long long)value_get(group, name)->integer;
}

static double real(const struct value *group, const char *name)
{
    return value_get(group, name)->real;
}

static void print_engine(const struct value *engine)
{
    char bytes[32];

    printf("  %-10s %9.3f us a sample (%.3f to %.3f), %s bytes of weights in use\n", engine->name,
           real(engine, "us_median"), real(engine, "us_min"), real(engine, "us_max"),
           cli_count((size_t)whole(engine, "weight_bytes"), bytes));
}

static void print_result(const struct value *result)
{
    const struct value *engines = value_get(result, "engines");
    const struct value *dense = value_get(engines, "dense");
    const struct value *compressed = value_get(engines, "compressed");

    printf("%s: batch %lld, threads %lld, kernels %s\n", value_get(result, "file")->text,
           whole(result, "batch"), whole(result, "threads"), value_get(result, "kernels")->text);
    for (const struct value *e = engines->child; e; e = e->next)
        print_engine(e);
    if (!compressed) {
        puts("  a layer has too many inputs for the compressed engine");
        return;
    }
    printf("  compressed is %.2f times as fast; auto takes %s\n",
           real(dense, "us_median") / real(compressed, "us_median"),
           value_get(result, "auto")->text);
    printf("  logits differ by %.1e of the largest, the classes of %lld samples\n",
           real(result, "logits_difference"), whole(result, "classes_differ"));
}

int cmd_bench(int argc, char **argv)
{
    struct arguments a = {.settings = {.batch = 1, .threads = 1, .repeats = 5}};
    struct pare_error err = {0};
    struct value *result = NULL;

    cli_parse(&argp, argc, argv, &a);
    if (benchfile(&a.settings, &result, &err) != PARE_OK)
        return cli_fail(&err);
    if (a.json) {
        char *line = json_line(result);
        puts(line);
        free(line);
    } else {
        print_result(result);
    }
    value_free(result);
    return CLI_DONE;
}
