/* SPDX-License-Identifier: Apache-2.0 */
/* Encoders that break the contract, one fault each: CASE is which. Sound, it is
 * 16 bits a symbol after one byte that says how symbols are turned. */

#include <pare/encoder.h>
#include <stdlib.h>
#include <string.h>

enum {
    LOSSY,
    LONGER,
    WILD,
    STUBBORN,
    DEAR,
    MUTE,
    CRASH,
    LEAVE,
    CARELESS,
    FICKLE,
    PAST,
    EDIT,
    FUSSY,
    UNWILLING
};

struct NAME {
    int64_t turn;
    int64_t calls;
};

static const struct pare_option options[] = {
    PARE_INT(NAME, turn, 0, 100, "0", "added to every symbol"),
    PARE_OPTIONS_END,
};

static int setup(void *self, struct pare_error *err)
{
    const struct NAME *m = self;

    if (CASE == UNWILLING)
        return pare_fail(err, PARE_EUSER, "no options will do");
    if (CASE == FUSSY && m->turn == 100)
        return PARE_EUSER;
    (void)err;
    return PARE_OK;
}

static int encode(void *self, const struct pare_stream *stream, struct pare_bits *bits,
                  struct pare_cost *cost, struct pare_error *err)
{
    struct NAME *m = self;

    (void)err;
    pare_bits_put(bits, (uint64_t)m->turn, 8);
    if (CASE == FICKLE)
        pare_bits_put(bits, (uint64_t)m->calls++ & 0xff, 8);
    for (size_t i = 0; i < stream->count; i++) {
        unsigned symbol = (unsigned)(stream->symbol[i] + m->turn) & 0xffff;

        if (CASE == LOSSY && i == 99 && stream->alphabet > 2)
            symbol ^= 1;
        pare_bits_put(bits, symbol, 16);
    }
    if (CASE == EDIT && stream->count > 0)
        stream->symbol[0] = 0;
    if (cost) {
        cost->table_bits = CASE == FICKLE ? 16 : 8;
        for (uint32_t i = 0; i < stream->alphabet; i++)
            cost->symbol_bits[i] = CASE == DEAR ? 17.0f : 16.0f;
    }
    return pare_bits_status(bits);
}

static int decode(void *self, struct pare_bits *bits, struct pare_stream *stream,
                  struct pare_cost *cost, struct pare_error *err)
{
    const struct NAME *m = self;
    uint64_t turn = pare_bits_get(bits, 8);

    if (CASE == CRASH)
        abort();
    if (CASE == LEAVE)
        exit(0);
    if (CASE == STUBBORN)
        turn = (uint64_t)m->turn;
    if (CASE == FICKLE)
        pare_bits_get(bits, 8);
    for (size_t i = 0; i < stream->count + (CASE == LONGER); i++) {
        uint64_t symbol = (pare_bits_get(bits, 16) - turn) & 0xffff;

        if (CASE != CARELESS && pare_bits_status(bits) != PARE_OK && i < stream->count)
            return CASE == MUTE ? PARE_EFORMAT : pare_fail(err, PARE_EFORMAT, "too short");
        if (CASE != WILD && symbol >= stream->alphabet && i < stream->count)
            return pare_fail(err, PARE_EFORMAT, "no such symbol");
        stream->symbol[i] = (uint16_t)symbol;
    }
    if (CASE == PAST)
        memset(stream->symbol - 4, 0, 8);
    if (CASE != CARELESS && CASE != LONGER && pare_bits_status(bits) != PARE_OK)
        return pare_fail(err, PARE_EFORMAT, "too short");
    if (cost) {
        cost->table_bits = CASE == FICKLE ? 16 : 8;
        for (uint32_t i = 0; i < stream->alphabet; i++)
            cost->symbol_bits[i] = 16.0f;
    }
    return PARE_OK;
}

#define HEAD(NAME, ...) PARE_ENCODER(NAME, __VA_ARGS__)
#define SELF(NAME) PARE_SELF(NAME, options)
static const struct pare_encoder plugin = {
    .head = HEAD(NAME, .summary = "breaks the contract", SELF(NAME), .setup = setup),
    .encode = encode,
    .decode = decode,
};
PARE_EXPORT(plugin);
