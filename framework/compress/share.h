/* SPDX-License-Identifier: Apache-2.0 */
#ifndef COMPRESS_SHARE_H
#define COMPRESS_SHARE_H

/* Weight sharing: kept weights into a codebook and codes. The one writer of
 * centroid and code; it takes keep away where the zeros are shared as well. */

#include "net/net.h"
#include "plugin/registry.h"
#include <pare/initializer.h>
#include <pare/quantizer.h>

/* The options of the verb share; all may differ by parameter. */
struct share_options {
    char *initializer, *quantizer;
    int64_t bits;      /* 2^bits shared values */
    int64_t centroids; /* or so many */
    int zeros;         /* apart|inclusive: pruned weights stay out, or take part as zeros */
    bool skip;
};
extern PARE_API const struct pare_option share_options[];

struct share_result {
    size_t centroids; /* what was got: fewer than asked where the kept weights
                         have fewer distinct values */
    size_t centroids_wanted;
    size_t distinct; /* values among the kept weights: no more can be shared */
    double inertia;  /* sum of squared distances, weights to their shared value */
};

/* Shares the kept weights of p and projects it; a p shared before is shared anew
 * from its values, or its latent ones where it has them. Nothing kept: zero
 * centroids, p is not shared. zeros inclusive: pruned weights are values of 0 like
 * any other, no shared value need be 0, and p is not pruned any more. On failure p
 * has not changed. */
int share_param(struct pare_param *p, const struct share_options *options,
                const struct plugin_use *initializer, const struct plugin_use *quantizer,
                struct pare_rng *rng, struct share_result *result, struct pare_error *err);

#endif
