/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NET_GEMM_H
#define NET_GEMM_H

/* Matrix products for the layers, over the kernels of net/kernels. */

#include "base/pool.h"

/* c [m][n] = op(a) op(b), row major. trans_a: a is stored [k][m]; trans_b: b is
 * stored [n][k]. */
struct gemm {
    bool trans_a, trans_b;
    size_t m, n, k;
    const float *a, *b;
    float *c;
    bool add; /* to what c was */
    /* Vectors along m instead of n: faster where a is much the smaller of the two. */
    bool across;
    const float *bias; /* [n] or NULL: every row of c starts from it; only across */
    float *room;       /* gemm_room numbers */
};

/* How much room the product of this form and these sizes, or smaller, may need. */
size_t gemm_room(const struct gemm *g);

/* Split over the pool; the same bytes for any number of threads. A null pool: on
 * the caller's thread alone, as inside a part. */
void gemm(struct pool *pool, const struct gemm *g);

/* Which kernels compute, for the run's record. */
PARE_API const char *gemm_library(void);

#endif
