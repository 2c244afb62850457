/* SPDX-License-Identifier: Apache-2.0 */
/* Pruners: their scores by definition. */

#include "support/support.h"

#include "../../plugins/pruners/magnitude.c"
#undef PARE_EXPORT
#define PARE_EXPORT(PLUGIN) extern int test_one_entry_is_enough
#include "../../plugins/pruners/random.c"

#include <string.h>

enum { N = 4000 };
static float value[N], score[N], again[N];

static struct pare_param normal_param(void)
{
    struct pare_rng rng = pare_rng_stream(1, "weights");

    for (size_t i = 0; i < N; i++)
        value[i] = (float)(0.05 * pare_rng_normal(&rng));
    return (struct pare_param){.name = "w", .rank = 1, .shape = {N}, .count = N, .value = value};
}

static void run(const struct pare_pruner *pruner, void *self, const struct pare_param *p,
                uint64_t seed, float *out)
{
    struct pare_rng rng = pare_rng_stream(seed, "prune");
    struct pare_error err = {0};

    ASSERT_OK(pruner->score(self, p, &rng, out, &err), err);
}

static void test_magnitude(void **state)
{
    struct magnitude self = {.power = 1.0, .unit = UNIT_ONE};
    struct pare_param p = normal_param();

    (void)state;
    run(&magnitude, &self, &p, 1, score);
    for (size_t i = 0; i < N; i++)
        assert_true(score[i] == fabsf(value[i]));
    self.power = 2.0;
    run(&magnitude, &self, &p, 1, score);
    for (size_t i = 0; i < N; i++)
        assert_float_equal(score[i], value[i] * value[i], 1e-8f);
}

/* In units of the rms of the kept weights: the mean of the squares is 1, and the
 * parameter's scale does not show. */
static void test_magnitude_rms(void **state)
{
    struct magnitude self = {.power = 1.0, .unit = UNIT_RMS};
    struct pare_param p = normal_param();
    static uint8_t keep[N];
    double sum = 0.0;

    (void)state;
    p.keep = keep;
    for (size_t i = 0; i < N; i++) {
        keep[i] = i % 4 != 0;
        value[i] = keep[i] ? value[i] : 0.0f;
    }
    run(&magnitude, &self, &p, 1, score);
    for (size_t i = 0; i < N; i++)
        sum += (double)score[i] * (double)score[i];
    assert_true(fabs(sum / (N * 0.75) - 1.0) < 1e-5);
    for (size_t i = 0; i < N; i++)
        value[i] *= 8.0f;
    run(&magnitude, &self, &p, 1, again);
    for (size_t i = 0; i < N; i++)
        assert_float_equal(score[i], again[i], 1e-6f);
}

/* Nothing but zeros, and values whose power is out of range: still finite. */
static void test_magnitude_extremes(void **state)
{
    struct magnitude self = {.power = 4.0, .unit = UNIT_RMS};
    float few[4] = {0};
    struct pare_param p = {.name = "w", .rank = 1, .count = 4, .value = few};

    (void)state;
    run(&magnitude, &self, &p, 1, score);
    assert_true(score[0] == 0.0f && score[3] == 0.0f);
    few[1] = FLT_MAX;
    few[2] = -1e-30f;
    self.unit = UNIT_ONE;
    run(&magnitude, &self, &p, 1, score);
    assert_true(score[1] == FLT_MAX && score[2] >= 0.0f);
}

static void test_random(void **state)
{
    struct pare_param p = normal_param();
    static float before[N];
    double sum = 0.0, square = 0.0, product = 0.0;

    (void)state;
    memcpy(before, value, sizeof(before));
    run(&random_pruner, NULL, &p, 1, score);
    run(&random_pruner, NULL, &p, 1, again);
    assert_memory_equal(score, again, sizeof(score));
    run(&random_pruner, NULL, &p, 2, again);
    assert_memory_not_equal(score, again, sizeof(score));
    assert_memory_equal(value, before, sizeof(before));
    for (size_t i = 0; i < N; i++) {
        assert_true(score[i] >= 0.0f && score[i] < 1.0f);
        sum += (double)score[i] / N;
        square += (double)score[i] * (double)score[i] / N;
        product += ((double)score[i] - 0.5) * fabs((double)value[i]) / N;
    }
    assert_true(fabs(sum - 0.5) < 0.02);          /* uniform: mean 1/2, */
    assert_true(fabs(square - 1.0 / 3.0) < 0.02); /* mean square 1/3, */
    assert_true(fabs(product) < 0.001);           /* whatever the weight */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_magnitude),
        cmocka_unit_test(test_magnitude_rms),
        cmocka_unit_test(test_magnitude_extremes),
        cmocka_unit_test(test_random),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
