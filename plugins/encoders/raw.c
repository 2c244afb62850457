/* SPDX-License-Identifier: Apache-2.0 */
/* Fixed width: every symbol in ceil(log2(alphabet)) bits, as the codes and the
 * relative indices of Deep Compression before its Huffman stage (Han, Mao, Dally
 * 2016, "Deep Compression", sections 2 and 3).
 *
 * Layout: count times the symbol, highest bit first; then 0 bits up to a whole
 * byte. An alphabet of one symbol takes no bits at all. */

#include <pare/encoder.h>

static unsigned symbol_width(uint32_t alphabet)
{
    unsigned width = 0;

    while ((uint32_t)1 << width < alphabet)
        width++;
    return width;
}

static void fill_cost(struct pare_cost *cost, uint32_t alphabet)
{
    if (cost == NULL)
        return;
    cost->table_bits = 0;
    for (uint32_t s = 0; s < alphabet; s++)
        cost->symbol_bits[s] = (float)symbol_width(alphabet);
}

static int raw_encode(void *self, const struct pare_stream *stream, struct pare_bits *bits,
                      struct pare_cost *cost, struct pare_error *err)
{
    unsigned width = symbol_width(stream->alphabet);

    (void)self;
    for (size_t i = 0; i < stream->count; i++)
        pare_bits_put(bits, stream->symbol[i], width);
    if (pare_bits_status(bits) != PARE_OK)
        return pare_fail(err, pare_bits_status(bits), "no memory for %zu symbols of %u bits",
                         stream->count, width);
    fill_cost(cost, stream->alphabet);
    return PARE_OK;
}

static int raw_decode(void *self, struct pare_bits *bits, struct pare_stream *stream,
                      struct pare_cost *cost, struct pare_error *err)
{
    unsigned width = symbol_width(stream->alphabet);

    (void)self;
    if (width > 0 && (bits->length - bits->at) / width < stream->count)
        return pare_fail(err, PARE_EFORMAT, "%zu symbols of %u bits do not fit into %zu bits",
                         stream->count, width, bits->length - bits->at);
    for (size_t i = 0; i < stream->count; i++) {
        uint64_t symbol = pare_bits_get(bits, width);
        if (symbol >= stream->alphabet)
            return pare_fail(err, PARE_EFORMAT, "symbol %u in an alphabet of %u", (unsigned)symbol,
                             (unsigned)stream->alphabet);
        stream->symbol[i] = (uint16_t)symbol;
    }
    if (pare_bits_end(bits) != PARE_OK)
        return pare_fail(err, PARE_EFORMAT, "bits left over after %zu symbols of %u bits",
                         stream->count, width);
    fill_cost(cost, stream->alphabet);
    return PARE_OK;
}

static const struct pare_encoder raw = {
    .head = PARE_ENCODER(raw, .summary = "fixed width: every symbol in the same number of bits"),
    .encode = raw_encode,
    .decode = raw_decode,
};
PARE_EXPORT(raw);
