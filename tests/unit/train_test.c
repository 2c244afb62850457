/* SPDX-License-Identifier: Apache-2.0 */
#include "net/train.h"

#include "base/alloc.h"
#include "base/hash.h"
#include "config/schema.h"
#include "conform/reference.h"
#include "net/optimizer.h"
#include "support/net_support.h"
#include "support/support.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { CLASSES = 4, PARAMS_MAX = 8 };

static void dense(struct pare_net *net)
{
    pare_net_flatten(net);
    pare_net_dense(net, "fc1", 33);
    pare_net_relu(net);
    pare_net_dropout(net, 0.2);
    pare_net_dense(net, "fc2", CLASSES);
}

static void conv(struct pare_net *net)
{
    pare_net_conv(net, "conv1", 5, 3, 1, 1);
    pare_net_maxpool(net, 2, 2);
    pare_net_conv(net, "conv2", 6, 2, 1, 0);
    pare_net_avgpool(net, 2, 1);
    pare_net_relu(net);
    pare_net_dense(net, "fc1", CLASSES);
}

/* Large enough for matrix products and steps to be cut in parts. */
static void wide(struct pare_net *net)
{
    pare_net_dense(net, "fc1", 700);
    pare_net_relu(net);
    pare_net_dense(net, "fc2", 400);
    pare_net_dense(net, "fc3", CLASSES);
}

struct bench {
    struct data data;
    struct pare_net *net;
    struct pare_rng order, dropout;
    struct train_options options;
    struct train_result result;
    struct pare_error err;
};

static struct bench bench_of(void (*build)(struct pare_net *net), size_t train_samples)
{
    const size_t count[PARE_SPLIT_COUNT] = {train_samples, 40, 300};
    struct bench b = {.data = net_support_data(count, 2, 7, 9, CLASSES, 1),
                      .net = net_support_make(2, 7, 9, CLASSES, build, 1),
                      .order = pare_rng_stream(1, "order"),
                      .dropout = pare_rng_stream(1, "dropout"),
                      .options = net_support_options()};

    return b;
}

static void bench_free(struct bench *b)
{
    net_support_data_free(&b->data);
    net_free(b->net);
}

static int run(struct bench *b, struct pool *pool, const struct train_options *own,
               const struct train_events *events)
{
    return train(b->net, &b->data, pool, &b->options, own, &b->order, &b->dropout, events,
                 &b->result, &b->err);
}

static void test_learns(void **state)
{
    void (*const nets[2])(struct pare_net *) = {dense, conv};

    (void)state;
    for (int adam = 0; adam < 2; adam++) {
        for (size_t i = 0; i < 2; i++) {
            struct bench b = bench_of(nets[i], 400);
            struct test_result before, after;

            b.options.optimizer = adam;
            b.options.rate = adam ? 0.003 : 0.02;
            b.options.loss = (int)i;
            ASSERT_OK(
                test(b.net, &b.data, NULL, PARE_SPLIT_TEST, (enum net_loss)i, &before, &b.err),
                b.err);
            assert_true(before.error_percent > 30.0 && before.samples == 300);
            ASSERT_OK(run(&b, NULL, NULL, NULL), b.err);
            ASSERT_OK(test(b.net, &b.data, NULL, PARE_SPLIT_TEST, (enum net_loss)i, &after, &b.err),
                      b.err);
            if (after.error_percent > 1.0 || after.loss > before.loss / 2.0)
                fail_msg("net %zu, adam %d: %g %% and %g, before %g %% and %g", i, adam,
                         after.error_percent, after.loss, before.error_percent, before.loss);
            assert_true(b.result.epochs == 3 && b.result.steps == 75 && !b.result.stopped);
            assert_true(b.result.validation_error_percent <= 5.0);
            bench_free(&b);
        }
    }
}

/* The same bytes for any number of threads. */
static void test_threads(void **state)
{
    void (*const nets[3])(struct pare_net *) = {dense, conv, wide};

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        for (int adam = 0; adam < 2; adam++) {
            uint32_t sum = 0;

            for (unsigned threads = 0; threads <= 3; threads++) {
                struct bench b = bench_of(nets[i], 150);
                struct pool *pool = threads ? pool_new(threads, &b.err) : NULL;

                b.options.batch = 64;
                b.options.optimizer = adam;
                b.options.rate = 0.003;
                ASSERT_OK(run(&b, pool, NULL, NULL), b.err);
                if (threads == 0)
                    sum = net_support_sum(b.net);
                assert_int_equal(net_support_sum(b.net), sum);
                pool_free(pool);
                bench_free(&b);
            }
        }
    }
}

/* Two epochs of 10 samples in batches of 4, 4 and 2, step by step by hand. */
static void test_by_hand(void **state)
{
    struct bench a = bench_of(conv, 10), b = bench_of(conv, 10);
    const struct optimizer_rule rule = {.kind = OPTIMIZER_SGD, .momentum = 0.9};
    struct optimizer *o = optimizer_new(b.net, &rule, &b.err);
    struct optimizer_step how[PARAMS_MAX] = {{0}};
    float x[4 * 2 * 7 * 9];
    uint16_t y[4];
    double loss = 0.0;

    (void)state;
    a.options.epochs = 2;
    a.options.batch = 4;
    a.options.decay = 0.01;
    ASSERT_OK(run(&a, NULL, NULL, NULL), a.err);
    ASSERT_OK(net_reserve(b.net, 4, &b.err), b.err);
    for (int epoch = 0; epoch < 2; epoch++) {
        uint32_t index[10];

        for (uint32_t i = 0; i < 10; i++)
            index[i] = i;
        pare_rng_shuffle(&b.order, index, 10);
        loss = 0.0;
        for (size_t first = 0; first < 10; first += 4) {
            size_t n = first == 8 ? 2 : 4;

            data_read(&b.data, PARE_SPLIT_TRAIN, index + first, n, x, y, &b.err);
            net_forward(b.net, NULL, x, n, NULL);
            loss += net_loss(b.net, y, n, NET_LOSS_SOFTMAX, NULL) * (double)n;
            net_backward(b.net, NULL, x, n, NULL);
            for (size_t p = 0; p < b.net->params; p++)
                how[p] = (struct optimizer_step){.rate = 0.05, .decay = 0.01};
            ASSERT_OK(optimizer_step(o, b.net, NULL, how, &b.err), b.err);
        }
    }
    assert_int_equal(net_support_sum(a.net), net_support_sum(b.net));
    assert_true(a.result.steps == 6 && fabs(a.result.loss - loss / 10.0) < 1e-12);
    optimizer_free(o);
    bench_free(&a);
    bench_free(&b);
}

static void test_own_options(void **state)
{
    struct bench b = bench_of(conv, 40);
    struct train_options own[PARAMS_MAX];
    float *before[PARAMS_MAX];

    (void)state;
    for (size_t p = 0; p < b.net->params; p++) {
        own[p] = b.options;
        before[p] = xcalloc(b.net->param[p].count, sizeof(float));
        memcpy(before[p], b.net->param[p].value, b.net->param[p].count * sizeof(float));
    }
    own[0].frozen = true;
    own[2].rate = 0.0;
    ASSERT_OK(run(&b, NULL, own, NULL), b.err);
    for (size_t p = 0; p < b.net->params; p++) {
        int differs =
            memcmp(before[p], b.net->param[p].value, b.net->param[p].count * sizeof(float));

        assert_true((differs == 0) == (p == 0 || p == 2));
        free(before[p]);
    }
    bench_free(&b);
}

/* What the events saw. */
struct log {
    double rate[64];
    int64_t steps, epochs, stop_at;
    int answer;
};

static int on_step(void *context, const struct train_progress *at, struct pare_error *err)
{
    struct log *log = context;

    log->rate[log->steps++] = at->rate;
    assert_true(at->step >= 1 && at->step <= at->steps && at->images_per_second > 0.0);
    assert_true(at->loss > 0.0 && at->seconds_left >= 0.0);
    if (log->steps != log->stop_at)
        return 0;
    return log->answer < 0 ? pare_fail(err, log->answer, "no more") : log->answer;
}

static int on_epoch(void *context, const struct train_progress *at, struct pare_error *err)
{
    struct log *log = context;

    (void)err;
    log->epochs++;
    assert_true(at->epoch == log->epochs && at->step == at->steps);
    assert_false(isnan(at->validation_error_percent));
    return 0;
}

static void check_policy(struct bench *b, double (*wanted)(double at, int epoch))
{
    struct log log = {0};
    const struct train_events events = {&log, on_step, on_epoch, NULL};

    ASSERT_OK(run(b, NULL, NULL, &events), b->err);
    assert_true(log.steps == 30 && log.epochs == 3);
    for (int i = 0; i < 30; i++)
        assert_true(fabs(log.rate[i] - 0.05 * wanted(i / 10.0, i / 10)) < 1e-12);
}

/* constant after a warm-up of two epochs, at the end of which the rate is reached */
static double warm(double at, int epoch)
{
    return epoch < 2 ? (at + 0.1) / 2.0 : 1.0;
}

static double step(double at, int epoch)
{
    (void)at;
    return pow(0.5, epoch / 2);
}

static double cosine(double at, int epoch)
{
    (void)epoch;
    return 0.1 + 0.9 * (0.5 + 0.5 * cos(acos(-1.0) * at / 3.0));
}

static void test_policies(void **state)
{
    struct bench b = bench_of(dense, 155); /* 10 steps an epoch */

    (void)state;
    b.options.warmup = 2;
    check_policy(&b, warm);
    b.options.warmup = 0;
    b.options.policy = 1;
    b.options.step_epochs = 2;
    b.options.step_factor = 0.5;
    check_policy(&b, step);
    b.options.policy = 2;
    b.options.rate_end = 0.1;
    check_policy(&b, cosine);
    bench_free(&b);
}

static void test_stop(void **state)
{
    struct bench b = bench_of(dense, 155);
    struct log log = {.stop_at = 13, .answer = 1};
    const struct train_events events = {&log, on_step, on_epoch, NULL};

    (void)state;
    ASSERT_OK(run(&b, NULL, NULL, &events), b.err);
    assert_true(b.result.stopped && b.result.steps == 13 && b.result.epochs == 1);
    log = (struct log){.stop_at = 2, .answer = PARE_ESTATE};
    assert_int_equal(run(&b, NULL, NULL, &events), PARE_ESTATE);
    assert_string_equal(b.err.text, "no more");
    bench_free(&b);
}

static void test_not_finite(void **state)
{
    struct bench b = bench_of(dense, 64);

    (void)state;
    b.options.rate = 1e30;
    assert_int_equal(run(&b, NULL, NULL, NULL), PARE_ENUMBER);
    assert_non_null(strstr(b.err.text, "train: the loss is not finite at epoch 1, step "));
    assert_non_null(strstr(b.err.text, ", first in "));
    assert_non_null(strstr(b.err.text, "; try a smaller rate"));
    bench_free(&b);
    b = bench_of(dense, 64); /* finite weights, an output that is not */
    for (size_t i = 0; i < b.net->param[2].count; i++)
        b.net->param[2].value[i] = i % 2 ? 3e38F : -3e38F;
    assert_int_equal(run(&b, NULL, NULL, NULL), PARE_ENUMBER);
    assert_string_equal(b.err.text,
                        "train: the loss is not finite at epoch 1, step 1, first in the output of "
                        "fc2; try a smaller rate, or a warmup");
    bench_free(&b);
    b = bench_of(dense, 64); /* a weight that is not */
    b.net->param[1].value[3] = NAN;
    assert_int_equal(run(&b, NULL, NULL, NULL), PARE_ENUMBER);
    assert_string_equal(b.err.text, "train: the loss is not finite at epoch 1, step 1, first in "
                                    "fc1.bias; try a smaller rate, or a warmup");
    bench_free(&b);
    b = bench_of(dense, 16); /* one step: no later loss can show it */
    b.options.rate = 1e38;
    b.options.epochs = 1;
    for (size_t i = 0; i < 33; i++)
        b.net->param[0].value[i] = 1e30F;
    assert_int_equal(run(&b, NULL, NULL, NULL), PARE_ENUMBER);
    bench_free(&b);
}

static void test_dropout_option(void **state)
{
    struct bench a = bench_of(dense, 64), b = bench_of(conv, 64);

    (void)state;
    b.options.dropout = 0.5;
    assert_int_equal(run(&b, NULL, NULL, NULL), PARE_EUSER);
    assert_non_null(strstr(b.err.text, "no dropout layer"));
    a.options.dropout = 0.5;
    ASSERT_OK(run(&a, NULL, NULL, NULL), a.err);
    assert_true(a.net->layer[3].rate == 0.2); /* as the model says, once more */
    bench_free(&a);
    bench_free(&b);
}

/* An event that changes something after step number at. */
struct changer {
    struct train_change change;
    int64_t steps, at, until; /* until: changed back after this step; 0: never */
    double rate;
    bool frozen[PARAMS_MAX];
    size_t freeze;
    const struct pare_net *net;
    uint32_t sum[3]; /* of the frozen one after at and until, of another after until */
};

static uint32_t sum_of(const struct pare_param *p)
{
    return hash_crc32(0, p->value, p->count * sizeof *p->value);
}

static int change_step(void *context, const struct train_progress *at, struct pare_error *err)
{
    struct changer *c = context;

    (void)at, (void)err;
    c->steps++;
    if (c->steps == c->at) {
        c->change.rate = c->rate;
        c->frozen[c->freeze] = true;
        c->sum[0] = sum_of(&c->net->param[c->freeze]);
        c->sum[2] = sum_of(&c->net->param[0]);
    }
    if (c->steps == c->until) {
        c->change.rate = NAN;
        c->frozen[c->freeze] = false;
        c->sum[1] = sum_of(&c->net->param[c->freeze]);
        assert_int_not_equal(c->sum[2], sum_of(&c->net->param[0]));
    }
    return 0;
}

static int change_epoch(void *context, const struct train_progress *at, struct pare_error *err)
{
    struct train_change *change = context;

    (void)err;
    change->rate = 0.05 * pow(0.5, (double)at->epoch);
    return 0;
}

/* Halving the rate at an epoch's end is what the policy step does, also for a
 * parameter with a rate of its own. */
static void test_change_rate(void **state)
{
    struct bench a = bench_of(conv, 40), b = bench_of(conv, 40);
    struct train_options own_a[PARAMS_MAX], own_b[PARAMS_MAX];
    struct train_change change = {.rate = NAN, .dropout = NAN};
    const struct train_events events = {&change, NULL, change_epoch, &change};

    (void)state;
    a.options.policy = 1;
    a.options.step_factor = 0.5;
    for (size_t p = 0; p < a.net->params; p++) {
        own_a[p] = a.options;
        own_b[p] = b.options;
    }
    own_a[2].rate = own_b[2].rate = 0.05 / 4;
    ASSERT_OK(run(&a, NULL, own_a, NULL), a.err);
    ASSERT_OK(run(&b, NULL, own_b, &events), b.err);
    assert_int_equal(net_support_sum(a.net), net_support_sum(b.net));
    bench_free(&a);
    bench_free(&b);
}

/* What is frozen stands still from one word to the next; then it moves again. */
static void test_change_frozen(void **state)
{
    struct bench b = bench_of(conv, 40);
    struct changer c = {.at = 2, .until = 5, .rate = 0.01, .freeze = 2, .net = b.net};
    const struct train_events events = {&c, change_step, NULL, &c.change};

    (void)state;
    c.change = (struct train_change){.rate = NAN, .dropout = NAN, .frozen = c.frozen};
    ASSERT_OK(run(&b, NULL, NULL, &events), b.err);
    assert_int_equal(c.sum[0], c.sum[1]);
    assert_int_not_equal(c.sum[1], sum_of(&b.net->param[2]));
    assert_true(b.result.steps == 9);
    bench_free(&b);
}

/* A change that is in force from the start is what the option says. */
static void test_change_dropout(void **state)
{
    struct bench a = bench_of(dense, 64), b = bench_of(dense, 64);
    struct train_change change = {.rate = NAN, .dropout = 0.5};
    const struct train_events events = {&change, NULL, NULL, &change};

    (void)state;
    a.options.dropout = 0.5;
    ASSERT_OK(run(&a, NULL, NULL, NULL), a.err);
    ASSERT_OK(run(&b, NULL, NULL, &events), b.err);
    assert_int_equal(net_support_sum(a.net), net_support_sum(b.net));
    assert_true(b.net->layer[3].rate == 0.2);
    bench_free(&a);
    bench_free(&b);
}

/* The mean gradient over the data is that of one batch of all of it. */
static void test_gradient(void **state)
{
    enum { SAMPLES = 600 };
    struct bench a = bench_of(conv, SAMPLES), b = bench_of(conv, SAMPLES);
    float *x = xcalloc((size_t)SAMPLES * 2 * 7 * 9, sizeof *x);
    uint32_t index[SAMPLES];
    uint16_t y[SAMPLES];

    (void)state;
    for (uint32_t i = 0; i < SAMPLES; i++)
        index[i] = i;
    ASSERT_OK(train_gradient(a.net, &a.data, NULL, NET_LOSS_SOFTMAX, &a.err), a.err);
    ASSERT_OK(net_reserve(b.net, SAMPLES, &b.err), b.err);
    ASSERT_OK(data_read(&b.data, PARE_SPLIT_TRAIN, index, SAMPLES, x, y, &b.err), b.err);
    net_forward(b.net, NULL, x, SAMPLES, NULL);
    net_loss(b.net, y, SAMPLES, NET_LOSS_SOFTMAX, NULL);
    net_backward(b.net, NULL, x, SAMPLES, NULL);
    for (size_t p = 0; p < a.net->params; p++)
        for (size_t i = 0; i < a.net->param[p].count; i++)
            assert_float_equal(a.net->param[p].grad[i], b.net->param[p].grad[i], 1e-6);
    free(x);
    bench_free(&a);
    bench_free(&b);
}

/* Counted one by one with the reference, over a last batch that is not full. */
static void test_testing(void **state)
{
    struct bench b = bench_of(conv, 40);
    size_t wrong = 0;
    double loss = 0.0, z[CLASSES];
    float x[2 * 7 * 9];
    struct test_result result;
    uint16_t y;

    (void)state;
    for (uint32_t i = 0; i < 300; i++) {
        size_t best = 0;

        data_read(&b.data, PARE_SPLIT_TEST, &i, 1, x, &y, &b.err);
        assert_true(reference_forward(b.net, NULL, x, 1, z));
        for (size_t c = 1; c < CLASSES; c++)
            best = z[c] > z[best] ? c : best;
        wrong += best != y;
        loss += reference_loss(b.net, NULL, x, &y, 1, NET_LOSS_SOFTMAX);
    }
    ASSERT_OK(test(b.net, &b.data, NULL, PARE_SPLIT_TEST, NET_LOSS_SOFTMAX, &result, &b.err),
              b.err);
    assert_int_equal(result.wrong, wrong);
    assert_true(fabs(result.loss - loss / 300.0) < 1e-5);
    assert_true(fabs(result.error_percent - (double)wrong / 3.0) < 1e-12);
    assert_true(fabs(result.accuracy - (1.0 - (double)wrong / 300.0)) < 1e-12);
    b.data.info.count[PARE_SPLIT_VALIDATION] = 0;
    assert_int_equal(
        test(b.net, &b.data, NULL, PARE_SPLIT_VALIDATION, NET_LOSS_SOFTMAX, &result, &b.err),
        PARE_EUSER);
    assert_non_null(strstr(b.err.text, "no validation samples"));
    bench_free(&b);
}

/* A data set that breaks its contract is named, not believed. */
static void test_bad_label(void **state)
{
    struct bench b = bench_of(dense, 40);

    (void)state;
    b.data.info.classes = 3;
    assert_int_equal(run(&b, NULL, NULL, NULL), PARE_EPLUGIN);
    assert_non_null(strstr(b.err.text, "has label 3, but there are 3 classes"));
    bench_free(&b);
}

static void test_options(void **state)
{
    struct pare_error err = {0};

    (void)state;
    ASSERT_OK(schema_check(train_options, &err), err);
    ASSERT_OK(schema_check(data_options, &err), err);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_learns),         cmocka_unit_test(test_threads),
        cmocka_unit_test(test_by_hand),        cmocka_unit_test(test_own_options),
        cmocka_unit_test(test_policies),       cmocka_unit_test(test_stop),
        cmocka_unit_test(test_not_finite),     cmocka_unit_test(test_dropout_option),
        cmocka_unit_test(test_gradient),       cmocka_unit_test(test_testing),
        cmocka_unit_test(test_change_rate),    cmocka_unit_test(test_change_frozen),
        cmocka_unit_test(test_change_dropout), cmocka_unit_test(test_bad_label),
        cmocka_unit_test(test_options),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
