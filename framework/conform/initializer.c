/* SPDX-License-Identifier: Apache-2.0 */
/* Initializers: k guesses, ascending, finite, within the weights, the same for
 * the same random numbers, from every kind of weights that the host may hand in. */

#include "base/alloc.h"
#include "conform/suite.h"
#include "conform/weights.h"
#include <pare/initializer.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One call with its own copy of the random numbers; guesses into out. */
static void guess(struct suite *s, const struct plugin_use *use, const struct weights *w, size_t k,
                  struct guard *out)
{
    const struct pare_initializer *plugin = (const struct pare_initializer *)use->plugin;
    struct pare_rng rng = pare_rng_stream(7, "conform guesses");
    struct pare_error err = {0};
    struct guard sorted = guard_copy(w->sorted, w->n * sizeof *w->sorted);
    char what[96];

    snprintf(what, sizeof what, "%s, n %zu, k %zu", w->name, w->n, k);
    *out = guard_new(k * sizeof(float), 0xFF);
    suite_ok(s, what, plugin->centroids(use->self, sorted.at, w->n, out->at, k, &rng, &err), &err);
    guard_check(s, out, "the centroids");
    if (memcmp(sorted.at, w->sorted, sorted.size) != 0)
        suite_wrong(s, "%s: changed the weights", what);
    suite_ascending(s, what, out->at, k);
    for (size_t i = 0; i < k; i++) {
        float x = ((const float *)out->at)[i];

        if (x < w->sorted[0] || x > w->sorted[w->n - 1])
            suite_wrong(s, "%s: centroid %zu, %.9g, is outside the weights, %.9g to %.9g", what, i,
                        (double)x, (double)w->sorted[0], (double)w->sorted[w->n - 1]);
    }
    guard_free(&sorted);
}

static void check_guesses(struct suite *s, const struct plugin_use *use)
{
    struct weights w;

    for (size_t i = 0; weights_new(i, &w); i++) {
        for (size_t j = 0; j < WEIGHTS_KS && w.k[j] != 0; j++) {
            struct guard out;

            guess(s, use, &w, w.k[j], &out);
            guard_free(&out);
        }
        free(w.sorted);
    }
    suite_end(s, "guesses ascending, finite, within the weights");
}

static void check_same_twice(struct suite *s, const struct plugin_use *use)
{
    struct weights w;

    for (size_t i = 0; weights_new(i, &w); i++) {
        for (size_t j = 0; j < WEIGHTS_KS && w.k[j] != 0; j++) {
            struct guard out, again;

            guess(s, use, &w, w.k[j], &out);
            guess(s, use, &w, w.k[j], &again);
            if (memcmp(out.at, again.at, out.size) != 0)
                suite_wrong(s, "%s, k %zu: other guesses from the same random numbers", w.name,
                            w.k[j]);
            guard_free(&out);
            guard_free(&again);
        }
        free(w.sorted);
    }
    suite_end(s, "same random numbers, same guesses");
}

void conform_initializer(struct suite *s, const struct plugin_use *use)
{
    check_guesses(s, use);
    check_same_twice(s, use);
}
