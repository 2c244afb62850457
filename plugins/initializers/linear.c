/* SPDX-License-Identifier: Apache-2.0 */
/* Linear initialization: equal steps from the least weight to the greatest, both
 * included (Han, Mao, Dally 2016, "Deep Compression", section 3.2, the best of the
 * three there: it keeps centroids for the large weights, which are few but matter).
 * A single centroid is the middle. */

#include <pare/initializer.h>

static int linear_centroids(void *self, const float *sorted, size_t n, float *centroid, size_t k,
                            struct pare_rng *rng, struct pare_error *err)
{
    double least = (double)sorted[0], greatest = (double)sorted[n - 1];

    (void)self;
    (void)rng;
    (void)err;
    for (size_t i = 0; i < k; i++) {
        double part = k > 1 ? (double)i / (double)(k - 1) : 0.5;
        centroid[i] = (float)(least * (1.0 - part) + greatest * part);
    }
    if (k > 1) {
        centroid[0] = sorted[0];
        centroid[k - 1] = sorted[n - 1];
    }
    return PARE_OK;
}

static const struct pare_initializer linear = {
    .head =
        PARE_INITIALIZER(linear, .summary = "equal steps from the least to the greatest weight"),
    .centroids = linear_centroids,
};
PARE_EXPORT(linear);
