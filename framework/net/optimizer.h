/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NET_OPTIMIZER_H
#define NET_OPTIMIZER_H

/* SGD with momentum and Adam over the free vectors of a net. Knows nothing of
 * masks and codebooks beyond param_free and pare_param_project. */

#include "net/net.h"

enum optimizer_kind { OPTIMIZER_SGD, OPTIMIZER_ADAM };

struct optimizer_rule {
    enum optimizer_kind kind;
    double momentum, beta1, beta2, epsilon;
};

struct optimizer;

struct optimizer *optimizer_new(const struct pare_net *net, const struct optimizer_rule *rule,
                                struct pare_error *err);
void optimizer_free(struct optimizer *o);

/* What one parameter's step is taken with. */
struct optimizer_step {
    bool frozen;
    double rate;  /* already scheduled */
    double decay; /* L2: gradient of decay/2 * sum w^2 (Adam: added to the gradient too) */
    double l1;    /* L1: gradient of l1 * sum |w| */
};

/* Moves every parameter by its gradient and projects it. step [net->params].
 * State of a vector whose length changed since the last step starts anew. */
int optimizer_step(struct optimizer *o, struct pare_net *net, struct pool *pool,
                   const struct optimizer_step *step, struct pare_error *err);

/* The same with one more thing to do meanwhile, on whichever thread is free: it may
 * touch neither net nor o. */
int optimizer_step_beside(struct optimizer *o, struct pare_net *net, struct pool *pool,
                          const struct optimizer_step *step, void (*beside)(void *context),
                          void *context, struct pare_error *err);

/* State as bytes and back, for checkpoints: with buf NULL only *size_bytes is
 * written. */
int optimizer_save(const struct optimizer *o, void *buf, size_t *size_bytes);
int optimizer_restore(struct optimizer *o, const void *buf, size_t size_bytes,
                      struct pare_error *err);

#endif
