/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NET_PARAM_H
#define NET_PARAM_H

/* The parameter's own functions beyond <pare/param.h>. */

#include "base/pool.h"
#include <pare/param.h>

/* The vector that an optimizer may move, and its gradient. */
struct free_vector {
    float *x;
    float *grad;
    const float *uses;   /* how many weights each x[i] stands for; NULL: one each */
    const uint8_t *keep; /* NULL: all may move */
    size_t n;
};

/* Room for the gradients of a codebook. */
enum { FREE_PARTS = 8 };
struct free_sum {
    double grad, uses;
};
struct free_room {
    float *grad, *uses;   /* p->centroids of each */
    struct free_sum *sum; /* FREE_PARTS * p->centroids */
};

/* value when dense or pruned (then keep says which of them), the centroids with the
 * gradients of their weights summed when shared (Han 2016, section 3, eq. 3),
 * latent with the gradient taken at value where there is a latent. room is used
 * when shared and must outlive the vector. */
struct free_vector param_free(struct pare_param *p, struct pool *pool,
                              const struct free_room *room);

/* pare_param_project for the weights first .. last-1. */
void param_project_part(struct pare_param *p, size_t first, size_t last);

/* Gives p a latent copy of its values; fine when it has one. */
int param_want_latent(struct pare_param *p, struct pare_error *err);

/* Frees what hangs on p, its name too, not p. */
void param_release(struct pare_param *p);

/* Exactly the same shape, decisions and values (bitwise)? where: says what differs.
 * Codes of pruned weights mean nothing and are not compared. */
bool param_equal(const struct pare_param *a, const struct pare_param *b, const char **where);

#endif
