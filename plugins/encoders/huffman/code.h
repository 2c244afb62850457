/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HUFFMAN_CODE_H
#define HUFFMAN_CODE_H

/* A canonical prefix code: optimal lengths, their table, and the order of its
 * symbols. The layout of the table stands in ../huffman.c. */

#include <pare/encoder.h>

enum { CODE_LENGTH_MAX = 24 };

/* A code is its lengths; what stands below them follows from them. */
struct code {
    uint32_t alphabet, used;             /* used: symbols that occur */
    uint8_t *length;                     /* [alphabet]; 0: does not occur */
    uint16_t *order;                     /* [used], by length, then by number */
    uint32_t n[CODE_LENGTH_MAX + 1];     /* codes of each length */
    uint32_t first[CODE_LENGTH_MAX + 1]; /* the first code of each length */
    uint32_t start[CODE_LENGTH_MAX + 1]; /* its place in order */
};

static inline unsigned floor_log2(uint32_t x)
{
    unsigned n = 0;

    while (x >>= 1)
        n++;
    return n;
}

/* Bits of a number below m. */
static inline unsigned width(uint32_t m)
{
    return m > 1 ? floor_log2(m - 1) + 1 : 0;
}

/* Zeroed lengths. Free with code_free also after a failure. */
int code_new(struct code *c, uint32_t alphabet, struct pare_error *err);
void code_free(struct code *c);

/* The longest length allowed. */
uint32_t code_deepest(uint32_t used);
/* Sets used and the lengths that cost least, where symbol s occurs times[s] times. */
int code_optimize(struct code *c, const uint64_t *times, struct pare_error *err);
/* Sets order, n, first, start from the lengths. */
void code_sort(struct code *c);

/* Writes or reads used and the lengths of a stream of count symbols, and returns
 * the bits' status: PARE_EFORMAT where no code would have been written so. A
 * single symbol's length is 1, though its occurrences take no bits. */
int code_write(struct code *c, size_t count, struct pare_bits *bits);
int code_read(struct code *c, size_t count, struct pare_bits *bits);

#endif
