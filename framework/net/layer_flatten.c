/* SPDX-License-Identifier: Apache-2.0 */

/* Flatten: the same values as one row. Always in place, so there is nothing to
 * compute. */

#include "net/layer.h"

static int shape(struct layer *layer, struct pare_param *weight, struct pare_param *bias,
                 struct pare_error *err)
{
    (void)weight, (void)bias, (void)err;
    layer->out[0] = layer_size(layer->in);
    layer->out[1] = layer->out[2] = 1;
    return PARE_OK;
}

static void nothing(struct layer *layer, const struct layer_pass *pass)
{
    (void)layer, (void)pass;
}

const struct layer_ops layer_flatten = {
    .word = "flatten", .shape = shape, .forward = nothing, .backward = nothing, .in_place = true};
