/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HUFFMAN_LOOKUP_H
#define HUFFMAN_LOOKUP_H

/* Codes by their first bits. */

#include "code.h"

enum { ROOT_BITS = 11 };

/* What the next ROOT_BITS bits begin with. one: a code's symbol << 8 | length. more:
 * a code and up to two more that are there in full: length of all | how many << 8 |
 * their symbols << 16, the first lowest. 0: a code that is longer. */
struct lookup {
    const struct code *c;
    uint32_t one[1 << ROOT_BITS];
    uint64_t more[1 << ROOT_BITS];
};

void lookup_one(struct lookup *t, const struct code *c);
/* After lookup_one. three: or two at most, which is filled sooner. */
void lookup_more(struct lookup *t, bool three);
/* As an entry of one, for the code at the top of a window that is longer than
 * ROOT_BITS. The code is complete, so there is one. */
uint32_t lookup_long(const struct code *c, uint64_t window);

#endif
