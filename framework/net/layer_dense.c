/* SPDX-License-Identifier: Apache-2.0 */

/* Dense layer: y = x weight^T + bias. Flattens its input. */

#include "base/alloc.h"
#include "net/layer.h"
#include <stdlib.h>
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

/* The three products of n samples, all but their matrices. */

static struct gemm forward_product(const struct layer *layer, size_t n)
{
    return (struct gemm){.trans_b = true,
                         .m = n,
                         .n = layer->desc.units,
                         .k = layer_size(layer->in),
                         .across = true};
}

static struct gemm weight_product(const struct layer *layer, size_t n)
{
    return (struct gemm){
        .trans_a = true, .m = layer->desc.units, .n = layer_size(layer->in), .k = n};
}

static struct gemm input_product(const struct layer *layer, size_t n)
{
    return (struct gemm){
        .m = n, .n = layer_size(layer->in), .k = layer->desc.units, .across = true};
}

static void release(struct layer *layer)
{
    free(layer->scratch);
    layer->scratch = NULL;
}

static int reserve(struct layer *layer, size_t n, struct pare_error *err)
{
    const struct gemm all[] = {forward_product(layer, n), weight_product(layer, n),
                               input_product(layer, n)};
    size_t most = 0;

    release(layer);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (gemm_room(&all[i]) > most)
            most = gemm_room(&all[i]);
    layer->scratch = alloc_zero(most, sizeof(float), "a dense layer", err);
    return layer->scratch ? PARE_OK : PARE_ENOMEM;
}

static void forward(struct layer *layer, const struct layer_pass *pass)
{
    struct gemm g = forward_product(layer, pass->n);

    g.a = pass->x;
    g.b = pass->weight->value;
    g.bias = pass->bias->value;
    g.c = pass->y;
    g.room = layer->scratch;
    gemm(pass->pool, &g);
}

static void backward(struct layer *layer, const struct layer_pass *pass)
{
    size_t units = layer->desc.units;

    if (pass->want_weight) {
        struct gemm g = weight_product(layer, pass->n);

        g.a = pass->dy;
        g.b = pass->x;
        g.c = pass->weight->grad;
        g.room = layer->scratch;
        gemm(pass->pool, &g);
    }
    if (pass->want_bias) {
        const float *dy = pass->dy;
        float *grad = pass->bias->grad;

        memset(grad, 0, units * sizeof *grad);
        for (size_t i = 0; i < pass->n; i++, dy += units)
            for (size_t j = 0; j < units; j++)
                grad[j] += dy[j];
    }
    if (pass->dx) {
        struct gemm g = input_product(layer, pass->n);

        g.a = pass->dy;
        g.b = pass->weight->value;
        g.c = pass->dx;
        g.room = layer->scratch;
        gemm(pass->pool, &g);
    }
}

static size_t macs(const struct layer *layer)
{
    return layer_size(layer->in) * layer->desc.units;
}

const struct layer_ops layer_dense = {.word = "dense",
                                      .shape = shape,
                                      .reserve = reserve,
                                      .forward = forward,
                                      .backward = backward,
                                      .release = release,
                                      .macs = macs};
