/* SPDX-License-Identifier: Apache-2.0 */
/* One param of a file: its state, its streams decoded and joined, its bytes
 * entered in the ledger. */

#include "base/alloc.h"
#include "compress/symbols.h"
#include "format/reader.h"
#include <stdlib.h>

/* One param under way. */
struct param_reader {
    struct reader *r;
    struct cursor *c;
    size_t index;
    struct pare_param *p;
    unsigned flags, span_bits;
    size_t kept, fillers;
    struct symbols symbols;
};

static bool is_gap(const struct param_reader *k)
{
    return (k->flags & PARAM_PRUNED) && !(k->flags & PARAM_INLINE);
}

static int enter(struct param_reader *k, enum ledger_part part, size_t bytes)
{
    return ledger_add(k->r->ledger, k->r->net, k->index, part, bytes, k->r->err);
}

static int read_flags(struct param_reader *k)
{
    size_t start = k->c->at;
    unsigned byte = cursor_u8(k->c, "the flags");

    k->flags = byte & ((1u << PARAM_SPAN_SHIFT) - 1);
    k->span_bits = byte >> PARAM_SPAN_SHIFT;
    if ((k->flags & PARAM_INLINE) && (~k->flags & (PARAM_PRUNED | PARAM_SHARED)))
        return cursor_fail(k->c, start, "flags 0x%02x: inline, but not pruned and shared", byte);
    if ((k->flags & PARAM_PLAIN) && (k->flags & PARAM_SHARED))
        return cursor_fail(k->c, start, "flags 0x%02x: plain and shared", byte);
    if (k->span_bits && !is_gap(k))
        return cursor_fail(k->c, start, "flags 0x%02x: a span without gaps", byte);
    return k->c->status;
}

static int read_codebook(struct param_reader *k)
{
    uint32_t most = k->flags & PARAM_INLINE ? UINT16_MAX : UINT16_MAX + 1;
    struct pare_param *p = k->p;
    uint32_t n = (uint32_t)cursor_varint(k->c, 1, most, "the number of centroids");
    size_t start = k->c->at;

    if (k->c->status || !cursor_take(k->c, 4 * (size_t)n, "the codebook"))
        return k->c->status;
    p->centroid = alloc_zero(n, sizeof *p->centroid, "the codebook", k->r->err);
    if (p->centroid && !k->r->sink)
        p->code = alloc_zero(p->count, sizeof *p->code, "codes", k->r->err);
    if (!p->centroid || !(p->code || k->r->sink))
        return PARE_ENOMEM;
    p->centroids = n;
    k->c->at = start;
    for (uint32_t i = 0; i < n; i++)
        p->centroid[i] = container_float(cursor_u32(k->c, "the codebook"));
    return enter(k, LEDGER_CODEBOOK, 4 * (size_t)n);
}

/* Everything before the streams. */
static int read_state(struct param_reader *k)
{
    size_t start = k->c->at, count = k->p->count;

    k->kept = count;
    if (read_flags(k))
        return k->c->status;
    if (is_gap(k)) {
        k->kept = (size_t)cursor_varint(k->c, 0, count, "the number of kept weights");
        k->fillers = (size_t)cursor_varint(k->c, 0, (count - k->kept) >> k->span_bits,
                                           "the number of fillers");
        if (k->c->status)
            return k->c->status;
        k->r->ledger->span_bits[k->index] = k->span_bits;
        k->r->ledger->gap_symbols[k->index] = k->kept + k->fillers;
    }
    if ((k->flags & PARAM_PRUNED) && !k->r->sink) {
        k->p->keep = alloc_zero(count, sizeof *k->p->keep, "the mask", k->r->err);
        if (!k->p->keep)
            return PARE_ENOMEM;
    }
    if (k->flags & PARAM_SHARED) {
        int status = read_codebook(k);
        if (status)
            return status;
    }
    return enter(k, LEDGER_FRAMING, k->c->at - start - 4 * (size_t)k->p->centroids);
}

/* The bytes of a stream by cause: its tables, and of the gaps those that fillers
 * take, in proportion to their bits. Rounded so that the sum stays. */
static int enter_stream(struct param_reader *k, const struct pare_stream *s,
                        const struct pare_cost *cost, size_t size_bytes)
{
    size_t tables =
        (cost->table_bits + 7) / 8 < size_bytes ? (cost->table_bits + 7) / 8 : size_bytes;
    size_t rest = size_bytes - tables, fillers = 0;
    bool gaps = is_gap(k) && s == &k->symbols.stream[0];
    bool codes = k->flags & PARAM_SHARED;
    int status = enter(k, LEDGER_TABLES, tables);

    if (gaps) {
        double filler_bits = (double)k->fillers * (double)cost->symbol_bits[s->alphabet - 1];
        double bits = 0.0;
        for (size_t i = 0; i < s->count; i++)
            bits += (double)cost->symbol_bits[s->symbol[i]];
        if (bits > 0.0 && filler_bits > 0.0 && filler_bits <= bits)
            fillers = (size_t)((double)rest * (filler_bits / bits) + 0.5);
    }
    if (!status)
        status = enter(k, LEDGER_FILLERS, fillers);
    if (!status)
        status = enter(k,
                       gaps    ? LEDGER_GAPS
                       : codes ? LEDGER_CODES
                               : LEDGER_VALUES,
                       rest - fillers);
    return status;
}

static int decode(struct param_reader *k, struct pare_stream *s, const struct plugin_use *use,
                  struct cursor *part, struct pare_cost *cost)
{
    const struct pare_encoder *encoder = (const struct pare_encoder *)use->plugin;
    struct pare_bits bits = pare_bits_over(part->byte + part->at, part->end - part->at);
    int status = encoder->decode(use->self, &bits, s, cost, k->r->err);

    status = plugin_result(use->plugin, status, k->r->err);
    if (status)
        return pare_fail_in(k->r->err, "byte %zu: stream '%s'", part->at, s->name);
    if (pare_bits_end(&bits))
        return cursor_fail(part, part->at, "stream '%s': encoder '%s' ends early or leaves bits",
                           s->name, use->plugin->name);
    for (size_t i = 0; i < s->count; i++)
        if (s->symbol[i] >= s->alphabet)
            return pare_fail(k->r->err, PARE_EPLUGIN,
                             "byte %zu: stream '%s': encoder '%s' gave symbol %u of an alphabet "
                             "of %u",
                             part->at, s->name, use->plugin->name, s->symbol[i], s->alphabet);
    return PARE_OK;
}

static int read_stream(struct param_reader *k, struct pare_stream *s)
{
    struct reader *r = k->r;
    size_t start = k->c->at;
    uint64_t head =
        cursor_varint(k->c, 0, (uint64_t)CONTAINER_BYTES_MAX * r->encoders, "the head of a stream");
    struct cursor part = cursor_part(k->c, (size_t)(head / r->encoders), "a stream");
    struct pare_cost cost = {0};
    int status = k->c->status;

    if (status)
        return status;
    status = enter(k, LEDGER_FRAMING, part.at - start);
    cost.symbol_bits = alloc_zero(s->alphabet, sizeof *cost.symbol_bits, "costs", r->err);
    if (!cost.symbol_bits)
        return PARE_ENOMEM;
    if (!status)
        status = decode(k, s, &r->encoder[head % r->encoders], &part, &cost);
    if (!status)
        status = enter_stream(k, s, &cost, part.end - part.at);
    free(cost.symbol_bits);
    return status;
}

/* Free values as they are, into the planes that the joiner expects. */
static int read_plain(struct param_reader *k)
{
    struct pare_stream *plane = &k->symbols.stream[k->symbols.streams - 4];
    const uint8_t *from = cursor_take(k->c, 4 * k->kept, "the values");

    if (!from)
        return k->c->status;
    for (size_t i = 0; i < k->kept; i++)
        for (size_t j = 0; j < 4; j++)
            plane[j].symbol[i] = from[4 * i + j];
    return enter(k, LEDGER_VALUES, 4 * k->kept);
}

static int read_streams(struct param_reader *k)
{
    size_t planes = k->flags & PARAM_PLAIN ? 4 : 0;
    int status = PARE_OK;

    for (size_t i = 0; i + planes < k->symbols.streams && !status; i++)
        status = read_stream(k, &k->symbols.stream[i]);
    if (!status && planes)
        status = read_plain(k);
    return status;
}

/* An inline stream says itself how many weights are kept; the file does not repeat it. */
static void count_kept(struct symbols *s)
{
    s->kept = 0;
    for (size_t i = 0; i < s->stream[0].count; i++)
        s->kept += s->stream[0].symbol[i] != 0;
}

int read_param(struct reader *r, struct cursor *c, size_t param)
{
    struct param_reader k = {.r = r, .c = c, .index = param, .p = &r->net->param[param]};
    enum symbols_layout layout;
    int status = read_state(&k);

    if (status)
        return status;
    /* Plain values are there in full or not at all: known before memory is taken. */
    if ((k.flags & PARAM_PLAIN) && cursor_left(c) / 4 < k.kept)
        return cursor_fail(c, c->at, "the values: %zu expected, %zu bytes are left", k.kept,
                           cursor_left(c));
    layout = k.flags & PARAM_INLINE ? SYMBOLS_INLINE : SYMBOLS_GAP;
    status = symbols_plan(k.flags & PARAM_PRUNED, k.p->count, k.kept, k.p->centroids, layout,
                          k.span_bits, k.kept + k.fillers, &k.symbols, r->err);
    if (status)
        return status;
    status = read_streams(&k);
    if (!status)
        status = cursor_finish(c, "the parameter");
    if (!status && layout == SYMBOLS_INLINE)
        count_kept(&k.symbols);
    if (!status) {
        status = r->sink ? r->sink->param(r->sink->context, r->net, param, &k.symbols, r->err)
                         : symbols_join(&k.symbols, k.p, r->err);
        if (status)
            pare_fail_in(r->err, "byte %zu", c->at);
    }
    symbols_free(&k.symbols);
    return status;
}
