/* SPDX-License-Identifier: Apache-2.0 */
/* bench_limits THREADS SECONDS: what the machine can do at most, as a line of JSON.
 * fma: GFLOP/s in registers; triad, cache: GB/s of a = b + s c over arrays that no
 * cache holds and that the second level holds; three streams are counted. */

#include "net/peak.h"
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { BIG = 32 << 20, SMALL = 32 << 10, TRIES = 7 };

struct triad {
    size_t n, parts, times;
    float *a, *b, *c;
};

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void part(void *context, size_t i)
{
    const struct triad *t = context;
    size_t first = pool_bound(t->n, t->parts, i), n = pool_bound(t->n, t->parts, i + 1) - first;
    float *restrict a = t->a + first;
    const float *restrict b = t->b + first, *restrict c = t->c + first;

    for (size_t time = 0; time < t->times; time++) {
        for (size_t k = 0; k < n; k++)
            a[k] = b[k] + 0.5F * c[k];
        __asm__ volatile("" ::: "memory"); /* every time counts */
    }
}

static double triad(struct pool *pool, size_t threads, size_t n, size_t times)
{
    struct triad t = {.n = n, .parts = threads, .times = times};
    double best = 0.0;

    t.a = aligned_alloc(64, n * sizeof(float));
    t.b = aligned_alloc(64, n * sizeof(float));
    t.c = aligned_alloc(64, n * sizeof(float));
    if (!t.a || !t.b || !t.c)
        abort();
    for (size_t i = 0; i < n; i++)
        t.a[i] = t.b[i] = t.c[i] = 1.0F;
    for (size_t i = 0; i < TRIES; i++) {
        double started = now();

        pool_run(pool, threads, part, &t);
        double speed = 3.0 * sizeof(float) * (double)n * (double)times / (now() - started);
        best = speed > best ? speed : best;
    }
    free(t.a);
    free(t.b);
    free(t.c);
    return best * 1e-9;
}

int main(int argc, char **argv)
{
    struct pare_error err = {0};

    if (argc != 3)
        return 2;
    size_t threads = (size_t)atoi(argv[1]);
    struct pool *pool = pool_new((unsigned)threads, &err);
    if (!pool)
        return 1;
    printf("{\"fma\": %.4g, \"triad\": %.4g, \"cache\": %.4g, \"isa\": \"%s\"}\n",
           peak_flops(pool, atof(argv[2])) * 1e-9, triad(pool, threads, BIG, 1),
           triad(pool, threads, SMALL * threads, 2000), peak_vectors());
    pool_free(pool);
    return 0;
}
