/* SPDX-License-Identifier: Apache-2.0 */
/* Lloyd's algorithm on sorted weights against the plain one, against the true
 * optimum of small sets, and from bad first guesses. */

#include "support/support.h"

#include "../../plugins/quantizers/lloyd.c"
#include "../../plugins/quantizers/lloyd/cut.c"
#include "../../plugins/quantizers/lloyd/farthest.c"
#include "../../plugins/quantizers/lloyd/sorted.c"
#include <pare/rng.h>
#include <string.h>
#include <time.h>

enum { N_MAX = 235200 };
static float data[N_MAX];

static int ascending(const void *a, const void *b)
{
    float x = *(const float *)a, y = *(const float *)b;

    return x < y ? -1 : x > y;
}

/* Normal, without its middle: kept weights. */
static void make_data(size_t n, uint64_t seed)
{
    struct pare_rng rng = pare_rng_stream(seed, "weights");

    for (size_t i = 0; i < n;) {
        double x = pare_rng_normal(&rng);
        if (fabs(x) > 0.7)
            data[i++] = (float)(0.05 * x);
    }
    qsort(data, n, sizeof(*data), ascending);
}

static size_t nearest(const float *centroid, size_t k, float x)
{
    size_t best = 0;

    for (size_t j = 1; j < k; j++)
        if (fabs((double)x - (double)centroid[j]) < fabs((double)x - (double)centroid[best]))
            best = j;
    return best;
}

static double total_inertia(const float *x, size_t n, const float *centroid, size_t k)
{
    double sum = 0.0;

    for (size_t i = 0; i < n; i++) {
        double d = (double)x[i] - (double)centroid[nearest(centroid, k, x[i])];
        sum += d * d;
    }
    return sum;
}

static void fit(const float *x, size_t n, float *centroid, size_t k, int64_t max_steps)
{
    struct lloyd self = {.max_steps = max_steps};
    struct pare_error err = {0};

    ASSERT_OK(lloyd.fit(&self, x, n, centroid, k, &err), err);
    for (size_t j = 0; j < k; j++) {
        assert_true(centroid[j] >= x[0] && centroid[j] <= x[n - 1]);
        assert_true(j == 0 || centroid[j] >= centroid[j - 1]);
    }
}

static void quantiles(size_t n, float *centroid, size_t k)
{
    for (size_t j = 0; j < k; j++)
        centroid[j] = data[(2 * j + 1) * n / (2 * k)];
}

static void equal_steps(size_t n, float *centroid, size_t k)
{
    for (size_t j = 0; j < k; j++)
        centroid[j] = (float)((double)data[0] + ((double)data[n - 1] - (double)data[0]) *
                                                    (double)j / (double)(k > 1 ? k - 1 : 1));
}

/* The plain algorithm, O(nk) a step. False when a cluster was ever empty. */
static bool naive_lloyd(size_t n, float *centroid, size_t k)
{
    double center[64], sum[64];
    size_t uses[64];

    for (size_t j = 0; j < k; j++)
        center[j] = (double)centroid[j];
    for (bool changed = true; changed;) {
        changed = false;
        memset(sum, 0, sizeof(sum));
        memset(uses, 0, sizeof(uses));
        for (size_t i = 0; i < n; i++) {
            size_t best = 0;
            for (size_t j = 1; j < k; j++)
                if (fabs((double)data[i] - center[j]) < fabs((double)data[i] - center[best]))
                    best = j;
            sum[best] += (double)data[i];
            uses[best]++;
        }
        for (size_t j = 0; j < k; j++) {
            if (uses[j] == 0)
                return false;
            changed = changed || fabs(center[j] - sum[j] / (double)uses[j]) > 1e-14;
            center[j] = sum[j] / (double)uses[j];
        }
    }
    for (size_t j = 0; j < k; j++)
        centroid[j] = (float)center[j];
    return true;
}

static void test_same_as_plain_lloyd(void **state)
{
    size_t compared = 0;

    (void)state;
    for (size_t k = 1; k <= 64; k = k * 2 + 1)
        for (uint64_t seed = 0; seed < 4; seed++) {
            float a[64], b[64];
            make_data(1500, seed);
            quantiles(1500, a, k);
            memcpy(b, a, sizeof(b));
            if (!naive_lloyd(1500, b, k))
                continue;
            fit(data, 1500, a, k, 100000);
            for (size_t j = 0; j < k; j++)
                assert_true(fabs((double)a[j] - (double)b[j]) < 1e-7);
            compared++;
        }
    assert_true(compared >= 20);
}

static void test_inertia_never_grows(void **state)
{
    (void)state;
    for (int start = 0; start < 3; start++) {
        double before = (double)INFINITY, now;
        make_data(3000, 5);
        for (int64_t steps = 1; steps < 60; steps++) {
            float centroid[40];
            if (start == 0)
                quantiles(3000, centroid, 40);
            else
                equal_steps(3000, centroid, 40);
            for (size_t j = 0; start == 2 && j < 40; j++)
                centroid[j] = data[0];
            fit(data, 3000, centroid, 40, steps);
            now = total_inertia(data, 3000, centroid, 40);
            assert_true(now <= before * (1.0 + 1e-6));
            before = now;
        }
    }
}

/* At the end every centroid is the mean of the weights nearest to it. */
static void test_fixed_point(void **state)
{
    (void)state;
    for (size_t k = 1; k <= 256; k *= 4) {
        static float centroid[256];
        double sum[256] = {0};
        size_t uses[256] = {0};
        make_data(20000, k);
        equal_steps(20000, centroid, k);
        fit(data, 20000, centroid, k, 100000);
        for (size_t i = 0; i < 20000; i++) {
            size_t j = nearest(centroid, k, data[i]);
            sum[j] += (double)data[i];
            uses[j]++;
        }
        for (size_t j = 0; j < k; j++) {
            assert_true(uses[j] > 0);
            assert_true(fabs(sum[j] / (double)uses[j] - (double)centroid[j]) < 2e-7);
        }
    }
}

/* The least inertia of x[first..n) in k stretches, by trying them all. */
static double optimum(const float *x, size_t n, size_t k)
{
    double best = (double)INFINITY;

    for (size_t end = 1; end <= n; end++) {
        double mean_ = 0.0, sum = 0.0, rest;
        if (k == 1 && end < n)
            continue;
        for (size_t i = 0; i < end; i++)
            mean_ += (double)x[i] / (double)end;
        for (size_t i = 0; i < end; i++)
            sum += ((double)x[i] - mean_) * ((double)x[i] - mean_);
        rest = end == n ? 0.0 : optimum(x + end, n - end, k - 1);
        best = fmin(best, sum + rest);
    }
    return best;
}

static void test_never_below_the_optimum(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 40; seed++) {
        size_t n = 3 + seed % 8, k = 1 + seed % 3;
        double least, reached = (double)INFINITY;
        make_data(n, seed);
        least = optimum(data, n, k);
        for (size_t start = 0; start + k <= n; start++)
            for (size_t stride = 1; stride < n && start + (k - 1) * stride < n; stride++) {
                float centroid[3];
                for (size_t j = 0; j < k; j++)
                    centroid[j] = data[start + j * stride];
                fit(data, n, centroid, k, 1000);
                double now = total_inertia(data, n, centroid, k);
                assert_true(now >= least - 1e-9);
                reached = fmin(reached, now);
            }
        assert_true(reached <= least + 1e-9); /* and some start reaches it */
    }
}

static void test_idle_centroids_are_put_to_work(void **state)
{
    static const float few[8] = {-3, -3, -3, -1, 0, 0, 2, 2};
    float centroid[5] = {2, 2, 2, 2, 2}, wide[64], narrow[64];

    (void)state;
    fit(few, 8, centroid, 5, 1000); /* five values, five centroids */
    assert_true(total_inertia(few, 8, centroid, 5) == 0.0);

    make_data(5000, 1); /* all at one end does nearly as well as equal steps */
    for (size_t j = 0; j < 64; j++)
        wide[j] = data[0];
    equal_steps(5000, narrow, 64);
    fit(data, 5000, wide, 64, 1000);
    fit(data, 5000, narrow, 64, 1000);
    assert_true(total_inertia(data, 5000, wide, 64) < 1.2 * total_inertia(data, 5000, narrow, 64));
}

/* What its own definition says of one step: the farthest weight of all, then of what is
 * left, each with its equals, and all means after that. */
static void test_idle_centroids_take_the_farthest(void **state)
{
    const float x[] = {-9.0F, -1.0F, 0.0F, 0.0F, 0.0F, 0.0F, 1.0F, 5.0F, 5.0F};
    float centroid[4] = {0.0F, 100.0F, 101.0F, 102.0F};
    struct lloyd self = {.max_steps = 1, .idle = IDLE_FARTHEST};
    struct pare_error err = {0};

    (void)state;
    /* All lie nearest to the first centroid, with a mean of 1/9. -9 is the farthest; of the rest,
     * with a mean of 10/8, the fives; of the rest, with a mean of 0, -1. */
    ASSERT_OK(lloyd.fit(&self, x, 9, centroid, 4, &err), err);
    assert_float_equal(centroid[0], -9.0F, 0.0F);
    assert_float_equal(centroid[1], -1.0F, 0.0F);
    assert_float_equal(centroid[2], 0.2F, 1e-7F);
    assert_float_equal(centroid[3], 5.0F, 0.0F);

    /* Of centroids at one place one gets all that lies there. */
    float equal[4] = {0.0F, 0.0F, 0.0F, 0.0F};
    ASSERT_OK(lloyd.fit(&self, x, 9, equal, 4, &err), err);
    assert_memory_equal(equal, centroid, sizeof equal);

    /* From centroids at one place each of them finds work, and a fixed point is reached. */
    for (uint64_t seed = 0; seed < 4; seed++) {
        float many[32], again[32];

        make_data(2000, seed);
        for (size_t j = 0; j < 32; j++)
            many[j] = data[1000];
        self.max_steps = 100000;
        ASSERT_OK(lloyd.fit(&self, data, 2000, many, 32, &err), err);
        for (size_t j = 1; j < 32; j++)
            assert_true(many[j] > many[j - 1]);
        memcpy(again, many, sizeof again);
        assert_true(naive_lloyd(2000, again, 32));
        for (size_t j = 0; j < 32; j++)
            assert_true(fabs((double)again[j] - (double)many[j]) < 1e-6);
    }

    /* Fewer values than centroids: no more can be done, and it ends. */
    const float two[] = {1.0F, 1.0F, 1.0F, 3.0F};
    float of_two[3] = {1.0F, 1.0F, 1.0F};
    ASSERT_OK(lloyd.fit(&self, two, 4, of_two, 3, &err), err);
    assert_float_equal(of_two[0], 1.0F, 0.0F);
    assert_float_equal(of_two[1], 3.0F, 0.0F);
    assert_float_equal(of_two[2], 3.0F, 0.0F);
}

static void test_tolerance_stops_early(void **state)
{
    struct lloyd loose = {.max_steps = 1000, .tolerance = 0.01};
    struct pare_error err = {0};
    float a[64], b[64];

    (void)state;
    make_data(20000, 1);
    equal_steps(20000, a, 64);
    memcpy(b, a, sizeof(b));
    ASSERT_OK(lloyd.fit(&loose, data, 20000, a, 64, &err), err);
    fit(data, 20000, b, 64, 1000);
    double early = total_inertia(data, 20000, a, 64), full = total_inertia(data, 20000, b, 64);
    assert_true(early > full);
    assert_true(early < 1.5 * full);
}

static void test_large_is_fast(void **state)
{
    static float centroid[256];
    clock_t start;
    double seconds;

    (void)state;
    make_data(N_MAX, 1);
    equal_steps(N_MAX, centroid, 256);
    start = clock();
    fit(data, N_MAX, centroid, 256, 1000);
    seconds = (double)(clock() - start) / CLOCKS_PER_SEC;
    print_message("235,200 weights, 256 centroids: %.1f ms\n", seconds * 1e3);
    assert_true(seconds < 2.0); /* milliseconds; room for sanitizers and busy machines */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same_as_plain_lloyd),
        cmocka_unit_test(test_inertia_never_grows),
        cmocka_unit_test(test_fixed_point),
        cmocka_unit_test(test_never_below_the_optimum),
        cmocka_unit_test(test_idle_centroids_are_put_to_work),
        cmocka_unit_test(test_idle_centroids_take_the_farthest),
        cmocka_unit_test(test_tolerance_stops_early),
        cmocka_unit_test(test_large_is_fast),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
