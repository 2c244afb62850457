/* SPDX-License-Identifier: Apache-2.0 */

/* Max and average pooling over square windows without padding; a window that does
 * not fit is left out. Of equal largest inputs the first in reading order gets
 * the gradient. The planes of a batch are dealt in a fixed number of parts. */

#include "base/alloc.h"
#include "net/layer.h"
#include <stdlib.h>
#include <string.h>

enum { PARTS = 16 };

struct work {
    const struct layer *layer;
    const struct layer_pass *pass;
    size_t planes, parts;
};

static int shape(struct layer *layer, struct pare_param *weight, struct pare_param *bias,
                 struct pare_error *err)
{
    const struct layer_desc *d = &layer->desc;
    size_t shorter = layer->in[1] < layer->in[2] ? layer->in[1] : layer->in[2];

    (void)weight, (void)bias;
    if (d->kernel < 1 || d->kernel > shorter)
        return pare_fail(err, PARE_EUSER, "a window of %zu does not fit its input of %zu x %zu",
                         d->kernel, layer->in[1], layer->in[2]);
    if (d->stride < 1 || d->stride > NET_SAMPLE_MAX)
        return pare_fail(err, PARE_EUSER, "a stride of %zu; it must be 1 or more", d->stride);
    layer->out[0] = layer->in[0];
    layer->out[1] = (layer->in[1] - d->kernel) / d->stride + 1;
    layer->out[2] = (layer->in[2] - d->kernel) / d->stride + 1;
    return PARE_OK;
}

static void run(struct layer *layer, const struct layer_pass *pass, void (*part)(void *, size_t))
{
    struct work w = {.layer = layer, .pass = pass, .planes = pass->n * layer->in[0]};

    w.parts = w.planes < PARTS ? w.planes : PARTS;
    pool_run(pass->pool, w.parts, part, &w);
}

/* max: scratch holds, for every output, where in its plane its input stands. */

static void max_release(struct layer *layer)
{
    free(layer->scratch);
    layer->scratch = NULL;
}

static int max_reserve(struct layer *layer, size_t n, struct pare_error *err)
{
    max_release(layer);
    layer->scratch =
        alloc_zero(n, layer_size(layer->out) * sizeof(uint32_t), "pooling positions", err);
    return layer->scratch ? PARE_OK : PARE_ENOMEM;
}

/* What one place of the windows adds to a row of outputs; no branches, so that it
 * becomes vector code. from: the first output's input, at plane position start. */
static inline void max_place(const float *restrict from, size_t start, size_t stride, size_t n,
                             float *restrict best, uint32_t *restrict at)
{
    for (size_t x = 0; x < n; x++) {
        float v = from[x * stride], old = best[x];
        uint32_t take = 0U - (uint32_t)(v > old); /* all bits or none */

        best[x] = v > old ? v : old;
        at[x] = ((uint32_t)(start + x * stride) & take) | (at[x] & ~take);
    }
}

static void max_row(const struct layer *layer, const float *plane, size_t y, float *best,
                    uint32_t *at)
{
    size_t kernel = layer->desc.kernel, stride = layer->desc.stride;
    size_t width = layer->in[2], out = layer->out[2];

    for (size_t x = 0; x < out; x++) {
        at[x] = (uint32_t)(y * stride * width + x * stride);
        best[x] = plane[at[x]];
    }
    for (size_t k = 1; k < kernel * kernel; k++) {
        size_t start = (y * stride + k / kernel) * width + k % kernel;

        if (stride == 2) /* the usual one, with a constant */
            max_place(plane + start, start, 2, out, best, at);
        else
            max_place(plane + start, start, stride, out, best, at);
    }
}

static void max_forward_part(void *context, size_t i)
{
    const struct work *w = context;
    const struct layer *layer = w->layer;
    size_t in = layer->in[1] * layer->in[2], out = layer->out[1] * layer->out[2];
    size_t last = pool_bound(w->planes, w->parts, i + 1);

    for (size_t p = pool_bound(w->planes, w->parts, i); p < last; p++)
        for (size_t y = 0; y < layer->out[1]; y++)
            max_row(layer, w->pass->x + p * in, y, w->pass->y + p * out + y * layer->out[2],
                    (uint32_t *)layer->scratch + p * out + y * layer->out[2]);
}

static void max_forward(struct layer *layer, const struct layer_pass *pass)
{
    run(layer, pass, max_forward_part);
}

static void max_backward_part(void *context, size_t i)
{
    const struct work *w = context;
    const struct layer *layer = w->layer;
    size_t in = layer->in[1] * layer->in[2], out = layer->out[1] * layer->out[2];
    size_t last = pool_bound(w->planes, w->parts, i + 1);

    for (size_t p = pool_bound(w->planes, w->parts, i); p < last; p++) {
        const uint32_t *at = (const uint32_t *)layer->scratch + p * out;
        const float *dy = w->pass->dy + p * out;
        float *dx = w->pass->dx + p * in;

        memset(dx, 0, in * sizeof *dx);
        for (size_t k = 0; k < out; k++)
            dx[at[k]] += dy[k];
    }
}

static void max_backward(struct layer *layer, const struct layer_pass *pass)
{
    if (pass->dx)
        run(layer, pass, max_backward_part);
}

static void average_forward_part(void *context, size_t i)
{
    const struct work *w = context;
    const struct layer *layer = w->layer;
    size_t kernel = layer->desc.kernel, stride = layer->desc.stride, width = layer->in[2];
    size_t in = layer->in[1] * width, out = layer->out[1] * layer->out[2];
    size_t last = pool_bound(w->planes, w->parts, i + 1);
    float share = (float)(1.0 / ((double)kernel * (double)kernel));

    for (size_t p = pool_bound(w->planes, w->parts, i); p < last; p++) {
        for (size_t k = 0; k < out; k++) {
            const float *window = w->pass->x + p * in + k / layer->out[2] * stride * width +
                                  k % layer->out[2] * stride;
            float sum = 0.0F;

            for (size_t ky = 0; ky < kernel; ky++)
                for (size_t kx = 0; kx < kernel; kx++)
                    sum += window[ky * width + kx];
            w->pass->y[p * out + k] = sum * share;
        }
    }
}

static void average_forward(struct layer *layer, const struct layer_pass *pass)
{
    run(layer, pass, average_forward_part);
}

static void average_backward_part(void *context, size_t i)
{
    const struct work *w = context;
    const struct layer *layer = w->layer;
    size_t kernel = layer->desc.kernel, stride = layer->desc.stride, width = layer->in[2];
    size_t in = layer->in[1] * width, out = layer->out[1] * layer->out[2];
    size_t last = pool_bound(w->planes, w->parts, i + 1);
    float share = (float)(1.0 / ((double)kernel * (double)kernel));

    for (size_t p = pool_bound(w->planes, w->parts, i); p < last; p++) {
        memset(w->pass->dx + p * in, 0, in * sizeof *w->pass->dx);
        for (size_t k = 0; k < out; k++) {
            float *window = w->pass->dx + p * in + k / layer->out[2] * stride * width +
                            k % layer->out[2] * stride;
            float each = w->pass->dy[p * out + k] * share;

            for (size_t ky = 0; ky < kernel; ky++)
                for (size_t kx = 0; kx < kernel; kx++)
                    window[ky * width + kx] += each;
        }
    }
}

static void average_backward(struct layer *layer, const struct layer_pass *pass)
{
    if (pass->dx)
        run(layer, pass, average_backward_part);
}

const struct layer_ops layer_maxpool = {.word = "maxpool",
                                        .shape = shape,
                                        .reserve = max_reserve,
                                        .forward = max_forward,
                                        .backward = max_backward,
                                        .release = max_release};
const struct layer_ops layer_avgpool = {
    .word = "avgpool", .shape = shape, .forward = average_forward, .backward = average_backward};
