/* SPDX-License-Identifier: Apache-2.0 */
/* The kernels of every instruction set that this machine has against the definitions. */

#include "net/kernels/kernels.h"

#include "base/alloc.h"
#include "support/net_support.h"
#include "support/support.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct kernels *set; /* under test */

static float *numbers(size_t n, uint64_t seed)
{
    float *v = xcalloc(n + KERNEL_SLACK, sizeof *v);

    net_support_numbers(v, n, seed);
    return v;
}

/* c [m][n] lies in a larger matrix whose rest must stay. */
static void check_product(size_t m, size_t n, size_t k, bool turned, bool add, bool indirect)
{
    size_t b_step = n + 3, rows = turned ? n : m, columns = (turned ? m : n) + 5;
    float *a = numbers(m * k, 1), *b = numbers(k * b_step, 2), *bias = numbers(m, 3);
    float *c = numbers(rows * columns, 4), *before = numbers(rows * columns, 4);
    uint32_t *b_row = xcalloc(k, sizeof *b_row);
    struct kernel_product p = {.m = m,
                               .n = n,
                               .k = k,
                               .a = a,
                               .a_row = turned ? 1 : k,
                               .a_column = turned ? m : 1,
                               .b = b,
                               .b_row = indirect ? b_row : NULL,
                               .b_step = b_step,
                               .c = c,
                               .c_row = turned ? 1 : columns,
                               .c_column = turned ? columns : 1,
                               .bias = add ? NULL : bias,
                               .add = add};

    for (size_t l = 0; l < k; l++)
        b_row[l] = (uint32_t)((l * 7 % k) * b_step);
    set->product(&p);
    for (size_t i = 0; i < m; i++) {
        for (size_t j = 0; j < n; j++) {
            size_t at = turned ? j * columns + i : i * columns + j;
            double sum = add ? (double)before[at] : (double)bias[i], scale = 1.0;

            for (size_t l = 0; l < k; l++) {
                double term = (double)a[i * p.a_row + l * p.a_column] *
                              (double)b[(indirect ? b_row[l] : l * b_step) + j];

                sum += term;
                scale += fabs(term);
            }
            if (!(fabs((double)c[at] - sum) <= 1e-6 * scale))
                fail_msg("%s, %zux%zux%zu at %zu,%zu: %g, not %g", set->name, m, n, k, i, j,
                         (double)c[at], sum);
            before[at] = c[at];
        }
    }
    assert_memory_equal(c, before, rows * columns * sizeof *c); /* nothing beside it */
    free(a);
    free(b);
    free(bias);
    free(c);
    free(before);
    free(b_row);
}

static void test_product(void **state)
{
    static const size_t shapes[][3] = {{1, 1, 1},   {2, 17, 9},  {3, 64, 5},    {5, 33, 16},
                                       {6, 48, 40}, {13, 65, 7}, {20, 100, 25}, {7, 8, 3}};

    (void)state;
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++)
        for (int form = 0; form < 8; form++)
            check_product(shapes[s][0], shapes[s][1], shapes[s][2], form & 1, form & 2, form & 4);
}

/* An element is the same number wherever the matrix is cut. */
static void test_product_cut(void **state)
{
    enum { M = 23, N = 150, K = 31 };
    float *a = numbers(M * K, 1), *b = numbers(K * N, 2);
    float *whole = numbers(M * N, 3), *parts = numbers(M * N, 4);
    struct kernel_product p = {.m = M,
                               .n = N,
                               .k = K,
                               .a = a,
                               .a_row = K,
                               .a_column = 1,
                               .b = b,
                               .b_step = N,
                               .c = whole,
                               .c_row = N,
                               .c_column = 1};

    (void)state;
    set->product(&p);
    for (size_t i = 0; i < M; i++) {
        for (size_t j = 0; j < N; j += 37) {
            p.m = 1;
            p.n = N - j < 37 ? N - j : 37;
            p.a = a + i * K;
            p.b = b + j;
            p.c = parts + i * N + j;
            set->product(&p);
        }
    }
    assert_memory_equal(whole, parts, M * N * sizeof *whole);
    free(a);
    free(b);
    free(whole);
    free(parts);
}

/* All memory ends where the numbers do, so that a sanitizer sees what is read past it. */
static void check_dots(size_t m, size_t n, size_t k, bool has_bias)
{
    size_t y_step = n + 3;
    float *x = xcalloc(m * k, sizeof *x), *w = xcalloc(n * k, sizeof *w);
    float *bias = xcalloc(n, sizeof *bias), *y = xcalloc(m * y_step, sizeof *y);
    struct kernel_dots d = {.m = m,
                            .n = n,
                            .k = k,
                            .x = x,
                            .w = w,
                            .bias = has_bias ? bias : NULL,
                            .y = y,
                            .y_step = y_step};

    net_support_numbers(x, m * k, 1);
    net_support_numbers(w, n * k, 2);
    net_support_numbers(bias, n, 3);
    set->dots(&d);
    for (size_t i = 0; i < m; i++) {
        for (size_t j = 0; j < n; j++) {
            double sum = has_bias ? (double)bias[j] : 0.0, scale = 1.0;

            for (size_t l = 0; l < k; l++) {
                sum += (double)x[i * k + l] * (double)w[j * k + l];
                scale += fabs((double)x[i * k + l] * (double)w[j * k + l]);
            }
            if (!(fabs((double)y[i * y_step + j] - sum) <= 1e-6 * scale))
                fail_msg("%s, %zux%zux%zu at %zu,%zu: %g, not %g", set->name, m, n, k, i, j,
                         (double)y[i * y_step + j], sum);
        }
        for (size_t j = n; j < y_step; j++)
            assert_true(y[i * y_step + j] == 0.0F); /* nothing beside it */
    }
    free(x);
    free(w);
    free(bias);
    free(y);
}

static void test_dots(void **state)
{
    (void)state;
    for (size_t m = 1; m <= 9; m++)
        for (size_t n = 1; n <= 17; n += m % 2 + 1)
            for (size_t k = 1; k <= 70; k += 3)
                check_dots(m, n, k, k % 2);
    check_dots(3, 300, 784, true);
}

/* An element is the same number whatever it is computed with. */
static void test_dots_cut(void **state)
{
    enum { M = 7, N = 43, K = 91 };
    float *x = numbers(M * K, 1), *w = numbers(N * K, 2), *bias = numbers(N, 3);
    float *whole = numbers(M * N, 4), *parts = numbers(M * N, 5);
    struct kernel_dots d = {
        .m = M, .n = N, .k = K, .x = x, .w = w, .bias = bias, .y = whole, .y_step = N};

    (void)state;
    set->dots(&d);
    for (size_t i = 0; i < M; i++) {
        for (size_t j = 0; j < N; j += 5) {
            d.m = 1;
            d.n = N - j < 5 ? N - j : 5;
            d.x = x + i * K;
            d.w = w + j * K;
            d.bias = bias + j;
            d.y = parts + i * N + j;
            set->dots(&d);
        }
    }
    assert_memory_equal(whole, parts, M * N * sizeof *whole);
    free(x);
    free(w);
    free(bias);
    free(whole);
    free(parts);
}

static void test_transpose(void **state)
{
    static const size_t sizes[] = {1, 3, 4, 15, 16, 17, 32, 70};
    enum { SIZES = sizeof sizes / sizeof *sizes };

    (void)state;
    for (size_t s = 0; s < SIZES * SIZES; s++) {
        size_t rows = sizes[s / SIZES], columns = sizes[s % SIZES], filled = rows + s % 3;
        size_t from_step = columns + 2, to_step = filled + 1;
        float *from = numbers(rows * from_step, 1);
        float *to = numbers(columns * to_step, 2), *before = numbers(columns * to_step, 2);

        set->transpose(rows, columns, from, from_step, to, to_step, filled);
        for (size_t j = 0; j < columns; j++)
            for (size_t i = 0; i < to_step; i++)
                assert_true(to[j * to_step + i] == (i < rows     ? from[i * from_step + j]
                                                    : i < filled ? 0.0F
                                                                 : before[j * to_step + i]));
        free(from);
        free(to);
        free(before);
    }
}

static void check_runs(size_t height, size_t n, size_t terms)
{
    enum { STEP = 50, REACH = 300 };
    float *from = numbers(REACH + height * STEP + n, 1);
    float *sum = numbers(height * n, 2), *before = numbers(height * n, 2);
    struct kernel_term *term = xcalloc(terms + 1, sizeof *term);

    for (size_t i = 0; i < terms; i++)
        term[i] = (struct kernel_term){(uint32_t)(i * 37 % REACH), (float)i * 0.3F - 1.0F};
    set->sum_runs(height, n, from, STEP, term, terms, sum);
    for (size_t r = 0; r < height; r++) {
        for (size_t j = 0; j < n; j++) {
            double all = (double)before[r * n + j], scale = 1.0;

            for (size_t i = 0; i < terms; i++) {
                double each = (double)term[i].factor * (double)from[term[i].offset + r * STEP + j];

                all += each;
                scale += fabs(each);
            }
            assert_true(fabs((double)sum[r * n + j] - all) <= 1e-6 * scale);
        }
    }
    free(from);
    free(sum);
    free(before);
    free(term);
}

static void test_runs(void **state)
{
    (void)state;
    for (size_t height = 1; height <= 7; height++) {
        check_runs(height, 8, 9);
        for (size_t n = KERNEL_LANES; n <= 17 * KERNEL_LANES; n += KERNEL_LANES)
            check_runs(height, n, n % 13);
    }
}

/* Small whole numbers, so that many are equal. */
static void check_pool(size_t height, size_t width)
{
    size_t half = width / 2, n = height / 2 * half;
    float *x = numbers(height * width, 1), *y = numbers(n, 2);
    uint8_t *at = xcalloc(n + 1, 1);

    for (size_t i = 0; i < height * width; i++)
        x[i] = floorf(x[i]);
    set->pool2(height, width, x, y, at);
    for (size_t i = 0; i < n; i++) {
        const float *from = x + i / half * 2 * width + i % half * 2;
        const float four[4] = {from[0], from[1], from[width], from[width + 1]};
        unsigned best = 0;

        for (unsigned k = 1; k < 4; k++)
            if (four[k] > four[best])
                best = k;
        assert_int_equal(at[i], best);
        assert_true(y[i] == four[best]);
    }
    free(x);
    free(y);
    free(at);
}

static void test_pool(void **state)
{
    (void)state;
    for (size_t width = 1; width < 40; width++)
        for (size_t height = 1; height < 12; height++)
            check_pool(height, width);
    check_pool(100, 24);
    check_pool(5, 1300);
}

static struct kernel_step step_of(size_t n, bool uses, bool keep)
{
    struct kernel_step s = {.n = n,
                            .x = numbers(n, 1),
                            .m = numbers(n, 2),
                            .v = numbers(n, 3),
                            .grad = numbers(n, 4),
                            .uses = uses ? numbers(n, 5) : NULL,
                            .rate = 0.1F,
                            .decay = 0.01F,
                            .l1 = 0.003F,
                            .momentum = 0.9F,
                            .beta1 = 0.9F,
                            .beta2 = 0.99F,
                            .epsilon = 1e-6F,
                            .scale2 = 1.5F};
    uint8_t *kept = xcalloc(n, 1);

    for (size_t i = 0; i < n; i++) {
        s.v[i] = fabsf(s.v[i]);
        kept[i] = i % 3 != 1;
    }
    s.keep = keep ? kept : NULL;
    if (!keep)
        free(kept);
    return s;
}

static void step_free(struct kernel_step *s)
{
    free(s->x);
    free(s->m);
    free(s->v);
    free((float *)s->grad);
    free((float *)s->uses);
    free((uint8_t *)s->keep);
}

/* The rules are checked by optimizer_test; here that all sets give the same bytes. */
static void test_steps(void **state)
{
    const struct kernels *plain = kernels_get(KERNELS_PORTABLE);

    (void)state;
    for (int form = 0; form < 8; form++) {
        struct kernel_step a = step_of(101, form & 1, form & 2),
                           b = step_of(101, form & 1, form & 2);

        if (form & 4) {
            plain->adam(&a);
            set->adam(&b);
        } else {
            plain->sgd(&a);
            set->sgd(&b);
        }
        assert_memory_equal(a.x, b.x, a.n * sizeof *a.x);
        assert_memory_equal(a.m, b.m, a.n * sizeof *a.m);
        assert_memory_equal(a.v, b.v, a.n * sizeof *a.v);
        step_free(&a);
        step_free(&b);
    }
}

static void test_best(void **state)
{
    (void)state;
    assert_non_null(kernels_get(KERNELS_PORTABLE));
    if (!getenv("PARE_KERNELS"))
        for (int s = 0; s < KERNELS_COUNT; s++)
            if (kernels_get((enum kernels_set)s))
                set = kernels_get((enum kernels_set)s);
    assert_true(getenv("PARE_KERNELS") || kernels_best() == set);
}

int main(void)
{
    const struct CMUnitTest each[] = {
        cmocka_unit_test(test_product),   cmocka_unit_test(test_product_cut),
        cmocka_unit_test(test_dots),      cmocka_unit_test(test_dots_cut),
        cmocka_unit_test(test_transpose), cmocka_unit_test(test_runs),
        cmocka_unit_test(test_pool),      cmocka_unit_test(test_steps),
    };
    const struct CMUnitTest once[] = {cmocka_unit_test(test_best)};
    int failed = cmocka_run_group_tests(once, NULL, NULL);

    for (int s = 0; s < KERNELS_COUNT; s++) {
        set = kernels_get((enum kernels_set)s);
        if (set)
            failed += cmocka_run_group_tests_name(set->name, each, NULL, NULL);
    }
    return failed;
}
