/* SPDX-License-Identifier: Apache-2.0 */
/* Quantizers that break the contract, one fault each: CASE is which. */

#include <pare/quantizer.h>

enum { WORSE, CROSSED, SORTED, ENDLESS };

static int fit(void *self, const float *sorted, size_t n, float *centroid, size_t k,
               struct pare_error *err)
{
    (void)self, (void)err;
    if (CASE == WORSE)
        for (size_t i = 0; i < k; i++)
            centroid[i] += 0.5f;
    if (CASE == CROSSED && k > 2 && centroid[0] < centroid[1])
        centroid[0] = centroid[1] + 1.0f;
    if (CASE == SORTED)
        ((float *)(uintptr_t)sorted)[n - 1] = 1e30f;
    if (CASE == ENDLESS)
        centroid[k - 1] = 1.0f / (centroid[0] - centroid[0]);
    return PARE_OK;
}

#define HEAD(NAME, ...) PARE_QUANTIZER(NAME, __VA_ARGS__)
static const struct pare_quantizer plugin = {
    .head = HEAD(NAME, .summary = "breaks the contract"),
    .fit = fit,
};
PARE_EXPORT(plugin);
