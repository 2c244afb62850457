/* SPDX-License-Identifier: Apache-2.0 */
#include "net/gemm.h"

#include "base/alloc.h"
#include "support/net_support.h"
#include "support/support.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Compares with the definition in double; c starts as NaN where beta is 0. */
static void check(struct pool *pool, bool trans_a, bool trans_b, size_t m, size_t n, size_t k,
                  float beta)
{
    float *a = xcalloc(m * k, sizeof *a), *b = xcalloc(k * n, sizeof *b);
    float *c = xcalloc(m * n, sizeof *c), *before = xcalloc(m * n, sizeof *c);

    net_support_numbers(a, m * k, 1);
    net_support_numbers(b, k * n, 2);
    net_support_numbers(before, m * n, 3);
    for (size_t i = 0; i < m * n; i++)
        c[i] = beta == 0.0F ? NAN : before[i];
    if (pool)
        gemm(pool, trans_a, trans_b, m, n, k, a, b, beta, c);
    else
        gemm_here(trans_a, trans_b, m, n, k, a, b, beta, c);
    for (size_t i = 0; i < m; i++) {
        for (size_t j = 0; j < n; j++) {
            double sum = (double)beta * (double)before[i * n + j], scale = 1.0;

            for (size_t l = 0; l < k; l++) {
                double term = (double)a[trans_a ? l * m + i : i * k + l] *
                              (double)b[trans_b ? j * k + l : l * n + j];

                sum += term;
                scale += fabs(term);
            }
            if (!(fabs((double)c[i * n + j] - sum) <= 1e-6 * scale))
                fail_msg("%zux%zux%zu at %zu,%zu: %g, not %g", m, n, k, i, j, (double)c[i * n + j],
                         sum);
        }
    }
    free(a);
    free(b);
    free(c);
    free(before);
}

static void test_definition(void **state)
{
    static const size_t shapes[][3] = {
        {1, 1, 1}, {3, 5, 7}, {64, 10, 100}, {13, 300, 33}, {257, 129, 70}};
    struct pare_error err = {0};
    struct pool *pool = pool_new(2, &err);

    (void)state;
    assert_non_null(pool);
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++)
        for (int form = 0; form < 8; form++)
            for (int where = 0; where < 2; where++)
                check(where ? pool : NULL, form & 1, form & 2, shapes[s][0], shapes[s][1],
                      shapes[s][2], form & 4 ? 1.0F : 0.0F);
    check(pool, false, true, 300, 333, 317, 0.0F); /* cut into stripes of columns, */
    check(pool, true, false, 401, 333, 217, 1.0F); /* of rows */
    pool_free(pool);
}

static void test_threads(void **state)
{
    enum { M = 200, N = 310, K = 784 };
    struct pare_error err = {0};
    float *a = xcalloc(M * K, sizeof *a), *b = xcalloc(N * K, sizeof *b);
    float *one = xcalloc(M * N, sizeof *one), *more = xcalloc(M * N, sizeof *more);

    (void)state;
    net_support_numbers(a, M * K, 1);
    net_support_numbers(b, N * K, 2);
    gemm(NULL, false, true, M, N, K, a, b, 0.0F, one);
    for (unsigned threads = 1; threads <= 5; threads++) {
        struct pool *pool = pool_new(threads, &err);

        assert_non_null(pool);
        memset(more, 0xff, M * N * sizeof *more);
        gemm(pool, false, true, M, N, K, a, b, 0.0F, more);
        assert_memory_equal(one, more, M * N * sizeof *one);
        pool_free(pool);
    }
    free(a);
    free(b);
    free(one);
    free(more);
}

static void test_library(void **state)
{
    (void)state;
    assert_non_null(strstr(gemm_library(), "OpenBLAS"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_definition),
        cmocka_unit_test(test_threads),
        cmocka_unit_test(test_library),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
