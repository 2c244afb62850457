/* SPDX-License-Identifier: Apache-2.0 */

/* Convolution (cross-correlation) with zero padding, as a matrix product of the
 * weights with the patches of one image at a time, so that patches stay in the
 * cache. Images are dealt in a fixed number of chunks; each chunk sums its own
 * gradients and the chunks are added in order, whatever the number of threads. */

#include "base/alloc.h"
#include "net/layer.h"
#include <stdlib.h>
#include <string.h>

enum { CHUNKS = 8, KERNEL_MAX = 1024, PATCHES_MAX = 1 << 26 };

/* One layer's sizes: an image is [channels][height][width], a patch matrix is
 * [taps][places], the output [units][places]. */
struct geometry {
    size_t channels, height, width, units, kernel, stride, pad, out_height, out_width;
    size_t taps, places;
};

struct scratch {
    float *patches; /* [CHUNKS][taps][places], of the input and then of its gradient */
    float *weight;  /* [CHUNKS][units][taps]: gradients */
    float *bias;    /* [CHUNKS][units] */
    float *room;    /* [CHUNKS][room_size]: of products */
    size_t room_size;
};

struct work {
    struct geometry g;
    const struct scratch *scratch;
    const struct layer_pass *pass;
    size_t chunks;
};

static struct geometry geometry_of(const struct layer *layer)
{
    return (struct geometry){
        .channels = layer->in[0],
        .height = layer->in[1],
        .width = layer->in[2],
        .units = layer->desc.units,
        .kernel = layer->desc.kernel,
        .stride = layer->desc.stride,
        .pad = layer->desc.pad,
        .out_height = layer->out[1],
        .out_width = layer->out[2],
        .taps = layer->in[0] * layer->desc.kernel * layer->desc.kernel,
        .places = layer->out[1] * layer->out[2],
    };
}

static int shape(struct layer *layer, struct pare_param *weight, struct pare_param *bias,
                 struct pare_error *err)
{
    const struct layer_desc *d = &layer->desc;
    size_t shorter = layer->in[1] < layer->in[2] ? layer->in[1] : layer->in[2];

    if (d->units < 1 || d->units > NET_SAMPLE_MAX)
        return pare_fail(err, PARE_EUSER, "%zu channels; a layer has 1 to %d", d->units,
                         NET_SAMPLE_MAX);
    if (d->stride < 1 || d->stride > NET_SAMPLE_MAX)
        return pare_fail(err, PARE_EUSER, "a stride of %zu; it must be 1 or more", d->stride);
    if (d->kernel < 1 || d->kernel > KERNEL_MAX)
        return pare_fail(err, PARE_EUSER, "a kernel of %zu; it must be 1 to %d", d->kernel,
                         KERNEL_MAX);
    if (d->pad >= d->kernel)
        return pare_fail(err, PARE_EUSER,
                         "a kernel of %zu with padding %zu; the padding must be smaller", d->kernel,
                         d->pad);
    if (d->kernel > shorter + 2 * d->pad)
        return pare_fail(err, PARE_EUSER,
                         "a kernel of %zu does not fit its input of %zu x %zu with padding %zu",
                         d->kernel, layer->in[1], layer->in[2], d->pad);
    layer->out[0] = d->units;
    layer->out[1] = (layer->in[1] + 2 * d->pad - d->kernel) / d->stride + 1;
    layer->out[2] = (layer->in[2] + 2 * d->pad - d->kernel) / d->stride + 1;
    if (layer->in[0] * d->kernel * d->kernel > PATCHES_MAX / layer->out[1] / layer->out[2])
        return pare_fail(err, PARE_EUSER, "more than %d patch values an image", PATCHES_MAX);
    *weight =
        (struct pare_param){.rank = 4, .shape = {d->units, layer->in[0], d->kernel, d->kernel}};
    *bias = (struct pare_param){.rank = 1, .shape = {d->units}};
    return PARE_OK;
}

static void release(struct layer *layer)
{
    struct scratch *s = layer->scratch;

    if (!s)
        return;
    free(s->patches);
    free(s->weight);
    free(s->bias);
    free(s->room);
    free(s);
    layer->scratch = NULL;
}

/* The three products of one image, all but their matrices. */

static struct gemm forward_product(const struct geometry *g)
{
    return (struct gemm){.m = g->units, .n = g->places, .k = g->taps, .add = true};
}

static struct gemm weight_product(const struct geometry *g)
{
    return (struct gemm){.trans_b = true, .m = g->units, .n = g->taps, .k = g->places};
}

static struct gemm input_product(const struct geometry *g)
{
    return (struct gemm){.trans_a = true, .m = g->taps, .n = g->places, .k = g->units};
}

static size_t room_of(const struct geometry *g)
{
    const struct gemm all[] = {forward_product(g), weight_product(g), input_product(g)};
    size_t most = 0;

    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (gemm_room(&all[i]) > most)
            most = gemm_room(&all[i]);
    return most;
}

static int reserve(struct layer *layer, size_t n, struct pare_error *err)
{
    struct geometry g = geometry_of(layer);
    struct scratch *s = layer->scratch;

    (void)n; /* the room does not depend on it */
    if (s)
        return PARE_OK;
    layer->scratch = s = alloc_zero(1, sizeof *s, "convolution", err);
    if (!s)
        return PARE_ENOMEM;
    s->patches = alloc_zero(CHUNKS * g.taps, g.places * sizeof(float), "patches", err);
    s->weight = alloc_zero(CHUNKS * g.units, g.taps * sizeof(float), "gradients", err);
    s->bias = alloc_zero(CHUNKS, g.units * sizeof(float), "gradients", err);
    s->room_size = room_of(&g);
    s->room = alloc_zero(CHUNKS * s->room_size, sizeof *s->room, "convolution", err);
    if (s->patches && s->weight && s->bias && s->room)
        return PARE_OK;
    release(layer);
    return PARE_ENOMEM;
}

/* Outputs first..last-1 of a row are those whose tap lies inside of an input of
 * the given length; outside is padding. A division costs as much as a short row,
 * so there is none for the usual stride. */
static void inside(size_t tap, size_t length, size_t out, const struct geometry *g, size_t *first,
                   size_t *last)
{
    *first = tap >= g->pad ? 0 : g->pad - tap;
    *last = length + g->pad > tap ? length + g->pad - tap : 0;
    if (g->stride > 1) {
        *first = (*first + g->stride - 1) / g->stride;
        *last = (*last + g->stride - 1) / g->stride;
    }
    if (*last > out)
        *last = out;
    if (*first > *last)
        *first = *last;
}

/* Rows of patches are short: pieces of a fixed size are copied without a call. */
static inline void copy_row(float *restrict to, const float *restrict from, size_t n)
{
    size_t i = 0;

    for (; i + 8 <= n; i += 8)
        memcpy(to + i, from + i, 8 * sizeof *to);
    if (i + 4 <= n) {
        memcpy(to + i, from + i, 4 * sizeof *to);
        i += 4;
    }
    for (; i < n; i++)
        to[i] = from[i];
}

/* One row of the patch matrix: the inputs that one tap sees, [out_height][out_width]. */
static void gather(const struct geometry *g, const float *plane, size_t ky, size_t kx, float *row)
{
    size_t first_y, last_y, first, last;

    inside(ky, g->height, g->out_height, g, &first_y, &last_y);
    inside(kx, g->width, g->out_width, g, &first, &last);
    for (size_t y = 0; y < g->out_height; y++, row += g->out_width) {
        const float *from;

        if (y < first_y || y >= last_y || first == last) {
            memset(row, 0, g->out_width * sizeof *row);
            continue;
        }
        from = plane + (y * g->stride + ky - g->pad) * g->width + (first * g->stride + kx - g->pad);
        for (size_t x = 0; x < first; x++)
            row[x] = 0.0F;
        for (size_t x = last; x < g->out_width; x++)
            row[x] = 0.0F;
        if (g->stride == 1)
            copy_row(row + first, from, last - first);
        else
            for (size_t x = first; x < last; x++)
                row[x] = from[(x - first) * g->stride];
    }
}

/* The transpose of gather: adds a row's gradients to the inputs they came from. */
static void scatter(const struct geometry *g, const float *row, size_t ky, size_t kx, float *plane)
{
    size_t first_y, last_y, first, last, n, stride = g->stride;

    inside(ky, g->height, g->out_height, g, &first_y, &last_y);
    inside(kx, g->width, g->out_width, g, &first, &last);
    if (first == last)
        return;
    n = last - first;
    for (size_t y = first_y; y < last_y; y++) {
        float *restrict to =
            plane + (y * g->stride + ky - g->pad) * g->width + (first * g->stride + kx - g->pad);
        const float *restrict from = row + y * g->out_width + first;

        if (stride == 1)
            for (size_t x = 0; x < n; x++)
                to[x] += from[x];
        else
            for (size_t x = 0; x < n; x++)
                to[x * stride] += from[x];
    }
}

static void gather_all(const struct geometry *g, const float *image, float *patches)
{
    for (size_t c = 0; c < g->channels; c++)
        for (size_t ky = 0; ky < g->kernel; ky++)
            for (size_t kx = 0; kx < g->kernel; kx++, patches += g->places)
                gather(g, image + c * g->height * g->width, ky, kx, patches);
}

static void scatter_all(const struct geometry *g, const float *patches, float *image)
{
    memset(image, 0, g->channels * g->height * g->width * sizeof *image);
    for (size_t c = 0; c < g->channels; c++)
        for (size_t ky = 0; ky < g->kernel; ky++)
            for (size_t kx = 0; kx < g->kernel; kx++, patches += g->places)
                scatter(g, patches, ky, kx, image + c * g->height * g->width);
}

static void forward_chunk(void *context, size_t chunk)
{
    const struct work *w = context;
    const struct geometry *g = &w->g;
    const struct layer_pass *pass = w->pass;
    size_t last = pool_bound(pass->n, w->chunks, chunk + 1);
    float *patches = w->scratch->patches + chunk * g->taps * g->places;
    struct gemm product = forward_product(g);

    product.room = w->scratch->room + chunk * w->scratch->room_size;
    for (size_t i = pool_bound(pass->n, w->chunks, chunk); i < last; i++) {
        float *y = pass->y + i * g->units * g->places;

        gather_all(g, pass->x + i * g->channels * g->height * g->width, patches);
        for (size_t u = 0; u < g->units; u++)
            for (size_t k = 0; k < g->places; k++)
                y[u * g->places + k] = pass->bias->value[u];
        product.a = pass->weight->value;
        product.b = patches;
        product.c = y;
        gemm(NULL, &product);
    }
}

static struct work work_of(const struct layer *layer, const struct layer_pass *pass)
{
    return (struct work){.g = geometry_of(layer),
                         .scratch = layer->scratch,
                         .pass = pass,
                         .chunks = pass->n < CHUNKS ? pass->n : CHUNKS};
}

static void forward(struct layer *layer, const struct layer_pass *pass)
{
    struct work w = work_of(layer, pass);

    pool_run(pass->pool, w.chunks, forward_chunk, &w);
}

/* Eight running sums, added up at the end: fast, and the same everywhere. */
static float sum_of(const float *v, size_t n)
{
    float lane[8] = {0};
    size_t i = 0;

    for (; i + 8 <= n; i += 8)
        for (size_t k = 0; k < 8; k++)
            lane[k] += v[i + k];
    for (; i < n; i++)
        lane[i % 8] += v[i];
    return ((lane[0] + lane[1]) + (lane[2] + lane[3])) +
           ((lane[4] + lane[5]) + (lane[6] + lane[7]));
}

static void backward_chunk(void *context, size_t chunk)
{
    const struct work *w = context;
    const struct geometry *g = &w->g;
    const struct layer_pass *pass = w->pass;
    size_t first = pool_bound(pass->n, w->chunks, chunk);
    size_t last = pool_bound(pass->n, w->chunks, chunk + 1);
    size_t image = g->channels * g->height * g->width;
    float *patches = w->scratch->patches + chunk * g->taps * g->places;
    float *weight = w->scratch->weight + chunk * g->units * g->taps;
    float *bias = w->scratch->bias + chunk * g->units;
    struct gemm by_weight = weight_product(g), by_input = input_product(g);

    by_weight.room = by_input.room = w->scratch->room + chunk * w->scratch->room_size;
    memset(bias, 0, g->units * sizeof *bias);
    for (size_t i = first; i < last; i++) {
        const float *dy = pass->dy + i * g->units * g->places;

        if (pass->want_weight) {
            gather_all(g, pass->x + i * image, patches);
            by_weight.a = dy;
            by_weight.b = patches;
            by_weight.c = weight;
            by_weight.add = i > first;
            gemm(NULL, &by_weight);
        }
        for (size_t u = 0; pass->want_bias && u < g->units; u++)
            bias[u] += sum_of(dy + u * g->places, g->places);
        if (pass->dx) {
            by_input.a = pass->weight->value;
            by_input.b = dy;
            by_input.c = patches;
            gemm(NULL, &by_input);
            scatter_all(g, patches, pass->dx + i * image);
        }
    }
}

/* total [n] = the sum of the chunks' [n], in their order. */
static void add_chunks(const float *part, size_t chunks, size_t n, float *total)
{
    memcpy(total, part, n * sizeof *total);
    for (size_t c = 1; c < chunks; c++)
        for (size_t i = 0; i < n; i++)
            total[i] += part[c * n + i];
}

static void backward(struct layer *layer, const struct layer_pass *pass)
{
    struct work w = work_of(layer, pass);

    pool_run(pass->pool, w.chunks, backward_chunk, &w);
    if (pass->want_weight)
        add_chunks(w.scratch->weight, w.chunks, w.g.units * w.g.taps, pass->weight->grad);
    if (pass->want_bias)
        add_chunks(w.scratch->bias, w.chunks, w.g.units, pass->bias->grad);
}

static size_t macs(const struct layer *layer)
{
    struct geometry g = geometry_of(layer);

    return g.units * g.taps * g.places;
}

const struct layer_ops layer_conv = {.word = "conv",
                                     .shape = shape,
                                     .reserve = reserve,
                                     .forward = forward,
                                     .backward = backward,
                                     .release = release,
                                     .macs = macs};
