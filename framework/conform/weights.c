/* SPDX-License-Identifier: Apache-2.0 */
/* Sets of weights: one alone, all equal, few values, all distinct, of one sign,
 * with a hole about zero as after pruning, of sizes far apart, with an outlier. */

#include "conform/weights.h"
#include "base/alloc.h"
#include "conform/suite.h"
#include <math.h>

enum shape { NORMAL, EQUAL, FEW, COUNTING, POSITIVE, PRUNED, WIDE, OUTLIER };

static const struct {
    const char *name;
    size_t n;
    enum shape shape;
    size_t k[WEIGHTS_KS];
} sets[] = {
    {"one weight", 1, NORMAL, {1}},
    {"equal weights", 100, EQUAL, {1}},
    {"five values", 500, FEW, {1, 2, 4, 5}},
    {"distinct weights", 16, COUNTING, {1, 2, 3, 15, 16}},
    {"normal weights", 1000, NORMAL, {1, 2, 3, 16, 64, 256}},
    {"positive weights", 300, POSITIVE, {1, 2, 16, 32}},
    {"pruned weights", 2000, PRUNED, {1, 2, 16, 32, 64}},
    {"weights of all sizes", 600, WIDE, {1, 2, 16, 64}},
    {"an outlier", 1000, OUTLIER, {1, 2, 16, 32}},
};

static float draw(enum shape shape, size_t i, struct pare_rng *rng)
{
    double x = pare_rng_normal(rng);

    switch (shape) {
    case EQUAL:
        return 0.25f;
    case FEW:
        return (float)(i % 5) * 0.5f - 1.0f;
    case COUNTING:
        return (float)i * 0.125f - 1.0f;
    case POSITIVE:
        return (float)(0.01 + fabs(x));
    case PRUNED:
        return (float)(0.05 * (x < 0.0 ? x - 1.5 : x + 1.5));
    case WIDE:
        return (float)(x * pow(10.0, (double)(i % 40) - 20.0));
    case OUTLIER:
        return i == 0 ? 1e6f : (float)(0.02 * x);
    case NORMAL:
        break;
    }
    return (float)(0.05 * x);
}

bool weights_new(size_t i, struct weights *w)
{
    struct pare_rng rng = pare_rng_stream(3, "conform weights");

    if (i >= sizeof sets / sizeof *sets)
        return false;
    *w = (struct weights){.name = sets[i].name, .n = sets[i].n};
    w->sorted = xcalloc(w->n, sizeof *w->sorted);
    for (size_t j = 0; j < w->n; j++)
        w->sorted[j] = draw(sets[i].shape, j, &rng);
    suite_sort(w->sorted, w->n);
    for (size_t j = 0; j < WEIGHTS_KS; j++)
        w->k[j] = sets[i].k[j];
    return true;
}
