/* SPDX-License-Identifier: Apache-2.0 */
/* Forgy initialization: k of the weights, drawn at random, none twice (Forgy 1965;
 * Han, Mao, Dally 2016, "Deep Compression", section 3.2). Selection sampling (Knuth,
 * The Art of Computer Programming, volume 2, algorithm 3.4.2 S) keeps them in order. */

#include <pare/initializer.h>

static int forgy_centroids(void *self, const float *sorted, size_t n, float *centroid, size_t k,
                           struct pare_rng *rng, struct pare_error *err)
{
    size_t drawn = 0;

    (void)self;
    (void)err;
    for (size_t i = 0; i < n && drawn < k; i++)
        if (pare_rng_below(rng, n - i) < k - drawn)
            centroid[drawn++] = sorted[i];
    return PARE_OK;
}

static const struct pare_initializer forgy = {
    .head = PARE_INITIALIZER(forgy, .summary = "k of the weights at random"),
    .centroids = forgy_centroids,
};
PARE_EXPORT(forgy);
