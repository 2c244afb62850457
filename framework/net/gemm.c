/* SPDX-License-Identifier: Apache-2.0 */

/* Matrix products: one operand is read number by number where it lies, the other by
 * vectors, for which it is brought into rows of whole vectors unless it is so. How
 * the work is cut changes no result: an element is one chain of additions over k. A
 * few samples times weights go another way, which reads each weight once; there an
 * element is as many chains as a vector has numbers. */

#include "net/gemm.h"

#include "net/kernels/kernels.h"
#include <assert.h>
#include <string.h>

/* Rows and columns of c that are dealt together: multiples of every tile. */
enum { BLOCK_ROWS = 6, BLOCK_COLUMNS = 64 };
/* What is worth a part of its own, in multiply-adds and in numbers, and the most. */
enum { PART_MACS = 1 << 18, PART_COPIES = 1 << 13, PARTS_MAX = 16 };
/* So few rows of a that b is best read where it lies; columns that are dealt together
 * then, and what is worth a part, in numbers of b. */
enum { FEW_ROWS = 8, FEW_COLUMNS = 8, FEW_NUMBERS = 1 << 16 };

/* The product as the kernel sees it, and where its b comes from. */
struct work {
    const struct kernels *kernels;
    struct kernel_product p;
    struct kernel_dots few; /* or this */
    const float *from;
    size_t from_step;
    bool turned; /* from is [n][k], else [k][n] */
    float *packed;
    bool by_rows;
    size_t blocks, parts;
};

const char *gemm_library(void)
{
    return kernels_best()->name;
}

static size_t whole_vectors(size_t n)
{
    return (n + KERNEL_LANES - 1) / KERNEL_LANES * KERNEL_LANES;
}

size_t gemm_room(const struct gemm *g)
{
    return whole_vectors(g->across ? g->m : g->n) * g->k;
}

static void pack_part(void *context, size_t i)
{
    const struct work *w = context;
    const struct kernel_product *p = &w->p;
    size_t first = pool_bound(p->k, w->parts, i), last = pool_bound(p->k, w->parts, i + 1);
    float *to = w->packed + first * p->b_step;

    if (w->turned) {
        w->kernels->transpose(p->n, last - first, w->from + first, w->from_step, to, p->b_step,
                              p->b_step);
        return;
    }
    for (size_t l = first; l < last; l++, to += p->b_step) {
        memcpy(to, w->from + l * w->from_step, p->n * sizeof *to);
        for (size_t j = p->n; j < p->b_step; j++)
            to[j] = 0.0F;
    }
}

static void multiply_part(void *context, size_t i)
{
    const struct work *w = context;
    struct kernel_product p = w->p;
    size_t size = w->by_rows ? BLOCK_ROWS : BLOCK_COLUMNS, all = w->by_rows ? p.m : p.n;
    size_t first = pool_bound(w->blocks, w->parts, i) * size;
    size_t last = pool_bound(w->blocks, w->parts, i + 1) * size;

    if (last > all)
        last = all;
    if (w->by_rows) {
        p.m = last - first;
        p.a += first * p.a_row;
        p.c += first * p.c_row;
        p.bias = p.bias ? p.bias + first : NULL;
    } else {
        p.n = last - first;
        p.b += first;
        p.c += first * p.c_column;
    }
    w->kernels->product(&p);
}

/* As many parts as there are things, if each is worth it. */
static size_t parts_of(const struct pool *pool, size_t things, double size, double worth)
{
    size_t parts = things < PARTS_MAX ? things : PARTS_MAX;

    if (!pool || size < 2.0 * worth)
        return 1;
    return size < (double)parts * worth ? (size_t)(size / worth) : parts;
}

static struct work work_of(const struct gemm *g)
{
    size_t m = g->m, n = g->n, k = g->k;

    if (g->across) /* c is taken as the other way round: [n][m] = op(b)^T op(a)^T */
        return (struct work){.p = {.m = n,
                                   .n = m,
                                   .k = k,
                                   .a = g->b,
                                   .a_row = g->trans_b ? k : 1,
                                   .a_column = g->trans_b ? 1 : n,
                                   .c_row = 1,
                                   .c_column = n},
                             .from = g->a,
                             .from_step = g->trans_a ? m : k,
                             .turned = !g->trans_a};
    return (struct work){.p = {.m = m,
                               .n = n,
                               .k = k,
                               .a = g->a,
                               .a_row = g->trans_a ? 1 : k,
                               .a_column = g->trans_a ? m : 1,
                               .c_row = n,
                               .c_column = 1},
                         .from = g->b,
                         .from_step = g->trans_b ? k : n,
                         .turned = g->trans_b};
}

static void few_part(void *context, size_t i)
{
    const struct work *w = context;
    struct kernel_dots d = w->few;
    size_t first = pool_bound(w->blocks, w->parts, i) * FEW_COLUMNS;
    size_t last = pool_bound(w->blocks, w->parts, i + 1) * FEW_COLUMNS;

    d.n = (last < d.n ? last : d.n) - first;
    d.w += first * d.k;
    d.bias = d.bias ? d.bias + first : NULL;
    d.y += first;
    w->kernels->dots(&d);
}

static void multiply_few(struct pool *pool, const struct gemm *g)
{
    struct work w = {.kernels = kernels_best(),
                     .few = {.m = g->m,
                             .n = g->n,
                             .k = g->k,
                             .x = g->a,
                             .w = g->b,
                             .bias = g->bias,
                             .y = g->c,
                             .y_step = g->n},
                     .blocks = (g->n + FEW_COLUMNS - 1) / FEW_COLUMNS};

    w.parts = parts_of(pool, w.blocks, (double)g->n * (double)g->k, FEW_NUMBERS);
    pool_run(pool, w.parts, few_part, &w);
}

void gemm(struct pool *pool, const struct gemm *g)
{
    struct work w = work_of(g);
    size_t rows = (w.p.m + BLOCK_ROWS - 1) / BLOCK_ROWS;
    size_t columns = (w.p.n + BLOCK_COLUMNS - 1) / BLOCK_COLUMNS;

    assert(!g->bias || (g->across && !g->add));
    if (g->m <= FEW_ROWS && g->across && g->trans_b && !g->trans_a && !g->add) {
        multiply_few(pool, g);
        return;
    }
    w.kernels = kernels_best();
    w.p.c = g->c;
    w.p.bias = g->bias;
    w.p.add = g->add;
    if (!w.turned && w.p.n % KERNEL_LANES == 0) {
        w.p.b = w.from;
        w.p.b_step = w.from_step;
    } else {
        w.p.b = w.packed = g->room;
        w.p.b_step = whole_vectors(w.p.n);
        w.parts = parts_of(pool, w.p.k, (double)w.p.k * (double)w.p.n, PART_COPIES);
        pool_run(pool, w.parts, pack_part, &w);
    }
    w.by_rows = rows >= columns;
    w.blocks = w.by_rows ? rows : columns;
    w.parts = parts_of(pool, w.blocks, (double)w.p.m * (double)w.p.n * (double)w.p.k, PART_MACS);
    pool_run(pool, w.parts, multiply_part, &w);
}
