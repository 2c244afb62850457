/* SPDX-License-Identifier: Apache-2.0 */
/* Canonical Huffman codes, the last stage of Deep Compression (Han, Mao, Dally
 * 2016, section 4). The lengths are optimal among codes of limited length
 * (package-merge: Larmore & Hirschberg 1990, "A fast algorithm for optimal
 * length-limited Huffman codes") and only they are written.
 *
 * Layout; numbers have their highest bit first, width(m) is the bits of a number
 * below m: the least w with 2^w >= m. An empty stream has no bits at all.
 *
 *   used - 1        in width(min(alphabet, count)): how many symbols occur
 *   if used < alphabet, which ones, as runs of symbols that occur and that don't
 *   in turn:
 *     runs - 2      golomb order 0
 *     first         1 bit: 1 when symbol 0 occurs
 *     each run      With left the symbols of its kind not yet in a run and runs the
 *                   runs of its kind yet to come, this one included: its length is
 *                   1 + extra, extra <= spare = left - runs. runs == 1: extra is
 *                   spare; spare == 0: extra is 0; neither takes bits. Otherwise
 *                   extra by golomb, order floor(log2(max(1, spare / runs))),
 *                   the quotient rounded down.
 *   if used > 1, the code lengths of the symbols that occur, in the symbols' order,
 *   each 1..deepest, deepest = min(max(15, width(used) + 8), used - 1):
 *     first         length - 1 in width(deepest)
 *     next ones     difference d to the one before: n 1-bits and a 0-bit, where n =
 *                   0, 1, 2, 3, 4 .. stands for d = 0, +1, -1, +2, -2 ..
 *     last          no bits: what makes the sum of 2^-length equal to 1
 *   codes           count of them; none when used == 1. Shorter codes before longer
 *                   ones and of equal length in the symbols' order, the codes are
 *                   0..0, then each one more than the last, with 0-bits appended
 *                   where the length grows.
 *   0-bits up to a whole byte
 *
 * golomb order k: x + 2^k has b bits; b - k - 1 0-bits, then those b bits. */

#include "huffman/code.h"
#include <stdlib.h>
#include <string.h>

enum { ROOT_BITS = 11 };

static void fill_cost(const struct code *c, size_t table_bits, struct pare_cost *cost)
{
    if (cost == NULL)
        return;
    cost->table_bits = table_bits;
    for (uint32_t i = 0; i < c->alphabet; i++)
        cost->symbol_bits[i] = c->used > 1 ? (float)c->length[i] : 0.0f;
}

/* word [alphabet]: room for the codes. */
static void put_codes(const struct code *c, const struct pare_stream *stream, uint64_t *word,
                      struct pare_bits *bits)
{
    uint64_t gathered = 0;
    unsigned length = 0;

    for (unsigned l = 1; l <= CODE_LENGTH_MAX; l++)
        for (uint32_t i = 0; i < c->n[l]; i++)
            word[c->order[c->start[l] + i]] = c->first[l] + i;
    for (size_t i = 0; i < stream->count; i++) {
        uint16_t symbol = stream->symbol[i];
        if (length + c->length[symbol] > 57) {
            pare_bits_put(bits, gathered, length);
            gathered = length = 0;
        }
        gathered = gathered << c->length[symbol] | word[symbol];
        length += c->length[symbol];
    }
    pare_bits_put(bits, gathered, length);
}

static int huffman_encode(void *self, const struct pare_stream *stream, struct pare_bits *bits,
                          struct pare_cost *cost, struct pare_error *err)
{
    struct code c = {0};
    uint64_t *times = calloc(stream->alphabet, sizeof(*times));
    int status = code_new(&c, stream->alphabet, err);

    (void)self;
    if (times == NULL)
        status = pare_fail(err, PARE_ENOMEM, "no memory to count %u symbols",
                           (unsigned)stream->alphabet);
    if (status != PARE_OK || stream->count == 0)
        goto out;
    for (size_t i = 0; i < stream->count; i++)
        times[stream->symbol[i]]++;
    status = code_optimize(&c, times, err);
    if (status != PARE_OK)
        goto out;
    code_write(&c, stream->count, bits);
    fill_cost(&c, bits->length, cost);
    if (c.used > 1) {
        code_sort(&c);
        put_codes(&c, stream, times, bits);
    }
    if (pare_bits_status(bits) != PARE_OK)
        status = pare_fail(err, pare_bits_status(bits), "no memory for %zu symbols", stream->count);
out:
    free(times);
    code_free(&c);
    return status;
}

/* 57 bits and more from bit at on, at the top; 0 past the end. */
static inline uint64_t window(const struct pare_bits *bits, size_t at)
{
    size_t byte = at / 8, size = (bits->length + 7) / 8;
    uint8_t end[8] = {0};
    const uint8_t *b = end;
    uint64_t w = 0;

    if (byte < size && size - byte >= 8)
        b = bits->byte + byte;
    else if (byte < size)
        memcpy(end, bits->byte + byte, size - byte);
    for (int i = 0; i < 8; i++)
        w = w << 8 | b[i];
    return w << at % 8;
}

/* root: symbol << 8 | length, by the first ROOT_BITS of a code; length 0: longer. */
static void fill_root(const struct code *c, uint32_t *root)
{
    for (unsigned l = 1; l <= ROOT_BITS; l++)
        for (uint32_t i = 0; i < c->n[l]; i++) {
            uint32_t *at = root + ((size_t)(c->first[l] + i) << (ROOT_BITS - l));
            for (uint32_t j = 0; j < (uint32_t)1 << (ROOT_BITS - l); j++)
                at[j] = (uint32_t)c->order[c->start[l] + i] << 8 | l;
        }
}

/* The code is complete, so every word of CODE_LENGTH_MAX bits begins with one. */
static void get_codes(const struct code *c, struct pare_bits *bits, struct pare_stream *stream)
{
    uint32_t root[1 << ROOT_BITS] = {0};
    size_t at = bits->at;
    uint64_t w = 0;
    unsigned have = 0; /* bits of w that are good */

    fill_root(c, root);
    for (size_t i = 0; i < stream->count && at <= bits->length; i++) {
        if (have < CODE_LENGTH_MAX) {
            w = window(bits, at);
            have = 57;
        }
        uint32_t entry = root[w >> (64 - ROOT_BITS)];
        unsigned l = entry & 0xff;
        if (l == 0) {
            l = ROOT_BITS + 1;
            while ((w >> (64 - l)) - c->first[l] >= c->n[l])
                l++;
            entry = (uint32_t)c->order[c->start[l] + (w >> (64 - l)) - c->first[l]] << 8;
        }
        stream->symbol[i] = (uint16_t)(entry >> 8);
        w <<= l;
        have -= l;
        at += l;
    }
    pare_bits_skip(bits, at - bits->at);
}

static int huffman_decode(void *self, struct pare_bits *bits, struct pare_stream *stream,
                          struct pare_cost *cost, struct pare_error *err)
{
    size_t before = bits->at;
    struct code c = {0};
    int status = code_new(&c, stream->alphabet, err);

    (void)self;
    if (status != PARE_OK)
        goto out;
    if (stream->count > 0 && code_read(&c, stream->count, bits) != PARE_OK) {
        status = pare_fail(err, PARE_EFORMAT, "broken code table");
        goto out;
    }
    fill_cost(&c, bits->at - before, cost);
    code_sort(&c);
    if (c.used > 1)
        get_codes(&c, bits, stream);
    else
        for (size_t i = 0; i < stream->count; i++)
            stream->symbol[i] = c.order[0];
    if (pare_bits_status(bits) != PARE_OK)
        status = pare_fail(err, PARE_EFORMAT, "the codes end before %zu symbols", stream->count);
    else if (pare_bits_end(bits) != PARE_OK)
        status = pare_fail(err, PARE_EFORMAT, "bits left over after %zu symbols", stream->count);
out:
    code_free(&c);
    return status;
}

static const struct pare_encoder huffman = {
    .head = PARE_ENCODER(huffman, .summary = "canonical Huffman code with a compact table"),
    .encode = huffman_encode,
    .decode = huffman_decode,
};
PARE_EXPORT(huffman);
