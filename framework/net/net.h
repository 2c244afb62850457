/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NET_NET_H
#define NET_NET_H

/* A network: layers in a row and the parameters that they own, in that order.
 * Built once (net_new, net_add or the builder calls of <pare/model.h>,
 * net_finish), then only its parameters change. One thread at a time; the pool
 * is used inside. */

#include "base/pool.h"
#include <pare/model.h>
#include <pare/param.h>
#include <pare/rng.h>

struct profile; /* base/profile.h */

/* Numbers are part of the file format: never reused. */
enum layer_kind {
    LAYER_NONE = 0,
    LAYER_DENSE = 1,
    LAYER_CONV = 2,
    LAYER_MAXPOOL = 3,
    LAYER_AVGPOOL = 4,
    LAYER_RELU = 5,
    LAYER_DROPOUT = 6,
    LAYER_FLATTEN = 7,
    LAYER_KIND_COUNT,
};

enum { LAYER_NAME_BYTES = 64, NET_LAYERS_MAX = 1024 };

/* What one sample may take anywhere in a net, and its parameters in all. */
enum { NET_SAMPLE_MAX = 1 << 24, NET_WEIGHTS_MAX = 1 << 28 };

/* Everything needed to make a layer again; what a file holds of it. Fields that
 * a kind does not use are 0. */
struct layer_desc {
    enum layer_kind kind;
    char name[LAYER_NAME_BYTES]; /* "fc1"; empty for layers without parameters */
    size_t units;                /* dense: outputs; conv: channels */
    size_t kernel, stride, pad;  /* conv; pools: kernel is the window */
    double rate;                 /* dropout */
};

struct layer {
    struct layer_desc desc;
    const struct layer_ops *ops; /* net/layer.h */
    size_t in[3], out[3];        /* channels, height, width of one sample */
    size_t weight, bias;         /* indices into net->param; SIZE_MAX: none */
    size_t joined;               /* so many layers after this one are computed by it */
    bool inside;                 /* computed by one before it */
    float *y;                    /* [batch room][out]; NULL where y is the input's memory */
    float *dx;                   /* [batch room][in]; NULL where dx is dy's memory */
    double rate;                 /* dropout: the rate in force, desc.rate or train's */
    void *scratch;               /* the kind's own, freed by its release */
};

struct pare_net {
    size_t input[3], classes;
    struct layer *layer;
    size_t layers;
    struct pare_param *param; /* [params], stable after net_finish */
    size_t params;
    size_t batch;            /* samples that the activations have room for */
    const float *logits;     /* of the last forward pass */
    float *slope;            /* [batch room][classes]: gradient by the logits */
    struct profile *profile; /* borrowed: takes the time of passes; NULL: nobody asks */
    struct pare_error error; /* sticky, of the builder */
};

struct pare_net *net_new(const size_t input[3], size_t classes, struct pare_error *err);
PARE_API void net_free(struct pare_net *net);

/* Appends a layer; sticky error, as the builder calls. Checked: names, sizes
 * against the input, products against overflow and limits. What is wrong is
 * PARE_EUSER; a reader of files says PARE_EFORMAT in its stead. */
void net_add(struct pare_net *net, const struct layer_desc *desc);
/* Checks the sticky error and that the output is the classes. */
int net_check(const struct pare_net *net, struct pare_error *err);
/* net_check; allocates value, grad of every parameter, zeroed. */
int net_finish(struct pare_net *net, struct pare_error *err);

enum net_init { NET_INIT_HE, NET_INIT_GLOROT };
/* Weights uniform in +-sqrt(6/fan_in) (He 2015) or +-sqrt(6/(fan_in+fan_out))
 * (Glorot 2010); biases zero. Each parameter draws from a stream of its own name. */
void net_init(struct pare_net *net, enum net_init init, uint64_t seed);

PARE_API struct pare_param *net_param(const struct pare_net *net, const char *name);
/* Multiply-adds of one sample, those of zeros included / left out. */
PARE_API size_t net_macs(const struct pare_net *net, bool kept_only);

/* Makes room for batches of up to n samples. */
int net_reserve(struct pare_net *net, size_t n, struct pare_error *err);

enum net_loss { NET_LOSS_SOFTMAX, NET_LOSS_SIGMOID };

/* x [n][input] -> logits [n][classes], owned by the net, valid until the next
 * pass. dropout: the stream for dropout masks, NULL when not training.
 * n <= net->batch. */
const float *net_forward(struct pare_net *net, struct pool *pool, const float *x, size_t n,
                         struct pare_rng *dropout);
/* From the last forward pass, loss averaged over the batch and the number of
 * wrong predictions; prepares the gradient of the mean loss by the logits.
 * softmax: cross entropy; sigmoid: binary cross entropy summed over the classes. */
double net_loss(struct pare_net *net, const uint16_t *y, size_t n, enum net_loss loss,
                size_t *wrong);
/* After net_loss: writes param[i].grad for every parameter with want[i] (want
 * NULL: all), the gradient of the mean loss at value. */
void net_backward(struct pare_net *net, struct pool *pool, const float *x, size_t n,
                  const bool *want);
/* Multiply-adds of one sample in it, those of zeros included. */
size_t net_backward_macs(const struct pare_net *net, const bool *want);
/* What layer number i of the last forward pass (of x) had before it: [n][in]. */
const float *net_layer_input(const struct pare_net *net, size_t i, const float *x);
/* The class of each row of logits: of equal ones the lowest. */
void net_classify(const float *logits, size_t n, size_t classes, uint16_t *out);

/* The rate of every dropout layer (NaN: as the model says). */
void net_set_dropout(struct pare_net *net, double rate);

#endif
