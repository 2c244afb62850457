/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NET_LAYER_H
#define NET_LAYER_H

/* What a kind of layer must be able to do; one file a kind, net/layer_*.c. */

#include "net/gemm.h"
#include "net/net.h"

/* One pass through one layer. x [n][in], y [n][out], dy [n][out]; dx [n][in] or
 * NULL when nobody needs it; weight, bias: the layer's params or NULL. */
struct layer_pass {
    struct pool *pool;
    size_t n;
    const float *x;
    float *y;
    const float *dy;
    float *dx;
    struct pare_param *weight, *bias;
    bool want_weight, want_bias; /* write grad */
    struct pare_rng *dropout;    /* NULL: not training */
};

struct layer_ops {
    const char *word; /* "dense" */
    /* Sets layer->out from layer->in, checks desc, and gives the shapes of weight
     * and bias (rank 0: none). */
    int (*shape)(struct layer *layer, struct pare_param *weight, struct pare_param *bias,
                 struct pare_error *err);
    /* (optional) Makes layer->scratch for n samples; frees an older one. */
    int (*reserve)(struct layer *layer, size_t n, struct pare_error *err);
    void (*forward)(struct layer *layer, const struct layer_pass *pass);
    void (*backward)(struct layer *layer, const struct layer_pass *pass);
    /* (optional) Frees layer->scratch. */
    void (*release)(struct layer *layer);
    size_t (*macs)(const struct layer *layer); /* (optional) multiply-adds a sample */
    bool in_place;                             /* y may be x's memory, dx dy's */
};

/* Values of one sample. */
static inline size_t layer_size(const size_t shape[3])
{
    return shape[0] * shape[1] * shape[2];
}

extern const struct layer_ops layer_dense, layer_conv, layer_maxpool, layer_avgpool, layer_relu,
    layer_dropout, layer_flatten;
const struct layer_ops *layer_ops_of(enum layer_kind kind); /* NULL: no such kind */

#endif
