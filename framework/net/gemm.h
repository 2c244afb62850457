/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NET_GEMM_H
#define NET_GEMM_H

/* Matrix products through the BLAS of the system, kept at one thread; the only
 * file that knows it is gemm.c. */

#include "base/pool.h"

/* c [m][n] = op(a) op(b) + beta c, row major. trans_a: a is stored [k][m];
 * trans_b: b is stored [n][k]. Split over the pool into parts that depend on the
 * shape alone, so the same bytes come out for any number of threads. */
void gemm(struct pool *pool, bool trans_a, bool trans_b, size_t m, size_t n, size_t k,
          const float *a, const float *b, float beta, float *c);

/* The same on the caller's thread alone; for use inside a part. */
void gemm_here(bool trans_a, bool trans_b, size_t m, size_t n, size_t k, const float *a,
               const float *b, float beta, float *c);

/* Name and kernel of the library, for the run's record. */
PARE_API const char *gemm_library(void);

#endif
