/* SPDX-License-Identifier: Apache-2.0 */

/* Dense layer: y = x weight^T + bias. Flattens its input. */

#include "net/layer.h"
#include <string.h>

static int shape(struct layer *layer, struct pare_param *weight, struct pare_param *bias,
                 struct pare_error *err)
{
    size_t units = layer->desc.units;

    if (units < 1 || units > NET_SAMPLE_MAX)
        return pare_fail(err, PARE_EUSER, "%zu units; a layer has 1 to %d", units, NET_SAMPLE_MAX);
    layer->out[0] = units;
    layer->out[1] = layer->out[2] = 1;
    *weight = (struct pare_param){.rank = 2, .shape = {units, layer_size(layer->in)}};
    *bias = (struct pare_param){.rank = 1, .shape = {units}};
    return PARE_OK;
}

static void forward(struct layer *layer, const struct layer_pass *pass)
{
    size_t in = layer_size(layer->in), units = layer->desc.units;

    for (size_t i = 0; i < pass->n; i++)
        memcpy(pass->y + i * units, pass->bias->value, units * sizeof *pass->y);
    gemm(pass->pool, false, true, pass->n, units, in, pass->x, pass->weight->value, 1.0F, pass->y);
}

static void backward(struct layer *layer, const struct layer_pass *pass)
{
    size_t in = layer_size(layer->in), units = layer->desc.units;

    if (pass->want_weight)
        gemm(pass->pool, true, false, units, in, pass->n, pass->dy, pass->x, 0.0F,
             pass->weight->grad);
    if (pass->want_bias) {
        const float *dy = pass->dy;
        float *grad = pass->bias->grad;

        memset(grad, 0, units * sizeof *grad);
        for (size_t i = 0; i < pass->n; i++, dy += units)
            for (size_t j = 0; j < units; j++)
                grad[j] += dy[j];
    }
    if (pass->dx)
        gemm(pass->pool, false, false, pass->n, in, units, pass->dy, pass->weight->value, 0.0F,
             pass->dx);
}

static size_t macs(const struct layer *layer)
{
    return layer_size(layer->in) * layer->desc.units;
}

const struct layer_ops layer_dense = {
    .word = "dense", .shape = shape, .forward = forward, .backward = backward, .macs = macs};
