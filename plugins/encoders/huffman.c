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
 *   lengths of parts  only if used > 1 and count >= 8192: the bits that the first,
 *                   second and third part of the codes have, each in width(q *
 *                   longest + 1), where longest is the longest code's length, and
 *                   q = ceil(count / 4) the codes of a part, the last one's fewer
 *   codes           count of them; none when used == 1. Shorter codes before longer
 *                   ones and of equal length in the symbols' order, the codes are
 *                   0..0, then each one more than the last, with 0-bits appended
 *                   where the length grows.
 *   0-bits up to a whole byte
 *
 * golomb order k: x + 2^k has b bits; b - k - 1 0-bits, then those b bits. */

#include "huffman/code.h"
#include <stdlib.h>

/* The lengths of the parts describe the code, too. */
static void fill_cost(const struct code *c, size_t count, size_t table_bits, struct pare_cost *cost)
{
    if (cost == NULL)
        return;
    cost->table_bits = table_bits;
    if (c->used < 2)
        return;
    cost->table_bits += (code_parts(count) - 1) * part_width(c, count);
    for (uint32_t i = 0; i < c->used; i++)
        cost->symbol_bits[c->symbol[i]] = (float)c->length[i];
}

/* times [CODE_PARTS][alphabet] by part; total [alphabet]. The parts are walked at
 * the same time, so that a count need not wait for the one before it. */
static void tally(const struct pare_stream *stream, uint32_t *times, uint64_t *total)
{
    size_t count = stream->count, length = part_start(count, 1), i = 0;
    const uint16_t *s = stream->symbol;
    uint32_t n = stream->alphabet;

    if (count < CODE_PARTS_FROM) {
        for (; i < count; i++)
            times[s[i]]++;
    } else {
        const uint16_t *s1 = s + length, *s2 = s1 + length, *s3 = s2 + length;
        for (; i < count - 3 * length; i++) {
            times[s[i]]++;
            times[n + s1[i]]++;
            times[2 * (size_t)n + s2[i]]++;
            times[3 * (size_t)n + s3[i]]++;
        }
        for (; i < length; i++)
            for (size_t p = 0; p < 3; p++)
                times[p * n + s[p * length + i]]++;
    }
    for (size_t p = 0; p < CODE_PARTS; p++)
        for (uint32_t j = 0; j < n; j++)
            total[j] += times[p * n + j];
}

static int huffman_encode(void *self, const struct pare_stream *stream, struct pare_bits *bits,
                          struct pare_cost *cost, struct pare_error *err)
{
    struct code c = {0};
    uint32_t *times = calloc(stream->alphabet, CODE_PARTS * sizeof(*times));
    uint64_t *total = calloc(stream->alphabet, sizeof(*total));
    int status = code_new(&c, stream->alphabet, stream->count, err);

    (void)self;
    if (times == NULL || total == NULL)
        status = pare_fail(err, PARE_ENOMEM, "no memory to count %u symbols",
                           (unsigned)stream->alphabet);
    if (status != PARE_OK || stream->count == 0)
        goto out;
    tally(stream, times, total);
    status = code_optimize(&c, total, err);
    if (status != PARE_OK)
        goto out;
    code_write(&c, stream->count, bits);
    code_sort(&c);
    fill_cost(&c, stream->count, bits->length, cost);
    if (c.used > 1)
        status = codes_put(&c, stream, times, bits, err);
    if (status == PARE_OK && pare_bits_status(bits) != PARE_OK)
        status = pare_fail(err, pare_bits_status(bits), "no memory for %zu symbols", stream->count);
out:
    free(total);
    free(times);
    code_free(&c);
    return status;
}

static int huffman_decode(void *self, struct pare_bits *bits, struct pare_stream *stream,
                          struct pare_cost *cost, struct pare_error *err)
{
    size_t before = bits->at;
    struct code c = {0};
    int status = code_new(&c, stream->alphabet, stream->count, err);

    (void)self;
    if (status != PARE_OK)
        goto out;
    if (stream->count > 0 && code_read(&c, stream->count, bits) != PARE_OK) {
        status = pare_fail(err, PARE_EFORMAT, "broken code table");
        goto out;
    }
    code_sort(&c);
    fill_cost(&c, stream->count, bits->at - before, cost);
    if (c.used > 1)
        codes_get(&c, bits, stream);
    else
        for (size_t i = 0; i < stream->count; i++)
            stream->symbol[i] = c.symbol[0];
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
