/* SPDX-License-Identifier: Apache-2.0 */
#ifndef COMPRESS_SYMBOLS_H
#define COMPRESS_SYMBOLS_H

/* A param into streams of symbols and back, exactly. Derived, never stored.
 *
 *   layout gap     pruned: "gap", then the kept ones' "code" (shared) or "byte0".."byte3"
 *   layout inline  pruned and shared: "inline", 0 for a pruned weight, else 1 + code
 *   not pruned     "code" (shared) or "byte0".."byte3" of every weight
 *
 * A gap symbol g < span says: pass over g pruned positions, then a kept one. The
 * symbol span says: pass over span pruned positions, none kept (the paper's
 * filler zero, Han 2016 section 2, but without a code of its own). Positions run
 * over the flattened tensor; pruned positions after the last kept one cost
 * nothing. byteN: bits 8N..8N+7 of the IEEE 754 single, one plane after another. */

#include <pare/encoder.h>
#include <pare/param.h>

enum { SYMBOLS_STREAMS_MAX = 5, SYMBOLS_SPAN_BITS_MAX = 15 };

enum symbols_layout { SYMBOLS_GAP, SYMBOLS_INLINE };

struct symbols {
    enum symbols_layout layout; /* as it is: a param that is not pruned has neither */
    unsigned span_bits;         /* gap: span is 2^span_bits, 0..15; the alphabet span + 1 */
    struct pare_stream stream[SYMBOLS_STREAMS_MAX];
    size_t streams;
    size_t kept;    /* weights that are not pruned */
    size_t fillers; /* occurrences of the symbol span */
};

/* Splits p. Free with symbols_free. */
int symbols_split(const struct pare_param *p, enum symbols_layout layout, unsigned span_bits,
                  struct symbols *s, struct pare_error *err);
void symbols_free(struct symbols *s);

/* The streams that a param in this state has, symbols allocated but not filled:
 * for the reader, which knows count, whether pruned, kept, centroids. gap_count:
 * symbols in the gap stream, from the file. */
int symbols_plan(bool pruned, size_t count, size_t kept, uint32_t centroids,
                 enum symbols_layout layout, unsigned span_bits, size_t gap_count,
                 struct symbols *s, struct pare_error *err);
/* Fills p's keep, code, value from filled streams; p has its shape, centroid,
 * centroids and allocated arrays. Anything that split would not have made
 * (position past the end, kept count that differs) is PARE_EFORMAT. */
int symbols_join(const struct symbols *s, struct pare_param *p, struct pare_error *err);

/* The kept weights of a param of count, in their order, for who does not want the
 * whole: position [kept], and of a shared param code [kept] (value is NULL then), of
 * any other value [kept] (code is NULL). Checked as by join. */
int symbols_list(const struct symbols *s, size_t count, uint32_t *position, uint16_t *code,
                 float *value, struct pare_error *err);

#endif
