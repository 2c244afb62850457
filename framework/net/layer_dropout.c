/* SPDX-License-Identifier: Apache-2.0 */

/* Dropout (Srivastava 2014), inverted: while training a share rate of the inputs
 * becomes 0 and the rest grows by 1/(1-rate); otherwise nothing happens. The
 * mask is kept as the random words it was drawn from. */

#include "base/alloc.h"
#include "net/layer.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct mask {
    bool active;    /* in the last forward pass */
    uint32_t below; /* an input is dropped where its word is below this */
    float scale;
    uint32_t word[];
};

static int shape(struct layer *layer, struct pare_param *weight, struct pare_param *bias,
                 struct pare_error *err)
{
    (void)weight, (void)bias;
    if (!(layer->desc.rate >= 0.0 && layer->desc.rate < 1.0))
        return pare_fail(err, PARE_EUSER, "a rate of %g is outside 0 <= rate < 1",
                         layer->desc.rate);
    memcpy(layer->out, layer->in, sizeof layer->out);
    return PARE_OK;
}

static void release(struct layer *layer)
{
    free(layer->scratch);
    layer->scratch = NULL;
}

static int reserve(struct layer *layer, size_t n, struct pare_error *err)
{
    size_t words = layer_size(layer->in) * n;
    size_t head = sizeof(struct mask) / sizeof(uint32_t);

    release(layer);
    layer->scratch = alloc_zero(head + words, sizeof(uint32_t), "dropout mask", err);
    return layer->scratch ? PARE_OK : PARE_ENOMEM;
}

static void apply(const struct mask *mask, size_t n, float *v)
{
    const uint32_t *word = mask->word, below = mask->below;
    float scale = mask->scale;

    for (size_t i = 0; i < n; i++)
        v[i] = word[i] < below ? 0.0F : v[i] * scale;
}

static void forward(struct layer *layer, const struct layer_pass *pass)
{
    struct mask *mask = layer->scratch;
    size_t n = pass->n * layer_size(layer->in);

    if (pass->y != pass->x)
        memcpy(pass->y, pass->x, n * sizeof *pass->y);
    mask->active = pass->dropout && layer->rate > 0.0;
    if (!mask->active)
        return;
    mask->below = (uint32_t)(layer->rate * 4294967296.0);
    mask->scale = (float)(1.0 / (1.0 - layer->rate));
    pare_rng_fill(pass->dropout, mask->word, n);
    apply(mask, n, pass->y);
}

static void backward(struct layer *layer, const struct layer_pass *pass)
{
    const struct mask *mask = layer->scratch;
    size_t n = pass->n * layer_size(layer->in);

    if (!pass->dx)
        return;
    if (pass->dx != pass->dy)
        memcpy(pass->dx, pass->dy, n * sizeof *pass->dx);
    if (mask->active)
        apply(mask, n, pass->dx);
}

const struct layer_ops layer_dropout = {.word = "dropout",
                                        .shape = shape,
                                        .reserve = reserve,
                                        .forward = forward,
                                        .backward = backward,
                                        .release = release,
                                        .in_place = true};
