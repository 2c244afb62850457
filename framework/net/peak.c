/* SPDX-License-Identifier: Apache-2.0 */

/* Every thread does the same number of multiply-adds in registers; the slowest ends a
 * try. The best try counts, since whatever disturbs one only makes it slower. */

#include "net/peak.h"

#include "net/kernels/kernels.h"
#include <time.h>

enum { TRIES = 10, THREADS_MAX = 1024 };

struct
try {
    const struct kernels *kernels;
    size_t rounds;
    size_t flops[THREADS_MAX];
};

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static const struct kernels *widest(void)
{
    const struct kernels *k = NULL;

    for (int set = 0; set < KERNELS_COUNT; set++)
        if (kernels_get((enum kernels_set)set))
            k = kernels_get((enum kernels_set)set);
    return k;
}

const char *peak_vectors(void)
{
    return widest()->name;
}

static void part(void *context, size_t i)
{
    struct try *try = context;
    volatile float start = 0.5F; /* so that nothing is computed beforehand */
    float out = start;

    try->flops[i] = try->kernels->peak(try->rounds, &out);
    start = out;
}

static double run(struct pool *pool, size_t threads, struct try *try, double *seconds)
{
    double started = now(), flops = 0.0;

    pool_run(pool, threads, part, try);
    *seconds = now() - started;
    for (size_t i = 0; i < threads; i++)
        flops += (double)try->flops[i];
    return flops / *seconds;
}

double peak_flops(struct pool *pool, double seconds)
{
    size_t threads = pool ? pool_threads(pool) : 1;
    struct try try = {.kernels = widest(), .rounds = 1000};
    double best = 0.0, took = 0.0;

    if (threads > THREADS_MAX)
        threads = THREADS_MAX;
    while (run(pool, threads, &try, &took), took < seconds / TRIES)
        try.rounds *= 2;
    for (size_t i = 0; i < TRIES; i++) {
        double speed = run(pool, threads, &try, &took);

        best = speed > best ? speed : best;
    }
    return best;
}
