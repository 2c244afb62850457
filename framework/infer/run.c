/* SPDX-License-Identifier: Apache-2.0 */
/* Running the steps. One sample goes through them alone, in two buffers in turn. Of
 * many, convolutions and pools do the same, and dense layers take a tile of samples
 * that lies sideways, [input][sample], so that one kept weight serves a vector. */

#include "infer/step.h"
#include "net/layer.h"
#include <assert.h>
#include <string.h>

/* One part's room. */
struct scratch {
    float *turn[2]; /* one sample's activations */
    float *padded;  /* a convolution's input */
    float *plane;   /* one of its outputs, as wide as the input */
    float *room;    /* of the look-up */
    float *tile[2]; /* a tile's activations */
};

static struct scratch scratch_of(const struct infer *m, size_t part)
{
    float *at = m->scratch + part * m->scratch_size;
    struct scratch s;

    s.room = at; /* whole vectors come first */
    s.tile[0] = s.room + m->room;
    s.tile[1] = s.tile[0] + m->tile * m->widest;
    s.turn[0] = s.tile[1] + m->tile * m->widest;
    s.turn[1] = s.turn[0] + m->widest;
    s.padded = s.turn[1] + m->widest;
    s.plane = s.padded + m->padded;
    return s;
}

static const float *pad(const struct step *s, const float *x, float *padded)
{
    size_t width = s->in[2] + 2 * s->pad, size = (s->in[1] + 2 * s->pad) * width;

    if (s->pad > 0)
        memset(padded, 0, s->in[0] * size * sizeof *padded);
    for (size_t c = 0; c < s->in[0]; c++)
        for (size_t row = 0; row < s->in[1]; row++)
            memcpy(padded + c * size + (row + s->pad) * width + s->pad,
                   x + (c * s->in[1] + row) * s->in[2], s->in[2] * sizeof *x);
    return padded;
}

/* How an output of a convolution is computed, as if its stride were 1: row by row, or
 * as one long row that runs on over the ends of rows, where that takes fewer vectors. */
static struct infer_plane plane_of(const struct step *s, size_t lanes, const float *x, float *y)
{
    size_t pitch = s->in[2] + 2 * s->pad, height = (s->out[1] - 1) * s->stride + 1;
    size_t width = (s->out[2] - 1) * s->stride + 1, length = (height - 1) * pitch + width;
    size_t vectors = (width + lanes - 1) / lanes;
    struct infer_plane p = {.weights = &s->rows, .offset = s->offset, .x = x, .y = y};

    if ((length + lanes - 1) / lanes < height * vectors) {
        p.height = 1;
        p.width = length;
        p.y_pitch = pitch;
    } else {
        p.height = height;
        p.width = width;
        p.y_pitch = vectors * lanes;
    }
    p.pitch = pitch;
    return p;
}

static void rectify(float *y, size_t n, bool relu)
{
    for (size_t i = 0; i < n && relu; i++)
        y[i] = y[i] < 0.0F ? 0.0F : y[i];
}

static bool is_pool2(const struct step *s)
{
    return s->kind == LAYER_MAXPOOL && s->kernel == 2 && s->stride == 2;
}

/* With the pool that follows; pool: NULL: none. A ReLU may as well come last, because
 * it changes no order. */
static void conv(const struct infer *m, const struct step *s, const struct step *pool,
                 const float *x, float *plane, float *y)
{
    struct infer_plane p = plane_of(s, m->kernels->plane_lanes, x, plane);
    const struct step *end = pool ? pool : s;
    size_t out = end->out[1] * end->out[2];

    for (p.unit = 0; p.unit < s->out[0]; p.unit++, y += out) {
        m->kernels->plane(&p);
        if (pool)
            m->kernels->pool2(plane, p.y_pitch, pool->out[1], pool->out[2], y);
        for (size_t i = 0; i < out && !pool; i++)
            y[i] = plane[i / s->out[2] * s->stride * p.y_pitch + i % s->out[2] * s->stride];
        rectify(y, out, s->relu || end->relu);
    }
}

static inline void larger_ones(const float *restrict from, size_t stride, size_t n,
                               float *restrict best)
{
    for (size_t i = 0; i < n; i++)
        best[i] = from[i * stride] > best[i] ? from[i * stride] : best[i];
}

static inline void add_all(const float *restrict from, size_t stride, size_t n, float *restrict sum)
{
    for (size_t i = 0; i < n; i++)
        sum[i] += from[i * stride];
}

/* y: a row of outputs. Windows' places one after another, as in net/layer_pool.c. */
static void pool_row(const struct step *s, const float *window, float *y)
{
    size_t n = s->out[2], places = s->kernel * s->kernel;
    float share = (float)(1.0 / ((double)s->kernel * (double)s->kernel));

    for (size_t i = 0; i < n; i++)
        y[i] = s->kind == LAYER_MAXPOOL ? window[i * s->stride] : 0.0F;
    for (size_t k = 0; k < places; k++) {
        const float *from = window + k / s->kernel * s->in[2] + k % s->kernel;
        if (s->kind == LAYER_AVGPOOL)
            add_all(from, s->stride, n, y);
        else if (s->stride == 2) /* the usual one, with a constant */
            larger_ones(from, 2, n, y);
        else
            larger_ones(from, s->stride, n, y);
    }
    for (size_t i = 0; i < n && s->kind == LAYER_AVGPOOL; i++)
        y[i] *= share;
    rectify(y, n, s->relu);
}

static void pool(const struct step *s, const float *x, float *y)
{
    for (size_t c = 0; c < s->in[0]; c++, x += s->in[1] * s->in[2])
        for (size_t row = 0; row < s->out[1]; row++, y += s->out[2])
            pool_row(s, x + row * s->stride * s->in[2], y);
}

static void dense(const struct infer *m, const struct step *s, const float *x, float *room,
                  float *y)
{
    if (s->packed.groups > 0)
        m->kernels->packed(&s->packed, x, room, y);
    else
        m->kernels->one(&s->rows, x, y);
}

/* One sample through steps first..last-1, from x to y; y NULL: into the scratch. Nobody
 * may look past the end of x; past that of y may be written. Where the outputs are. */
static const float *run_one(const struct infer *m, const struct scratch *r, size_t first,
                            size_t last, const float *x, float *y)
{
    const float *from = x;

    for (size_t i = first, next; i < last; i = next) {
        const struct step *s = &m->step[i];
        bool pooled = s->kind == LAYER_CONV && s->stride == 1 && i + 1 < last && is_pool2(s + 1);
        next = i + 1 + pooled;
        float *to = next == last && y ? y : from == r->turn[0] ? r->turn[1] : r->turn[0];
        if (s->kind == LAYER_DENSE) {
            dense(m, s, from, r->room, to);
        } else if (s->kind == LAYER_CONV) {
            if (s->pad > 0 || i == first)
                from = pad(s, from, r->padded);
            conv(m, s, pooled ? s + 1 : NULL, from, r->plane, to);
        } else if (s->kind == LAYER_RELU) {
            memcpy(to, from, layer_size(s->in) * sizeof *to);
            rectify(to, layer_size(s->in), true);
        } else {
            pool(s, from, to);
        }
        from = to;
    }
    return from;
}

/* Steps from first on that take samples one by one. */
static size_t singles(const struct infer *m, size_t first)
{
    while (first < m->steps && m->step[first].kind != LAYER_DENSE)
        first++;
    return first;
}

/* At most a tile of samples through all steps. */
static void run_tile(const struct infer *m, const struct scratch *r, const float *x, size_t n,
                     float *logits)
{
    size_t tile = m->tile, classes = m->file.net->classes, next;
    const float *from = x;
    bool sideways = false;
    float *to = r->tile[0];

    for (size_t i = 0; i < m->steps; i = next) {
        const struct step *s = &m->step[i];
        size_t in = layer_size(s->in);
        bool wanted = s->kind == LAYER_DENSE;
        if (wanted && !sideways) {
            if (n < tile) /* what is not there is 0 */
                memset(to, 0, in * tile * sizeof *to);
            m->kernels->turn(n, in, from, to, tile);
        } else if (!wanted && sideways) {
            m->kernels->turn(in, tile, from, to, in);
        }
        if (wanted != sideways) {
            from = to;
            to = from == r->tile[0] ? r->tile[1] : r->tile[0];
        }
        sideways = wanted;
        next = wanted ? i + 1 : singles(m, i);
        if (wanted)
            m->kernels->many(&s->rows, from, to);
        for (size_t k = 0; k < n && !wanted; k++)
            run_one(m, r, i, next, from + k * in, to + k * layer_size(m->step[next - 1].out));
        from = to;
        to = from == r->tile[0] ? r->tile[1] : r->tile[0];
    }
    if (sideways) {
        m->kernels->turn(classes, tile, from, to, classes);
        from = to;
    }
    memcpy(logits, from, n * classes * sizeof *logits);
}

struct work {
    const struct infer *m;
    const float *x;
    size_t n, chunks, parts; /* a chunk: a tile, or one sample */
};

static void run_part(void *context, size_t part)
{
    const struct work *w = context;
    const struct infer *m = w->m;
    struct scratch r = scratch_of(m, part);
    size_t last = pool_bound(w->chunks, w->parts, part + 1), chunk = m->tile > 0 ? m->tile : 1;
    size_t in = layer_size(m->file.net->input), classes = m->file.net->classes;

    for (size_t c = pool_bound(w->chunks, w->parts, part); c < last; c++) {
        size_t first = c * chunk, n = w->n - first < chunk ? w->n - first : chunk;
        const float *x = w->x + first * in;
        float *logits = m->logits + first * classes;
        if (m->tile > 0)
            run_tile(m, &r, x, n, logits);
        else
            memcpy(logits, run_one(m, &r, 0, m->steps, x, NULL), classes * sizeof *logits);
    }
}

const float *infer_forward(struct infer *m, struct pool *threads, const float *x, size_t n)
{
    struct work w = {.m = m, .x = x, .n = n};

    assert(n <= m->batch);
    if (m->engine == INFER_DENSE)
        return net_forward(m->file.net, threads, x, n, NULL);
    w.chunks = m->tile > 0 ? (n + m->tile - 1) / m->tile : n;
    w.parts = w.chunks < m->parts ? w.chunks : m->parts;
    pool_run(threads, w.parts, run_part, &w);
    return m->logits;
}
