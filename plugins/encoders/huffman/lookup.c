/* SPDX-License-Identifier: Apache-2.0 */
/* Fills the tables. A code owns all entries whose index begins with it, and shorter
 * codes own lower ones: they are filled from the first to the last. */

#include "lookup.h"
#include <string.h>

void lookup_one(struct lookup *t, const struct code *c)
{
    uint32_t at = 0;

    t->c = c;
    for (unsigned l = 1; l <= ROOT_BITS; l++)
        for (uint32_t i = 0; i < c->n[l]; i++) {
            uint32_t entry = (uint32_t)c->order[c->start[l] + i] << 8 | l;
            for (uint32_t end = at + (1u << (ROOT_BITS - l)); at < end; at++)
                t->one[at] = entry;
        }
    memset(t->one + at, 0, sizeof(t->one) - at * sizeof(*t->one));
}

/* What may follow a code depends only on how many bits it leaves. */
void lookup_two(struct lookup *t)
{
    const struct code *c = t->c;
    uint64_t follow[1 << (ROOT_BITS - 1)];
    size_t at = 0;

    for (unsigned l = 1; l <= ROOT_BITS; l++) {
        size_t size = (size_t)1 << (ROOT_BITS - l);
        for (size_t i = 0; i < size && c->n[l] > 0; i++) {
            uint32_t second = t->one[i << l], both = l + (second & 63);
            bool fits = second != 0 && both <= ROOT_BITS;
            follow[i] = fits ? second >> 8 << 16 | (both | UINT64_C(2) << 8) << 32
                             : (l | UINT64_C(1) << 8) << 32;
        }
        for (uint32_t i = 0; i < c->n[l]; i++, at += size) {
            uint64_t first = c->order[c->start[l] + i];
            for (size_t j = 0; j < size; j++)
                t->two[at + j] = follow[j] | first;
        }
    }
    memset(t->two + at, 0, sizeof(t->two) - at * sizeof(*t->two));
}

uint32_t lookup_long(const struct code *c, uint64_t window)
{
    unsigned l = ROOT_BITS + 1;

    while ((window >> (64 - l)) - c->first[l] >= c->n[l])
        l++;
    return (uint32_t)c->order[c->start[l] + (window >> (64 - l)) - c->first[l]] << 8 | l;
}
