/* SPDX-License-Identifier: Apache-2.0 */
/* Quantizers: a codebook that ascends and is finite, from any guesses, the same
 * every time, and no further from the weights than the guesses were. */

#include "base/alloc.h"
#include "conform/suite.h"
#include "conform/weights.h"
#include <math.h>
#include <pare/quantizer.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum spread { SPREAD_LINEAR, SPREAD_QUANTILE, SPREAD_CROWDED, SPREADS };
static const char *const spreads[SPREADS] = {"even guesses", "quantiles", "guesses at one end"};

/* Guesses as an initializer may give them; crowded: all but one at the lowest weight. */
static void guesses(enum spread spread, const struct weights *w, float *centroid, size_t k)
{
    double low = (double)w->sorted[0], high = (double)w->sorted[w->n - 1];

    for (size_t i = 0; i < k; i++) {
        if (spread == SPREAD_LINEAR)
            centroid[i] = (float)(k == 1 ? low : low + (high - low) * (double)i / (double)(k - 1));
        else if (spread == SPREAD_QUANTILE)
            centroid[i] = w->sorted[(2 * i + 1) * w->n / (2 * k)];
        else
            centroid[i] = i + 1 < k ? w->sorted[0] : w->sorted[w->n - 1];
        centroid[i] = fminf(fmaxf(centroid[i], w->sorted[0]), w->sorted[w->n - 1]);
    }
}

/* Sum of squared distances from the weights to their nearest centroid, by its
 * definition. */
static double inertia(const struct weights *w, const float *centroid, size_t k)
{
    double sum = 0.0;

    for (size_t i = 0; i < w->n; i++) {
        double best = INFINITY;

        for (size_t j = 0; j < k; j++) {
            double d = (double)w->sorted[i] - (double)centroid[j];

            best = fmin(best, d * d);
        }
        sum += best;
    }
    return sum;
}

static void fit(struct suite *s, const struct plugin_use *use, const struct weights *w,
                enum spread spread, size_t k, struct guard *out)
{
    const struct pare_quantizer *plugin = (const struct pare_quantizer *)use->plugin;
    struct pare_error err = {0};
    struct guard sorted = guard_copy(w->sorted, w->n * sizeof *w->sorted);
    float *centroid;
    double before;
    char what[128];

    snprintf(what, sizeof what, "%s, %s, n %zu, k %zu", w->name, spreads[spread], w->n, k);
    *out = guard_new(k * sizeof(float), 0);
    centroid = out->at;
    guesses(spread, w, centroid, k);
    before = inertia(w, centroid, k);
    suite_ok(s, what, plugin->fit(use->self, sorted.at, w->n, centroid, k, &err), &err);
    guard_check(s, out, "the centroids");
    if (memcmp(sorted.at, w->sorted, sorted.size) != 0)
        suite_wrong(s, "%s: changed the weights", what);
    suite_ascending(s, what, centroid, k);
    /* a mean rounded to single precision costs a little */
    if (!plugin->needs_latent && s->why[0] == '\0') {
        double scale = fmax(fabs((double)w->sorted[0]), fabs((double)w->sorted[w->n - 1]));
        double after = inertia(w, centroid, k);

        if (after > before * (1.0 + 1e-5) + (double)w->n * scale * scale * 1e-13)
            suite_wrong(s, "%s: squared distances grow from %.9g to %.9g", what, before, after);
    }
    guard_free(&sorted);
}

static void each(struct suite *s, const struct plugin_use *use, bool twice)
{
    struct weights w;

    for (size_t i = 0; weights_new(i, &w); i++) {
        for (size_t j = 0; j < (size_t)WEIGHTS_KS * SPREADS; j++) {
            size_t k = w.k[j / SPREADS];
            struct guard out, again = {0};

            if (k == 0)
                break;
            fit(s, use, &w, (enum spread)(j % SPREADS), k, &out);
            if (twice) {
                fit(s, use, &w, (enum spread)(j % SPREADS), k, &again);
                if (memcmp(out.at, again.at, out.size) != 0)
                    suite_wrong(s, "%s, k %zu: another codebook the second time", w.name, k);
            }
            guard_free(&out);
            guard_free(&again);
        }
        free(w.sorted);
    }
}

void conform_quantizer(struct suite *s, const struct plugin_use *use)
{
    each(s, use, false);
    suite_end(s, "codebook ascending, finite, no worse than the guesses");
    each(s, use, true);
    suite_end(s, "same guesses, same codebook");
}
