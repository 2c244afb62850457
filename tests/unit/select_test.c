/* SPDX-License-Identifier: Apache-2.0 */
/* Pruning against a plain sort, the normal distribution's quantiles, and pruners
 * that break their contract. */

#include "support/support.h"

#include "base/alloc.h"
#include "compress/select.h"
#include "config/schema.h"
#include "net/param.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static struct pare_error err;

/* The pruners of this test: |value|, a coin of few sides, broken ones. */
static int score_magnitude(void *self, const struct pare_param *p, struct pare_rng *rng, float *out,
                           struct pare_error *e)
{
    (void)self, (void)rng, (void)e;
    for (size_t i = 0; i < p->count; i++)
        out[i] = fabsf(p->value[i]);
    return PARE_OK;
}
static int score_random(void *self, const struct pare_param *p, struct pare_rng *rng, float *out,
                        struct pare_error *e)
{
    (void)self, (void)e;
    for (size_t i = 0; i < p->count; i++)
        out[i] = (float)pare_rng_below(rng, 1000) - 500.0f;
    return PARE_OK;
}
static int score_nan(void *self, const struct pare_param *p, struct pare_rng *rng, float *out,
                     struct pare_error *e)
{
    int status = score_magnitude(self, p, rng, out, e);

    if (strcmp(p->name, "b") == 0)
        out[p->count / 2] = NAN;
    return status;
}
static int score_silent(void *self, const struct pare_param *p, struct pare_rng *rng, float *out,
                        struct pare_error *e)
{
    (void)self, (void)p, (void)rng, (void)out, (void)e;
    return PARE_EPLUGIN;
}
static int select_thirds(void *self, const struct pare_param *p, struct pare_rng *rng,
                         uint8_t *keep, struct pare_error *e)
{
    (void)self, (void)rng, (void)e;
    for (size_t i = 0; i < p->count; i++)
        keep[i] = i % 3 == 0;
    return PARE_OK;
}
static int select_wrong(void *self, const struct pare_param *p, struct pare_rng *rng, uint8_t *keep,
                        struct pare_error *e)
{
    (void)self, (void)rng, (void)e;
    memset(keep, 2, p->count);
    return PARE_OK;
}
static const struct pare_pruner magnitude = {.head = {.name = "mag"}, .score = score_magnitude},
                                splicer = {.head = {.name = "splicer"},
                                           .score = score_magnitude,
                                           .needs_latent = true},
                                randomly = {.head = {.name = "rnd"}, .score = score_random},
                                broken = {.head = {.name = "broken"}, .score = score_nan},
                                silent = {.head = {.name = "silent"}, .score = score_silent},
                                thirds = {.head = {.name = "thirds"}, .select = select_thirds},
                                wrong = {.head = {.name = "wrong"}, .select = select_wrong};

/* levels > 0: values are multiples of 1/levels, so that many are equal. */
static struct pare_param make_param(const char *name, size_t count, unsigned levels, uint64_t seed)
{
    struct pare_rng rng = pare_rng_stream(seed, name);
    struct pare_param p = {.name = strdup(name), .rank = 1, .shape = {count}, .count = count};

    p.value = alloc_zero(count, sizeof(float), "value", &err);
    for (size_t i = 0; i < count; i++) {
        double x = pare_rng_normal(&rng);
        p.value[i] = (float)(levels > 0 ? round(x * levels) / levels : x);
    }
    return p;
}

static struct prune_options options_with(double amount, double quality, double threshold)
{
    return (struct prune_options){.amount = amount, .quality = quality, .threshold = threshold};
}

static struct prune_item item_of(struct pare_param *p, const struct prune_options *o,
                                 const struct pare_pruner *pruner)
{
    return (struct prune_item){.param = p, .options = o, .pruner = {.plugin = &pruner->head}};
}

static int prune(struct prune_item *item, size_t n)
{
    struct pare_rng rng = pare_rng_stream(1, "prune");

    err = (struct pare_error){0};
    return select_prune(item, n, &rng, &err);
}

/* The definition, plainly: sort all by score, of equal ones the later first, and
 * drop from the front until zeros are zero. keep: in and out. */
struct ranked {
    float score;
    size_t at;
};
static int by_rank(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;

    if (x->score < y->score || x->score > y->score)
        return x->score < y->score ? -1 : 1;
    return x->at > y->at ? -1 : 1;
}
static void naive_prune(const float *score, uint8_t *keep, size_t count, size_t zeros)
{
    struct ranked *r = calloc(count, sizeof(*r));
    size_t n = 0;

    for (size_t i = 0; i < count; i++)
        if (keep[i])
            r[n++] = (struct ranked){score[i], i};
    qsort(r, n, sizeof(*r), by_rank);
    for (size_t i = 0; i < n && count - n + i < zeros; i++)
        keep[r[i].at] = 0;
    free(r);
}

static void check_keep(const struct pare_param *p, const uint8_t *want)
{
    for (size_t i = 0; i < p->count; i++) {
        if ((p->keep == NULL || p->keep[i]) != want[i])
            fail_msg("%s: weight %zu", p->name, i);
        if (!want[i])
            assert_true(p->value[i] == 0.0f);
    }
}

static void test_amount_is_exact(void **state)
{
    static const size_t counts[] = {1, 2, 3, 10, 999, 5000};
    static const double amounts[] = {0.0, 0.05, 0.15, 0.5, 0.9, 0.999, 1.0};

    (void)state;
    for (size_t c = 0; c < 6; c++)
        for (unsigned levels = 0; levels < 8; levels += 7)
            for (size_t a = 0; a < 7; a++) {
                struct pare_param p = make_param("w", counts[c], levels, a);
                struct prune_options o = options_with(amounts[a], NAN, NAN);
                struct prune_item item = item_of(&p, &o, &magnitude);
                size_t zeros = (size_t)round(amounts[a] * (double)p.count);
                float *score = calloc(p.count, sizeof(float));
                uint8_t *want = malloc(p.count);

                for (size_t i = 0; i < p.count; i++)
                    score[i] = fabsf(p.value[i]);
                memset(want, 1, p.count);
                naive_prune(score, want, p.count, zeros);
                assert_int_equal(prune(&item, 1), PARE_OK);
                assert_int_equal(item.kept_before, p.count);
                assert_int_equal(item.kept, p.count - zeros);
                assert_int_equal(item.kept_wanted, p.count - zeros);
                check_keep(&p, want);
                assert_true((p.keep == NULL) == (zeros == 0));
                for (size_t i = 0; i < p.count; i++)
                    assert_true(want[i] ? (double)score[i] >= item.cut
                                        : (double)score[i] <= item.cut);
                free(score);
                free(want);
                param_release(&p);
            }
}

static void test_pruned_before_counts(void **state)
{
    struct pare_param p = make_param("w", 1000, 5, 1);
    struct prune_options o = options_with(0.4, NAN, NAN);
    struct prune_item item = item_of(&p, &o, &randomly);
    uint8_t want[1000];

    (void)state;
    assert_int_equal(prune(&item, 1), PARE_OK);
    assert_int_equal(item.kept, 600);
    memcpy(want, p.keep, 1000);
    item = item_of(&p, &o, &magnitude);
    o.amount = 0.7; /* 300 more, of the 600 that are left */
    float score[1000];
    for (size_t i = 0; i < 1000; i++)
        score[i] = fabsf(p.value[i]);
    naive_prune(score, want, 1000, 700);
    assert_int_equal(prune(&item, 1), PARE_OK);
    assert_int_equal(item.kept_before, 600);
    check_keep(&p, want);

    o.amount = 0.5; /* more than that is gone already: nothing changes, and it shows */
    assert_int_equal(prune(&item, 1), PARE_OK);
    assert_int_equal(item.kept, 300);
    assert_int_equal(item.kept_wanted, 500);
    check_keep(&p, want);
    param_release(&p);
}

static void test_latent_brings_back(void **state)
{
    struct pare_param p = make_param("w", 1000, 0, 1);
    struct prune_options o = options_with(0.9, NAN, NAN);
    struct prune_item item = item_of(&p, &o, &splicer);
    uint8_t want[1000];

    (void)state;
    assert_int_equal(prune(&item, 1), PARE_OK);
    assert_int_equal(item.kept, 100);
    assert_non_null(p.latent);
    o.amount = 0.5;
    float score[1000];
    for (size_t i = 0; i < 1000; i++)
        score[i] = fabsf(p.value[i]);
    memset(want, 1, 1000);
    naive_prune(score, want, 1000, 500);
    assert_int_equal(prune(&item, 1), PARE_OK);
    assert_int_equal(item.kept, 500);
    check_keep(&p, want);
    for (size_t i = 0; i < 1000; i++)
        if (want[i])
            assert_true(p.value[i] == p.latent[i]);
    param_release(&p);
}

static void test_global_is_one_ranking(void **state)
{
    for (unsigned levels = 0; levels < 8; levels += 7) {
        struct pare_param p[3] = {make_param("a", 500, levels, 1), make_param("b", 1500, levels, 2),
                                  make_param("c", 40, levels, 3)};
        struct prune_options o = options_with(0.8, NAN, NAN), skip = {.skip = true};
        struct prune_item item[4];
        uint8_t want[2000];
        float score[2000];

        (void)state;
        o.scope = 1;
        for (size_t i = 0; i < 500; i++)
            p[0].value[i] *= 3.0f; /* the first keeps more */
        for (size_t i = 0; i < 2000; i++)
            score[i] = fabsf(i < 500 ? p[0].value[i] : p[1].value[i - 500]);
        memset(want, 1, 2000);
        naive_prune(score, want, 2000, 1600);
        item[0] = item_of(&p[0], &o, &magnitude);
        item[1] = item_of(&p[2], &skip, &magnitude);
        item[2] = item_of(&p[1], &o, &magnitude);
        assert_int_equal(prune(item, 3), PARE_OK);
        check_keep(&p[0], want);
        check_keep(&p[1], want + 500);
        assert_int_equal(item[0].kept + item[2].kept, 400);
        assert_true(3 * item[0].kept > item[2].kept);
        assert_int_equal(item[0].kept_wanted, item[0].kept);
        assert_int_equal(item[1].kept, 40);
        assert_null(p[2].keep);

        struct prune_options other = o;
        other.amount = 0.7;
        item[2].options = &other;
        assert_int_equal(prune(item, 3), PARE_EUSER);
        for (int i = 0; i < 3; i++)
            param_release(&p[i]);
    }
}

/* Of a normal distribution |w| < q standard deviations hold for erf(q / sqrt 2):
 * 50, 68, 80, 90, 95 % for 0.674, 0.994, 1.281, 1.644, 1.959. */
static void test_quality_is_in_deviations(void **state)
{
    static const double quality[] = {0.674, 0.994, 1.281, 1.644, 1.959},
                        sparsity[] = {0.50, 0.68, 0.80, 0.90, 0.95};

    (void)state;
    for (int scope = 0; scope < 2; scope++)
        for (int q = 0; q < 5; q++) {
            struct pare_param p[2] = {make_param("a", 100000, 0, 1), make_param("b", 100000, 0, 2)};
            struct prune_options o = options_with(NAN, quality[q], NAN);
            struct prune_item item[2] = {item_of(&p[0], &o, &magnitude),
                                         item_of(&p[1], &o, &magnitude)};
            o.scope = scope;
            for (size_t i = 0; i < p[0].count; i++) {
                p[0].value[i] *= 0.05f;
                p[1].value[i] *= scope == 0 ? 3.0f : 0.05f;
            }
            assert_int_equal(prune(item, 2), PARE_OK);
            for (int j = 0; j < 2; j++)
                assert_true(fabs(1.0 - (double)item[j].kept / 1e5 - sparsity[q]) < 0.005);
            assert_true(fabs(item[0].cut - 0.05 * quality[q]) < 0.05 * 0.01);
            assert_true((item[0].cut < item[1].cut) == (scope == 0));
            assert_int_equal(item[0].kept_wanted, item[0].kept);
            param_release(&p[0]);
            param_release(&p[1]);
        }
}

static void test_quality_by_hand(void **state)
{
    /* Kept: 1, 3, 5, 7, mean 4, variance 5; the pruned 0 does not count. */
    float value[5] = {1, 3, 0, 5, 7};
    uint8_t keep[5] = {1, 1, 0, 1, 1};
    struct pare_param p = {.name = strdup("w"), .rank = 1, .count = 5};
    struct prune_options o = options_with(NAN, 2.0, NAN);
    struct prune_item item = item_of(&p, &o, &magnitude);
    static const uint8_t want[5] = {0, 0, 0, 1, 1};

    (void)state;
    p.value = memcpy(malloc(sizeof(value)), value, sizeof(value));
    p.keep = memcpy(malloc(sizeof(keep)), keep, sizeof(keep));
    assert_int_equal(prune(&item, 1), PARE_OK);
    assert_true(fabs(item.cut - 2.0 * sqrt(5.0)) < 1e-12);
    check_keep(&p, want);

    /* Zeros included: 0, 0, 0, 5, 7, mean 2.4, variance 9.04. */
    o = options_with(NAN, 2.0, NAN);
    o.zeros = 1;
    assert_int_equal(prune(&item, 1), PARE_OK);
    assert_true(fabs(item.cut - 2.0 * sqrt(9.04)) < 1e-6);
    static const uint8_t seven[5] = {0, 0, 0, 0, 1};
    check_keep(&p, seven);
    p.keep[3] = 1;
    p.value[3] = 5.0f;

    o = options_with(NAN, NAN, 5.0); /* below, not at */
    assert_int_equal(prune(&item, 1), PARE_OK);
    check_keep(&p, want);
    o.threshold = 7.5;
    assert_int_equal(prune(&item, 1), PARE_OK);
    assert_int_equal(item.kept, 0);
    param_release(&p);
}

static void test_select_pruner(void **state)
{
    struct pare_param p[2] = {make_param("a", 99, 0, 1), make_param("b", 100, 0, 2)};
    struct prune_options o = options_with(NAN, NAN, NAN), half = options_with(0.5, NAN, NAN);
    struct prune_item item[2] = {item_of(&p[0], &o, &thirds), item_of(&p[1], &half, &magnitude)};

    (void)state;
    assert_int_equal(prune(item, 2), PARE_OK);
    assert_int_equal(item[0].kept, 33);
    assert_int_equal(item[0].kept_wanted, 33);
    assert_int_equal(item[1].kept, 50);
    for (size_t i = 0; i < 99; i++)
        assert_int_equal(p[0].keep[i], i % 3 == 0);
    item[0] = item_of(&p[1], &o, &thirds); /* what is gone stays gone */
    uint8_t before[100];
    memcpy(before, p[1].keep, 100);
    assert_int_equal(prune(item, 1), PARE_OK);
    for (size_t i = 0; i < 100; i++)
        assert_int_equal(p[1].keep[i], before[i] && i % 3 == 0);
    param_release(&p[0]);
    param_release(&p[1]);
}

/* A param's scores don't depend on which others are pruned in the same call. */
static void test_randomness_by_name(void **state)
{
    struct pare_param p[2] = {make_param("a", 1000, 0, 1), make_param("b", 1000, 0, 2)}, alone;
    struct prune_options o = options_with(0.5, NAN, NAN);
    struct prune_item item[2] = {item_of(&p[0], &o, &randomly), item_of(&p[1], &o, &randomly)};

    (void)state;
    alone = make_param("b", 1000, 0, 2);
    assert_int_equal(prune(item, 2), PARE_OK);
    assert_memory_not_equal(p[0].keep, p[1].keep, 1000);
    item[0] = item_of(&alone, &o, &randomly);
    assert_int_equal(prune(item, 1), PARE_OK);
    assert_memory_equal(alone.keep, p[1].keep, 1000);
    param_release(&p[0]);
    param_release(&p[1]);
    param_release(&alone);
}

/* A failure leaves every param as it was, and says whose it is. */
static void test_failures(void **state)
{
    static const struct {
        const struct pare_pruner *pruner;
        double amount, quality;
        int status;
        const char *says;
    } bad[] = {
        {&broken, 0.5, (double)NAN, PARE_EPLUGIN, "b: pruner broken: the score of weight 50 is"},
        {&silent, 0.5, (double)NAN, PARE_EPLUGIN, "b: pruner silent: "},
        {&wrong, 0.5, (double)NAN, PARE_EPLUGIN, "b: pruner wrong: keep of weight 0 is 2"},
        {&magnitude, (double)NAN, (double)NAN, PARE_EUSER, "b: one of amount, quality, threshold"},
        {&magnitude, 0.5, 1.0, PARE_EUSER, "b: only one of amount, quality, threshold"},
        {&splicer, 0.5, (double)NAN, PARE_ESTATE, "b: pruner splicer takes weights back"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct pare_param p[2] = {make_param("a", 100, 0, 1), make_param("b", 100, 0, 2)};
        struct prune_options o = options_with(0.5, NAN, NAN);
        struct prune_options b = options_with(bad[i].amount, bad[i].quality, NAN);
        struct prune_item item[2] = {item_of(&p[0], &o, &magnitude),
                                     item_of(&p[1], &b, bad[i].pruner)};
        float value[100];

        memcpy(value, p[0].value, sizeof(value));
        if (bad[i].status == PARE_ESTATE) { /* shared */
            p[1].centroid = calloc(1, sizeof(float));
            p[1].centroids = 1;
            p[1].code = calloc(100, sizeof(uint16_t));
        }
        assert_int_equal(prune(item, 2), bad[i].status);
        assert_int_equal(err.status, bad[i].status);
        assert_memory_equal(err.text, bad[i].says, strlen(bad[i].says));
        assert_null(p[0].keep);
        assert_null(p[1].keep);
        assert_memory_equal(p[0].value, value, sizeof(value));
        param_release(&p[0]);
        param_release(&p[1]);
    }
}

static void test_options(void **state)
{
    struct prune_options o = {0};
    struct schema_part part = {prune_options, &o};
    struct problems problems = {0};

    (void)state;
    ASSERT_OK(schema_check(prune_options, &err), err);
    assert_true(schema_fill(&part, 1, NULL, "prune", NULL, &problems));
    assert_string_equal(o.plugin, "magnitude");
    assert_true(isnan(o.amount) && isnan(o.quality) && isnan(o.threshold));
    assert_true(o.scope == 0 && !o.skip);
    schema_free(prune_options, &o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_amount_is_exact),
        cmocka_unit_test(test_pruned_before_counts),
        cmocka_unit_test(test_latent_brings_back),
        cmocka_unit_test(test_global_is_one_ranking),
        cmocka_unit_test(test_quality_is_in_deviations),
        cmocka_unit_test(test_quality_by_hand),
        cmocka_unit_test(test_select_pruner),
        cmocka_unit_test(test_randomness_by_name),
        cmocka_unit_test(test_failures),
        cmocka_unit_test(test_options),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
