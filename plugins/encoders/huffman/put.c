/* SPDX-License-Identifier: Apache-2.0 */
/* Writes the codes of a stream, in one row behind the lengths of its parts. */

#include "code.h"
#include <stdlib.h>

static void put_eight(uint8_t *to, uint64_t x)
{
    for (int i = 0; i < 8; i++)
        to[i] = (uint8_t)(x >> (56 - 8 * i));
}

/* Bits on their way into bytes. */
struct writer {
    uint8_t *to;
    uint64_t gathered; /* the low bits of it */
    unsigned bits;
};

static inline void writer_move(struct writer *w)
{
    put_eight(w->to, w->gathered << (64 - w->bits));
    w->to += w->bits / 8;
    w->bits %= 8;
}

static inline void writer_take(struct writer *w, uint32_t word)
{
    w->gathered = w->gathered << (word & 63) | word >> 8;
    w->bits += word & 63;
}

/* word [alphabet]: code << 8 | length. group: so many codes fit in 56 bits. */
static inline __attribute__((always_inline)) void put_groups(struct writer w,
                                                             const uint16_t *symbol, size_t count,
                                                             const uint32_t *word, size_t group)
{
    for (; count >= group; count -= group, symbol += group) {
        for (size_t i = 0; i < group; i++)
            writer_take(&w, word[symbol[i]]);
        writer_move(&w);
    }
    for (; count > 0; count--, symbol++) {
        writer_take(&w, word[*symbol]);
        writer_move(&w);
    }
}

static inline __attribute__((always_inline)) void put_all(struct writer w, const uint16_t *symbol,
                                                          size_t count, const uint32_t *word,
                                                          unsigned longest)
{
    if (longest <= 14)
        put_groups(w, symbol, count, word, 4);
    else
        put_groups(w, symbol, count, word, 2);
}

static void put_plain(struct writer w, const uint16_t *symbol, size_t count, const uint32_t *word,
                      unsigned longest)
{
    put_all(w, symbol, count, word, longest);
}

static CODE_BMI2 void put_bmi2(struct writer w, const uint16_t *symbol, size_t count,
                               const uint32_t *word, unsigned longest)
{
    put_all(w, symbol, count, word, longest);
}

int codes_put(const struct code *c, const struct pare_stream *stream, const uint32_t *times,
              struct pare_bits *bits, struct pare_error *err)
{
    size_t parts = code_parts(stream->count), total = 0;
    uint32_t *word = calloc(c->alphabet, sizeof(*word));
    uint8_t *byte = NULL;
    unsigned used, first;

    for (size_t p = 0; p < parts; p++) {
        uint64_t length = 0;
        for (uint32_t i = 0; i < c->used; i++)
            length += (uint64_t)times[p * c->alphabet + c->symbol[i]] * c->length[i];
        if (p + 1 < parts)
            pare_bits_put(bits, length, part_width(c, stream->count));
        total += length;
    }
    used = (unsigned)(bits->length % 8);
    byte = calloc(total / 8 + 16, 1);
    if (word == NULL || byte == NULL) {
        free(byte);
        free(word);
        return pare_fail(err, PARE_ENOMEM, "no memory for %zu codes", stream->count);
    }
    for (unsigned l = 1; l <= c->longest; l++)
        for (uint32_t i = 0; i < c->n[l]; i++)
            word[c->order[c->start[l] + i]] = (c->first[l] + i) << 8 | l;
    struct writer w = {.to = byte, .bits = used};
    (code_has_bmi2() ? put_bmi2 : put_plain)(w, stream->symbol, stream->count, word, c->longest);
    /* up to a whole byte; what follows is then copied */
    first = total < 8 - used ? (unsigned)total : 8 - used;
    pare_bits_put(bits, byte[0] >> (8 - used - first), first);
    pare_bits_append(bits, byte + 1, total - first);
    free(byte);
    free(word);
    return PARE_OK;
}
