/* SPDX-License-Identifier: Apache-2.0 */

/* Matrix products through OpenBLAS, which is kept at one thread: with more its
 * results depend on their number. The threads are the pool's; c is cut into
 * stripes whose number depends on the shape alone. */

#include "net/gemm.h"

#include <cblas.h>
#include <pthread.h>

/* Multiply-adds that are worth a stripe of their own, and the most stripes. */
enum { STRIPE_MACS = 1 << 21, STRIPES_MAX = 8 };

struct product {
    bool trans_a, trans_b, by_rows;
    size_t m, n, k, stripes;
    const float *a, *b;
    float beta, *c;
};

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void start(void)
{
    openblas_set_num_threads(1);
}

const char *gemm_library(void)
{
    pthread_once(&once, start);
    return openblas_get_config();
}

static void multiply(const struct product *p, size_t row, size_t rows, size_t column,
                     size_t columns)
{
    size_t lda = p->trans_a ? p->m : p->k, ldb = p->trans_b ? p->k : p->n;
    const float *a = p->a + (p->trans_a ? row : row * lda);
    const float *b = p->b + (p->trans_b ? column * ldb : column);

    cblas_sgemm(CblasRowMajor, p->trans_a ? CblasTrans : CblasNoTrans,
                p->trans_b ? CblasTrans : CblasNoTrans, (int)rows, (int)columns, (int)p->k, 1.0F, a,
                (int)lda, b, (int)ldb, p->beta, p->c + row * p->n + column, (int)p->n);
}

static void stripe(void *context, size_t i)
{
    const struct product *p = context;
    size_t all = p->by_rows ? p->m : p->n;
    size_t first = pool_bound(all, p->stripes, i);
    size_t count = pool_bound(all, p->stripes, i + 1) - first;

    if (p->by_rows)
        multiply(p, first, count, 0, p->n);
    else
        multiply(p, 0, p->m, first, count);
}

void gemm_here(bool trans_a, bool trans_b, size_t m, size_t n, size_t k, const float *a,
               const float *b, float beta, float *c)
{
    struct product p = {.trans_a = trans_a,
                        .trans_b = trans_b,
                        .m = m,
                        .n = n,
                        .k = k,
                        .a = a,
                        .b = b,
                        .beta = beta,
                        .c = c};

    pthread_once(&once, start);
    multiply(&p, 0, m, 0, n);
}

void gemm(struct pool *pool, bool trans_a, bool trans_b, size_t m, size_t n, size_t k,
          const float *a, const float *b, float beta, float *c)
{
    struct product p = {.trans_a = trans_a,
                        .trans_b = trans_b,
                        .by_rows = m >= n,
                        .m = m,
                        .n = n,
                        .k = k,
                        .a = a,
                        .b = b,
                        .beta = beta,
                        .c = c};
    size_t longer = m >= n ? m : n;
    double macs = (double)m * (double)n * (double)k;

    pthread_once(&once, start);
    p.stripes = 1;
    while (p.stripes < STRIPES_MAX && 2 * p.stripes <= longer &&
           macs >= (double)(2 * p.stripes) * STRIPE_MACS)
        p.stripes *= 2;
    if (p.stripes == 1)
        multiply(&p, 0, m, 0, n);
    else
        pool_run(pool, p.stripes, stripe, &p);
}
