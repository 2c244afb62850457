/* SPDX-License-Identifier: Apache-2.0 */
#include "net/gemm.h"

#include "base/alloc.h"
#include "net/kernels/kernels.h"
#include "support/net_support.h"
#include "support/support.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Forms of a product: bits. */
enum { TRANS_A = 1, TRANS_B = 2, ADD = 4, ACROSS = 8, BIAS = 16, FORMS = 32 };

/* Compares with the definition in double; c starts as NaN where nothing is added to
 * it. */
static void check(struct pool *pool, int form, size_t m, size_t n, size_t k)
{
    bool trans_a = form & TRANS_A, trans_b = form & TRANS_B;
    float *a = xcalloc(m * k, sizeof *a), *b = xcalloc(k * n, sizeof *b);
    float *c = xcalloc(m * n, sizeof *c), *before = xcalloc(m * n, sizeof *c);
    float *bias = xcalloc(n, sizeof *bias);
    struct gemm g = {.trans_a = trans_a,
                     .trans_b = trans_b,
                     .m = m,
                     .n = n,
                     .k = k,
                     .a = a,
                     .b = b,
                     .c = c,
                     .add = form & ADD,
                     .across = form & ACROSS,
                     .bias = form & BIAS ? bias : NULL};

    net_support_numbers(a, m * k, 1);
    net_support_numbers(b, k * n, 2);
    net_support_numbers(before, m * n, 3);
    net_support_numbers(bias, n, 4);
    for (size_t i = 0; i < m * n; i++)
        c[i] = g.add ? before[i] : NAN;
    g.room = xcalloc(gemm_room(&g), sizeof *g.room);
    gemm(pool, &g);
    for (size_t i = 0; i < m; i++) {
        for (size_t j = 0; j < n; j++) {
            double sum = g.add ? (double)before[i * n + j] : g.bias ? (double)bias[j] : 0.0;
            double scale = 1.0;

            for (size_t l = 0; l < k; l++) {
                double term = (double)a[trans_a ? l * m + i : i * k + l] *
                              (double)b[trans_b ? j * k + l : l * n + j];

                sum += term;
                scale += fabs(term);
            }
            if (!(fabs((double)c[i * n + j] - sum) <= 1e-6 * scale))
                fail_msg("form %d, %zux%zux%zu at %zu,%zu: %g, not %g", form, m, n, k, i, j,
                         (double)c[i * n + j], sum);
        }
    }
    free(a);
    free(b);
    free(c);
    free(before);
    free(bias);
    free(g.room);
}

static void check_forms(struct pool *pool, size_t m, size_t n, size_t k)
{
    for (int form = 0; form < FORMS; form++)
        if (!(form & BIAS) || ((form & ACROSS) && !(form & ADD)))
            check(pool, form, m, n, k);
}

static void test_definition(void **state)
{
    static const size_t shapes[][3] = {{1, 1, 1},   {3, 5, 7},     {1, 100, 77},  {8, 21, 40},
                                       {9, 21, 40}, {64, 10, 100}, {13, 300, 33}, {257, 129, 70}};
    struct pare_error err = {0};
    struct pool *pool = pool_new(2, &err);

    (void)state;
    assert_non_null(pool);
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++)
        for (int where = 0; where < 2; where++)
            check_forms(where ? pool : NULL, shapes[s][0], shapes[s][1], shapes[s][2]);
    pool_free(pool);
}

/* Large enough to be cut in parts, by rows and by columns. */
static void check_threads(size_t m, size_t n, size_t k, bool across)
{
    struct pare_error err = {0};
    float *a = xcalloc(m * k, sizeof *a), *b = xcalloc(n * k, sizeof *b);
    float *one = xcalloc(m * n, sizeof *one), *more = xcalloc(m * n, sizeof *more);
    struct gemm g = {
        .trans_b = true, .m = m, .n = n, .k = k, .a = a, .b = b, .c = one, .across = across};

    net_support_numbers(a, m * k, 1);
    net_support_numbers(b, n * k, 2);
    g.room = xcalloc(gemm_room(&g), sizeof *g.room);
    gemm(NULL, &g);
    g.c = more;
    for (unsigned threads = 1; threads <= 5; threads++) {
        struct pool *pool = pool_new(threads, &err);

        assert_non_null(pool);
        memset(more, 0xff, m * n * sizeof *more);
        gemm(pool, &g);
        assert_memory_equal(one, more, m * n * sizeof *one);
        pool_free(pool);
    }
    free(a);
    free(b);
    free(one);
    free(more);
    free(g.room);
}

static void test_threads(void **state)
{
    (void)state;
    check_threads(200, 310, 784, false);
    check_threads(200, 310, 784, true);
    check_threads(13, 1000, 200, false);
    check_threads(1, 501, 800, true);
    check_threads(7, 300, 784, true);
}

static void test_library(void **state)
{
    (void)state;
    assert_string_equal(gemm_library(), kernels_best()->name);
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
