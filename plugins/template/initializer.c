/* SPDX-License-Identifier: Apache-2.0 */
/* skeleton: guesses in even steps between two quantiles of the weights. Replace
 * this by what your initializer does and where it comes from. */

#include <pare/initializer.h>

/* One field an option; share's other options stand in the same group, so choose
 * names that a quantizer would not.
 * In a config: share = { initializer = "skeleton"; bits = 4; trim = 0.01; }; */
struct skeleton {
    double trim;
};

/* Field, lowest, highest, preset as one would write it, help. */
static const struct pare_option options[] = {
    PARE_REAL(skeleton, trim, 0.0, 0.4, "0.0", "share of the weights passed over at either end"),
    PARE_OPTIONS_END,
};

/* Writes k guesses, ascending, within sorted[0] .. sorted[n-1]. sorted ascends and
 * holds at least k distinct values. Randomness from rng alone. */
static int centroids(void *self, const float *sorted, size_t n, float *centroid, size_t k,
                     struct pare_rng *rng, struct pare_error *err)
{
    const struct skeleton *m = self;
    size_t skip = (size_t)(m->trim * (double)(n - 1));
    double low = (double)sorted[skip], high = (double)sorted[n - 1 - skip];

    (void)rng, (void)err;
    for (size_t i = 0; i < k; i++) {
        double share = k > 1 ? (double)i / (double)(k - 1) : 0.5;

        centroid[i] = (float)(low * (1.0 - share) + high * share);
    }
    return PARE_OK;
}

static const struct pare_initializer plugin = {
    .head = PARE_INITIALIZER(skeleton, .summary = "even steps between two quantiles",
                             PARE_SELF(skeleton, options)),
    .centroids = centroids,
};
PARE_EXPORT(plugin);
