/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HUFFMAN_CODE_H
#define HUFFMAN_CODE_H

/* A canonical prefix code: optimal lengths, their table, the order of its symbols,
 * and the codes of a stream. The layout of all of them stands in ../huffman.c. */

#include <pare/encoder.h>

enum { CODE_LENGTH_MAX = 24, CODE_PARTS = 4 };

/* From so many symbols on, a stream has parts. */
enum { CODE_PARTS_FROM = 8192 };

/* A code is the symbols that occur and their lengths; what stands below them
 * follows from them. */
struct code {
    uint32_t alphabet, used; /* used: symbols that occur */
    uint16_t *symbol;        /* [used] those, ascending */
    uint8_t *length;         /* [used] of their codes */

    unsigned longest;
    uint16_t *order;                     /* [used] symbols by length, then number */
    uint32_t n[CODE_LENGTH_MAX + 1];     /* codes of each length */
    uint32_t first[CODE_LENGTH_MAX + 1]; /* the first code of each length */
    uint32_t start[CODE_LENGTH_MAX + 1]; /* its place in order */
};

/* Shifts by a number that is not known before take three steps on Intel's processors,
 * one with BMI2: the inner loops stand twice, and the faster is taken where it runs. */
#ifdef __x86_64__
#define CODE_BMI2 __attribute__((target("bmi2")))
static inline bool code_has_bmi2(void)
{
    return __builtin_cpu_supports("bmi2");
}
#else
#define CODE_BMI2
static inline bool code_has_bmi2(void)
{
    return false;
}
#endif

static inline unsigned floor_log2(uint64_t x)
{
    return 63 - (unsigned)__builtin_clzll(x | 1);
}

/* Bits of a number below m. */
static inline unsigned width(uint64_t m)
{
    return m > 1 ? floor_log2(m - 1) + 1 : 0;
}

static inline size_t code_parts(size_t count)
{
    return count >= CODE_PARTS_FROM ? CODE_PARTS : 1;
}

/* Where part i of count symbols starts: all are ceil(count / CODE_PARTS) long but
 * the last. */
static inline size_t part_start(size_t count, size_t i)
{
    size_t start = (count / CODE_PARTS + (count % CODE_PARTS != 0)) * i;

    return start < count ? start : count;
}

/* The size of the number that says how many bits a part has. */
static inline unsigned part_width(const struct code *c, size_t count)
{
    return width((uint64_t)part_start(count, 1) * c->longest + 1);
}

/* Room for a stream's code. Free with code_free also after a failure. */
int code_new(struct code *c, uint32_t alphabet, size_t count, struct pare_error *err);
void code_free(struct code *c);

/* The longest length allowed. */
uint32_t code_deepest(uint32_t used);
/* Sets symbols and the lengths that cost least, where s occurs times[s] times. */
int code_optimize(struct code *c, const uint64_t *times, struct pare_error *err);
/* Sets what follows from symbols and lengths. */
void code_sort(struct code *c);

/* Writes or reads the table of a stream of count symbols, and returns the bits'
 * status: PARE_EFORMAT where no code would have been written so. A single symbol's
 * length is 1, though its occurrences take no bits. */
int code_write(struct code *c, size_t count, struct pare_bits *bits);
int code_read(struct code *c, size_t count, struct pare_bits *bits);

/* The codes of a stream of more than one different symbol, after code_sort, with
 * the lengths of its parts. times [CODE_PARTS][alphabet]: how often each symbol
 * occurs in each. */
int codes_put(const struct code *c, const struct pare_stream *stream, const uint32_t *times,
              struct pare_bits *bits, struct pare_error *err);
/* Errors stick to the bits. */
void codes_get(const struct code *c, struct pare_bits *bits, struct pare_stream *stream);

#endif
