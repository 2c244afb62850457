/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NET_PARAM_H
#define NET_PARAM_H

/* The parameter's own functions beyond <pare/param.h>. */

#include <pare/param.h>

/* The vector that an optimizer may move, and its gradient. */
struct free_vector {
    float *x;
    float *grad;
    const float *uses;   /* how many weights each x[i] stands for; NULL: one each */
    const uint8_t *keep; /* NULL: all may move */
    size_t n;
};

/* value when dense or pruned (grad zeroed where !keep), the centroids with the
 * gradients of their weights summed when shared (Han 2016, section 3, eq. 3),
 * latent with the gradient taken at value where there is a latent. room_grad and
 * room_uses: p->centroids floats each, used when shared. */
struct free_vector param_free(struct pare_param *p, float *room_grad, float *room_uses);

/* Gives p a latent copy of its values. */
int param_want_latent(struct pare_param *p, struct pare_error *err);

/* Frees what hangs on p, not p. */
void param_release(struct pare_param *p);

/* Exactly the same shape, decisions and values (bitwise)? where: says what differs. */
bool param_equal(const struct pare_param *a, const struct pare_param *b, const char **where);

#endif
