/* SPDX-License-Identifier: Apache-2.0 */
/* bench_kmeans WEIGHTS QUANTIZER K [STARTS]: shares the little-endian singles of a file
 * as the verb share does, sorting included, from linear guesses, and prints a line of
 * JSON; of two times the second, as the peer's process has run before, too. With
 * STARTS: the best of so many runs from random guesses. */

#include "compress/share.h"
#include "net/param.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static int fail(const struct pare_error *err)
{
    fprintf(stderr, "%s\n", err->text);
    return 1;
}

static float *read_weights(const char *path, size_t *n)
{
    FILE *file = fopen(path, "rb");

    if (!file || fseek(file, 0, SEEK_END) != 0)
        return NULL;
    *n = (size_t)ftell(file) / sizeof(float);
    rewind(file);
    float *w = calloc(*n, sizeof *w);
    if (w && fread(w, sizeof *w, *n, file) != *n)
        *n = 0;
    fclose(file);
    return w;
}

/* One sharing; its seconds, and its inertia in result. */
static int share(const float *weight, size_t n, const struct share_options *options,
                 struct plugin_use use[2], struct pare_rng *rng, struct share_result *result,
                 double *seconds, struct pare_error *err)
{
    struct pare_param p = {.name = "weights", .rank = 1, .shape = {n}, .count = n};
    double started;
    int status;

    p.value = malloc(n * sizeof *p.value);
    p.grad = NULL;
    if (!p.value)
        return pare_fail(err, PARE_ENOMEM, "no memory");
    memcpy(p.value, weight, n * sizeof *weight);
    started = now();
    status = share_param(&p, options, &use[0], &use[1], rng, result, err);
    *seconds = now() - started;
    free(p.value);
    free(p.centroid);
    free(p.code);
    return status;
}

int main(int argc, char **argv)
{
    struct pare_error err = {0};
    struct plugin_use use[2] = {0};
    struct pare_rng rng = pare_rng_stream(1, "share");
    struct share_result result = {0};
    double best = INFINITY, seconds = 0.0, all = 0.0;
    size_t n = 0;

    if (argc != 4 && argc != 5)
        return 2;
    int starts = argc == 5 ? atoi(argv[4]) : 0;
    const char *initializer = starts ? "forgy" : "linear";
    float *weight = read_weights(argv[1], &n);
    struct share_options options = {
        .initializer = (char *)initializer, .quantizer = argv[2], .centroids = atoi(argv[3])};
    const struct pare_plugin *a = registry_get(PARE_KIND_INITIALIZER, initializer, &err);
    const struct pare_plugin *b = a ? registry_get(PARE_KIND_QUANTIZER, argv[2], &err) : NULL;

    if (!weight || n == 0 || !b ||
        plugin_use_open_pair(&use[0], a, &use[1], b, NULL, "share", share_options, NULL, &err) !=
            PARE_OK)
        return fail(&err);
    for (int i = 0; i < (starts ? starts : 2); i++) {
        if (share(weight, n, &options, use, &rng, &result, &seconds, &err) != PARE_OK)
            return fail(&err);
        all = starts ? all + seconds : seconds;
        best = result.inertia < best ? result.inertia : best;
    }
    printf("{\"seconds\": %.6g, \"inertia\": %.17g, \"k\": %zu}\n", all, best, result.centroids);
    plugin_use_close(&use[1]);
    plugin_use_close(&use[0]);
    free(weight);
    return 0;
}
