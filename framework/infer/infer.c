/* SPDX-License-Identifier: Apache-2.0 */
/* A file into steps, as its symbols are decoded, and the room to run them in. */

#include "infer/infer.h"

#include "base/alloc.h"
#include "infer/step.h"
#include "net/kernels/kernels.h"
#include "net/layer.h"
#include <stdlib.h>
#include <string.h>

enum { PARTS_MAX = 16 };

/* How many multiply-adds of a dense layer take as long as one with a kept weight; one
 * sample on rows has no vectors. Measured, and rounded to whole numbers. */
enum { COST_KEPT = 3, COST_ROWS = 10 };

/* Up to this part of a tile, samples are faster one by one. */
enum { TILE_PART = 5 };

/* Numbers in a padded input: what no net that means it comes near. */
enum { PADDED_MAX = 1 << 26 };

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

static int conv_offsets(struct infer *m, struct step *s, struct pare_error *err)
{
    size_t height = s->in[1] + 2 * s->pad, width = s->in[2] + 2 * s->pad, n = 0;

    if (height > PADDED_MAX / s->in[0] / width || height > PADDED_MAX / (width + 8))
        return pare_fail(err, PARE_ESTATE,
                         "an input of %zu x %zu x %zu with its padding; the compressed engine "
                         "takes %d numbers at most",
                         s->in[0], height, width, PADDED_MAX);
    m->padded = larger(m->padded, s->in[0] * height * width);
    m->plane = larger(m->plane, height * (width + 8)); /* rows in whole vectors */
    s->offset = alloc_zero(s->in[0], s->kernel * s->kernel * sizeof *s->offset, "taps", err);
    if (!s->offset)
        return PARE_ENOMEM;
    for (size_t c = 0; c < s->in[0]; c++)
        for (size_t ky = 0; ky < s->kernel; ky++)
            for (size_t kx = 0; kx < s->kernel; kx++)
                s->offset[n++] = (uint32_t)((c * height + ky) * width + kx);
    return PARE_OK;
}

static int add_step(struct infer *m, const struct layer *layer, struct pare_error *err)
{
    const struct layer_desc *d = &layer->desc;
    struct step *s = &m->step[m->steps];

    if (d->kind == LAYER_DROPOUT || d->kind == LAYER_FLATTEN)
        return PARE_OK;
    if (d->kind == LAYER_RELU && m->steps > 0) {
        m->step[m->steps - 1].relu = true;
        return PARE_OK;
    }
    *s = (struct step){.kind = d->kind,
                       .kernel = d->kernel,
                       .stride = d->stride,
                       .pad = d->pad,
                       .relu = d->kind == LAYER_RELU,
                       .weight = layer->weight,
                       .bias = layer->bias};
    memcpy(s->in, layer->in, sizeof s->in);
    memcpy(s->out, layer->out, sizeof s->out);
    m->widest = larger(m->widest, larger(layer_size(s->in), layer_size(s->out)));
    m->steps++;
    if (layer->ops->macs)
        m->dense_cost += (double)layer->ops->macs(layer);
    if (d->kind == LAYER_DENSE)
        m->room = larger(m->room, (layer_size(s->in) / PACK_INPUTS + 1) * PACK_PLACES);
    return d->kind == LAYER_CONV ? conv_offsets(m, s, err) : PARE_OK;
}

static int add_steps(struct infer *m, const struct pare_net *net, struct pare_error *err)
{
    int status = PARE_OK;

    m->step = alloc_zero(net->layers, sizeof *m->step, "steps", err);
    if (!m->step)
        return PARE_ENOMEM;
    for (size_t i = 0; i < net->layers && status == PARE_OK; i++)
        status = add_step(m, &net->layer[i], err);
    return status;
}

static double uses(const struct step *s)
{
    return (double)(s->out[1] * s->out[2]); /* of each weight of a convolution */
}

/* After all of the step's weights are there. */
static void add_cost(struct infer *m, const struct step *s)
{
    bool rows = m->tile == 0 && s->kind == LAYER_DENSE && s->packed.groups == 0;

    m->cost += (double)s->rows.kept * (rows ? COST_ROWS : COST_KEPT) * uses(s);
}

static int take_bias(struct infer *m, struct step *s, const struct pare_param *p,
                     const struct symbols *symbols, struct pare_error *err)
{
    int status = step_bias(s, p, symbols, err);

    if (status == PARE_OK && m->tile == 0 && m->kernels->packed && s->kind == LAYER_DENSE)
        status = step_pack(s, err);
    if (status == PARE_OK)
        add_cost(m, s);
    return status;
}

static int take_param(void *context, const struct pare_net *net, size_t index,
                      const struct symbols *symbols, struct pare_error *err)
{
    struct infer *m = context;
    const struct pare_param *p = &net->param[index];
    int status = m->step ? PARE_OK : add_steps(m, net, err);

    for (size_t i = 0; i < m->steps && status == PARE_OK; i++) {
        struct step *s = &m->step[i];
        if (s->weight == index)
            status = step_weight(m, s, p, symbols, err);
        if (s->bias == index)
            status = take_bias(m, s, p, symbols, err);
    }
    if (status == PARE_OK && m->only_if_pays && !infer_pays(m)) /* before the rest is read */
        status = pare_fail(err, PARE_ESTATE, "the dense engine is faster");
    return status;
}

/* What one part of the samples needs; run.c deals it out in this order. */
static int make_room(struct infer *m, struct pare_error *err)
{
    size_t classes = m->file.net->classes;
    size_t parts = m->tile > 0 ? (m->batch + m->tile - 1) / m->tile : m->batch;

    m->widest += INFER_SLACK;
    m->padded += INFER_SLACK;
    m->plane += INFER_SLACK;
    m->scratch_size = 2 * m->widest + m->padded + m->plane + m->room + 2 * m->tile * m->widest;
    m->scratch_size = (m->scratch_size + 15) / 16 * 16;
    m->parts = parts < PARTS_MAX ? parts : PARTS_MAX;
    m->scratch = alloc_zero(m->parts, m->scratch_size * sizeof *m->scratch, "activations", err);
    m->logits = alloc_zero(m->batch, classes * sizeof *m->logits, "logits", err);
    return m->scratch && m->logits ? PARE_OK : PARE_ENOMEM;
}

bool infer_pays(const struct infer *m)
{
    return m->cost <= m->dense_cost;
}

static int open_compressed(struct infer *m, const struct infer_settings *settings,
                           struct pare_error *err)
{
    const struct format_sink sink = {.context = m, .param = take_param};
    int status;

    m->engine = INFER_COMPRESSED;
    m->only_if_pays = settings->engine == INFER_AUTO;
    m->batch = settings->batch;
    m->kernels = infer_kernels_named(settings->kernels);
    if (!m->kernels)
        return pare_fail(err, PARE_EUSER, "no kernels '%s' on this machine", settings->kernels);
    m->tile = m->batch > m->kernels->tile / TILE_PART ? m->kernels->tile : 0;
    status = format_read_symbols(settings->path, &sink, &m->file, err);
    if (status == PARE_OK && !m->step) /* no params */
        status = add_steps(m, m->file.net, err);
    return status == PARE_OK ? make_room(m, err) : status;
}

static int open_dense(struct infer *m, const struct infer_settings *settings,
                      struct pare_error *err)
{
    int status = format_read_path(settings->path, &m->file, err);

    m->engine = INFER_DENSE;
    m->batch = settings->batch;
    return status == PARE_OK ? net_reserve(m->file.net, settings->batch, err) : status;
}

int infer_open(const struct infer_settings *settings, struct infer **out, struct pare_error *err)
{
    struct infer *m = xcalloc(1, sizeof *m);
    bool dense = settings->engine == INFER_DENSE;
    int status = PARE_OK;

    if (!dense)
        status = open_compressed(m, settings, err);
    if (settings->engine == INFER_AUTO && status == PARE_ESTATE) {
        infer_free(m);
        m = xcalloc(1, sizeof *m);
        dense = true;
    }
    if (dense)
        status = open_dense(m, settings, err);
    *out = status == PARE_OK ? m : NULL;
    if (status != PARE_OK)
        infer_free(m);
    return status;
}

void infer_free(struct infer *m)
{
    if (!m)
        return;
    for (size_t i = 0; i < m->steps; i++)
        step_free(&m->step[i]);
    free(m->step);
    free(m->scratch);
    free(m->logits);
    model_file_free(&m->file);
    free(m);
}

const struct model_file *infer_file(const struct infer *m)
{
    return &m->file;
}

const char *infer_kernels_name(const struct infer *m)
{
    return m->engine == INFER_DENSE ? kernels_best()->name : m->kernels->name;
}

enum infer_engine infer_engine(const struct infer *m)
{
    return m->engine;
}

size_t infer_weight_bytes(const struct infer *m)
{
    size_t bytes = 0;

    if (m->engine == INFER_DENSE)
        return size_dense_bytes(m->file.net);
    for (size_t i = 0; i < m->steps; i++)
        bytes += step_weight_bytes(&m->step[i]);
    return bytes;
}
