/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the codes of a stream, of a long one four parts at a time: a look-up has to
 * wait for the one before it in its part, and three others fill that time. */

#include "lookup.h"
#include <string.h>

/* So many look-ups take at most 56 bits; and the most symbols that they give. */
enum { ROUND = 5, ROUND_SYMBOLS = 3 * ROUND };

/* Below so many bits a symbol three fit into a look-up often enough. */
enum { SHORT_BITS = 4 };

/* Where a part is being read. Below the bits that are good stands a 1, so that how
 * many are used is how far it has moved. */
struct lane {
    const uint8_t *at;
    uint64_t window;
};

static inline struct lane lane_fill(const uint8_t *at, unsigned bit)
{
    return (struct lane){at, (pare_bits_eight(at) | 1) << bit};
}

static inline struct lane lane_move(struct lane lane)
{
    unsigned used = (unsigned)__builtin_ctzll(lane.window);

    return lane_fill(lane.at + used / 8, used % 8);
}

/* Four symbols in one store, the first from the lowest bits. */
static inline void put_four(uint16_t *to, uint64_t symbols)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    memcpy(to, &symbols, sizeof(symbols));
#else
    for (size_t i = 0; i < 4; i++)
        to[i] = (uint16_t)(symbols >> 16 * i);
#endif
}

/* One look-up of part P: up to three symbols, none where a longer code stands. */
#define STEP(P)                                                                                    \
    entry = t->more[window##P >> (64 - ROOT_BITS)];                                                \
    window##P <<= entry & 63;                                                                      \
    put_four(symbol##P, entry >> 16);                                                              \
    symbol##P += entry >> 8 & 3
/* Part P after a round; takes the longer code. */
#define MOVE(P)                                                                                    \
    lane[P] = lane_move((struct lane){lane[P].at, window##P});                                     \
    if (t->more[lane[P].window >> (64 - ROOT_BITS)] == 0) {                                        \
        uint32_t code = lookup_long(t->c, lane[P].window);                                         \
        *symbol##P++ = (uint16_t)(code >> 8);                                                      \
        lane[P].window <<= code & 63;                                                              \
        lane[P] = lane_move(lane[P]);                                                              \
    }                                                                                              \
    window##P = lane[P].window
#define ALL(WHAT)                                                                                  \
    WHAT(0);                                                                                       \
    WHAT(1);                                                                                       \
    WHAT(2);                                                                                       \
    WHAT(3)
/* What a round may use up and a lane looks at stands before the end, what it may
 * write belongs to the part. */
#define ROOM(P) (end - lane[P].at >= 24 && next[P] - symbol##P > ROUND_SYMBOLS)

/* Rounds of all parts, until one has too few symbols left for another. symbol: where
 * each part's next one goes; next: the parts after. */
static inline __attribute__((always_inline)) void
rounds(const struct lookup *t, struct lane lane[CODE_PARTS], uint16_t *symbol[CODE_PARTS],
       uint16_t *const next[CODE_PARTS], const uint8_t *end)
{
    uint64_t window0 = lane[0].window, window1 = lane[1].window, window2 = lane[2].window,
             window3 = lane[3].window, entry;
    uint16_t *symbol0 = symbol[0], *symbol1 = symbol[1], *symbol2 = symbol[2], *symbol3 = symbol[3];

    while (ROOM(0) && ROOM(1) && ROOM(2) && ROOM(3)) {
        ALL(STEP);
        ALL(STEP);
        ALL(STEP);
        ALL(STEP);
        ALL(STEP);
        ALL(MOVE);
    }
    symbol[0] = symbol0;
    symbol[1] = symbol1;
    symbol[2] = symbol2;
    symbol[3] = symbol3;
}

static void rounds_plain(const struct lookup *t, struct lane lane[CODE_PARTS],
                         uint16_t *symbol[CODE_PARTS], uint16_t *const next[CODE_PARTS],
                         const uint8_t *end)
{
    rounds(t, lane, symbol, next, end);
}

static CODE_BMI2 void rounds_bmi2(const struct lookup *t, struct lane lane[CODE_PARTS],
                                  uint16_t *symbol[CODE_PARTS], uint16_t *const next[CODE_PARTS],
                                  const uint8_t *end)
{
    rounds(t, lane, symbol, next, end);
}

/* Rounds of one part that is behind the others; its last symbols are left. */
static void get_rounds_of_one(const struct lookup *t, struct lane *lane, uint16_t **symbol,
                              uint16_t *const *next, const uint8_t *end)
{
    uint64_t window0 = lane->window, entry;
    uint16_t *symbol0 = *symbol;

    while (ROOM(0)) {
        STEP(0);
        STEP(0);
        STEP(0);
        STEP(0);
        STEP(0);
        MOVE(0);
    }
    *symbol = symbol0;
}

/* count symbols one after another; the bits are at the first. */
static void get_some(const struct lookup *t, struct pare_bits *bits, uint16_t *symbol, size_t count)
{
    for (size_t i = 0; i < count && bits->status == PARE_OK;) {
        uint64_t window = pare_bits_peek(bits, 57) << 7;
        unsigned good = 57;
        for (; good >= CODE_LENGTH_MAX && i < count; i++) {
            uint32_t entry = t->one[window >> (64 - ROOT_BITS)];
            if (entry == 0)
                entry = lookup_long(t->c, window);
            symbol[i] = (uint16_t)(entry >> 8);
            window <<= entry & 63;
            good -= entry & 63;
        }
        pare_bits_skip(bits, 57 - good);
    }
}

/* start: the bits where the parts start. */
static void get_parts(struct lookup *t, struct pare_bits *bits, struct pare_stream *stream,
                      const size_t start[CODE_PARTS])
{
    const uint8_t *end = bits->byte + pare_bits_size_bytes(bits);
    struct lane lane[CODE_PARTS];
    uint16_t *symbol[CODE_PARTS], *next[CODE_PARTS];

    for (size_t p = 0; p < CODE_PARTS; p++) {
        symbol[p] = stream->symbol + part_start(stream->count, p);
        next[p] = stream->symbol + part_start(stream->count, p + 1);
        if (bits->length - start[p] < 64) /* the rest is zeros */
            bits->status = PARE_EFORMAT;
        else
            lane[p] = lane_fill(bits->byte + start[p] / 8, start[p] % 8);
    }
    if (bits->status != PARE_OK)
        return;
    lookup_more(t, start[CODE_PARTS - 1] - start[0] <
                       SHORT_BITS * (size_t)(next[CODE_PARTS - 2] - stream->symbol));
    (code_has_bmi2() ? rounds_bmi2 : rounds_plain)(t, lane, symbol, next, end);
    for (size_t p = 0; p < CODE_PARTS && bits->status == PARE_OK; p++) {
        get_rounds_of_one(t, &lane[p], &symbol[p], &next[p], end);
        bits->at =
            (size_t)(lane[p].at - bits->byte) * 8 + (unsigned)__builtin_ctzll(lane[p].window);
        get_some(t, bits, symbol[p], (size_t)(next[p] - symbol[p]));
        if (p + 1 < CODE_PARTS && bits->at != start[p + 1] && bits->status == PARE_OK)
            bits->status = PARE_EFORMAT;
    }
}

void codes_get(const struct code *c, struct pare_bits *bits, struct pare_stream *stream)
{
    struct lookup t;
    size_t start[CODE_PARTS], length[CODE_PARTS - 1];

    lookup_one(&t, c);
    if (code_parts(stream->count) == 1) {
        get_some(&t, bits, stream->symbol, stream->count);
        return;
    }
    for (size_t p = 0; p + 1 < CODE_PARTS; p++)
        length[p] = (size_t)pare_bits_get(bits, part_width(c, stream->count));
    start[0] = bits->at;
    for (size_t p = 0; p + 1 < CODE_PARTS; p++) {
        pare_bits_skip(bits, length[p]);
        start[p + 1] = bits->at;
    }
    if (bits->status == PARE_OK)
        get_parts(&t, bits, stream, start);
}
