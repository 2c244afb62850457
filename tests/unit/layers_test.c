/* SPDX-License-Identifier: Apache-2.0 */
/* Forward passes of every kind of layer against the definitions. */

#include "net/layer.h"

#include "base/alloc.h"
#include "conform/reference.h"
#include "support/net_support.h"
#include "support/support.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { N = 19 }; /* more than there are chunks, and no multiple of their number */

static void dense(struct pare_net *net)
{
    pare_net_dense(net, "fc1", 13);
    pare_net_dense(net, "fc2", 4);
}

static void conv(struct pare_net *net)
{
    pare_net_conv(net, "a", 5, 3, 1, 0);
    pare_net_conv(net, "b", 4, 2, 1, 1);
    pare_net_dense(net, "out", 4);
}

static void conv_strides(struct pare_net *net)
{
    pare_net_conv(net, "a", 3, 4, 3, 2);
    pare_net_conv(net, "b", 2, 1, 2, 0);
    pare_net_dense(net, "out", 4);
}

/* windows partly in the padding on both sides at once */
static void conv_large(struct pare_net *net)
{
    pare_net_conv(net, "a", 2, 15, 2, 14);
    pare_net_dense(net, "out", 4);
}

static void maxpool(struct pare_net *net)
{
    pare_net_maxpool(net, 2, 2);
    pare_net_maxpool(net, 3, 1);
    pare_net_dense(net, "out", 4);
}

static void avgpool(struct pare_net *net)
{
    pare_net_avgpool(net, 3, 2);
    pare_net_avgpool(net, 2, 3);
    pare_net_dense(net, "out", 4);
}

static void relu(struct pare_net *net)
{
    pare_net_relu(net); /* first: must leave the caller's input alone */
    pare_net_flatten(net);
    pare_net_dense(net, "fc1", 9);
    pare_net_relu(net);
    pare_net_dropout(net, 0.5); /* not training: nothing */
    pare_net_dense(net, "out", 4);
    pare_net_relu(net); /* last */
}

static void flatten_first(struct pare_net *net)
{
    pare_net_flatten(net);
    pare_net_relu(net); /* after a flatten of the caller's input */
    pare_net_dense(net, "out", 4);
}

static void check(void (*build)(struct pare_net *net), size_t channels, size_t height, size_t width)
{
    struct pare_net *net = net_support_make(channels, height, width, 4, build, 7);
    size_t values = channels * height * width;
    float *x = xcalloc(N * values, sizeof *x), *kept = xcalloc(N * values, sizeof *x);
    double *logits = xcalloc(N * 4, sizeof *logits);
    struct pare_error err = {0};
    const float *z;

    net_support_numbers(x, N * values, 5);
    memcpy(kept, x, N * values * sizeof *x);
    assert_true(reference_forward(net, NULL, x, N, logits));
    ASSERT_OK(net_reserve(net, N, &err), err);
    for (size_t n = 1; n <= N; n += 6) { /* 1, 7, 13, 19: whole and partial */
        z = net_forward(net, NULL, x, n, NULL);
        for (size_t i = 0; i < n * 4; i++)
            if (!(fabs((double)z[i] - logits[i]) <= 1e-5 * (1.0 + fabs(logits[i]))))
                fail_msg("logit %zu: %g, not %g", i, (double)z[i], logits[i]);
        assert_memory_equal(x, kept, N * values * sizeof *x);
    }
    net_free(net);
    free(x);
    free(kept);
    free(logits);
}

static void test_forward(void **state)
{
    (void)state;
    check(dense, 2, 3, 5);
    check(conv, 3, 7, 11);
    check(conv, 1, 28, 28);
    check(conv_strides, 2, 11, 8);
    check(conv_large, 2, 3, 2);
    check(maxpool, 3, 9, 7);
    check(avgpool, 3, 10, 9);
    check(relu, 2, 3, 5);
    check(flatten_first, 2, 3, 5);
}

static void test_shapes(void **state)
{
    struct pare_net *net = net_support_make(3, 9, 7, 4, maxpool, 1);

    (void)state;
    assert_int_equal(net->layer[0].out[1], 4); /* of 9 rows the last is left out */
    assert_int_equal(net->layer[0].out[2], 3);
    assert_int_equal(net->layer[1].out[1], 2);
    assert_int_equal(net->layer[1].out[2], 1);
    net_free(net);
}

static void caffe_lenet(struct pare_net *net)
{
    pare_net_conv(net, "conv1", 20, 5, 1, 0);
    pare_net_maxpool(net, 2, 2);
    pare_net_conv(net, "conv2", 50, 5, 1, 0);
    pare_net_maxpool(net, 2, 2);
    pare_net_dense(net, "fc1", 500);
    pare_net_relu(net);
    pare_net_dense(net, "fc2", 10);
}

/* Multiply-adds of Caffe's LeNet-5: 288,000 + 1,600,000 + 400,000 + 5,000. */
static void test_macs(void **state)
{
    struct pare_net *net = net_support_make(1, 28, 28, 10, caffe_lenet, 1);
    struct pare_param *w = net_param(net, "conv2.weight");

    (void)state;
    assert_int_equal(net_macs(net, false), 2293000);
    assert_int_equal(net_macs(net, true), 2293000);
    w->keep = xcalloc(w->count, 1);
    memset(w->keep, 1, 2500);
    assert_int_equal(net_macs(net, true), 2293000 - 1600000 + 2500 * 64);
    net_free(net);
}

/* The mask is the stream's words against the rate; y and dx follow it. */
static void test_dropout(void **state)
{
    enum { VALUES = 1000 };
    struct layer layer = {
        .desc = {.kind = LAYER_DROPOUT, .rate = 0.3}, .in = {VALUES, 1, 1}, .rate = 0.3};
    struct pare_rng rng = pare_rng_stream(1, "dropout"), again = rng;
    float *x = xcalloc(2 * VALUES, sizeof *x), *y = xcalloc(2 * VALUES, sizeof *y);
    struct layer_pass pass = {.n = 2, .x = x, .y = y, .dropout = &rng, .dy = x, .dx = y};
    struct pare_error err = {0};
    size_t dropped = 0;

    (void)state;
    net_support_numbers(x, 2 * VALUES, 1);
    ASSERT_OK(layer_dropout.shape(&layer, NULL, NULL, &err), err);
    ASSERT_OK(layer_dropout.reserve(&layer, 2, &err), err);
    layer_dropout.forward(&layer, &pass);
    for (int round = 0; round < 2; round++) { /* forward, then backward */
        struct pare_rng words = again;

        for (size_t i = 0; i < 2 * VALUES; i++) {
            bool drop = (double)pare_rng_u32(&words) / 4294967296.0 < 0.3;

            assert_float_equal(y[i], drop ? 0.0F : x[i] / 0.7F, 1e-6);
            dropped += drop;
        }
        memset(y, 0, 2 * VALUES * sizeof *y);
        layer_dropout.backward(&layer, &pass);
    }
    /* 5 standard deviations of 2,000 draws, counted twice */
    assert_true(fabs((double)dropped - 1200.0) < 2.0 * 5.0 * sqrt(2000.0 * 0.3 * 0.7));
    layer_dropout.release(&layer);
    free(x);
    free(y);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_forward),
        cmocka_unit_test(test_shapes),
        cmocka_unit_test(test_macs),
        cmocka_unit_test(test_dropout),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
