/* SPDX-License-Identifier: Apache-2.0 */
/* Dead neurons: removed, the net computes what it did, and none is left. Activations
 * of a test against a count made layer by layer. */

#include "support/support.h"

#include "base/pool.h"
#include "compress/dead.h"
#include "net/layer.h"
#include "net/param.h"
#include "support/net_support.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static struct pare_error err;

static void build(struct pare_net *net)
{
    pare_net_conv(net, "conv1", 4, 3, 1, 0);
    pare_net_relu(net);
    pare_net_maxpool(net, 2, 2);
    pare_net_conv(net, "conv2", 3, 2, 1, 0);
    pare_net_relu(net);
    pare_net_flatten(net);
    pare_net_dense(net, "fc1", 8);
    pare_net_relu(net);
    pare_net_dropout(net, 0.5);
    pare_net_dense(net, "fc2", pare_net_classes(net));
}

static void build_padded(struct pare_net *net)
{
    pare_net_conv(net, "conv1", 4, 3, 1, 1);
    pare_net_conv(net, "conv2", 3, 3, 1, 1);
    pare_net_dense(net, "fc1", pare_net_classes(net));
}

/* Prunes weights first, first + step, ... n of them. */
static void cut(struct pare_net *net, const char *name, size_t first, size_t step, size_t n)
{
    struct pare_param *p = net_param(net, name);

    if (!p->keep)
        p->keep = memset(malloc(p->count), 1, p->count);
    for (; n > 0; n--, first += step)
        p->keep[first] = 0;
    pare_param_project(p);
}

static void outputs(struct pare_net *net, float *out)
{
    static float x[16 * 2 * 10 * 9];
    struct pool *pool = pool_new(1, &err);

    net_support_numbers(x, sizeof x / sizeof *x, 5);
    ASSERT_OK(net_reserve(net, 16, &err), err);
    memcpy(out, net_forward(net, pool, x, 16, NULL), 16 * 5 * sizeof *out);
    pool_free(pool);
}

static void check_same(struct pare_net *net, const float *before)
{
    float after[16 * 5];

    outputs(net, after);
    for (size_t i = 0; i < 16 * 5; i++)
        assert_true(fabsf(after[i] - before[i]) <= 1e-4f * (1.0f + fabsf(before[i])));
}

static void test_removed_without_a_trace(void **state)
{
    struct pare_net *net = net_support_make(2, 10, 9, 5, build, 1);
    struct dead_layer layer[16];
    float before[16 * 5];
    size_t layers;

    (void)state;
    net_param(net, "conv1.bias")->value[1] = 0.7f;
    net_param(net, "fc1.bias")->value[6] = -0.7f; /* its ReLU gives 0 */
    cut(net, "conv1.weight", 1 * 18, 1, 18);      /* channel 1: no inputs */
    for (size_t r = 0; r < 3; r++)                /* channel 2: no outputs */
        cut(net, "conv2.weight", r * 16 + 2 * 4, 1, 4);
    cut(net, "fc1.weight", 6 * 18, 1, 18); /* neuron 6: no inputs */
    cut(net, "fc2.weight", 3, 8, 5);       /* neuron 3: no outputs */
    outputs(net, before);

    assert_int_equal(dead_count(net, layer), 4);
    assert_true(layer[0].neurons == 4 && layer[0].no_input == 1 && layer[0].no_output == 1);
    assert_true(layer[1].neurons == 3 && layer[1].no_input == 0 && layer[1].no_output == 0);
    assert_true(layer[2].neurons == 8 && layer[2].no_input == 1 && layer[2].no_output == 1);
    assert_true(layer[3].neurons == 5 && layer[3].no_input == 0 && layer[3].no_output == 0);

    ASSERT_OK(dead_remove(net, NULL, layer, &layers, &err), err);
    assert_int_equal(layers, 4);
    assert_true(layer[0].removed == 2 && layer[2].removed == 2 && layer[0].left == 0);
    check_same(net, before);
    dead_count(net, layer);
    assert_true(layer[0].no_input == 2 && layer[0].no_output == 2);
    assert_true(layer[2].no_input == 2 && layer[2].no_output == 2);
    assert_int_equal(pare_param_kept(net_param(net, "conv1.weight")), 2 * 18);
    assert_int_equal(pare_param_kept(net_param(net, "conv2.weight")), 3 * 2 * 4);
    assert_int_equal(pare_param_kept(net_param(net, "fc2.weight")), 5 * 6);
    net_free(net);
}

/* What is removed may leave neurons before and after it dead: all go, in one call. */
static void test_goes_through(void **state)
{
    struct pare_net *net = net_support_make(2, 10, 9, 5, build, 2);
    struct dead_layer layer[16];
    float before[16 * 5];
    size_t layers;

    (void)state;
    cut(net, "fc1.weight", 0, 1, 2 * 18); /* neurons 0 and 1 lose all, */
    cut(net, "fc2.weight", 2, 1, 6);      /* class 0 sees these two alone, */
    for (size_t r = 2; r < 8; r++)        /* channel 2 of conv2 nobody */
        cut(net, "fc1.weight", r * 18 + 12, 1, 6);
    for (size_t r = 0; r < 2; r++) /* and channel 3 of conv1 only that one */
        cut(net, "conv2.weight", r * 16 + 12, 1, 4);
    outputs(net, before);
    ASSERT_OK(dead_remove(net, NULL, layer, &layers, &err), err);
    check_same(net, before);
    assert_true(layer[0].removed == 1 && layer[1].removed == 1 && layer[2].removed == 2);
    dead_count(net, layer);
    assert_true(layer[0].no_input == 1 && layer[0].no_output == 1 && layer[3].no_input == 1);
    net_free(net);
}

static void test_left_where_it_would_show(void **state)
{
    struct pare_net *net = net_support_make(2, 10, 9, 5, build_padded, 3);
    struct dead_layer layer[16];
    bool want[6] = {false, false, true, true, true, true};
    float before[16 * 5];
    size_t layers;

    (void)state;
    cut(net, "conv1.weight", 0, 1, 18); /* a constant before padding */
    net_param(net, "conv1.bias")->value[0] = 0.5f;
    for (size_t r = 0; r < 3; r++)
        cut(net, "conv2.weight", r * 36 + 9, 1, 9);             /* channel 1 of conv1: no outputs */
    cut(net, "conv2.weight", 0, 1, 36);                         /* channel 0: no inputs, */
    net_param(net, "fc1.bias")->keep = memset(malloc(5), 1, 5); /* next's bias is pruned */
    net_param(net, "fc1.bias")->keep[0] = 0;
    pare_param_project(net_param(net, "fc1.bias"));
    outputs(net, before);
    ASSERT_OK(dead_remove(net, want, layer, &layers, &err), err);
    assert_true(layer[0].removed == 0 && layer[0].left == 2);
    assert_true(layer[1].removed == 0 && layer[1].left == 1);
    check_same(net, before);
    assert_int_equal(pare_param_kept(net_param(net, "conv1.weight")), 3 * 18);

    net_param(net, "conv1.bias")->value[0] = 0.0f; /* then it is no matter */
    outputs(net, before);
    ASSERT_OK(dead_remove(net, NULL, layer, &layers, &err), err);
    assert_true(layer[0].removed == 2 && layer[0].left == 0);
    check_same(net, before);
    net_free(net);
}

static void test_alive_nothing_happens(void **state)
{
    struct pare_net *net = net_support_make(2, 10, 9, 5, build, 4);
    struct dead_layer layer[16];
    uint32_t sum = net_support_sum(net);
    size_t layers;

    (void)state;
    ASSERT_OK(dead_remove(net, NULL, layer, &layers, &err), err);
    assert_int_equal(net_support_sum(net), sum);
    for (size_t i = 0; i < net->params; i++)
        assert_null(net->param[i].keep);
    net_free(net);
}

/* The parts of values that are not zero, layer after layer on its own. */
static void test_activations(void **state)
{
    static const size_t count[PARE_SPLIT_COUNT] = {10, 0, 300};
    struct data data = net_support_data(count, 2, 10, 9, 5, 6);
    struct pare_net *net = net_support_make(2, 10, 9, 5, build, 6);
    struct pool *pool = pool_new(1, &err);
    struct test_layer layer[16];
    struct test_result with, without;
    static const size_t last[4] = {2, 5, 8, 9}; /* layers before the next with weights */
    double nonzero[4] = {0};

    (void)state;
    assert_int_equal(test_layer_list(net, layer), 4);
    ASSERT_OK(test_with_layers(net, &data, pool, PARE_SPLIT_TEST, NET_LOSS_SOFTMAX, &with, layer, 4,
                               &err),
              err);
    ASSERT_OK(test(net, &data, pool, PARE_SPLIT_TEST, NET_LOSS_SOFTMAX, &without, &err), err);
    assert_true(with.wrong == without.wrong && with.samples == 300);

    for (uint32_t i = 0; i < 300; i++) {
        float x[2 * 10 * 9], *in = x, y[512];
        uint16_t label;
        ASSERT_OK(data_read(&data, PARE_SPLIT_TEST, &i, 1, x, &label, &err), err);
        for (size_t l = 0, k = 0; l < net->layers; l++) {
            struct layer *one = &net->layer[l];
            struct layer_pass pass = {.pool = pool, .n = 1, .x = in, .y = y};
            float *kept = malloc(sizeof y);
            memcpy(kept, in, layer_size(one->in) * sizeof *kept);
            if (one->weight != SIZE_MAX) {
                pass.weight = &net->param[one->weight];
                pass.bias = &net->param[one->bias];
            }
            pass.y = kept;
            if (!one->inside) /* else it is done by one before it */
                one->ops->forward(one, &pass);
            if (in != x)
                free(in);
            in = kept;
            if (l == last[k]) {
                for (size_t v = 0; v < layer_size(one->out); v++)
                    nonzero[k] += in[v] != 0.0f;
                k++;
            }
        }
        free(in);
    }
    for (size_t k = 0; k < 4; k++) {
        double part = nonzero[k] / (300.0 * (double)layer_size(net->layer[last[k]].out));
        assert_true(fabs(layer[k].output_nonzero - part) < 1e-12);
        assert_true(k == 0 || layer[k].input_nonzero == layer[k - 1].output_nonzero);
    }
    assert_true(layer[0].output_nonzero > 0.2 && layer[0].output_nonzero < 1.0);
    pool_free(pool);
    net_free(net);
    net_support_data_free(&data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_removed_without_a_trace),
        cmocka_unit_test(test_goes_through),
        cmocka_unit_test(test_left_where_it_would_show),
        cmocka_unit_test(test_alive_nothing_happens),
        cmocka_unit_test(test_activations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
