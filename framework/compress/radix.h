/* SPDX-License-Identifier: Apache-2.0 */
#ifndef COMPRESS_RADIX_H
#define COMPRESS_RADIX_H

/* Sorts whole numbers of 32 bits that come one after the other, twice in the same order:
 * first they are counted, then placed by their upper bits, and then each of these
 * stretches is sorted by the rest. A stretch mostly fits into the cache where the whole
 * does not, which an LSD radix sort goes through in every pass.
 *
 *     struct radix r = {0};
 *     for (...) radix_count(&r, key);
 *     if (radix_open(&r)) { for (...) radix_place(&r, key); radix_sort(&r); use r.key }
 *     radix_close(&r);
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { RADIX_UPPER = 1 << 11, RADIX_SHIFT = 21 };

struct radix {
    uint32_t *key;             /* [n], and room for the longest stretch behind */
    size_t n;                  /* counted, once opened */
    size_t first[RADIX_UPPER]; /* counts; then where the next of these upper bits goes */
};

static inline void radix_count(struct radix *r, uint32_t key)
{
    r->first[key >> RADIX_SHIFT]++;
}

/* Returns whether there was memory. */
bool radix_open(struct radix *r);

static inline void radix_place(struct radix *r, uint32_t key)
{
    r->key[r->first[key >> RADIX_SHIFT]++] = key;
}

/* When all have been placed: key[0] <= key[1] <= ... */
void radix_sort(struct radix *r);
void radix_close(struct radix *r);

#endif
