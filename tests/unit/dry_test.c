/* SPDX-License-Identifier: Apache-2.0 */
/* Verbs of a dry run: what is counted, what is answered, and that nothing moves. */

#include "support/support.h"

#include "net/net.h"
#include "run/checkpoint.h"
#include "run/dry.h"
#include "run/tree.h"
#include "support/idx.h"
#include "support/scratch.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { HIDDEN = 20, FC1 = IDX_SIDE * IDX_SIDE * HIDDEN, EPOCHS = 3, BATCH = 25 };
enum { STEPS = IDX_TRAIN / BATCH };

static const char config_text[] =
    "schema = 1; name = \"dry\"; seed = 5; schedule = \"empty.lua\";\n"
    "data = { plugin = \"idx\"; classes = 4; };\n"
    "model = { plugin = \"mlp\"; hidden = [20]; };\n"
    "train = { epochs = 3; batch = 25; rate = 0.1; policy = \"step\"; step_epochs = 1; };\n"
    "prune = { amount = 0.7; };\n";

static char *scratch;
static struct run run;
static struct pare_error err;

static int setup(void **state)
{
    struct problems problems = {0};
    char *path = NULL;

    (void)state;
    scratch = scratch_make();
    scratch_write(scratch, "dry.cfg", config_text);
    scratch_write(scratch, "empty.lua", "");
    assert_int_equal(idx_make(scratch), 0);
    assert_true(asprintf(&path, "%s/dry.cfg", scratch) > 0);
    const struct run_settings settings = {
        .config = path, .seed = -1, .data = scratch, .threads = 1};
    err = (struct pare_error){0};
    ASSERT_OK(run_open_dry(&run, &settings, &problems, &err), err);
    problems_free(&problems);
    free(path);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    run_close(&run);
    scratch_remove(scratch);
    return 0;
}

static void open_dry(double error, double speed)
{
    const struct dry_settings settings = {.error = error, .speed = speed};
    ASSERT_OK(dry_open(&run, &settings, &err), err);
}

static float *copy_values(void)
{
    float *copy = malloc(FC1 * sizeof *copy);
    assert_non_null(copy);
    memcpy(copy, net_param(run.net, "fc1.weight")->value, FC1 * sizeof *copy);
    return copy;
}

static double real_of(const struct value *group, const char *name)
{
    const struct value *v = value_get(group, name);
    assert_non_null(v);
    return v->kind == VALUE_INT ? (double)v->integer : v->real;
}

/* As wide as the layer's initialization: uniform in +-sqrt(6/64) has a standard
 * deviation of sqrt(2/64). */
static void test_weights(void **state)
{
    (void)state;
    double sum = 0.0, square = 0.0, fourth = 0.0;
    open_dry(NAN, NAN);
    const float *value = net_param(run.net, "fc1.weight")->value;
    for (size_t i = 0; i < FC1; i++) {
        double x = (double)value[i];
        sum += x;
        square += x * x;
        fourth += x * x * x * x;
    }
    double variance = square / FC1;
    assert_true(fabs(sum / FC1) < 0.02);
    assert_true(fabs(variance - 2.0 / 64.0) < 0.1 * 2.0 / 64.0);
    assert_true(fabs(fourth / FC1 / (variance * variance) - 3.0) < 0.5); /* uniform: 1.8 */
}

struct seen {
    int64_t steps, epochs, wrong;
    int64_t stop;    /* at this step */
    bool prunes;     /* amount rises from step to step to 0.8 */
    size_t kept_mid; /* at the last step */
};

static int on_step(void *context, const struct train_progress *at, struct pare_error *e)
{
    struct seen *seen = context;
    int64_t done = (at->epoch - 1) * at->steps + at->step;
    double rate = 0.1 * pow(0.1, (double)(at->epoch - 1));

    seen->steps++;
    seen->wrong += done != seen->steps || at->steps != STEPS || at->epochs != EPOCHS;
    seen->wrong += fabs(at->rate - rate) > 1e-12;
    seen->wrong += at->loss != 0.0 || at->error_percent != 7.5;
    if (seen->prunes) {
        struct value *options = tree_group(), *result = NULL;
        tree_real(options, "amount", 0.8 * (double)done / (EPOCHS * STEPS));
        const struct verb_call call = {.options = options};
        int status = verb_prune(&run, &call, &result, e);
        value_free(options);
        value_free(result);
        seen->kept_mid = pare_param_kept(net_param(run.net, "fc1.weight"));
        if (status != PARE_OK)
            return status;
    }
    return done == seen->stop;
}

static int on_epoch(void *context, const struct train_progress *at, struct pare_error *e)
{
    struct seen *seen = context;
    (void)e;
    seen->epochs++;
    seen->wrong += at->epoch != seen->epochs || at->step != STEPS;
    return 0;
}

static void do_train(struct seen *seen, struct value **result)
{
    const struct train_events events = {.context = seen, .step = on_step, .epoch = on_epoch};
    const struct verb_call call = {.events = seen ? &events : NULL};
    ASSERT_OK(verb_train(&run, &call, result, &err), err);
}

/* Hooks are called at every step, and the net stands still, measured or not. */
static void test_train_counts(void **state)
{
    (void)state;
    struct seen seen = {0};
    struct value *result = NULL;
    open_dry(7.5, NAN);
    float *before = copy_values();
    do_train(&seen, &result);
    assert_int_equal(seen.steps, EPOCHS * STEPS);
    assert_int_equal(seen.epochs, EPOCHS);
    assert_int_equal(seen.wrong, 0);
    assert_int_equal(real_of(result, "steps"), EPOCHS * STEPS);
    assert_true(real_of(result, "error") == 7.5);
    assert_memory_equal(before, net_param(run.net, "fc1.weight")->value, FC1 * sizeof *before);
    assert_true(run.dry->speeds == 1 && run.dry->speed[0].images_per_second > 0.0);
    assert_false(run.trained);
    value_free(result);

    do_train(NULL, &result); /* without hooks: not walked through, but the same */
    assert_int_equal(real_of(result, "steps"), EPOCHS * STEPS);
    assert_int_equal(real_of(result, "epochs"), EPOCHS);
    value_free(result);
    free(before);
}

static void test_train_stops(void **state)
{
    (void)state;
    struct seen seen = {.stop = STEPS + 4};
    struct value *result = NULL;
    open_dry(7.5, 1000.0);
    do_train(&seen, &result);
    assert_int_equal(real_of(result, "steps"), STEPS + 4);
    assert_int_equal(real_of(result, "epochs"), 1);
    assert_true(value_get(result, "stopped")->boolean);
    /* Time is that of the steps taken. */
    const struct value *step = run.dry->steps->child;
    double images = (double)((STEPS + 4) * BATCH);
    assert_true(fabs(real_of(step, "seconds") - images / 1000.0) < 0.2);
    value_free(result);
}

/* An assumed error, and as loss the part of the squares that pruning took. */
static void test_answers(void **state)
{
    (void)state;
    struct value *result = NULL;
    const struct verb_call plain = {0};
    open_dry(7.5, NAN);
    ASSERT_OK(verb_test(&run, &plain, &result, &err), err);
    assert_true(real_of(result, "error") == 7.5 && real_of(result, "accuracy") == 0.925);
    assert_int_equal(real_of(result, "samples"), IDX_TEST);
    assert_true(real_of(result, "loss") == 0.0);
    value_free(result);
    ASSERT_OK(verb_prune(&run, &plain, &result, &err), err);
    value_free(result);
    ASSERT_OK(verb_test(&run, &plain, &result, &err), err);
    /* Squares within +-a of N(0, 1), P(|x| < a) = 0.7: 0.7 - 2 a phi(a), a = 1.0364. */
    double a = 1.0364334, gone = 0.7 - 2.0 * a * exp(-a * a / 2.0) / sqrt(2.0 * acos(-1.0));
    assert_true(fabs(real_of(result, "loss") - gone) < 0.03);
    value_free(result);
}

/* Prunes that take too long are put off: the last one is done in the end, all count,
 * and the net then is as if they had been done one by one. */
static void test_put_off(void **state)
{
    (void)state;
    struct seen late = {.prunes = true};
    struct value *result = NULL;
    const struct pare_param *p = net_param(run.net, "fc1.weight");
    size_t wanted = FC1 - (size_t)lround(0.8 * FC1);

    open_dry(7.5, 1000.0);
    run.dry->walk_seconds = 1e9;
    do_train(&late, &result);
    assert_int_equal(run.dry->pruned, 1);
    assert_int_equal(run.dry->put_off, EPOCHS * STEPS - 1);
    assert_true(late.kept_mid > FC1 * 9 / 10); /* the first, of 0.8 / 72 */
    assert_int_equal(pare_param_kept(p), wanted);
    const struct value *step = run.dry->steps->child;
    assert_int_equal(real_of(step, "number"), EPOCHS * STEPS + 1);
    assert_int_equal(real_of(value_get(step, "within")->child, "count"), EPOCHS * STEPS);
    value_free(result);
    uint8_t *keep = malloc(FC1);
    assert_non_null(keep);
    memcpy(keep, p->keep, FC1);

    struct seen each = {.prunes = true};
    teardown(NULL);
    setup(NULL);
    open_dry(7.5, 1000.0);
    run.dry->walk_seconds = -1e9; /* none takes too long, however slow the machine */
    do_train(&each, &result);
    assert_int_equal(run.dry->put_off, 0);
    assert_memory_equal(keep, net_param(run.net, "fc1.weight")->keep, FC1);
    value_free(result);
    free(keep);
}

/* Weights that are let loose again are trained, so they are not zero any more. */
static void test_freed(void **state)
{
    (void)state;
    struct value *result = NULL;
    struct held *dense = NULL;
    const struct verb_call plain = {0};
    size_t zeros[2] = {0};
    open_dry(NAN, 1000.0);
    const struct pare_param *p = net_param(run.net, "fc1.weight");
    ASSERT_OK(verb_snapshot(&run, &dense, &err), err);
    ASSERT_OK(verb_prune(&run, &plain, &result, &err), err);
    value_free(result);
    ASSERT_OK(verb_restore(&run, dense, NULL, SNAPSHOT_MASKS, &err), err);
    for (int i = 0; i < 2; i++) {
        for (size_t j = 0; j < FC1; j++)
            zeros[i] += p->value[j] == 0.0f;
        if (i == 0) {
            do_train(NULL, &result);
            value_free(result);
        }
    }
    assert_int_equal(zeros[0], lround(0.7 * FC1));
    assert_int_equal(zeros[1], 0);
    held_free(dense);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_weights, setup, teardown),
        cmocka_unit_test_setup_teardown(test_train_counts, setup, teardown),
        cmocka_unit_test_setup_teardown(test_train_stops, setup, teardown),
        cmocka_unit_test_setup_teardown(test_answers, setup, teardown),
        cmocka_unit_test_setup_teardown(test_put_off, setup, teardown),
        cmocka_unit_test_setup_teardown(test_freed, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
