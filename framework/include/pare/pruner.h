/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PARE_PRUNER_H
#define PARE_PRUNER_H

/* Pruners say which weights matter. How many go (a fraction, a multiple of the
 * standard deviation, an absolute threshold; per layer or over the network) is
 * the host's. Exactly one of score and select must be given. */

#include <pare/param.h>
#include <pare/plugin.h>
#include <pare/rng.h>

struct pare_pruner {
    struct pare_plugin head;
    /* Writes a score for every weight [count], finite; low scores are pruned
     * first. Does not touch p. The same p and rng give the same scores.
     * Weights pruned before are never taken back by the host, whatever their
     * score, unless needs_latent. */
    int (*score)(void *self, const struct pare_param *p, struct pare_rng *rng, float *out,
                 struct pare_error *err);
    /* Writes keep[count] of 0 and 1 itself; amount, quality, threshold and scope
     * then do not apply. */
    int (*select)(void *self, const struct pare_param *p, struct pare_rng *rng, uint8_t *keep,
                  struct pare_error *err);
    /* (optional) The gradient, averaged over a pass of the training data, is in
     * p->grad. Without it p->grad may hold anything. */
    bool needs_grad;
    /* (optional) Pruned weights keep learning in p->latent and may come back.
     * Without it pruned weights stay pruned. */
    bool needs_latent;
    /* (optional) State that outlives one call. save: with buf NULL writes only
     * *size_bytes; restore: refuses what save did not write. Without them the
     * plugin has none. */
    int (*save)(void *self, void *buf, size_t *size_bytes, struct pare_error *err);
    int (*restore)(void *self, const void *buf, size_t size_bytes, struct pare_error *err);
};
#define PARE_PRUNER(NAME, ...) PARE_HEAD(PARE_KIND_PRUNER, pare_pruner, NAME, __VA_ARGS__)

#endif
