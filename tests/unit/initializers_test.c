/* SPDX-License-Identifier: Apache-2.0 */
/* Initializers: what all must hold to, and each by its definition. */

#include "support/support.h"

#include "../../plugins/initializers/linear.c"
#undef PARE_EXPORT
#define PARE_EXPORT(PLUGIN) extern int test_one_entry_is_enough
#include "../../plugins/initializers/density.c"
#include "../../plugins/initializers/forgy.c"
#include "../../plugins/initializers/kmeanspp.c"

#include <string.h>

enum { N = 5000 };
static float data[N];
static const struct pare_initializer *const all[] = {&linear, &density, &forgy, &kmeanspp};

static int ascending(const void *a, const void *b)
{
    float x = *(const float *)a, y = *(const float *)b;

    return x < y ? -1 : x > y;
}

/* levels > 0: that many distinct values at most. */
static void make_data(size_t n, unsigned levels)
{
    struct pare_rng rng = pare_rng_stream(n, "weights");

    for (size_t i = 0; i < n; i++)
        data[i] = levels > 0 ? (float)pare_rng_below(&rng, levels) - 2.0f
                             : (float)(0.05 * pare_rng_normal(&rng));
    qsort(data, n, sizeof(*data), ascending);
}

static void centroids_by(const struct pare_initializer *init, void *self, size_t n, float *centroid,
                         size_t k, uint64_t seed)
{
    struct pare_rng rng = pare_rng_stream(seed, "init");
    struct pare_error err = {0};

    ASSERT_OK(init->centroids(self, data, n, centroid, k, &rng, &err), err);
}

static void centroids(const struct pare_initializer *init, size_t n, float *centroid, size_t k,
                      uint64_t seed)
{
    static struct density middles;
    static struct kmeanspp plain = {.candidates = 1};

    centroids_by(init,
                 init == &density    ? (void *)&middles
                 : init == &kmeanspp ? &plain
                                     : NULL,
                 n, centroid, k, seed);
}

static size_t distinct(size_t n)
{
    size_t d = 0;

    for (size_t i = 0; i < n; i++)
        d += i == 0 || data[i] != data[i - 1];
    return d;
}

static void test_ascending_within_repeatable(void **state)
{
    static const size_t counts[] = {1, 2, 10, 513, N};
    static float centroid[N + 1], again[N];

    (void)state;
    for (size_t p = 0; p < 4; p++)
        for (size_t c = 0; c < 5; c++)
            for (unsigned levels = 0; levels < 10; levels += 9) {
                make_data(counts[c], levels);
                for (size_t k = 1; k <= distinct(counts[c]); k = k < 8 ? k + 1 : k * 3) {
                    centroid[k] = 12345.0f; /* not touched */
                    centroids(all[p], counts[c], centroid, k, 1);
                    centroids(all[p], counts[c], again, k, 1);
                    assert_memory_equal(centroid, again, k * sizeof(float));
                    assert_true(centroid[k] == 12345.0f);
                    for (size_t j = 0; j < k; j++) {
                        assert_true(centroid[j] >= data[0]);
                        assert_true(centroid[j] <= data[counts[c] - 1]);
                        assert_true(j == 0 || centroid[j] >= centroid[j - 1]);
                    }
                }
            }
}

static void test_linear(void **state)
{
    static float centroid[64];

    (void)state;
    make_data(N, 0);
    centroids(&linear, N, centroid, 64, 1);
    assert_true(centroid[0] == data[0] && centroid[63] == data[N - 1]);
    for (size_t j = 1; j < 64; j++)
        assert_float_equal(centroid[j] - centroid[j - 1], (data[N - 1] - data[0]) / 63.0f, 1e-7f);
    centroids(&linear, N, centroid, 1, 1);
    assert_float_equal(centroid[0], (data[0] + data[N - 1]) / 2.0f, 1e-7f);
}

static void test_density(void **state)
{
    static float centroid[100];

    (void)state;
    make_data(N, 0);
    for (size_t k = 1; k <= 100; k++) {
        centroids(&density, N, centroid, k, 1);
        for (size_t j = 0; j < k; j++) {
            size_t below = 0;
            while (data[below] < centroid[j])
                below++;
            assert_true(fabs((double)below / N - ((double)j + 0.5) / (double)k) <= 1.0 / N);
        }
    }
}

/* Quantiles from 0 to 1: 2^n parts have 2^n + 1 ends. */
static void test_density_ends(void **state)
{
    struct density ends = {.ends = true};
    struct pare_error err = {0};
    float centroid[5];

    (void)state;
    for (size_t i = 0; i < 9; i++)
        data[i] = (float)(i * i);
    ASSERT_OK(density.centroids(&ends, data, 9, centroid, 5, NULL, &err), err);
    for (size_t j = 0; j < 5; j++)
        assert_true(centroid[j] == (float)(4 * j * j));
    ASSERT_OK(density.centroids(&ends, data, 9, centroid, 1, NULL, &err), err);
    assert_true(centroid[0] == 16.0f); /* one alone: the middle */
}

/* Every weight is drawn equally often, and none twice in a draw. */
static void test_forgy(void **state)
{
    enum { SMALL = 12, DRAW = 5, ROUNDS = 20000 };
    size_t drawn[SMALL] = {0};

    (void)state;
    for (size_t i = 0; i < SMALL; i++)
        data[i] = (float)i;
    for (uint64_t seed = 0; seed < ROUNDS; seed++) {
        float centroid[DRAW];
        centroids(&forgy, SMALL, centroid, DRAW, seed);
        for (size_t j = 0; j < DRAW; j++) {
            assert_true(j == 0 || centroid[j] > centroid[j - 1]);
            drawn[(size_t)centroid[j]]++;
        }
    }
    for (size_t i = 0; i < SMALL; i++) /* 5 standard deviations */
        assert_true(fabs((double)drawn[i] - ROUNDS * 5.0 / 12.0) <
                    5.0 * sqrt(ROUNDS * 5.0 / 12.0 * 7.0 / 12.0));
}

/* The plain algorithm with the same numbers: distances of all, one sum, one walk; and of
 * several candidates the one that leaves the least. */

static double with_seed(const double *d2, size_t n, size_t at, double *out)
{
    double total = 0.0;

    for (size_t i = 0; i < n; i++) {
        double d = (double)data[i] - (double)data[at];
        double least = d * d < d2[i] ? d * d : d2[i];

        total += least;
        if (out)
            out[i] = least;
    }
    return total;
}

static size_t naive_draw(const double *d2, size_t n, struct pare_rng *rng)
{
    double total = 0.0, left;
    size_t at = 0;

    for (size_t i = 0; i < n; i++)
        total += d2[i];
    left = pare_rng_real(rng) * total;
    while (left >= d2[at])
        left -= d2[at++];
    return at;
}

static void naive_kmeanspp(size_t n, float *centroid, size_t k, size_t candidates,
                           struct pare_rng *rng)
{
    static double d2[N];

    for (size_t i = 0; i < n; i++)
        d2[i] = (double)INFINITY;
    for (size_t j = 0; j < k; j++) {
        size_t best = j == 0 ? pare_rng_below(rng, n) : naive_draw(d2, n, rng);
        double least = with_seed(d2, n, best, NULL);

        for (size_t c = 1; j > 0 && c < candidates; c++) {
            size_t at = naive_draw(d2, n, rng);
            double total = with_seed(d2, n, at, NULL);

            if (total < least * (1.0 - 1e-12)) {
                least = total;
                best = at;
            }
        }
        centroid[j] = data[best];
        with_seed(d2, n, best, d2);
    }
    qsort(centroid, k, sizeof(*centroid), ascending);
}

static void test_kmeanspp(void **state)
{
    static float centroid[300], want[300];

    (void)state;
    for (unsigned levels = 0; levels < 1000; levels += 500)
        for (uint64_t seed = 0; seed < 20; seed++) {
            size_t k = seed < 10 ? 300 : seed;
            struct pare_rng rng = pare_rng_stream(seed, "init");
            make_data(N, levels);
            naive_kmeanspp(N, want, k, 1, &rng);
            centroids(&kmeanspp, N, centroid, k, seed);
            assert_memory_equal(centroid, want, k * sizeof(float));
        }
    make_data(N, 40); /* as many centroids as values: each once */
    centroids(&kmeanspp, N, centroid, 40, 1);
    for (size_t j = 0; j < 40; j++)
        assert_true(centroid[j] == (float)j - 2.0f);
}

static void test_kmeanspp_takes_the_best(void **state)
{
    struct kmeanspp greedy = {.candidates = 5};
    static float centroid[60], want[60];
    double left[2] = {0.0, 0.0}; /* of D^2, plain and greedy */

    (void)state;
    make_data(N, 0);
    for (uint64_t seed = 0; seed < 20; seed++) {
        size_t k = 3 * (seed + 1);
        struct pare_rng rng = pare_rng_stream(seed, "init");
        naive_kmeanspp(N, want, k, 5, &rng);
        centroids_by(&kmeanspp, &greedy, N, centroid, k, seed);
        assert_memory_equal(centroid, want, k * sizeof(float));
        for (int way = 0; way < 2; way++) {
            if (way == 0)
                centroids(&kmeanspp, N, centroid, k, seed);
            for (size_t i = 0; i < N; i++) {
                double least = (double)INFINITY;

                for (size_t j = 0; j < k; j++)
                    least =
                        fmin(least, fabs((double)data[i] - (double)(way ? want[j] : centroid[j])));
                left[way] += least * least;
            }
        }
    }
    assert_true(left[1] < 0.9 * left[0]);
}

/* Weights 0, 1, 10: the chance of each pair, from the definition. */
static void test_kmeanspp_chances(void **state)
{
    enum { ROUNDS = 30000 };
    static const double want[3] = {
        (1.0 / 101.0 + 1.0 / 82.0) / 3.0,      /* 0 and 1 */
        (100.0 / 101.0 + 100.0 / 181.0) / 3.0, /* 0 and 10 */
        (81.0 / 82.0 + 81.0 / 181.0) / 3.0,    /* 1 and 10 */
    };
    size_t seen[3] = {0};

    (void)state;
    data[0] = 0.0f, data[1] = 1.0f, data[2] = 10.0f;
    for (uint64_t seed = 0; seed < ROUNDS; seed++) {
        float c[2];
        centroids(&kmeanspp, 3, c, 2, seed);
        seen[c[0] == 1.0f ? 2 : c[1] == 10.0f]++;
    }
    for (int i = 0; i < 3; i++)
        assert_true(fabs((double)seen[i] - ROUNDS * want[i]) <
                    5.0 * sqrt(ROUNDS * want[i] * (1.0 - want[i])));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ascending_within_repeatable),
        cmocka_unit_test(test_linear),
        cmocka_unit_test(test_density),
        cmocka_unit_test(test_density_ends),
        cmocka_unit_test(test_forgy),
        cmocka_unit_test(test_kmeanspp),
        cmocka_unit_test(test_kmeanspp_takes_the_best),
        cmocka_unit_test(test_kmeanspp_chances),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
