/* SPDX-License-Identifier: Apache-2.0 */
/* Code lengths of least cost under a limit: Huffman's, and where those are too long
 * package-merge's (Larmore & Hirschberg 1990, section 3); and the canonical order
 * that follows from lengths alone. */

#include "code.h"
#include <stdlib.h>
#include <string.h>

uint32_t code_deepest(uint32_t used)
{
    uint32_t limit = width(used) + 8 > 15 ? width(used) + 8 : 15;

    return used - 1 < limit ? used - 1 : limit;
}

void code_sort(struct code *c)
{
    uint32_t next[CODE_LENGTH_MAX + 1];

    memset(c->n, 0, sizeof(c->n));
    for (uint32_t i = 0; i < c->used; i++)
        c->n[c->length[i]]++;
    for (unsigned l = 1; l <= CODE_LENGTH_MAX; l++) {
        c->first[l] = (c->first[l - 1] + c->n[l - 1]) << 1;
        next[l] = c->start[l] = c->start[l - 1] + c->n[l - 1];
        if (c->n[l] > 0)
            c->longest = l;
    }
    for (uint32_t i = 0; i < c->used; i++)
        c->order[next[c->length[i]]++] = c->symbol[i];
}

int code_new(struct code *c, uint32_t alphabet, size_t count, struct pare_error *err)
{
    size_t room = count < alphabet ? count : alphabet;

    *c = (struct code){.alphabet = alphabet};
    c->symbol = calloc(room + 1, sizeof(*c->symbol));
    c->order = calloc(room + 1, sizeof(*c->order));
    c->length = calloc(room + 1, sizeof(*c->length));
    if (c->symbol == NULL || c->order == NULL || c->length == NULL)
        return pare_fail(err, PARE_ENOMEM, "no memory for an alphabet of %u", (unsigned)alphabet);
    return PARE_OK;
}

void code_free(struct code *c)
{
    free(c->symbol);
    free(c->order);
    free(c->length);
}

struct leaf {
    uint64_t weight;
    uint32_t at; /* in symbol and length */
};

/* What both methods work on. */
struct merge {
    struct leaf *leaf; /* [n], ascending */
    size_t n;
    uint64_t *level, *next; /* [2n] each: weights of one level, ascending */
    size_t size;            /* of level */
    uint8_t *is_leaf;       /* [depth][2n]: which items of a level are leaves, not pairs */
};

/* By weight, byte after byte; equal ones stay in the symbols' order. */
static void sort_leaves(struct leaf **leaf, struct leaf *room, size_t n)
{
    uint64_t all = 0;

    for (size_t i = 0; i < n; i++)
        all |= (*leaf)[i].weight;
    for (unsigned shift = 0; shift < 64 && all >> shift != 0; shift += 8) {
        size_t place[257] = {0};
        struct leaf *from = *leaf;
        for (size_t i = 0; i < n; i++)
            place[(from[i].weight >> shift & 0xff) + 1]++;
        for (size_t b = 0; b < 256; b++)
            place[b + 1] += place[b];
        for (size_t i = 0; i < n; i++)
            room[place[from[i].weight >> shift & 0xff]++] = from[i];
        *leaf = room;
        room = from;
    }
}

/* Huffman 1952 with two queues: leaves, and pairs, which are made in ascending
 * order. Of equals the leaf comes first, which keeps the longest short. Returns it.
 * Items: 0..n-1 leaves, then pairs; parent, depth [2n]. */
static uint64_t huffman_lengths(struct merge *m, uint8_t *length)
{
    uint64_t *weight = m->level, *parent = m->next, *depth = m->next;
    size_t n = m->n, leaf = 0, pair = n;

    for (size_t i = 0; i < n; i++)
        weight[i] = m->leaf[i].weight;
    for (size_t made = n; made < 2 * n - 1; made++) {
        weight[made] = 0;
        for (int half = 0; half < 2; half++) {
            bool take_leaf = leaf < n && (pair == made || weight[leaf] <= weight[pair]);
            size_t taken = take_leaf ? leaf++ : pair++;
            weight[made] += weight[taken];
            parent[taken] = made;
        }
    }
    depth[2 * n - 2] = 0;
    for (size_t i = 2 * n - 2; i-- > 0;)
        depth[i] = depth[parent[i]] + 1;
    for (size_t i = 0; i < n; i++)
        length[m->leaf[i].at] = (uint8_t)(depth[i] < 255 ? depth[i] : 255);
    return depth[0];
}

/* The next level: the leaves merged with the pairs of this one. */
static void merge_level(struct merge *m, uint8_t *is_leaf)
{
    size_t pairs = m->size / 2, i = 0, pair = 0;
    uint64_t *swap = m->next;

    for (size_t at = 0; at < m->n + pairs; at++) {
        uint64_t sum = pair < pairs ? m->level[2 * pair] + m->level[2 * pair + 1] : UINT64_MAX;
        is_leaf[at] = i < m->n && m->leaf[i].weight <= sum;
        m->next[at] = is_leaf[at] ? m->leaf[i++].weight : sum;
        pair += !is_leaf[at];
    }
    m->size = m->n + pairs;
    m->next = m->level;
    m->level = swap;
}

/* Takes 2n - 2 items of the last level and, of each level before, the pairs that
 * were taken: a leaf's length is how often it was taken. */
static int merge_lengths(struct merge *m, size_t depth, uint8_t *length)
{
    size_t take = 2 * m->n - 2;

    m->is_leaf = calloc(depth, 2 * m->n);
    if (m->is_leaf == NULL)
        return PARE_ENOMEM;
    memset(length, 0, m->n);
    for (size_t l = 0; l < depth; l++)
        merge_level(m, m->is_leaf + l * 2 * m->n);
    for (size_t l = depth; l-- > 0;) {
        size_t leaves = 0;
        for (size_t i = 0; i < take; i++)
            leaves += m->is_leaf[l * 2 * m->n + i];
        for (size_t i = 0; i < leaves; i++)
            length[m->leaf[i].at]++;
        take = 2 * (take - leaves);
    }
    return PARE_OK;
}

int code_optimize(struct code *c, const uint64_t *times, struct pare_error *err)
{
    struct merge m = {0};
    int status = PARE_OK;

    c->used = 0;
    for (uint32_t i = 0; i < c->alphabet; i++)
        if (times[i] > 0)
            c->symbol[c->used++] = (uint16_t)i;
    memset(c->length, 1, c->used);
    if (c->used < 2)
        return PARE_OK;
    m.n = c->used;
    struct leaf *leaves = calloc(2 * m.n, sizeof(*leaves));
    m.level = calloc(2 * m.n, sizeof(*m.level));
    m.next = calloc(2 * m.n, sizeof(*m.next));
    if (leaves == NULL || m.level == NULL || m.next == NULL) {
        status = PARE_ENOMEM;
        goto out;
    }
    for (uint32_t i = 0; i < c->used; i++)
        leaves[i] = (struct leaf){times[c->symbol[i]], i};
    m.leaf = leaves;
    sort_leaves(&m.leaf, leaves + m.n, m.n);
    if (huffman_lengths(&m, c->length) > code_deepest(c->used))
        status = merge_lengths(&m, code_deepest(c->used), c->length);
out:
    free(m.is_leaf);
    free(m.next);
    free(m.level);
    free(leaves);
    return status == PARE_OK ? PARE_OK
                             : pare_fail(err, status, "no memory for a code of %zu symbols", m.n);
}
