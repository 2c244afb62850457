/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PARE_INITIALIZER_H
#define PARE_INITIALIZER_H

/* Initializers give the first guesses for the shared values. */

#include <pare/plugin.h>
#include <pare/rng.h>

struct pare_initializer {
    struct pare_plugin head;
    /* Writes k centroids, ascending and finite, within sorted[0]..sorted[n-1].
     * sorted is ascending and holds at least k distinct values; 1 <= k <= n.
     * Pure but for rng. */
    int (*centroids)(void *self, const float *sorted, size_t n, float *centroid, size_t k,
                     struct pare_rng *rng, struct pare_error *err);
};
#define PARE_INITIALIZER(NAME, ...)                                                                \
    PARE_HEAD(PARE_KIND_INITIALIZER, pare_initializer, NAME, __VA_ARGS__)

#endif
