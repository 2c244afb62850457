/* SPDX-License-Identifier: Apache-2.0 */
/* Initializers that break the contract, one fault each: CASE is which. */

#include <pare/initializer.h>
#include <stdlib.h>

enum { FALLING, BEYOND, MISSING, HOME };

static int centroids(void *self, const float *sorted, size_t n, float *centroid, size_t k,
                     struct pare_rng *rng, struct pare_error *err)
{
    static unsigned seed = 1; /* the fault of HOME: randomness of its own */

    (void)self, (void)rng, (void)err;
    for (size_t i = 0; i < k; i++)
        centroid[i] = sorted[i * (n - 1) / (k > 1 ? k - 1 : 1)];
    if (CASE == FALLING && k > 1 && centroid[0] < centroid[k - 1])
        centroid[k - 1] = centroid[0], centroid[0] = sorted[n - 1];
    if (CASE == BEYOND)
        centroid[k - 1] = sorted[n - 1] + 1.0f;
    if (CASE == MISSING)
        centroid[k - 1] = 0.0f / (centroid[0] - centroid[0]);
    if (CASE == HOME)
        centroid[0] = sorted[n > k ? (seed = seed * 1103515245u + 12345u) / 65536u % (n / k) : 0];
    return PARE_OK;
}

#define HEAD(NAME, ...) PARE_INITIALIZER(NAME, __VA_ARGS__)
static const struct pare_initializer plugin = {
    .head = HEAD(NAME, .summary = "breaks the contract"),
    .centroids = centroids,
};
PARE_EXPORT(plugin);
