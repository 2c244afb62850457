/* SPDX-License-Identifier: Apache-2.0 */
/* The rest of a key in two passes, or by insertion where there are few keys. */

#include "compress/radix.h"

#include <stdlib.h>

enum { LOW_BITS = 11, LOW = 1 << LOW_BITS, HIGH = 1 << (RADIX_SHIFT - LOW_BITS), FEW = 64 };

/* Counts to places. Returns the sum of the counts. */
static size_t add_up(size_t *first, size_t digits)
{
    size_t before = 0;

    for (size_t i = 0; i < digits; i++) {
        size_t count = first[i];
        first[i] = before;
        before += count;
    }
    return before;
}

bool radix_open(struct radix *r)
{
    size_t most = 0;

    for (size_t i = 0; i < RADIX_UPPER; i++)
        most = r->first[i] > most ? r->first[i] : most;
    r->n = add_up(r->first, RADIX_UPPER);
    if (r->n > SIZE_MAX / sizeof *r->key / 2)
        return false;
    r->key = malloc((r->n + most + 1) * sizeof *r->key);
    return r->key != NULL;
}

static void insert(uint32_t *key, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        uint32_t now = key[i];
        size_t at = i;
        for (; at > 0 && key[at - 1] > now; at--)
            key[at] = key[at - 1];
        key[at] = now;
    }
}

static void sort_rest(uint32_t *key, uint32_t *room, size_t n)
{
    size_t low[LOW] = {0}, high[HIGH] = {0};

    for (size_t i = 0; i < n; i++) {
        low[key[i] & (LOW - 1)]++;
        high[key[i] >> LOW_BITS & (HIGH - 1)]++;
    }
    add_up(low, LOW);
    add_up(high, HIGH);
    for (size_t i = 0; i < n; i++)
        room[low[key[i] & (LOW - 1)]++] = key[i];
    for (size_t i = 0; i < n; i++)
        key[high[room[i] >> LOW_BITS & (HIGH - 1)]++] = room[i];
}

void radix_sort(struct radix *r)
{
    size_t first = 0;

    for (size_t i = 0; i < RADIX_UPPER; i++) {
        size_t n = r->first[i] - first;
        if (n > FEW)
            sort_rest(r->key + first, r->key + r->n, n);
        else
            insert(r->key + first, n);
        first = r->first[i];
    }
}

void radix_close(struct radix *r)
{
    free(r->key);
    *r = (struct radix){0};
}
