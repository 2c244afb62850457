/* SPDX-License-Identifier: Apache-2.0 */
/* Chooses how a param is written. Tries what the options leave open: raw beside
 * the asked encoder, every span of the gap stream, gap beside inline, free values
 * as they are beside byte planes. Of equal sizes the first tried wins, so the same
 * param always gives the same bytes. */

#include "format/pack.h"
#include "format/container.h"
#include <stdlib.h>

const struct pare_option encode_options[] = {
    PARE_TEXT(encode_options, plugin, "huffman", "the encoder", .flags = PARE_OPTION_PER_PARAM),
    PARE_CHOICE(encode_options, layout, "gap|inline|auto", "auto",
                "pruned and shared weights as gaps and codes, as one stream, or the smaller",
                .flags = PARE_OPTION_PER_PARAM),
    PARE_INT(encode_options, span, 0, SYMBOLS_SPAN_BITS_MAX, "none",
             "bits of the longest gap without a filler; none: what costs fewest bytes",
             .flags = PARE_OPTION_PER_PARAM | PARE_OPTION_MAY_BE_NONE),
    PARE_OPTIONS_END,
};

enum { PLANES = 4 }; /* byte streams of free values, the last of a param */

/* What packing one param needs all the time. */
struct packer {
    const struct pare_param *p;
    const struct write_item *item;
    const struct plugin_use *raw;
    size_t encoders;
    struct pare_error *err;
};

static void stream_free(struct packed_stream *s)
{
    free(s->byte);
    *s = (struct packed_stream){0};
}

void packed_free(struct packed *packed)
{
    for (size_t i = 0; i < packed->streams; i++)
        stream_free(&packed->stream[i]);
    *packed = (struct packed){0};
}

static int encode_with(const struct packer *k, const struct plugin_use *use,
                       const struct pare_stream *stream, struct packed_stream *out)
{
    const struct pare_encoder *encoder = (const struct pare_encoder *)use->plugin;
    struct pare_bits bits = {0};
    int status = encoder->encode(use->self, stream, &bits, NULL, k->err);

    status = plugin_result(use->plugin, status, k->err);
    if (!status && pare_bits_status(&bits))
        status = pare_fail(k->err, PARE_ENOMEM, "no memory for %zu coded bits", bits.length);
    if (status) {
        pare_bits_free(&bits);
        pare_fail_in(k->err, "%s: stream '%s'", k->p->name, stream->name);
        return status;
    }
    *out = (struct packed_stream){use->plugin, bits.byte, pare_bits_size_bytes(&bits)};
    return PARE_OK;
}

static int encode_stream(const struct packer *k, const struct pare_stream *stream,
                         struct packed_stream *out)
{
    struct packed_stream other = {0};
    int status = encode_with(k, k->raw, stream, out);

    if (status || k->item->encoder.plugin == k->raw->plugin)
        return status;
    status = encode_with(k, &k->item->encoder, stream, &other);
    if (status) {
        stream_free(out);
        return status;
    }
    if (other.size_bytes < out->size_bytes) {
        stream_free(out);
        *out = other;
    } else {
        stream_free(&other);
    }
    return PARE_OK;
}

/* Head and bytes; all encoders but raw are taken to have index 1. */
static size_t stream_cost(const struct packer *k, const struct packed_stream *s)
{
    uint64_t head = (uint64_t)s->size_bytes * k->encoders + (s->encoder != k->raw->plugin);

    return bytes_varint_size(head) + s->size_bytes;
}

static size_t packed_cost(const struct packer *k, const struct packed *packed)
{
    size_t cost = 0;

    if ((packed->flags & PARAM_PRUNED) && !(packed->flags & PARAM_INLINE))
        cost += bytes_varint_size(packed->kept) + bytes_varint_size(packed->fillers);
    if (packed->flags & PARAM_PLAIN)
        cost += 4 * packed->kept;
    for (size_t i = 0; i < packed->streams; i++)
        cost += stream_cost(k, &packed->stream[i]);
    return cost;
}

/* In raw alone byte planes are never smaller than the values as they are. */
static bool is_plain(const struct packer *k, const struct packed *packed)
{
    return !(packed->flags & PARAM_SHARED) && k->item->encoder.plugin == k->raw->plugin;
}

/* Codes streams from..s->streams of s behind those that packed has; of byte planes
 * that will give way none. */
static int encode_rest(const struct packer *k, const struct symbols *s, size_t from,
                       struct packed *packed)
{
    size_t end = is_plain(k, packed) ? s->streams - PLANES : s->streams;

    for (size_t i = from; i < end; i++) {
        int status = encode_stream(k, &s->stream[i], &packed->stream[packed->streams]);
        if (status)
            return status;
        packed->streams++;
    }
    return PARE_OK;
}

/* Byte planes give way to the values as they are unless they save something. */
static void prefer_plain(const struct packer *k, struct packed *packed)
{
    size_t first = packed->flags & PARAM_PRUNED ? 1 : 0, cost = 0;

    if (packed->flags & PARAM_SHARED)
        return;
    if (is_plain(k, packed)) {
        packed->flags |= PARAM_PLAIN;
        return;
    }
    for (size_t i = first; i < packed->streams; i++)
        cost += stream_cost(k, &packed->stream[i]);
    if (cost < 4 * packed->kept)
        return;
    for (size_t i = first; i < packed->streams; i++)
        stream_free(&packed->stream[i]);
    packed->streams = first;
    packed->flags |= PARAM_PLAIN;
}

/* Splits and codes everything for one span (for a param that is not pruned: none). */
static int pack_first(const struct packer *k, unsigned span_bits, struct packed *packed)
{
    struct symbols s = {0};
    int status = symbols_split(k->p, SYMBOLS_GAP, span_bits, &s, k->err);

    if (status)
        return status;
    packed->fillers = s.fillers;
    packed->flags |= span_bits << PARAM_SPAN_SHIFT;
    status = encode_rest(k, &s, 0, packed);
    symbols_free(&s);
    if (!status)
        prefer_plain(k, packed);
    return status;
}

/* Codes the gaps alone for another span; takes them where that is smaller. */
static int try_span(const struct packer *k, unsigned span_bits, struct packed *packed,
                    size_t *fillers)
{
    struct symbols s = {0};
    struct packed other = *packed;
    int status = symbols_split(k->p, SYMBOLS_GAP, span_bits, &s, k->err);

    if (status)
        return status;
    *fillers = other.fillers = s.fillers;
    other.stream[0] = (struct packed_stream){0};
    status = encode_stream(k, &s.stream[0], &other.stream[0]);
    symbols_free(&s);
    if (status)
        return status;
    if (packed_cost(k, &other) < packed_cost(k, packed)) {
        stream_free(&packed->stream[0]);
        packed->stream[0] = other.stream[0];
        packed->fillers = other.fillers;
        packed->flags &= (1u << PARAM_SPAN_SHIFT) - 1;
        packed->flags |= span_bits << PARAM_SPAN_SHIFT;
    } else {
        stream_free(&other.stream[0]);
    }
    return PARE_OK;
}

static int pack_gap(const struct packer *k, struct packed *packed)
{
    int64_t span = k->item->options->span;
    unsigned bits = span == INT64_MIN ? 0 : (unsigned)span;
    int status = pack_first(k, bits, packed);
    size_t fillers = packed->fillers;

    /* Without fillers a longer span only adds symbols that never occur. */
    while (!status && span == INT64_MIN && fillers > 0 && bits < SYMBOLS_SPAN_BITS_MAX)
        status = try_span(k, ++bits, packed, &fillers);
    return status;
}

static int pack_inline(const struct packer *k, struct packed *packed)
{
    struct symbols s = {0};
    int status = symbols_split(k->p, SYMBOLS_INLINE, 0, &s, k->err);

    if (status)
        return status;
    packed->flags |= PARAM_INLINE;
    status = encode_rest(k, &s, 0, packed);
    symbols_free(&s);
    return status;
}

/* Codes packed in the layouts that are asked for and keeps the smaller. */
static int pack_pruned(const struct packer *k, struct packed *packed)
{
    int layout = k->item->options->layout, status;
    bool can_inline = k->p->centroid && k->p->centroids <= UINT16_MAX;
    struct packed other = *packed;

    if (layout == ENCODE_INLINE && !can_inline)
        return pare_fail(k->err, PARE_ESTATE,
                         "%s: layout 'inline' needs shared weights with at most %d centroids",
                         k->p->name, UINT16_MAX);
    if (layout == ENCODE_INLINE)
        return pack_inline(k, packed);
    status = pack_gap(k, packed);
    if (status || layout == ENCODE_GAP || !can_inline)
        return status;
    status = pack_inline(k, &other);
    if (!status && packed_cost(k, &other) < packed_cost(k, packed)) {
        struct packed swap = *packed;
        *packed = other;
        other = swap;
    }
    packed_free(&other);
    return status;
}

int pack_param(const struct pare_param *p, const struct write_item *item,
               const struct plugin_use *raw, size_t encoders, struct packed *packed,
               struct pare_error *err)
{
    struct packer k = {p, item, raw, encoders, err};

    *packed = (struct packed){.kept = pare_param_kept(p)};
    if (p->keep)
        packed->flags |= PARAM_PRUNED;
    if (p->centroid)
        packed->flags |= PARAM_SHARED;
    return p->keep ? pack_pruned(&k, packed) : pack_first(&k, 0, packed);
}

static void put_stream(const struct packed_stream *s, const struct pare_plugin *const *encoder,
                       size_t encoders, struct bytes *out)
{
    size_t index = 0;

    while (encoder[index] != s->encoder)
        index++;
    bytes_put_varint(out, (uint64_t)s->size_bytes * encoders + index);
    bytes_put(out, s->byte, s->size_bytes);
}

void packed_put(const struct packed *packed, const struct pare_param *p,
                const struct pare_plugin *const *encoder, size_t encoders, struct bytes *out)
{
    bytes_put_u8(out, packed->flags);
    if ((packed->flags & PARAM_PRUNED) && !(packed->flags & PARAM_INLINE)) {
        bytes_put_varint(out, packed->kept);
        bytes_put_varint(out, packed->fillers);
    }
    if (packed->flags & PARAM_SHARED) {
        bytes_put_varint(out, p->centroids);
        for (size_t i = 0; i < p->centroids; i++)
            bytes_put_float(out, p->centroid[i]);
    }
    for (size_t i = 0; i < packed->streams; i++)
        put_stream(&packed->stream[i], encoder, encoders, out);
    if (!(packed->flags & PARAM_PLAIN))
        return;
    for (size_t i = 0; i < p->count; i++)
        if (!p->keep || p->keep[i])
            bytes_put_float(out, p->value[i]);
}
