/* SPDX-License-Identifier: Apache-2.0 */
/* Sharing: the paper's example, nearest centroids by definition, and plugins that
 * break their contract. */

#include "support/support.h"

#include "../../plugins/initializers/linear.c"
#undef PARE_EXPORT
#define PARE_EXPORT(PLUGIN) extern int test_one_entry_is_enough
#include "../../plugins/quantizers/lloyd.c"
#include "../../plugins/quantizers/lloyd/cut.c"
#include "../../plugins/quantizers/lloyd/farthest.c"
#include "../../plugins/quantizers/lloyd/sorted.c"

#include "base/alloc.h"
#include "compress/share.h"
#include "config/schema.h"
#include "net/param.h"
#include <string.h>

static struct pare_error err;

/* An initializer and a quantizer that give what the test says. */
struct given {
    const float *centroid;
    int status;
};
static int given_centroids(void *self, const float *sorted, size_t n, float *centroid, size_t k,
                           struct pare_rng *rng, struct pare_error *e)
{
    const struct given *g = self;

    (void)sorted, (void)n, (void)rng, (void)e;
    memcpy(centroid, g->centroid, k * sizeof(float));
    return g->status;
}
static int given_fit(void *self, const float *sorted, size_t n, float *centroid, size_t k,
                     struct pare_error *e)
{
    const struct given *g = self;

    (void)sorted, (void)n, (void)e;
    if (g->centroid != NULL)
        memcpy(centroid, g->centroid, k * sizeof(float));
    return g->status;
}
static const struct pare_initializer guess = {.head = {.name = "guess"},
                                              .centroids = given_centroids};
static const struct pare_quantizer fixed = {.head = {.name = "fixed"}, .fit = given_fit},
                                   latent = {.head = {.name = "latent"},
                                             .fit = given_fit,
                                             .needs_latent = true};

static struct lloyd lloyd_self = {.max_steps = 1000};
static const struct plugin_use use_linear = {&linear.head, NULL},
                               use_lloyd = {&lloyd.head, &lloyd_self};

static struct pare_param make_param(const float *value, const uint8_t *keep, size_t count)
{
    struct pare_param p = {.name = strdup("fc1.weight"), .rank = 2, .shape = {1, count}};

    p.count = count;
    p.value = alloc_zero(count, sizeof(float), "value", &err);
    memcpy(p.value, value, count * sizeof(float));
    if (keep != NULL) {
        p.keep = alloc_zero(count, 1, "keep", &err);
        memcpy(p.keep, keep, count);
    }
    return p;
}

static int share(struct pare_param *p, int64_t k, const struct plugin_use *initializer,
                 const struct plugin_use *quantizer, struct share_result *result)
{
    struct share_options options = {.bits = 5, .centroids = k};
    struct pare_rng rng = pare_rng_stream(1, "share");

    err = (struct pare_error){0};
    return share_param(p, &options, initializer, quantizer, &rng, result, &err);
}

/* With these centroids, whatever the weights. */
static int share_given(struct pare_param *p, const float *centroid, int64_t k,
                       struct share_result *result)
{
    struct given g = {.centroid = centroid};

    return share(p, k, &use_linear, &(struct plugin_use){&fixed.head, &g}, result);
}

static void test_example_of_the_paper(void **state)
{
    /* Han 2016, figure 3: 16 weights, 4 centroids. */
    static const float weight[16] = {2.09f,  -0.98f, 1.48f, 0.09f,  0.05f, -0.14f, -1.08f, 2.12f,
                                     -0.91f, 1.92f,  0.0f,  -1.03f, 1.87f, 0.0f,   1.53f,  1.49f};
    static const uint16_t code[16] = {3, 0, 2, 1, 1, 1, 0, 3, 0, 3, 1, 0, 3, 1, 2, 2};
    static const float centroid[4] = {-1.0f, 0.0f, 1.5f, 2.0f};
    struct pare_param p = make_param(weight, NULL, 16);
    struct share_result result;

    (void)state;
    ASSERT_OK(share(&p, 4, &use_linear, &use_lloyd, &result), err);
    assert_int_equal(result.centroids, 4);
    assert_memory_equal(p.code, code, sizeof(code));
    for (size_t j = 0; j < 4; j++)
        assert_float_equal(p.centroid[j], centroid[j], 1e-6f);
    for (size_t i = 0; i < 16; i++)
        assert_true(p.value[i] == p.centroid[code[i]]);
    param_release(&p);
}

static void test_nearest_by_definition(void **state)
{
    enum { N = 20000 };
    static float value[N];
    static uint8_t keep[N];
    struct pare_rng rng = pare_rng_stream(2, "weights");

    (void)state;
    for (size_t i = 0; i < N; i++) {
        value[i] = (float)pare_rng_normal(&rng);
        keep[i] = fabsf(value[i]) > 1.0f;
    }
    for (int64_t k = 1; k <= 1000; k = 3 * k + 1) {
        struct pare_param p = make_param(value, keep, N);
        struct share_result result;
        double inertia_ = 0.0;
        ASSERT_OK(share(&p, k, &use_linear, &use_lloyd, &result), err);
        assert_int_equal(result.centroids_wanted, k);
        assert_int_equal(result.centroids, k);
        assert_int_equal(p.centroids, k);
        for (size_t i = 0; i < N; i++) {
            size_t best = 0;
            if (!keep[i]) {
                assert_true(p.value[i] == 0.0f);
                continue;
            }
            for (size_t j = 1; j < p.centroids; j++)
                if (fabs((double)value[i] - (double)p.centroid[j]) <
                    fabs((double)value[i] - (double)p.centroid[best]))
                    best = j;
            assert_int_equal(p.code[i], best);
            inertia_ += pow((double)value[i] - (double)p.centroid[best], 2.0);
        }
        assert_true(fabs(result.inertia - inertia_) <= 1e-9 * inertia_ + 1e-12);
        param_release(&p);
    }
}

static void test_ties_go_down(void **state)
{
    static const float value[5] = {-2, -1, 0, 1, 2}, centroid[3] = {-2, 0, 2};
    static const uint16_t code[5] = {0, 0, 1, 1, 2};
    struct pare_param p = make_param(value, NULL, 5);
    struct share_result result;

    (void)state;
    ASSERT_OK(share_given(&p, centroid, 3, &result), err);
    assert_memory_equal(p.code, code, sizeof(code));
    assert_true(result.inertia == 2.0);
    param_release(&p);
}

static void test_idle_centroids_are_dropped(void **state)
{
    static const float value[6] = {1, 1.1f, 3, 3.1f, 9, 9}, centroid[5] = {0, 1, 1, 3, 5};
    static const uint16_t code[6] = {0, 0, 1, 1, 2, 2};
    struct pare_param p = make_param(value, NULL, 6);
    struct share_result result;

    (void)state;
    ASSERT_OK(share_given(&p, centroid, 5, &result), err); /* 0 is idle, 1 is there twice */
    assert_int_equal(result.centroids_wanted, 5);
    assert_int_equal(result.centroids, 3);
    assert_memory_equal(p.code, code, sizeof(code));
    assert_true(p.centroid[0] == 1.0f && p.centroid[1] == 3.0f && p.centroid[2] == 5.0f);
    param_release(&p);
}

static void test_no_more_centroids_than_values(void **state)
{
    static const float value[6] = {0.0f, -0.0f, 2, 2, -7, 2};
    static const uint8_t keep[6] = {1, 1, 1, 1, 0, 1};
    struct pare_param p = make_param(value, keep, 6), q = make_param(value, NULL, 6);
    struct share_options options = {.bits = 4, .centroids = INT64_MIN};
    struct pare_rng rng = pare_rng_stream(1, "share");
    struct share_result result;

    (void)state;
    ASSERT_OK(share_param(&p, &options, &use_linear, &use_lloyd, &rng, &result, &err), err);
    assert_int_equal(result.centroids_wanted, 16);
    assert_int_equal(result.centroids, 2); /* both zeros are one, the -7 is pruned */
    assert_true(p.centroid[0] == 0.0f && !signbit(p.centroid[0]) && p.centroid[1] == 2.0f);
    assert_true(result.inertia == 0.0);

    ASSERT_OK(share(&q, 3, &use_linear, &use_lloyd, &result), err);
    assert_int_equal(result.centroids, 3);
    q.keep = calloc(6, 1); /* then nothing is kept: not shared any more */
    ASSERT_OK(share(&q, 3, &use_linear, &use_lloyd, &result), err);
    assert_int_equal(result.centroids, 0);
    assert_null(q.centroid);
    assert_null(q.code);
    assert_int_equal(q.centroids, 0);
    param_release(&p);
    param_release(&q);
}

/* Zeros inclusive: all six are clustered, and where 0 is no centroid none is left. */
static void test_zeros_inclusive(void **state)
{
    static const float value[6] = {0, 0, 1, 4, 5, -3}, centroid[3] = {-3, 0.25f, 4.5f};
    static const uint8_t keep[6] = {0, 0, 1, 1, 1, 1};
    static const uint16_t code[6] = {1, 1, 1, 2, 2, 0};
    struct share_options options = {.centroids = 3, .zeros = 1};
    struct pare_param p = make_param(value, keep, 6);
    struct given g = {.centroid = centroid};
    struct plugin_use use = {&fixed.head, &g};
    struct pare_rng rng = pare_rng_stream(1, "share");
    struct share_result result;

    (void)state;
    memset(&err, 0, sizeof err);
    ASSERT_OK(share_param(&p, &options, &use_linear, &use, &rng, &result, &err), err);
    assert_null(p.keep);
    assert_memory_equal(p.code, code, sizeof(code));
    assert_true(p.value[0] == 0.25f && p.value[5] == -3.0f);
    assert_true(result.inertia == 2 * 0.0625 + 0.5625 + 2 * 0.25);
    param_release(&p);

    p = make_param(value, keep, 6); /* pruned in all: zero is the one value */
    memset(p.keep, 0, 6);
    pare_param_project(&p);
    ASSERT_OK(share_param(&p, &options, &use_linear, &use_lloyd, &rng, &result, &err), err);
    assert_int_equal(result.centroids, 1);
    assert_true(p.keep == NULL && p.centroid[0] == 0.0f);
    param_release(&p);

    /* Nothing is lost on a failure; and what a latent remembers of a pruned weight
     * takes no part. */
    p = make_param(value, keep, 6);
    g.status = 0;
    g.centroid = (float[3]){3, 2, 1};
    assert_int_equal(share_param(&p, &options, &use_linear, &use, &rng, &result, &err),
                     PARE_EPLUGIN);
    assert_memory_equal(p.keep, keep, sizeof(keep));
    memset(&err, 0, sizeof err);
    ASSERT_OK(param_want_latent(&p, &err), err);
    p.latent[0] = 77.0f;
    ASSERT_OK(share_param(&p, &options, &use_linear, &use_lloyd, &rng, &result, &err), err);
    assert_true(p.centroid[p.centroids - 1] < 5.5f && p.latent[0] == 0.0f);
    param_release(&p);
}

static void test_shared_anew(void **state)
{
    static const float value[6] = {-3, -2, -1, 1, 2, 3}, three[2] = {-3, 3};
    struct pare_param p = make_param(value, NULL, 6), q;
    struct given g = {.centroid = three};
    struct share_result result;

    (void)state;
    ASSERT_OK(share(&p, 4, &use_linear, &use_lloyd, &result), err);
    p.centroid[0] = -5.0f; /* trained since */
    pare_param_project(&p);
    ASSERT_OK(share(&p, 6, &use_linear, &use_lloyd, &result), err);
    assert_int_equal(result.centroids, 4); /* no more values than that */
    assert_true(p.centroid[0] == -5.0f);
    param_release(&p);

    /* With a latent it is shared from there, not from the shared values. */
    q = make_param(value, NULL, 6);
    ASSERT_OK(share(&q, 2, &use_linear, &(struct plugin_use){&latent.head, &g}, &result), err);
    assert_memory_equal(q.latent, value, sizeof(value));
    assert_true(q.value[1] == -3.0f);
    ASSERT_OK(share(&q, 6, &use_linear, &use_lloyd, &result), err);
    assert_int_equal(result.centroids, 6);
    assert_memory_equal(q.value, value, sizeof(value));
    param_release(&q);
}

/* A failure names param and plugin, and leaves the param as it was. */
static void test_failures(void **state)
{
    static const float value[4] = {1, 2, 3, 4}, good[3] = {1, 2, 3}, down[3] = {1, 3, 2},
                       nan_[3] = {1, NAN, 3}, outside[3] = {0, 2, 3},
                       infinite[3] = {1, 2, INFINITY};
    static const struct {
        const float *guess, *codebook;
        int guess_status, fit_status, status;
        const char *says;
    } bad[] = {
        {down, good, 0, 0, PARE_EPLUGIN, "fc1.weight: initializer guess: centroid 2 of 3, 2, is"},
        {nan_, good, 0, 0, PARE_EPLUGIN, "fc1.weight: initializer guess: centroid 1 of 3 is nan"},
        {outside, good, 0, 0, PARE_EPLUGIN,
         "fc1.weight: initializer guess: centroid 0 of 3, 0, is"},
        {good, down, 0, 0, PARE_EPLUGIN, "fc1.weight: quantizer fixed: centroid 2 of 3, 2, is bel"},
        {good, infinite, 0, 0, PARE_EPLUGIN, "fc1.weight: quantizer fixed: centroid 2 of 3 is inf"},
        {good, good, PARE_ENOMEM, 0, PARE_ENOMEM, "fc1.weight: initializer guess: "},
        {good, good, 0, 1, PARE_EPLUGIN, "fc1.weight: quantizer fixed: "},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct pare_param p = make_param(value, NULL, 4);
        struct given g = {bad[i].guess, bad[i].guess_status},
                     f = {bad[i].codebook, bad[i].fit_status};
        struct share_result result;
        assert_int_equal(share(&p, 3, &(struct plugin_use){&guess.head, &g},
                               &(struct plugin_use){&fixed.head, &f}, &result),
                         bad[i].status);
        assert_int_equal(err.status, bad[i].status);
        assert_memory_equal(err.text, bad[i].says, strlen(bad[i].says));
        assert_null(p.centroid);
        assert_memory_equal(p.value, value, sizeof(value));
        param_release(&p);
    }
    struct pare_param p = make_param(nan_, NULL, 3);
    struct share_result result;
    assert_int_equal(share(&p, 3, &use_linear, &use_lloyd, &result), PARE_ENUMBER);
    assert_string_equal(err.text, "fc1.weight: weight 1 is nan");
    param_release(&p);
}

static void test_options(void **state)
{
    struct share_options o = {0};
    struct schema_part part = {share_options, &o};
    struct problems problems = {0};

    (void)state;
    ASSERT_OK(schema_check(share_options, &err), err);
    assert_true(schema_fill(&part, 1, NULL, "share", NULL, &problems));
    assert_string_equal(o.initializer, "linear");
    assert_string_equal(o.quantizer, "lloyd");
    assert_true(o.bits == 5 && o.centroids == INT64_MIN && !o.skip);
    schema_free(share_options, &o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_example_of_the_paper),
        cmocka_unit_test(test_nearest_by_definition),
        cmocka_unit_test(test_ties_go_down),
        cmocka_unit_test(test_idle_centroids_are_dropped),
        cmocka_unit_test(test_no_more_centroids_than_values),
        cmocka_unit_test(test_zeros_inclusive),
        cmocka_unit_test(test_shared_anew),
        cmocka_unit_test(test_failures),
        cmocka_unit_test(test_options),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
