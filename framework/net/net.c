/* SPDX-License-Identifier: Apache-2.0 */

/* Making a net: layers are appended and checked one by one, parameters get their
 * memory at the end, activations when the batch is known. What a layer computes
 * is in layer_*.c, the passes through all of them in pass.c. */

#include "net/net.h"

#include "base/alloc.h"
#include "net/convpool.h"
#include "net/layer.h"
#include "net/param.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

const struct layer_ops *layer_ops_of(enum layer_kind kind)
{
    static const struct layer_ops *const ops[LAYER_KIND_COUNT] = {
        [LAYER_DENSE] = &layer_dense,     [LAYER_CONV] = &layer_conv,
        [LAYER_MAXPOOL] = &layer_maxpool, [LAYER_AVGPOOL] = &layer_avgpool,
        [LAYER_RELU] = &layer_relu,       [LAYER_DROPOUT] = &layer_dropout,
        [LAYER_FLATTEN] = &layer_flatten,
    };

    return (unsigned)kind < LAYER_KIND_COUNT ? ops[kind] : NULL;
}

/* The product of n sizes, 0 where one of them is 0 or it would pass max. */
static size_t product(const size_t *size, size_t n, size_t max)
{
    size_t all = 1;

    for (size_t i = 0; i < n; i++) {
        if (size[i] == 0 || size[i] > max / all)
            return 0;
        all *= size[i];
    }
    return all;
}

struct pare_net *net_new(const size_t input[3], size_t classes, struct pare_error *err)
{
    struct pare_net *net;

    if (product(input, 3, NET_SAMPLE_MAX) == 0) {
        pare_fail(err, PARE_EUSER, "an input of %zu x %zu x %zu values; a sample has 1 to %d",
                  input[0], input[1], input[2], NET_SAMPLE_MAX);
        return NULL;
    }
    if (classes < 1 || classes > UINT16_MAX + 1U) {
        pare_fail(err, PARE_EUSER, "%zu classes; a net has 1 to %u", classes, UINT16_MAX + 1U);
        return NULL;
    }
    net = alloc_zero(1, sizeof *net, "network", err);
    if (!net)
        return NULL;
    memcpy(net->input, input, sizeof net->input);
    net->classes = classes;
    return net;
}

static void release_activations(struct pare_net *net)
{
    for (size_t i = 0; i < net->layers; i++) {
        free(net->layer[i].y);
        free(net->layer[i].dx);
        net->layer[i].y = net->layer[i].dx = NULL;
    }
    free(net->slope);
    net->slope = NULL;
    net->logits = NULL;
    net->batch = 0;
}

void net_free(struct pare_net *net)
{
    if (!net)
        return;
    release_activations(net);
    for (size_t i = 0; i < net->layers; i++)
        if (net->layer[i].ops->release)
            net->layer[i].ops->release(&net->layer[i]);
    for (size_t i = 0; i < net->params; i++)
        param_release(&net->param[i]);
    free(net->layer);
    free(net->param);
    free(net);
}

/* A layer's name stands in file formats and in patterns of rules. */
static int check_name(const struct pare_net *net, const struct layer_desc *desc, bool has_params,
                      struct pare_error *err)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyz"
                                  "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
    size_t length = strnlen(desc->name, LAYER_NAME_BYTES);

    if (!has_params)
        return length == 0 ? PARE_OK
                           : pare_fail(err, PARE_EUSER, "has no parameters and so takes no name");
    if (length == 0 || length == LAYER_NAME_BYTES || strspn(desc->name, allowed) != length)
        return pare_fail(err, PARE_EUSER, "a name is 1 to %d letters, digits, '_' and '-'",
                         LAYER_NAME_BYTES - 1);
    for (size_t i = 0; i < net->layers; i++)
        if (strcmp(net->layer[i].desc.name, desc->name) == 0)
            return pare_fail(err, PARE_EUSER, "a layer of this name is there already");
    return PARE_OK;
}

/* Appends the parameter layer.suffix of the given shape; SIZE_MAX for rank 0. */
static int add_param(struct pare_net *net, const struct layer *layer, const char *suffix,
                     struct pare_param *p, size_t *index, struct pare_error *err)
{
    size_t in_use = 0;

    *index = SIZE_MAX;
    if (p->rank == 0)
        return PARE_OK;
    for (size_t i = 0; i < net->params; i++)
        in_use += net->param[i].count;
    p->count = product(p->shape, p->rank, NET_WEIGHTS_MAX - in_use);
    if (p->count == 0)
        return pare_fail(err, PARE_EUSER, "more than %d parameters in all", NET_WEIGHTS_MAX);
    p->name = xasprintf("%s.%s", layer->desc.name, suffix);
    net->param = xrealloc(net->param, net->params + 1, sizeof *net->param);
    *index = net->params;
    net->param[net->params++] = *p;
    return PARE_OK;
}

static int add(struct pare_net *net, struct layer *layer, struct pare_error *err)
{
    struct pare_param weight = {0}, bias = {0};
    int status;

    status = layer->ops->shape(layer, &weight, &bias, err);
    if (status == PARE_OK)
        status = check_name(net, &layer->desc, weight.rank > 0, err);
    if (status != PARE_OK)
        return status;
    if (product(layer->out, 3, NET_SAMPLE_MAX) == 0)
        return pare_fail(err, PARE_EUSER, "an output of %zu x %zu x %zu values; at most %d fit",
                         layer->out[0], layer->out[1], layer->out[2], NET_SAMPLE_MAX);
    status = add_param(net, layer, "weight", &weight, &layer->weight, err);
    if (status == PARE_OK)
        status = add_param(net, layer, "bias", &bias, &layer->bias, err);
    return status;
}

void net_add(struct pare_net *net, const struct layer_desc *desc)
{
    struct layer layer = {.desc = *desc, .ops = layer_ops_of(desc->kind), .rate = desc->rate};

    if (net->error.status != PARE_OK)
        return;
    if (!layer.ops) {
        pare_fail(&net->error, PARE_EUSER, "layer %zu: no such kind of layer: %d", net->layers + 1,
                  (int)desc->kind);
        return;
    }
    if (net->layers == NET_LAYERS_MAX) {
        pare_fail(&net->error, PARE_EUSER, "more than %d layers", NET_LAYERS_MAX);
        return;
    }
    memcpy(layer.in, net->layers ? net->layer[net->layers - 1].out : net->input, sizeof layer.in);
    if (add(net, &layer, &net->error) != PARE_OK) {
        pare_fail_in(&net->error, "layer %zu (%s%s%.*s)", net->layers + 1, layer.ops->word,
                     desc->name[0] ? " " : "", LAYER_NAME_BYTES - 1, desc->name);
        return;
    }
    net->layer = xrealloc(net->layer, net->layers + 1, sizeof *net->layer);
    net->layer[net->layers++] = layer;
}

static void join_layers(struct pare_net *net)
{
    for (size_t i = 0; i < net->layers; i += 1 + net->layer[i].joined) {
        struct layer *layer = &net->layer[i];

        layer->joined = convpool_joins(layer, net->layers - i);
        if (layer->joined)
            layer->ops = &layer_convpool;
        for (size_t k = 1; k <= layer->joined; k++)
            layer[k].inside = true;
    }
}

int net_check(const struct pare_net *net, struct pare_error *err)
{
    const size_t *out;

    if (net->error.status != PARE_OK) {
        if (err)
            *err = net->error;
        return net->error.status;
    }
    if (net->layers == 0)
        return pare_fail(err, PARE_EUSER, "the model has no layers");
    out = net->layer[net->layers - 1].out;
    if (layer_size(out) != net->classes)
        return pare_fail(err, PARE_EUSER,
                         "the last layer has %zu outputs, but there are %zu classes",
                         layer_size(out), net->classes);
    return PARE_OK;
}

int net_finish(struct pare_net *net, struct pare_error *err)
{
    int status = net_check(net, err);

    if (status != PARE_OK)
        return status;
    for (size_t i = 0; i < net->params; i++) {
        struct pare_param *p = &net->param[i];

        p->value = alloc_zero(p->count, sizeof *p->value, p->name, err);
        p->grad = p->value ? alloc_zero(p->count, sizeof *p->grad, p->name, err) : NULL;
        if (!p->grad)
            return PARE_ENOMEM;
    }
    join_layers(net);
    return PARE_OK;
}

static int reserve_layer(struct pare_net *net, size_t i, size_t n, bool in_place,
                         struct pare_error *err)
{
    struct layer *layer = &net->layer[i];
    const size_t *out = layer[layer->joined].out;

    if (!in_place) {
        layer->y = alloc_zero(n, layer_size(out) * sizeof(float), "activations", err);
        if (!layer->y)
            return PARE_ENOMEM;
    }
    if (i > 0 && !layer->ops->in_place) {
        layer->dx = alloc_zero(n, layer_size(layer->in) * sizeof(float), "gradients", err);
        if (!layer->dx)
            return PARE_ENOMEM;
    }
    return layer->ops->reserve ? layer->ops->reserve(layer, n, err) : PARE_OK;
}

int net_reserve(struct pare_net *net, size_t n, struct pare_error *err)
{
    bool ours = false; /* is the input of the layer at hand memory of the net? */

    if (n <= net->batch)
        return PARE_OK;
    release_activations(net);
    for (size_t i = 0; i < net->layers; i += 1 + net->layer[i].joined) {
        const struct layer_ops *ops = net->layer[i].ops;
        bool in_place = ops->in_place && (ours || net->layer[i].desc.kind == LAYER_FLATTEN);
        int status = reserve_layer(net, i, n, in_place, err);

        if (status != PARE_OK) {
            release_activations(net);
            return status;
        }
        ours = ours || !in_place;
    }
    net->slope = alloc_zero(n, net->classes * sizeof(float), "gradients", err);
    if (!net->slope) {
        release_activations(net);
        return PARE_ENOMEM;
    }
    net->batch = n;
    return PARE_OK;
}

struct pare_param *net_param(const struct pare_net *net, const char *name)
{
    for (size_t i = 0; i < net->params; i++)
        if (strcmp(net->param[i].name, name) == 0)
            return &net->param[i];
    return NULL;
}

size_t net_macs(const struct pare_net *net, bool kept_only)
{
    size_t all = 0;

    for (size_t i = 0; i < net->layers; i++) {
        const struct layer *layer = &net->layer[i];

        if (!layer->ops->macs)
            continue;
        const struct pare_param *w = &net->param[layer->weight];
        size_t macs = layer->ops->macs(layer);
        /* every weight is used equally often, once for each output position */
        all += kept_only ? macs / w->count * pare_param_kept(w) : macs;
    }
    return all;
}

void net_set_dropout(struct pare_net *net, double rate)
{
    for (size_t i = 0; i < net->layers; i++)
        if (net->layer[i].desc.kind == LAYER_DROPOUT)
            net->layer[i].rate = isnan(rate) ? net->layer[i].desc.rate : rate;
}
