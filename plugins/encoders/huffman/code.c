/* SPDX-License-Identifier: Apache-2.0 */
/* Code lengths of least cost under a limit, by package-merge (Larmore & Hirschberg
 * 1990, section 3), and the canonical order that follows from lengths alone. */

#include "code.h"
#include <stdlib.h>

uint32_t code_deepest(uint32_t used)
{
    uint32_t limit = width(used) + 8 > 15 ? width(used) + 8 : 15;

    return used - 1 < limit ? used - 1 : limit;
}

void code_sort(struct code *c)
{
    uint32_t next[CODE_LENGTH_MAX + 1];

    for (uint32_t i = 0; i < c->alphabet; i++)
        c->n[c->length[i]]++;
    c->n[0] = 0;
    for (unsigned l = 1; l <= CODE_LENGTH_MAX; l++) {
        c->first[l] = (c->first[l - 1] + c->n[l - 1]) << 1;
        next[l] = c->start[l] = c->start[l - 1] + c->n[l - 1];
    }
    for (uint32_t i = 0; i < c->alphabet; i++)
        if (c->length[i] != 0)
            c->order[next[c->length[i]]++] = (uint16_t)i;
}

int code_new(struct code *c, uint32_t alphabet, struct pare_error *err)
{
    *c = (struct code){.alphabet = alphabet};
    c->length = calloc(alphabet, sizeof(*c->length));
    c->order = calloc(alphabet, sizeof(*c->order));
    if (c->length == NULL || c->order == NULL)
        return pare_fail(err, PARE_ENOMEM, "no memory for an alphabet of %u", (unsigned)alphabet);
    return PARE_OK;
}

void code_free(struct code *c)
{
    free(c->length);
    free(c->order);
}

struct leaf {
    uint64_t weight;
    uint32_t symbol;
};

static int leaf_compare(const void *a, const void *b)
{
    const struct leaf *x = a, *y = b;

    if (x->weight != y->weight)
        return x->weight < y->weight ? -1 : 1;
    return x->symbol < y->symbol ? -1 : 1;
}

/* What package-merge works on. */
struct merge {
    struct leaf *leaf; /* [n], ascending */
    size_t n;
    uint64_t *level, *next; /* [2n] each: weights of one level, ascending */
    size_t size;            /* of level */
    uint8_t *is_leaf;       /* [depth][2n]: which items of a level are leaves, not pairs */
};

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
static void merge_lengths(struct merge *m, size_t depth, uint8_t *length)
{
    size_t take = 2 * m->n - 2;

    for (size_t l = 0; l < depth; l++)
        merge_level(m, m->is_leaf + l * 2 * m->n);
    for (size_t l = depth; l-- > 0;) {
        size_t leaves = 0;
        for (size_t i = 0; i < take; i++)
            leaves += m->is_leaf[l * 2 * m->n + i];
        for (size_t i = 0; i < leaves; i++)
            length[m->leaf[i].symbol]++;
        take = 2 * (take - leaves);
    }
}

int code_optimize(struct code *c, const uint64_t *times, struct pare_error *err)
{
    struct merge m = {0};
    int status = PARE_OK;

    for (uint32_t i = 0; i < c->alphabet; i++) {
        m.n += times[i] > 0;
        c->length[i] = times[i] > 0;
    }
    c->used = (uint32_t)m.n;
    if (m.n < 2)
        return PARE_OK;
    m.leaf = calloc(m.n, sizeof(*m.leaf));
    m.level = calloc(2 * m.n, sizeof(*m.level));
    m.next = calloc(2 * m.n, sizeof(*m.next));
    m.is_leaf = calloc(code_deepest(c->used), 2 * m.n);
    if (m.leaf == NULL || m.level == NULL || m.next == NULL || m.is_leaf == NULL) {
        status = pare_fail(err, PARE_ENOMEM, "no memory for a code of %zu symbols", m.n);
        goto out;
    }
    m.n = 0;
    for (uint32_t i = 0; i < c->alphabet; i++) {
        c->length[i] = 0;
        if (times[i] > 0)
            m.leaf[m.n++] = (struct leaf){times[i], i};
    }
    qsort(m.leaf, m.n, sizeof(*m.leaf), leaf_compare);
    merge_lengths(&m, code_deepest(c->used), c->length);
out:
    free(m.is_leaf);
    free(m.next);
    free(m.level);
    free(m.leaf);
    return status;
}
