/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HUFFMAN_LOOKUP_H
#define HUFFMAN_LOOKUP_H

/* Codes by their first bits. */

#include "code.h"

enum { ROOT_BITS = 11 };

/* What the next ROOT_BITS bits begin with. one: a code's symbol << 8 | length. two: a
 * code and, where it is there in full, the next one: first symbol | second << 16 |
 * length << 32 | symbols << 40. 0: a code that is longer. */
struct lookup {
    const struct code *c;
    uint32_t one[1 << ROOT_BITS];
    uint64_t two[1 << ROOT_BITS];
};

void lookup_one(struct lookup *t, const struct code *c);
/* After lookup_one. */
void lookup_two(struct lookup *t);
/* As an entry of one, for the code at the top of a window that is longer than
 * ROOT_BITS. The code is complete, so there is one. */
uint32_t lookup_long(const struct code *c, uint64_t window);

#endif
