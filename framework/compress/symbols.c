/* SPDX-License-Identifier: Apache-2.0 */
/* A param into streams and back. split and join walk the same positions, and plan
 * says which streams there are: split plans as the reader does. What join gets may
 * be hostile. */

#include "compress/symbols.h"

#include "base/alloc.h"
#include <stdlib.h>
#include <string.h>

static const char *const byte_name[4] = {"byte0", "byte1", "byte2", "byte3"};

static int add_stream(struct symbols *s, const char *name, uint32_t alphabet, size_t count,
                      struct pare_error *err)
{
    struct pare_stream *stream = &s->stream[s->streams];

    *stream = (struct pare_stream){.name = name, .alphabet = alphabet, .count = count};
    stream->symbol = alloc_zero(count, sizeof(*stream->symbol), "symbols", err);
    if (stream->symbol == NULL)
        return PARE_ENOMEM;
    s->streams++;
    return PARE_OK;
}

/* The numbers of a file: could any param have them? */
static int check_plan(bool pruned, size_t count, size_t kept, uint32_t centroids,
                      enum symbols_layout layout, unsigned span_bits, size_t gap_count,
                      struct pare_error *err)
{
    if (kept > count || (!pruned && kept != count))
        return pare_fail(err, PARE_EFORMAT, "%zu weights kept of %zu%s", kept, count,
                         pruned ? "" : ", none pruned");
    if (centroids > 65536)
        return pare_fail(err, PARE_EFORMAT, "%u centroids; 65536 is the most", (unsigned)centroids);
    if (layout == SYMBOLS_INLINE && (!pruned || centroids == 0 || centroids == 65536))
        return pare_fail(err, PARE_EFORMAT, "layout inline with %u centroids%s",
                         (unsigned)centroids, pruned ? "" : ", nothing pruned");
    if (!pruned || layout == SYMBOLS_INLINE)
        return PARE_OK;
    if (span_bits > SYMBOLS_SPAN_BITS_MAX)
        return pare_fail(err, PARE_EFORMAT, "span of %u bits; %d is the most", span_bits,
                         (int)SYMBOLS_SPAN_BITS_MAX);
    if (gap_count < kept || gap_count - kept > (count - kept) >> span_bits)
        return pare_fail(err, PARE_EFORMAT, "%zu gaps for %zu kept weights of %zu", gap_count, kept,
                         count);
    return PARE_OK;
}

int symbols_plan(bool pruned, size_t count, size_t kept, uint32_t centroids,
                 enum symbols_layout layout, unsigned span_bits, size_t gap_count,
                 struct symbols *s, struct pare_error *err)
{
    int status = check_plan(pruned, count, kept, centroids, layout, span_bits, gap_count, err);

    *s = (struct symbols){.layout = layout, .kept = kept};
    if (status != PARE_OK)
        return status;
    if (layout == SYMBOLS_INLINE) {
        status = add_stream(s, "inline", centroids + 1, count, err);
        goto out;
    }
    if (pruned) {
        s->span_bits = span_bits;
        s->fillers = gap_count - kept;
        status = add_stream(s, "gap", ((uint32_t)1 << span_bits) + 1, gap_count, err);
    }
    if (status == PARE_OK && centroids > 0)
        status = add_stream(s, "code", centroids, kept, err);
    for (size_t b = 0; b < 4 && status == PARE_OK && centroids == 0; b++)
        status = add_stream(s, byte_name[b], 256, kept, err);
out:
    if (status != PARE_OK)
        symbols_free(s);
    return status;
}

void symbols_free(struct symbols *s)
{
    for (size_t i = 0; i < s->streams; i++)
        free(s->stream[i].symbol);
    *s = (struct symbols){0};
}

/* Symbols of the gap stream; written to symbol unless it is NULL. */
static size_t split_gaps(const struct pare_param *p, size_t span, uint16_t *symbol)
{
    size_t n = 0, gap = 0;

    for (size_t i = 0; i < p->count; i++) {
        if (p->keep[i] == 0) {
            gap++;
            continue;
        }
        for (; gap >= span; gap -= span, n++)
            if (symbol != NULL)
                symbol[n] = (uint16_t)span;
        if (symbol != NULL)
            symbol[n] = (uint16_t)gap;
        n++;
        gap = 0;
    }
    return n;
}

static void split_values(const struct pare_param *p, struct pare_stream *stream)
{
    size_t n = 0;

    for (size_t i = 0; i < p->count; i++) {
        uint32_t bits;
        if (p->keep != NULL && p->keep[i] == 0)
            continue;
        memcpy(&bits, &p->value[i], sizeof(bits));
        if (p->centroid != NULL)
            stream[0].symbol[n] = p->code[i];
        else
            for (unsigned b = 0; b < 4; b++)
                stream[b].symbol[n] = (uint16_t)(bits >> 8 * b & 0xff);
        n++;
    }
}

int symbols_split(const struct pare_param *p, enum symbols_layout layout, unsigned span_bits,
                  struct symbols *s, struct pare_error *err)
{
    bool pruned = p->keep != NULL;
    size_t gap_count = 0;
    int status;

    if (!pruned || p->centroid == NULL || p->centroids == 65536)
        layout = SYMBOLS_GAP;
    if (pruned && layout == SYMBOLS_GAP && span_bits <= SYMBOLS_SPAN_BITS_MAX)
        gap_count = split_gaps(p, (size_t)1 << span_bits, NULL);
    status = symbols_plan(pruned, p->count, pare_param_kept(p), p->centroids, layout, span_bits,
                          gap_count, s, err);
    if (status != PARE_OK)
        return status;
    if (layout == SYMBOLS_INLINE) {
        for (size_t i = 0; i < p->count; i++)
            s->stream[0].symbol[i] = p->keep[i] != 0 ? (uint16_t)(p->code[i] + 1) : 0;
        return PARE_OK;
    }
    if (pruned)
        split_gaps(p, (size_t)1 << span_bits, s->stream[0].symbol);
    split_values(p, s->stream + (pruned ? 1 : 0));
    return PARE_OK;
}

static int check_symbols(const struct symbols *s, struct pare_error *err)
{
    for (size_t j = 0; j < s->streams; j++)
        for (size_t i = 0; i < s->stream[j].count; i++)
            if (s->stream[j].symbol[i] >= s->stream[j].alphabet)
                return pare_fail(err, PARE_EFORMAT, "%s: symbol %u in an alphabet of %u",
                                 s->stream[j].name, (unsigned)s->stream[j].symbol[i],
                                 (unsigned)s->stream[j].alphabet);
    return PARE_OK;
}

/* Walks over the gaps and marks the kept positions in keep [count] or lists them in
 * position [kept]; the other is NULL. */
static int walk_gaps(const struct symbols *s, size_t count, uint8_t *keep, uint32_t *position,
                     struct pare_error *err)
{
    const struct pare_stream *gap = &s->stream[0];
    size_t span = gap->alphabet - 1, at = 0, passed = 0, n = 0;

    for (size_t i = 0; i < gap->count; i++) {
        at += gap->symbol[i];
        if (gap->symbol[i] == span) {
            passed++;
            continue;
        }
        if (at >= count)
            return pare_fail(err, PARE_EFORMAT, "gap: position %zu of %zu", at, count);
        if (keep != NULL)
            keep[at] = 1;
        else if (n < s->kept)
            position[n] = (uint32_t)at;
        n++;
        at++;
    }
    if (passed != s->fillers)
        return pare_fail(err, PARE_EFORMAT, "gap: %zu fillers where %zu belong", passed,
                         s->fillers);
    if (gap->count > 0 && gap->symbol[gap->count - 1] == span)
        return pare_fail(err, PARE_EFORMAT, "gap: a filler after the last kept weight");
    return PARE_OK;
}

static int join_gaps(const struct symbols *s, struct pare_param *p, struct pare_error *err)
{
    memset(p->keep, 0, p->count);
    return walk_gaps(s, p->count, p->keep, NULL, err);
}

static int join_inline(const struct symbols *s, struct pare_param *p, struct pare_error *err)
{
    const uint16_t *symbol = s->stream[0].symbol;
    size_t kept = 0;

    for (size_t i = 0; i < p->count; i++) {
        p->keep[i] = symbol[i] != 0;
        p->code[i] = p->keep[i] != 0 ? (uint16_t)(symbol[i] - 1) : 0;
        kept += p->keep[i];
    }
    if (kept != s->kept)
        return pare_fail(err, PARE_EFORMAT, "inline: %zu weights kept where %zu belong", kept,
                         s->kept);
    return PARE_OK;
}

static void join_values(const struct pare_stream *stream, struct pare_param *p)
{
    size_t n = 0;

    for (size_t i = 0; i < p->count; i++) {
        uint32_t bits = 0;
        bool kept = p->keep == NULL || p->keep[i] != 0;
        if (p->centroid != NULL) {
            p->code[i] = kept ? stream[0].symbol[n] : 0;
        } else {
            for (unsigned b = 0; kept && b < 4; b++)
                bits |= (uint32_t)stream[b].symbol[n] << 8 * b;
            memcpy(&p->value[i], &bits, sizeof(bits));
        }
        n += kept;
    }
}

int symbols_join(const struct symbols *s, struct pare_param *p, struct pare_error *err)
{
    int status = check_symbols(s, err);

    if (status != PARE_OK)
        return status;
    if (s->layout == SYMBOLS_INLINE)
        status = join_inline(s, p, err);
    else if (p->keep != NULL)
        status = join_gaps(s, p, err);
    if (status != PARE_OK)
        return status;
    if (s->layout == SYMBOLS_GAP)
        join_values(s->stream + (p->keep != NULL ? 1 : 0), p);
    pare_param_project(p);
    return PARE_OK;
}

/* The kept weights of an inline stream. */
static int list_inline(const struct symbols *s, uint32_t *position, uint16_t *code,
                       struct pare_error *err)
{
    const struct pare_stream *stream = &s->stream[0];
    size_t n = 0;

    for (size_t i = 0; i < stream->count; i++) {
        if (stream->symbol[i] == 0)
            continue;
        if (n < s->kept) {
            position[n] = (uint32_t)i;
            code[n] = (uint16_t)(stream->symbol[i] - 1);
        }
        n++;
    }
    if (n != s->kept)
        return pare_fail(err, PARE_EFORMAT, "inline: %zu weights kept where %zu belong", n,
                         s->kept);
    return PARE_OK;
}

int symbols_list(const struct symbols *s, size_t count, uint32_t *position, uint16_t *code,
                 float *value, struct pare_error *err)
{
    bool pruned = strcmp(s->stream[0].name, "gap") == 0;
    const struct pare_stream *stream = s->stream + (pruned ? 1 : 0);
    int status = check_symbols(s, err);

    if (status != PARE_OK)
        return status;
    if (s->layout == SYMBOLS_INLINE)
        return list_inline(s, position, code, err);
    if (pruned)
        status = walk_gaps(s, count, NULL, position, err);
    for (size_t i = 0; i < s->kept && status == PARE_OK; i++) {
        uint32_t bits = 0;
        if (!pruned)
            position[i] = (uint32_t)i;
        if (code != NULL) {
            code[i] = stream[0].symbol[i];
            continue;
        }
        for (unsigned b = 0; b < 4; b++)
            bits |= (uint32_t)stream[b].symbol[i] << 8 * b;
        memcpy(&value[i], &bits, sizeof(bits));
    }
    return status;
}
