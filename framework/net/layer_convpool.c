/* SPDX-License-Identifier: Apache-2.0 */

/* A convolution of stride 1 together with the max pooling of 2 x 2 that follows it
 * and a ReLU between the two (which may as well come last, as it keeps order). Only
 * pooled outputs and which of four they came from are kept. At most a quarter of the
 * convolution's outputs have a gradient, so the way back is sums over those alone.
 * Images are dealt in a fixed number of chunks, each of which sums its own gradients;
 * the chunks are added in their order. */

#include "base/alloc.h"
#include "net/convpool.h"
#include "net/kernels/kernels.h"
#include <stdlib.h>
#include <string.h>

enum { CHUNKS = 8, UNIT_PARTS = 8 };

/* An image is [channels][height][width]; with padding it is tall x wide. The
 * convolution gives [units][rows][columns], of which cells are left a unit. */
struct geometry {
    size_t channels, height, width, units, kernel, pad;
    size_t tall, wide, rows, columns, taps, places, cells;
    size_t run, runs; /* what a row of the kernel sees: numbers, whole vectors of them */
    bool relu;
};

/* Memory of one chunk at a time. */
struct space {
    float *shifted;           /* [channels][kernel][tall][columns]: input, by columns */
    float *sums;              /* [places][units] or so: convolution's output */
    float *pixels;            /* [tall][wide][channels]: input */
    float *slopes;            /* the same of its gradient */
    struct kernel_term *term; /* [places][units] */
    uint32_t *count;          /* [places] */
    float *weight;            /* [units][kernel][runs]: gradient */
    float *bias;              /* [units] */
};

struct scratch {
    uint8_t *at;       /* [batch][units][cells] */
    uint32_t *tap_row; /* [taps]: offsets in shifted */
    float *weight;     /* [kernel][units][runs] */
    struct space space[CHUNKS];
};

struct work {
    struct geometry g;
    const struct scratch *scratch;
    const struct layer_pass *pass;
    size_t chunks;
};

static struct geometry geometry_of(const struct layer *layer)
{
    const struct layer_desc *d = &layer->desc;
    struct geometry g = {.channels = layer->in[0],
                         .height = layer->in[1],
                         .width = layer->in[2],
                         .units = d->units,
                         .kernel = d->kernel,
                         .pad = d->pad,
                         .tall = layer->in[1] + 2 * d->pad,
                         .wide = layer->in[2] + 2 * d->pad,
                         .rows = layer->out[1],
                         .columns = layer->out[2],
                         .taps = layer->in[0] * d->kernel * d->kernel,
                         .places = layer->out[1] * layer->out[2],
                         .cells = (layer->out[1] / 2) * (layer->out[2] / 2),
                         .run = layer->in[0] * d->kernel,
                         .relu = layer->joined == 2};

    g.runs = g.run <= 8 ? 8 : (g.run + KERNEL_LANES - 1) / KERNEL_LANES * KERNEL_LANES;
    return g;
}

size_t convpool_joins(const struct layer *layer, size_t layers)
{
    size_t relu = layers > 1 && layer[1].desc.kind == LAYER_RELU;
    const struct layer *pool = layers > 1 + relu ? &layer[1 + relu] : NULL;

    if (layer->desc.kind != LAYER_CONV || layer->desc.stride != 1 || !pool ||
        pool->desc.kind != LAYER_MAXPOOL || pool->desc.kernel != 2 || pool->desc.stride != 2)
        return 0;
    return 1 + relu;
}

static void release(struct layer *layer)
{
    struct scratch *s = layer->scratch;

    if (!s)
        return;
    for (size_t i = 0; i < CHUNKS; i++) {
        free(s->space[i].shifted);
        free(s->space[i].sums);
        free(s->space[i].pixels);
        free(s->space[i].slopes);
        free(s->space[i].term);
        free(s->space[i].count);
        free(s->space[i].weight);
        free(s->space[i].bias);
    }
    free(s->at);
    free(s->tap_row);
    free(s->weight);
    free(s);
    layer->scratch = NULL;
}

static bool make_space(struct space *s, const struct geometry *g, struct pare_error *err)
{
    static const char what[] = "convolution";
    size_t pixels = g->tall * g->wide * g->channels + g->runs + KERNEL_SLACK;

    return (s->shifted = alloc_zero(g->channels * g->kernel * g->tall * g->columns + KERNEL_SLACK,
                                    sizeof(float), what, err)) &&
           (s->sums = alloc_zero(g->units * g->places, sizeof(float), what, err)) &&
           (s->pixels = alloc_zero(pixels, sizeof(float), what, err)) &&
           (s->slopes = alloc_zero(pixels, sizeof(float), what, err)) &&
           (s->term = alloc_zero(g->units * g->places, sizeof *s->term, what, err)) &&
           (s->count = alloc_zero(g->places, sizeof *s->count, what, err)) &&
           (s->weight = alloc_zero(g->units * g->kernel * g->runs, sizeof(float), what, err)) &&
           (s->bias = alloc_zero(g->units, sizeof(float), what, err));
}

static int reserve(struct layer *layer, size_t n, struct pare_error *err)
{
    struct geometry g = geometry_of(layer);
    struct scratch *s;
    size_t tap = 0;
    bool ok;

    release(layer);
    layer->scratch = s = alloc_zero(1, sizeof *s, "convolution", err);
    if (!s)
        return PARE_ENOMEM;
    ok = (s->at = alloc_zero(n, g.units * g.cells, "pooling positions", err)) &&
         (s->tap_row = alloc_zero(g.taps, sizeof *s->tap_row, "convolution", err)) &&
         (s->weight = alloc_zero(g.units * g.kernel * g.runs, sizeof(float), "convolution", err));
    for (size_t i = 0; ok && i < CHUNKS; i++)
        ok = make_space(&s->space[i], &g, err);
    if (!ok) {
        release(layer);
        return PARE_ENOMEM;
    }
    for (size_t c = 0; c < g.channels; c++)
        for (size_t ky = 0; ky < g.kernel; ky++)
            for (size_t kx = 0; kx < g.kernel; kx++)
                s->tap_row[tap++] = (uint32_t)(((c * g.kernel + kx) * g.tall + ky) * g.columns);
    return PARE_OK;
}

/* Rows are short: pieces of a fixed size are copied without a call. */
static inline void copy_row(float *restrict to, const float *restrict from, size_t n)
{
    size_t i = 0;

    for (; i + 8 <= n; i += 8)
        memcpy(to + i, from + i, 8 * sizeof *to);
    for (; i + 4 <= n; i += 4)
        memcpy(to + i, from + i, 4 * sizeof *to);
    for (; i < n; i++)
        to[i] = from[i];
}

/* One row for each shift of an image's row by a column of the kernel. */
static void shift(const struct geometry *g, const float *image, float *to)
{
    for (size_t c = 0; c < g->channels; c++, image += g->height * g->width)
        for (size_t kx = 0; kx < g->kernel; kx++, to += g->tall * g->columns) {
            /* columns before first and from last on lie in the padding, which stays 0 */
            size_t first = kx < g->pad ? g->pad - kx : 0;
            size_t last = g->width + g->pad > kx ? g->width + g->pad - kx : 0;

            if (last > g->columns)
                last = g->columns;
            for (size_t y = 0; y < g->height && first < last; y++)
                copy_row(to + (y + g->pad) * g->columns + first,
                         image + y * g->width + first + kx - g->pad, last - first);
        }
}

static void pool(const struct geometry *g, const float *sums, float *y, uint8_t *at)
{
    const struct kernels *k = kernels_best();
    size_t n = g->units * g->cells;

    if (g->rows % 2 == 0)
        k->pool2(g->units * g->rows, g->columns, sums, y, at);
    else
        for (size_t u = 0; u < g->units; u++)
            k->pool2(g->rows, g->columns, sums + u * g->places, y + u * g->cells,
                     at + u * g->cells);
    for (size_t i = 0; g->relu && i < n; i++)
        y[i] = y[i] < 0.0F ? 0.0F : y[i];
}

static void forward_chunk(void *context, size_t chunk)
{
    const struct work *w = context;
    const struct geometry *g = &w->g;
    const struct layer_pass *pass = w->pass;
    const struct space *s = &w->scratch->space[chunk];
    size_t last = pool_bound(pass->n, w->chunks, chunk + 1), out = g->units * g->cells;
    struct kernel_product product = {.m = g->units,
                                     .n = g->places,
                                     .k = g->taps,
                                     .a = pass->weight->value,
                                     .a_row = g->taps,
                                     .a_column = 1,
                                     .b = s->shifted,
                                     .b_row = w->scratch->tap_row,
                                     .c = s->sums,
                                     .c_row = g->places,
                                     .c_column = 1,
                                     .bias = pass->bias->value};

    for (size_t i = pool_bound(pass->n, w->chunks, chunk); i < last; i++) {
        shift(g, pass->x + i * g->channels * g->height * g->width, s->shifted);
        kernels_best()->product(&product);
        pool(g, s->sums, pass->y + i * out, w->scratch->at + i * out);
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

/* One image on its way back: the gradient of its cells, where each came from. */
struct cells {
    const float *y, *dy;
    const uint8_t *at;
};

/* Adds the image's gradient of the weights and biases. */
static void add_weights(const struct geometry *g, const struct cells *c, const struct space *s)
{
    size_t i = 0;

    for (size_t u = 0; u < g->units; u++) {
        float bias = 0.0F;
        size_t n = 0;

        for (size_t row = 0; row < g->rows / 2; row++)
            for (size_t column = 0; column < g->columns / 2; column++, i++) {
                size_t y = 2 * row + c->at[i] / 2, x = 2 * column + c->at[i] % 2;

                s->term[n] = (struct kernel_term){
                    .offset = (uint32_t)((y * g->wide + x) * g->channels), .factor = c->dy[i]};
                n += !g->relu || c->y[i] > 0.0F; /* else there is no gradient */
            }
        for (size_t k = 0; k < n; k++)
            bias += s->term[k].factor;
        s->bias[u] += bias;
        kernels_best()->sum_runs(g->kernel, g->runs, s->pixels, g->wide * g->channels, s->term, n,
                                 s->weight + u * g->kernel * g->runs);
    }
}

/* The cells with a gradient, by the place they came from: those of place p are
 * count[p] terms from term[p * units] on. */
static void sort_cells(const struct geometry *g, const struct cells *c, const struct space *s)
{
    size_t i = 0;

    memset(s->count, 0, g->places * sizeof *s->count);
    for (size_t u = 0; u < g->units; u++)
        for (size_t row = 0; row < g->rows / 2; row++)
            for (size_t column = 0; column < g->columns / 2; column++, i++) {
                size_t y = 2 * row + c->at[i] / 2, x = 2 * column + c->at[i] % 2;
                size_t place = y * g->columns + x;

                s->term[place * g->units + s->count[place]] =
                    (struct kernel_term){.offset = (uint32_t)(u * g->runs), .factor = c->dy[i]};
                s->count[place] += !g->relu || c->y[i] > 0.0F;
            }
}

/* The image's gradient by its input, as [tall][wide][channels]. weight: w->scratch's. */
static void sum_input(const struct geometry *g, const float *weight, const struct space *s)
{
    memset(s->slopes, 0, g->tall * g->wide * g->channels * sizeof *s->slopes);
    for (size_t ky = 0; ky < g->kernel; ky++, weight += g->units * g->runs)
        for (size_t p = 0; p < g->places; p++) {
            float *to =
                s->slopes + ((p / g->columns + ky) * g->wide + p % g->columns) * g->channels;

            if (s->count[p] > 0)
                kernels_best()->sum_runs(1, g->runs, weight, 0, s->term + p * g->units, s->count[p],
                                         to);
        }
}

/* From [channels][height][width] to the inside of [tall][wide][channels], and back;
 * row by row if that has a border. */

static void to_pixels(const struct geometry *g, const float *image, float *pixels)
{
    size_t rows = g->pad ? g->height : 1, n = g->height * g->width / rows;

    pixels += (g->pad * g->wide + g->pad) * g->channels;
    for (size_t y = 0; y < rows; y++)
        kernels_best()->transpose(g->channels, n, image + y * n, g->height * g->width,
                                  pixels + y * g->wide * g->channels, g->channels, g->channels);
}

static void from_pixels(const struct geometry *g, const float *pixels, float *image)
{
    size_t rows = g->pad ? g->height : 1, n = g->height * g->width / rows;

    pixels += (g->pad * g->wide + g->pad) * g->channels;
    for (size_t y = 0; y < rows; y++)
        kernels_best()->transpose(n, g->channels, pixels + y * g->wide * g->channels, g->channels,
                                  image + y * n, g->height * g->width, n);
}

static void backward_chunk(void *context, size_t chunk)
{
    const struct work *w = context;
    const struct geometry *g = &w->g;
    const struct layer_pass *pass = w->pass;
    const struct space *s = &w->scratch->space[chunk];
    size_t last = pool_bound(pass->n, w->chunks, chunk + 1);
    size_t in = g->channels * g->height * g->width, out = g->units * g->cells;

    memset(s->weight, 0, g->units * g->kernel * g->runs * sizeof *s->weight);
    memset(s->bias, 0, g->units * sizeof *s->bias);
    for (size_t i = pool_bound(pass->n, w->chunks, chunk); i < last; i++) {
        const struct cells c = {
            .y = pass->y + i * out, .dy = pass->dy + i * out, .at = w->scratch->at + i * out};

        if (pass->want_weight || pass->want_bias) {
            to_pixels(g, pass->x + i * in, s->pixels);
            add_weights(g, &c, s);
        }
        if (pass->dx) {
            sort_cells(g, &c, s);
            sum_input(g, w->scratch->weight, s);
            from_pixels(g, s->slopes, pass->dx + i * in);
        }
    }
}

/* [units][channels][kernel][kernel] to [kernel][units][runs]. */
static void turn_weight(const struct geometry *g, const float *value, float *to)
{
    for (size_t u = 0; u < g->units; u++)
        for (size_t c = 0; c < g->channels; c++)
            for (size_t ky = 0; ky < g->kernel; ky++)
                for (size_t kx = 0; kx < g->kernel; kx++)
                    to[(ky * g->units + u) * g->runs + kx * g->channels + c] = *value++;
}

/* Adds the chunks of some units, in order, and brings them into the weights' order. */
static void finish_part(void *context, size_t part)
{
    const struct work *w = context;
    const struct geometry *g = &w->g;
    const struct space *s = w->scratch->space;
    size_t each = g->kernel * g->runs, last = pool_bound(g->units, UNIT_PARTS, part + 1);

    for (size_t u = pool_bound(g->units, UNIT_PARTS, part); u < last; u++) {
        float *restrict sum = s[0].weight + u * each;
        float *grad = w->pass->weight->grad + u * g->taps;

        for (size_t c = 1; c < w->chunks; c++) {
            const float *restrict more = s[c].weight + u * each;

            for (size_t i = 0; i < each; i++)
                sum[i] += more[i];
            s[0].bias[u] += s[c].bias[u];
        }
        if (w->pass->want_bias)
            w->pass->bias->grad[u] = s[0].bias[u];
        if (!w->pass->want_weight)
            continue;
        for (size_t c = 0; c < g->channels; c++)
            for (size_t ky = 0; ky < g->kernel; ky++)
                for (size_t kx = 0; kx < g->kernel; kx++)
                    *grad++ = sum[ky * g->runs + kx * g->channels + c];
    }
}

static void backward(struct layer *layer, const struct layer_pass *pass)
{
    struct work w = work_of(layer, pass);

    if (pass->dx)
        turn_weight(&w.g, pass->weight->value, w.scratch->weight);
    pool_run(pass->pool, w.chunks, backward_chunk, &w);
    if (pass->want_weight || pass->want_bias)
        pool_run(pass->pool, UNIT_PARTS, finish_part, &w);
}

static size_t macs(const struct layer *layer)
{
    struct geometry g = geometry_of(layer);

    return g.units * g.taps * g.places;
}

const struct layer_ops layer_convpool = {.word = "conv",
                                         .reserve = reserve,
                                         .forward = forward,
                                         .backward = backward,
                                         .release = release,
                                         .macs = macs};
