/* SPDX-License-Identifier: Apache-2.0 */
/* Density initialization: equal steps of the weights' cumulative distribution (Han,
 * Mao, Dally 2016, "Deep Compression", section 3.2). Centroid i is the weight at the
 * quantile (i + 1/2) / k: many where the weights are dense, few for the large ones.
 * With ends, quantiles i / (k - 1): the least and the greatest weight are among them
 * (Catalani 2019, where n bits so come to 2^n + 1 centroids). */

#include <pare/initializer.h>

struct density {
    bool ends;
};

static const struct pare_option options[] = {
    PARE_BOOL(density, ends, "false",
              "steps from the least weight to the greatest, instead of the middles of k parts"),
    PARE_OPTIONS_END,
};

static int density_centroids(void *self, const float *sorted, size_t n, float *centroid, size_t k,
                             struct pare_rng *rng, struct pare_error *err)
{
    const struct density *d = self;

    (void)rng;
    (void)err;
    for (size_t i = 0; i < k; i++)
        centroid[i] =
            d->ends && k > 1 ? sorted[i * (n - 1) / (k - 1)] : sorted[(2 * i + 1) * n / (2 * k)];
    return PARE_OK;
}

static const struct pare_initializer density = {
    .head = PARE_INITIALIZER(density, .summary = "equal steps of the weights' distribution",
                             PARE_SELF(density, options)),
    .centroids = density_centroids,
};
PARE_EXPORT(density);
