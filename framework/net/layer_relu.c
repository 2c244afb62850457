/* SPDX-License-Identifier: Apache-2.0 */

/* ReLU: y = max(x, 0). Its slope is read from the output, so that it can work in
 * place; a dropout in place after it changes no sign where a gradient arrives. */

#include "net/layer.h"
#include <string.h>

static int shape(struct layer *layer, struct pare_param *weight, struct pare_param *bias,
                 struct pare_error *err)
{
    (void)weight, (void)bias, (void)err;
    memcpy(layer->out, layer->in, sizeof layer->out);
    return PARE_OK;
}

/* In place, one pointer: two to the same memory would keep the compiler from using
 * vectors. Written so that NaN stays NaN and is seen in the loss. */
static void forward(struct layer *layer, const struct layer_pass *pass)
{
    size_t n = pass->n * layer_size(layer->in);
    float *y = pass->y;

    if (y != pass->x)
        memcpy(y, pass->x, n * sizeof *y);
    for (size_t i = 0; i < n; i++)
        y[i] = y[i] < 0.0F ? 0.0F : y[i];
}

static void backward(struct layer *layer, const struct layer_pass *pass)
{
    size_t n = pass->n * layer_size(layer->in);
    const float *y = pass->y;
    float *dx = pass->dx;

    if (!dx)
        return;
    if (dx != pass->dy)
        memcpy(dx, pass->dy, n * sizeof *dx);
    for (size_t i = 0; i < n; i++)
        dx[i] = y[i] > 0.0F ? dx[i] : 0.0F;
}

const struct layer_ops layer_relu = {
    .word = "relu", .shape = shape, .forward = forward, .backward = backward, .in_place = true};
