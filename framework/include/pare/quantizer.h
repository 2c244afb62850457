/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PARE_QUANTIZER_H
#define PARE_QUANTIZER_H

/* Quantizers turn first guesses into the codebook: Lloyd, exact dynamic
 * programme, uniform, ternary, ... The host then gives every weight the code of
 * its nearest centroid (of two equally near the lower). */

#include <pare/plugin.h>

struct pare_quantizer {
    struct pare_plugin head;
    /* centroid[k] holds the guesses, ascending, and receives the codebook,
     * ascending and finite; without needs_latent its sum of squared distances to
     * sorted is no larger than that of the guesses. sorted [n] is ascending and
     * holds at least k distinct values. */
    int (*fit)(void *self, const float *sorted, size_t n, float *centroid, size_t k,
               struct pare_error *err);
    /* (optional) Full-precision values go on learning in p->latent behind the
     * shared ones. Without it the centroids are what is trained. */
    bool needs_latent;
};
#define PARE_QUANTIZER(NAME, ...) PARE_HEAD(PARE_KIND_QUANTIZER, pare_quantizer, NAME, __VA_ARGS__)

#endif
