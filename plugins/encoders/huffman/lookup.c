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

/* Entries for the next bits bits: each code that fits, and behind it what follow [1 <<
 * (bits + 1)] has for the bits that it leaves, for b of them from follow[1 << b] on;
 * follow NULL: nothing. The last entries, where no code fits, are 0. */
static inline __attribute__((always_inline)) void fill(const struct code *c, uint64_t *entry,
                                                       unsigned bits, const uint64_t *follow)
{
    size_t at = 0, size = (size_t)1 << bits;

    for (unsigned l = 1; l <= bits; l++) {
        const uint64_t *after = follow && l < bits ? follow + (size >> l) : NULL;
        for (uint32_t i = 0; i < c->n[l]; i++, at += size >> l) {
            uint64_t code = (uint64_t)c->order[c->start[l] + i] << 16 | 1 << 8 | l;
            for (size_t j = 0; j < size >> l; j++)
                entry[at + j] = after ? (after[j] >> 16 << 32 | (after[j] & 0xffff)) + code : code;
        }
    }
    memset(entry + at, 0, (size - at) * sizeof(*entry));
}

/* What follows a code depends only on how many bits it leaves: all but those of the
 * shortest at most. */
static inline __attribute__((always_inline)) void fill_more(struct lookup *t, bool three)
{
    uint64_t last[1 << ROOT_BITS], second[1 << ROOT_BITS];
    unsigned shortest = 1;

    while (t->c->n[shortest] == 0)
        shortest++;
    for (unsigned bits = 0; bits + shortest <= ROOT_BITS; bits++) {
        if (three && bits + 2 * shortest <= ROOT_BITS)
            fill(t->c, last + (1 << bits), bits, NULL);
        fill(t->c, second + (1 << bits), bits, three ? last : NULL);
    }
    fill(t->c, t->more, ROOT_BITS, second);
}

static void fill_plain(struct lookup *t, bool three)
{
    fill_more(t, three);
}

#ifdef __x86_64__
static __attribute__((target("avx2"))) void fill_avx2(struct lookup *t, bool three)
{
    fill_more(t, three);
}
#endif

void lookup_more(struct lookup *t, bool three)
{
#ifdef __x86_64__
    if (__builtin_cpu_supports("avx2")) {
        fill_avx2(t, three);
        return;
    }
#endif
    fill_plain(t, three);
}

uint32_t lookup_long(const struct code *c, uint64_t window)
{
    unsigned l = ROOT_BITS + 1;

    while ((window >> (64 - l)) - c->first[l] >= c->n[l])
        l++;
    return (uint32_t)c->order[c->start[l] + (window >> (64 - l)) - c->first[l]] << 8 | l;
}
