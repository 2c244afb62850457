/* SPDX-License-Identifier: Apache-2.0 */
/* The nearest of ascending values, held to the definition: no other is nearer, and of
 * two equally near the lower is taken. */

#include "support/support.h"

#include "compress/nearest.h"
#include <float.h>
#include <math.h>
#include <pare/rng.h>
#include <stdlib.h>

/* Passes each value that is farther from x than the next one is. */
static size_t by_definition(const float *value, size_t k, float x)
{
    size_t j = 0;

    while (j + 1 < k && (double)x - (double)value[j] > (double)value[j + 1] - (double)x)
        j++;
    return j;
}

static void check(const float *value, size_t k, const float *x, size_t n)
{
    struct pare_error err = {0};
    struct nearest nearest;

    assert_int_equal(nearest_open(&nearest, value, k, &err), PARE_OK);
    for (size_t i = 0; i < n; i++)
        assert_int_equal(nearest_index(&nearest, x[i]), by_definition(value, k, x[i]));
    nearest_close(&nearest);
}

/* Of all pairs of neighbors: the values, the middle, and the floats around them. */
static void check_borders(const float *value, size_t k)
{
    for (size_t j = 0; j < k; j++) {
        float next = j + 1 < k ? value[j + 1] : FLT_MAX;
        float middle = (float)(((double)value[j] + (double)next) / 2);
        float x[] = {value[j],
                     nextafterf(value[j], -INFINITY),
                     nextafterf(value[j], INFINITY),
                     middle,
                     nextafterf(middle, -INFINITY),
                     nextafterf(middle, INFINITY),
                     -FLT_MAX,
                     FLT_MAX,
                     0.0f,
                     -0.0f};
        check(value, k, x, sizeof(x) / sizeof(*x));
    }
}

static int ascending(const void *a, const void *b)
{
    float x = *(const float *)a, y = *(const float *)b;

    return (x > y) - (x < y);
}

static size_t distinct(float *value, size_t n)
{
    size_t k = 1;

    qsort(value, n, sizeof(*value), ascending);
    for (size_t i = 1; i < n; i++)
        if (value[i] != value[k - 1])
            value[k++] = value[i];
    return k;
}

static void test_borders(void **state)
{
    const float one[] = {-3.0f}, two[] = {0.25f, 0.75f}, odd[] = {-1.0f, 0.1f, 0.2f, 0.7f};
    const float close[] = {1.0f, 1.0f + FLT_EPSILON, 1.0f + 2 * FLT_EPSILON, 2.0f};
    const float tiny[] = {-1e-45f, 0.0f, 1e-45f, 3e-45f};
    const float wide[] = {-FLT_MAX, -1.0f, 0.0f, 1e-45f, 1.0f, FLT_MAX};

    (void)state;
    check_borders(one, 1);
    check_borders(two, 2);
    check_borders(odd, 4);
    check_borders(close, 4);
    check_borders(tiny, 4);
    check_borders(wide, 6);
}

/* Evenly spread, crowded in a corner, and over all magnitudes. */
static void test_random_values(void **state)
{
    struct pare_rng rng = pare_rng_stream(7, "nearest");
    static float value[5000], x[2000];

    (void)state;
    for (int kind = 0; kind < 3; kind++)
        for (size_t n = 2; n <= 5000; n *= 7) {
            for (size_t i = 0; i < n; i++) {
                double u = pare_rng_real(&rng) * 2 - 1;
                value[i] = (float)(kind == 0 ? u : kind == 1 ? pow(u, 15) : u * exp2(80 * u));
            }
            size_t k = distinct(value, n);
            for (size_t i = 0; i < 2000; i++) {
                double u = pare_rng_real(&rng) * 2 - 1;
                x[i] =
                    i % 3 == 0 ? value[i % k] * 0.5f + value[(i + 1) % k] * 0.5f : (float)(u * 1.2);
            }
            check(value, k, x, 2000);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_borders),
        cmocka_unit_test(test_random_values),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
