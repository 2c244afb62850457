/* SPDX-License-Identifier: Apache-2.0 */
/* Histograms of weights, in steps of 1, 2 or 5 times a power of ten, so that those
 * of different moments can be laid over each other. */

#include "run/moments.h"
#include "base/alloc.h"
#include "format/container.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    BINS_WANTED = 160, /* over the range, at most; rounding the step leaves 64 of them */
    BINS_FEW = 24,     /* with fewer, or more than many, a moment has a step of its own */
    BINS_MANY = 640,
};

const char *const moment_names[MOMENTS] = {"trained", "pruned", "shared"};

static void clear(struct moment *at)
{
    free(at->count);
    *at = (struct moment){0};
}

static void free_param(struct moments_param *p)
{
    for (int i = 0; i < MOMENTS; i++)
        clear(&p->at[i]);
    free(p->centroid);
    *p = (struct moments_param){0};
}

static void *copy_of(const void *from, size_t n, size_t size)
{
    void *to = from ? xcalloc(n + 1, size) : NULL;

    if (to)
        memcpy(to, from, n * size);
    return to;
}

static void copy_param(struct moments_param *to, const struct moments_param *from)
{
    free_param(to);
    *to = *from;
    for (int i = 0; i < MOMENTS; i++)
        to->at[i].count = copy_of(from->at[i].count, from->at[i].bins, sizeof *from->at[i].count);
    to->centroid = copy_of(from->centroid, from->centroids, sizeof *from->centroid);
}

static struct moments *moments_new(size_t params)
{
    struct moments *m = xcalloc(1, sizeof *m);

    m->params = params;
    m->param = xcalloc(params + 1, sizeof *m->param);
    return m;
}

struct moments *moments_copy(const struct moments *m)
{
    struct moments *copy = m ? moments_new(m->params) : NULL;

    for (size_t i = 0; copy && i < m->params; i++)
        copy_param(&copy->param[i], &m->param[i]);
    return copy;
}

void moments_free(struct moments *m)
{
    for (size_t i = 0; m && i < m->params; i++)
        free_param(&m->param[i]);
    if (m)
        free(m->param);
    free(m);
}

/* 1, 2 or 5 times a power of ten, not below x > 0. */
static double round_up(double x)
{
    double power = pow(10.0, floor(log10(x)));

    return power >= x         ? power
           : 2.0 * power >= x ? 2.0 * power
                              : (5.0 * power >= x ? 5.0 : 10.0) * power;
}

static double own_width(const struct moment *at)
{
    double range = at->most - at->least, most = fmax(fabs(at->least), fabs(at->most));

    if (range > most * 1e-6)
        return round_up(range / BINS_WANTED);
    return most > 0.0 ? round_up(most / BINS_WANTED) : 1.0;
}

static bool is_seen(const struct pare_param *p, size_t i)
{
    return (!p->keep || p->keep[i]) && isfinite(p->value[i]);
}

/* Number, mean, deviations and range. */
static void measure(const struct pare_param *p, struct moment *at)
{
    double sum = 0.0, squares = 0.0, mean;
    size_t n = 0;

    at->weights = p->count;
    at->least = INFINITY;
    at->most = -INFINITY;
    for (size_t i = 0; i < p->count; i++) {
        if (!is_seen(p, i))
            continue;
        n++;
        sum += (double)p->value[i];
        at->least = fmin(at->least, (double)p->value[i]);
        at->most = fmax(at->most, (double)p->value[i]);
    }
    at->kept = n;
    if (n == 0) {
        at->least = at->most = 0.0;
        return;
    }
    at->mean = sum / (double)n;
    for (size_t i = 0; i < p->count; i++)
        if (is_seen(p, i))
            squares += ((double)p->value[i] - at->mean) * ((double)p->value[i] - at->mean);
    at->deviation = sqrt(squares / (double)n);
    /* About the mean of all: the kept ones are off by the distance of the means more. */
    mean = sum / (double)p->count;
    squares += (double)n * (at->mean - mean) * (at->mean - mean);
    squares += (double)(p->count - n) * mean * mean;
    at->deviation_zeros = sqrt(squares / (double)p->count);
}

/* width: that of an earlier moment, 0: there is none. */
static void fill(const struct pare_param *p, struct moment *at, double width)
{
    double bins = width > 0.0 ? (at->most - at->least) / width : 0.0;

    if (at->kept == 0)
        return;
    at->width = bins >= BINS_FEW && bins <= BINS_MANY ? width : own_width(at);
    at->first = (int64_t)floor(at->least / at->width);
    at->bins = (uint32_t)((int64_t)floor(at->most / at->width) - at->first + 1);
    at->count = xcalloc(at->bins, sizeof *at->count);
    for (size_t i = 0; i < p->count; i++)
        if (is_seen(p, i))
            at->count[(int64_t)floor((double)p->value[i] / at->width) - at->first]++;
}

static void take(struct moments_param *past, const struct pare_param *p, enum moment_name name)
{
    double width = 0.0;

    for (int i = 0; i < MOMENTS; i++) {
        if (i >= (int)name)
            clear(&past->at[i]);
        else if (past->at[i].there)
            width = past->at[i].width;
    }
    if (name < MOMENT_SHARED) {
        free(past->centroid);
        past->centroid = NULL;
        past->centroids = 0;
    }
    past->at[name].there = true;
    measure(p, &past->at[name]);
    fill(p, &past->at[name], width);
}

void moments_take(struct moments **m, const struct pare_net *net, enum moment_name name)
{
    if (!*m)
        *m = moments_new(net->params);
    for (size_t i = 0; i < net->params; i++)
        if (!pare_param_is_bias(&net->param[i]))
            take(&(*m)->param[i], &net->param[i], name);
}

void moments_share(struct moments **m, const struct pare_net *net, size_t param)
{
    const struct pare_param *p = &net->param[param];
    struct moments_param *past;

    if (!*m)
        *m = moments_new(net->params);
    past = &(*m)->param[param];
    free(past->centroid);
    past->centroid = copy_of(p->centroid, p->centroids, sizeof *p->centroid);
    past->centroids = past->centroid ? p->centroids : 0;
}

void moments_restore(struct moments **m, const struct moments *from, size_t params,
                     const bool *want)
{
    if (!*m && !from)
        return;
    if (!*m)
        *m = moments_new(params);
    for (size_t i = 0; i < params; i++) {
        if (want && !want[i])
            continue;
        if (from)
            copy_param(&(*m)->param[i], &from->param[i]);
        else
            free_param(&(*m)->param[i]);
    }
}

static void put_real(struct bytes *out, double real)
{
    uint64_t bits;

    memcpy(&bits, &real, sizeof bits);
    bytes_put_u64(out, bits);
}

static void put_moment(const struct moment *at, struct bytes *out)
{
    bytes_put_u8(out, at->there);
    if (!at->there)
        return;
    bytes_put_varint(out, at->weights);
    bytes_put_varint(out, at->kept);
    put_real(out, at->mean);
    put_real(out, at->deviation);
    put_real(out, at->deviation_zeros);
    put_real(out, at->least);
    put_real(out, at->most);
    put_real(out, at->width);
    bytes_put_u64(out, (uint64_t)at->first);
    bytes_put_varint(out, at->bins);
    for (uint32_t i = 0; i < at->bins; i++)
        bytes_put_varint(out, at->count[i]);
}

void moments_put(const struct moments *m, struct bytes *out)
{
    for (size_t i = 0; m && i < m->params; i++) {
        const struct moments_param *p = &m->param[i];

        for (int k = 0; k < MOMENTS; k++)
            put_moment(&p->at[k], out);
        bytes_put_varint(out, p->centroids);
        for (uint32_t k = 0; k < p->centroids; k++)
            bytes_put_float(out, p->centroid[k]);
    }
}

static double get_real(struct cursor *c)
{
    uint64_t bits = cursor_u64(c, "a moment");
    double real;

    memcpy(&real, &bits, sizeof real);
    return real;
}

static void get_moment(struct cursor *c, struct moment *at)
{
    at->there = cursor_u8(c, "a moment") != 0;
    if (!at->there)
        return;
    at->weights = (size_t)cursor_varint(c, 0, NET_WEIGHTS_MAX, "the weights of a moment");
    at->kept = (size_t)cursor_varint(c, 0, NET_WEIGHTS_MAX, "the weights of a moment");
    at->mean = get_real(c);
    at->deviation = get_real(c);
    at->deviation_zeros = get_real(c);
    at->least = get_real(c);
    at->most = get_real(c);
    at->width = get_real(c);
    at->first = (int64_t)cursor_u64(c, "a moment");
    at->bins = (uint32_t)cursor_varint(c, 0, 4 * (uint64_t)BINS_MANY, "the bins of a moment");
    at->count = c->status == PARE_OK ? xcalloc((size_t)at->bins + 1, sizeof *at->count) : NULL;
    for (uint32_t i = 0; at->count && i < at->bins; i++)
        at->count[i] = (uint32_t)cursor_varint(c, 0, UINT32_MAX, "a bin of a moment");
}

struct moments *moments_get(struct cursor *c, size_t params)
{
    struct moments *m = moments_new(params);

    for (size_t i = 0; i < params && c->status == PARE_OK; i++) {
        struct moments_param *p = &m->param[i];

        for (int k = 0; k < MOMENTS && c->status == PARE_OK; k++)
            get_moment(c, &p->at[k]);
        uint32_t n = (uint32_t)cursor_varint(c, 0, UINT16_MAX + 1, "shared values of a moment");
        if (c->status != PARE_OK || n == 0)
            continue;
        p->centroids = n;
        p->centroid = xcalloc(n, sizeof *p->centroid);
        for (uint32_t k = 0; k < n; k++)
            p->centroid[k] = container_float(cursor_u32(c, "a shared value of a moment"));
    }
    if (cursor_finish(c, "the moments") == PARE_OK)
        return m;
    moments_free(m);
    return NULL;
}
