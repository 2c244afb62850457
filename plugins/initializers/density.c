/* SPDX-License-Identifier: Apache-2.0 */
/* Density initialization: equal steps of the weights' cumulative distribution (Han,
 * Mao, Dally 2016, "Deep Compression", section 3.2). Centroid i is the weight at the
 * quantile (i + 1/2) / k: many where the weights are dense, few for the large ones. */

#include <pare/initializer.h>

static int density_centroids(void *self, const float *sorted, size_t n, float *centroid, size_t k,
                             struct pare_rng *rng, struct pare_error *err)
{
    (void)self;
    (void)rng;
    (void)err;
    for (size_t i = 0; i < k; i++)
        centroid[i] = sorted[(2 * i + 1) * n / (2 * k)];
    return PARE_OK;
}

static const struct pare_initializer density = {
    .head = PARE_INITIALIZER(density, .summary = "equal steps of the weights' distribution"),
    .centroids = density_centroids,
};
PARE_EXPORT(density);
