/* SPDX-License-Identifier: Apache-2.0 */
/* skeleton: a symbol below 2^k takes 1 + k bits, any other 1 and the full width.
 * Replace this by what your encoder does, where it comes from, and the exact
 * layout of its bits: they are part of a file that must be readable for years.
 *
 *   5 bits        k
 *   each symbol   a 0-bit and k bits, or a 1-bit and width bits, where width is
 *                 that of alphabet - 1 */

#include <pare/encoder.h>

/* One field an option. In a config: encode = { plugin = "skeleton"; short_bits = 3; }; */
struct skeleton {
    int64_t short_bits;
};

/* Field, lowest, highest, preset as one would write it, help. */
static const struct pare_option options[] = {
    PARE_INT(skeleton, short_bits, 0, 16, "2", "bits of a short symbol"),
    PARE_OPTIONS_END,
};

static unsigned width_of(uint32_t alphabet)
{
    unsigned width = 0;

    while (width < 16 && (alphabet - 1) >> width != 0)
        width++;
    return width;
}

/* (optional) For the ledger: table_bits plus every symbol's bits make the length. */
static void fill_cost(const struct pare_stream *stream, unsigned k, struct pare_cost *cost)
{
    if (!cost)
        return;
    cost->table_bits = 5;
    for (uint32_t i = 0; i < stream->alphabet; i++)
        cost->symbol_bits[i] = (float)(1 + (i >> k == 0 ? k : width_of(stream->alphabet)));
}

static int encode(void *self, const struct pare_stream *stream, struct pare_bits *bits,
                  struct pare_cost *cost, struct pare_error *err)
{
    unsigned k = (unsigned)((const struct skeleton *)self)->short_bits;
    unsigned width = width_of(stream->alphabet);

    (void)err;
    pare_bits_put(bits, k, 5);
    for (size_t i = 0; i < stream->count; i++) {
        bool is_long = stream->symbol[i] >> k != 0;

        pare_bits_put(bits, is_long, 1);
        pare_bits_put(bits, stream->symbol[i], is_long ? width : k);
    }
    fill_cost(stream, k, cost);
    return pare_bits_status(bits); /* sticky: one look at the end is enough */
}

/* What is decoded was perhaps written by a self of other options, cut off, or made
 * up: k is read, not taken from self, and anything encode would not have written is
 * refused. */
static int decode(void *self, struct pare_bits *bits, struct pare_stream *stream,
                  struct pare_cost *cost, struct pare_error *err)
{
    unsigned k = (unsigned)pare_bits_get(bits, 5), width = width_of(stream->alphabet);

    (void)self;
    if (pare_bits_status(bits) != PARE_OK || k > 16)
        return pare_fail(err, PARE_EFORMAT, "no number of bits, or more than 16, in front");
    for (size_t i = 0; i < stream->count; i++) {
        bool is_long = pare_bits_get(bits, 1) != 0;
        uint64_t symbol = pare_bits_get(bits, is_long ? width : k);

        if (pare_bits_status(bits) != PARE_OK)
            return pare_fail(err, PARE_EFORMAT, "ends after %zu of %zu symbols", i, stream->count);
        if (symbol >= stream->alphabet || is_long != (symbol >> k != 0))
            return pare_fail(err, PARE_EFORMAT, "symbol %zu is %u of an alphabet of %u", i,
                             (unsigned)symbol, (unsigned)stream->alphabet);
        stream->symbol[i] = (uint16_t)symbol;
    }
    fill_cost(stream, k, cost);
    return PARE_OK;
}

static const struct pare_encoder plugin = {
    .head = PARE_ENCODER(skeleton, .summary = "short codes for small symbols",
                         PARE_SELF(skeleton, options)),
    .encode = encode,
    .decode = decode,
};
PARE_EXPORT(plugin);
