/* SPDX-License-Identifier: Apache-2.0 */
/* The few rules of the file format that are more than a number. */

#include "format/container.h"
#include <stdio.h>

unsigned container_layer_fields(enum layer_kind kind)
{
    switch (kind) {
    case LAYER_DENSE:
        return LAYER_HAS_NAME | LAYER_HAS_UNITS;
    case LAYER_CONV:
        return LAYER_HAS_NAME | LAYER_HAS_UNITS | LAYER_HAS_KERNEL | LAYER_HAS_STRIDE |
               LAYER_HAS_PAD;
    case LAYER_MAXPOOL:
    case LAYER_AVGPOOL:
        return LAYER_HAS_KERNEL | LAYER_HAS_STRIDE;
    case LAYER_DROPOUT:
        return LAYER_HAS_RATE;
    default:
        return 0;
    }
}

void container_layer_name(enum layer_kind kind, size_t nth, char name[LAYER_NAME_BYTES])
{
    snprintf(name, LAYER_NAME_BYTES, "%s%zu", kind == LAYER_CONV ? "conv" : "fc", nth);
}

size_t container_weights_max(size_t size_bytes)
{
    size_t most = ((size_t)1 << 20) + 4096 * size_bytes;

    return most < CONTAINER_WEIGHTS_MAX ? most : CONTAINER_WEIGHTS_MAX;
}

struct container_cost container_cost(const struct pare_net *net)
{
    struct container_cost cost = {.macs = net_macs(net, false)};

    for (size_t i = 0; i < net->params; i++)
        cost.weights += net->param[i].count;
    for (size_t i = 0; i < net->layers; i++) {
        const struct layer *layer = &net->layer[i];
        enum layer_kind kind = layer->desc.kind;

        if (kind != LAYER_RELU && kind != LAYER_FLATTEN)
            cost.values += layer->out[0] * layer->out[1] * layer->out[2];
    }
    return cost;
}

struct container_cost container_cost_max(size_t size_bytes)
{
    return (struct container_cost){.weights = container_weights_max(size_bytes),
                                   .values = ((size_t)1 << 16) + 512 * size_bytes,
                                   .macs = ((size_t)1 << 22) + ((size_t)1 << 16) * size_bytes};
}

const char *container_beyond(const struct container_cost *cost, const struct container_cost *max,
                             size_t *has, size_t *may)
{
    if (cost->weights > max->weights) {
        *has = cost->weights;
        *may = max->weights;
        return "weights";
    }
    if (cost->values > max->values) {
        *has = cost->values;
        *may = max->values;
        return "values for a sample";
    }
    *has = cost->macs;
    *may = max->macs;
    return cost->macs > max->macs ? "multiply-adds for a sample" : NULL;
}
