/* SPDX-License-Identifier: Apache-2.0 */
/* The exact codebook against all clusterings of small sets, the plain dynamic
 * programme, Lloyd's algorithm from many starts, and hard numbers. */

#include "support/support.h"

#include "../../plugins/quantizers/lloyd.c"
#include "../../plugins/quantizers/lloyd/cut.c"
#include "../../plugins/quantizers/lloyd/farthest.c"
#include "../../plugins/quantizers/lloyd/sorted.c"
#undef PARE_EXPORT
#define PARE_EXPORT(PLUGIN) _Static_assert(sizeof(PLUGIN) > 0, "")
#include "../../plugins/quantizers/optimal1d.c"
#include "../../plugins/quantizers/optimal1d/path.c"
#include <float.h>
#include <pare/rng.h>

enum { N_MAX = 235200, K_MAX = 256 };
static float data[N_MAX], centroid[K_MAX];

static int ascending(const void *a, const void *b)
{
    float x = *(const float *)a, y = *(const float *)b;

    return x < y ? -1 : x > y;
}

static void sort(size_t n)
{
    qsort(data, n, sizeof(*data), ascending);
}

/* Normal; gap: without its middle, as weights that were kept. */
static void normal(size_t n, uint64_t seed, double gap)
{
    struct pare_rng rng = pare_rng_stream(seed, "weights");

    for (size_t i = 0; i < n;) {
        double x = pare_rng_normal(&rng);
        if (fabs(x) >= gap)
            data[i++] = (float)(0.05 * x);
    }
    sort(n);
}

/* Whole numbers, many of them equal. */
static void grid(size_t n, uint64_t seed, uint64_t size)
{
    struct pare_rng rng = pare_rng_stream(seed, "grid");

    for (size_t i = 0; i < n; i++)
        data[i] = (float)pare_rng_below(&rng, size);
    sort(n);
}

static size_t different(size_t n)
{
    size_t v = 1;

    for (size_t i = 1; i < n; i++)
        v += data[i] != data[i - 1];
    return v;
}

static double total_inertia(size_t n, size_t k)
{
    long double sum = 0.0L;
    size_t j = 0;

    for (size_t i = 0; i < n; i++) {
        while (j + 1 < k && fabs((double)data[i] - (double)centroid[j + 1]) <
                                fabs((double)data[i] - (double)centroid[j]))
            j++;
        long double d = (long double)data[i] - (long double)centroid[j];
        sum += d * d;
    }
    return (double)sum;
}

static double fit_best(size_t n, size_t k)
{
    struct pare_error err = {0};

    for (size_t j = 0; j < k; j++)
        centroid[j] = NAN; /* guesses are not looked at */
    ASSERT_OK(optimal1d.fit(NULL, data, n, centroid, k, &err), err);
    for (size_t j = 0; j < k; j++) {
        assert_true(centroid[j] >= data[0] && centroid[j] <= data[n - 1]);
        assert_true(j == 0 || centroid[j] > centroid[j - 1]);
    }
    return total_inertia(n, k);
}

/* About the mean, in long double, straight from the definition. */
static long double plain_cost(size_t first, size_t end)
{
    long double mean_ = 0.0L, sum = 0.0L;

    for (size_t i = first; i < end; i++)
        mean_ += (long double)data[i];
    mean_ /= (long double)(end - first);
    for (size_t i = first; i < end; i++)
        sum += ((long double)data[i] - mean_) * ((long double)data[i] - mean_);
    return sum;
}

/* All ways to cut data[first..n) into k clusters. */
static long double by_trying_all(size_t first, size_t n, size_t k)
{
    long double best = (long double)INFINITY;

    if (k == 1)
        return plain_cost(first, n);
    for (size_t end = first + 1; end + k - 1 <= n; end++) {
        long double sum = plain_cost(first, end) + by_trying_all(end, n, k - 1);
        best = sum < best ? sum : best;
    }
    return best;
}

static void test_equals_trying_all(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 60; seed++) {
        size_t n = 1 + seed % 12;
        if (seed % 3 == 0)
            normal(n, seed, 0.0);
        else
            grid(n, seed, seed % 3 == 1 ? 7 : 1000);
        for (size_t k = 1; k <= different(n); k++) {
            double wanted = (double)by_trying_all(0, n, k), got = fit_best(n, k);
            assert_true(got <= wanted + 1e-9 * fabs((double)data[n - 1]) + 1e-12 * wanted);
            assert_true(got >= wanted * (1.0 - 1e-6));
        }
    }
}

/* Every k of a few hundred weights by the plain dynamic programme, O(k n^2). */
static void check_all_k(size_t n, double slack)
{
    static long double cost[301][301], least[301], next[301];

    for (size_t i = 0; i < n; i++)
        for (size_t j = i + 1; j <= n; j++)
            cost[i][j] = plain_cost(i, j);
    for (size_t i = 1; i <= n; i++)
        least[i] = cost[0][i];
    for (size_t k = 1; k <= different(n) && k <= K_MAX; k++) {
        double wanted = (double)least[n], got = fit_best(n, k);
        if (got > wanted * (1.0 + 1e-6) + slack)
            fail_msg("k %zu: inertia %.17g, %.17g is possible", k, got, wanted);
        for (size_t j = 1; j <= n; j++) {
            next[j] = (long double)INFINITY;
            for (size_t i = k; i < j; i++)
                next[j] = least[i] + cost[i][j] < next[j] ? least[i] + cost[i][j] : next[j];
        }
        memcpy(least, next, sizeof(least));
    }
}

static void test_every_k(void **state)
{
    (void)state;
    normal(300, 1, 0.0);
    check_all_k(300, 1e-14); /* centroids are floats */
    normal(300, 2, 0.7);
    check_all_k(300, 1e-14);
    grid(300, 3, 150);
    check_all_k(300, 1e-9);
    for (size_t i = 0; i < 200; i++) /* equal steps: each k ties with its neighbors */
        data[i] = (float)i;
    check_all_k(200, 1e-9);
}

/* Sums of squares of far weights must not drown the near ones. */
static void test_hard_numbers(void **state)
{
    (void)state;
    normal(200, 4, 0.0);
    data[199] = 1e9f;
    check_all_k(200, 1e-14);
    normal(200, 5, 0.0);
    data[0] = -FLT_MAX;
    data[199] = FLT_MAX;
    for (size_t k = 3; k < 50; k++) {
        double all = fit_best(200, k), inner = 0.0;
        memmove(data, data + 1, 198 * sizeof(*data));
        inner = fit_best(198, k - 2);
        assert_true(all <= inner * (1.0 + 1e-6) + 1e-14);
        memmove(data + 1, data, 198 * sizeof(*data));
        data[0] = -FLT_MAX;
        data[199] = FLT_MAX;
    }
    for (size_t i = 0; i < 120; i++) /* the nearest floats, around 1 and far off */
        data[i] = i < 60 ? 1.0f + (float)i * FLT_EPSILON : 4096.0f + (float)(i - 60) * 0x1p-11f;
    check_all_k(120, 60 * 0x1p-24);
    for (size_t i = 0; i < 100; i++)
        data[i] = (float)i * FLT_TRUE_MIN;
    fit_best(100, 7);
}

static void test_one_value_each(void **state)
{
    (void)state;
    for (size_t i = 0; i < 1000; i++)
        data[i] = (float)(i / 100) - 3.0f;
    for (size_t j = 0; j < 2; j++) {
        assert_true(fit_best(1000, 10) == 0.0);
        for (size_t i = 0; i < 10; i++)
            assert_true(centroid[i] == (float)i - 3.0f);
    }
}

static void test_refuses_too_many(void **state)
{
    struct pare_error err = {0};

    (void)state;
    for (size_t i = 0; i < 10; i++)
        data[i] = (float)(i / 2);
    assert_int_equal(optimal1d.fit(NULL, data, 10, centroid, 6, &err), PARE_EUSER);
    assert_string_equal(err.text, "6 centroids for 5 different weights");
}

/* Never above the best of 100 random starts. */
static void test_beats_lloyd(void **state)
{
    struct lloyd options = {.max_steps = 1000};
    struct pare_error err = {0};

    (void)state;
    for (size_t k = 4; k <= 256; k *= 4) {
        double lloyd_best = (double)INFINITY;
        normal(6000, k, 0.7);
        for (uint64_t start = 0; start < 100; start++) {
            struct pare_rng rng = pare_rng_stream(start, "start");
            for (size_t j = 0; j < k; j++)
                centroid[j] = data[pare_rng_below(&rng, 6000)];
            qsort(centroid, k, sizeof(*centroid), ascending);
            ASSERT_OK(lloyd.fit(&options, data, 6000, centroid, k, &err), err);
            lloyd_best = fmin(lloyd_best, total_inertia(6000, k));
        }
        double best = fit_best(6000, k);
        print_message("k %zu: %.6f of the best of 100 starts\n", k, best / lloyd_best);
        assert_true(best <= lloyd_best * (1.0 + 1e-9));
    }
}

static void test_large(void **state)
{
    double before = (double)INFINITY;

    (void)state;
    normal(N_MAX, 1, 0.0);
    for (size_t k = 16; k <= 256; k *= 4) {
        double now = fit_best(N_MAX, k);

        /* Panter and Dite 1951: of normal numbers about sqrt(3) pi / 2 / k^2 of their squares */
        assert_true(now > 0.0 && now < before / 12.0);
        before = now;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_equals_trying_all),
        cmocka_unit_test(test_every_k),
        cmocka_unit_test(test_hard_numbers),
        cmocka_unit_test(test_one_value_each),
        cmocka_unit_test(test_refuses_too_many),
        cmocka_unit_test(test_beats_lloyd),
        cmocka_unit_test(test_large),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
