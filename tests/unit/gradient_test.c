/* SPDX-License-Identifier: Apache-2.0 */
/* Gradients of every kind of layer and both losses against central differences of
 * the double-precision reference, on shapes that divide evenly nowhere. */

#include "base/alloc.h"
#include "conform/reference.h"
#include "net/param.h"
#include "support/net_support.h"
#include "support/support.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { N = 11, CLASSES = 5, PROBES = 40 };

static void dense(struct pare_net *net)
{
    pare_net_dense(net, "fc1", 13);
    pare_net_relu(net);
    pare_net_dense(net, "fc2", 7);
    pare_net_dense(net, "fc3", CLASSES);
}

static void conv(struct pare_net *net)
{
    pare_net_conv(net, "a", 4, 3, 1, 0);
    pare_net_relu(net);
    pare_net_conv(net, "b", 3, 2, 1, 1);
    pare_net_conv(net, "c", 3, 3, 2, 2);
    pare_net_flatten(net);
    pare_net_dense(net, "out", CLASSES);
}

static void conv_strides(struct pare_net *net)
{
    pare_net_conv(net, "a", 3, 4, 3, 2);
    pare_net_conv(net, "b", 4, 3, 2, 1);
    pare_net_conv(net, "c", 2, 1, 1, 0);
    pare_net_dense(net, "out", CLASSES);
}

static void conv_large(struct pare_net *net)
{
    pare_net_conv(net, "a", 2, 2, 1, 0);
    pare_net_conv(net, "b", 3, 9, 2, 8);
    pare_net_dense(net, "out", CLASSES);
}

static void maxpool(struct pare_net *net)
{
    pare_net_conv(net, "a", 3, 2, 1, 0);
    pare_net_maxpool(net, 2, 2);
    pare_net_conv(net, "b", 3, 2, 1, 1);
    pare_net_maxpool(net, 3, 1); /* windows overlap */
    pare_net_dense(net, "out", CLASSES);
}

static void avgpool(struct pare_net *net)
{
    pare_net_conv(net, "a", 3, 2, 1, 0);
    pare_net_avgpool(net, 3, 2);
    pare_net_conv(net, "b", 3, 2, 1, 1);
    pare_net_avgpool(net, 2, 3);
    pare_net_dense(net, "out", CLASSES);
}

struct batch {
    float *x;
    uint16_t y[N];
};

static struct batch batch_of(const struct pare_net *net)
{
    size_t values = net->input[0] * net->input[1] * net->input[2];
    struct batch b = {.x = xcalloc(N * values, sizeof(float))};

    net_support_numbers(b.x, N * values, 3);
    net_support_labels(b.y, N, net->classes, 4);
    return b;
}

static void backward(struct pare_net *net, const struct batch *b, enum net_loss loss,
                     const bool *want)
{
    struct pare_error err = {0};

    ASSERT_OK(net_reserve(net, N, &err), err);
    net_forward(net, NULL, b->x, N, NULL);
    net_loss(net, b->y, N, loss, NULL);
    net_backward(net, NULL, b->x, N, want);
}

/* Probes up to PROBES values of parameter p, spread over it. */
static void check_param(const struct pare_net *net, double *const *value, size_t p,
                        const struct batch *b, enum net_loss loss)
{
    const struct pare_param *param = &net->param[p];
    size_t step = param->count / PROBES + 1;
    double largest = 0.0;

    for (size_t i = 0; i < param->count; i++)
        largest = fmax(largest, fabs((double)param->grad[i]));
    assert_true(largest > 1e-4); /* there is something to compare */
    for (size_t i = 0; i < param->count; i += step) {
        double slope = reference_slope(net, value, p, i, 1e-6, b->x, b->y, N, loss);

        if (!(fabs((double)param->grad[i] - slope) <= 2e-5 * largest))
            fail_msg("%s[%zu], loss %d: %.9g, not %.9g", param->name, i, (int)loss,
                     (double)param->grad[i], slope);
    }
}

static void check(void (*build)(struct pare_net *net), size_t channels, size_t height, size_t width)
{
    struct pare_net *net = net_support_make(channels, height, width, CLASSES, build, 7);
    struct batch b = batch_of(net);
    double **value = reference_values(net);

    for (int loss = NET_LOSS_SOFTMAX; loss <= NET_LOSS_SIGMOID; loss++) {
        backward(net, &b, (enum net_loss)loss, NULL);
        for (size_t p = 0; p < net->params; p++)
            check_param(net, value, p, &b, (enum net_loss)loss);
    }
    reference_values_free(net, value);
    free(b.x);
    net_free(net);
}

static void test_layers(void **state)
{
    (void)state;
    check(dense, 2, 3, 5);
    check(conv, 2, 7, 10);
    check(conv_strides, 2, 13, 11);
    check(conv_large, 2, 4, 3);
    check(maxpool, 2, 9, 8);
    check(avgpool, 2, 10, 12);
}

/* With one sample, dropout before a dense layer is the same as scaled columns of
 * its weight. */
static void dropout(struct pare_net *net)
{
    pare_net_dense(net, "fc1", 13);
    pare_net_relu(net);
    pare_net_dropout(net, 0.4);
    pare_net_dense(net, "fc2", CLASSES);
}

static void test_dropout(void **state)
{
    struct pare_net *net = net_support_make(2, 3, 5, CLASSES, dropout, 7);
    struct batch b = batch_of(net);
    double **value = reference_values(net);
    struct pare_rng rng = pare_rng_stream(3, "dropout"), again = rng;
    struct pare_error err = {0};
    double loss;

    (void)state;
    for (size_t j = 0; j < 13; j++) {
        double scale = pare_rng_u32(&again) / 4294967296.0 < 0.4 ? 0.0 : 1.0 / 0.6;

        for (size_t u = 0; u < CLASSES; u++)
            value[2][u * 13 + j] *= scale;
    }
    ASSERT_OK(net_reserve(net, N, &err), err);
    net_forward(net, NULL, b.x, 1, &rng);
    loss = net_loss(net, b.y, 1, NET_LOSS_SOFTMAX, NULL);
    net_backward(net, NULL, b.x, 1, NULL);
    assert_true(fabs(loss - reference_loss(net, value, b.x, b.y, 1, NET_LOSS_SOFTMAX)) < 1e-5);
    for (size_t p = 0; p < 2; p++) {
        for (size_t i = 0; i < net->param[p].count; i++) {
            double slope = reference_slope(net, value, p, i, 1e-6, b.x, b.y, 1, NET_LOSS_SOFTMAX);

            assert_true(fabs((double)net->param[p].grad[i] - slope) < 1e-5);
        }
    }
    reference_values_free(net, value);
    free(b.x);
    net_free(net);
}

/* Only what is wanted is written, and it is the same as when all is. */
static void test_wanted(void **state)
{
    struct pare_net *net = net_support_make(2, 7, 10, CLASSES, conv, 7);
    struct batch b = batch_of(net);
    float *all[8], untouched = 12345.0F;
    bool want[8];

    (void)state;
    assert_int_equal(net->params, 8);
    backward(net, &b, NET_LOSS_SOFTMAX, NULL);
    for (size_t p = 0; p < 8; p++) {
        all[p] = xcalloc(net->param[p].count, sizeof(float));
        memcpy(all[p], net->param[p].grad, net->param[p].count * sizeof(float));
    }
    for (unsigned mask = 0; mask < 256; mask += 37) {
        for (size_t p = 0; p < 8; p++) {
            want[p] = mask >> p & 1;
            net->param[p].grad[0] = untouched;
        }
        backward(net, &b, NET_LOSS_SOFTMAX, want);
        for (size_t p = 0; p < 8; p++) {
            if (want[p])
                assert_memory_equal(net->param[p].grad, all[p],
                                    net->param[p].count * sizeof(float));
            else
                assert_true(net->param[p].grad[0] == untouched);
        }
    }
    for (size_t p = 0; p < 8; p++)
        free(all[p]);
    free(b.x);
    net_free(net);
}

/* Gives a weight 4 shared values and prunes a part of it. */
static void share(struct pare_param *p, bool pruned)
{
    p->centroids = 4;
    p->centroid = xcalloc(4, sizeof *p->centroid);
    p->code = xcalloc(p->count, sizeof *p->code);
    p->keep = pruned ? xcalloc(p->count, 1) : NULL;
    for (size_t k = 0; k < 4; k++)
        p->centroid[k] = -0.3F + 0.2F * (float)k;
    for (size_t i = 0; i < p->count; i++) {
        p->code[i] = (uint16_t)(i * 7 % 11 % 4);
        if (pruned)
            p->keep[i] = i * 5 % 7 < 4;
    }
    pare_param_project(p);
}

/* Han 2016, eq. 3: a centroid's gradient is the sum over its weights; here the
 * difference of the loss when the centroid itself is moved. */
static void check_centroids(void (*build)(struct pare_net *net), bool pruned)
{
    struct pare_net *net = net_support_make(2, 9, 8, CLASSES, build, 7);
    struct pare_param *p = &net->param[0];
    struct batch b = batch_of(net);
    double **value, h = 1e-6;
    float grad[4], uses[4];
    struct free_sum sum[4 * FREE_PARTS];
    const struct free_room room = {grad, uses, sum};
    struct free_vector f;

    share(p, pruned);
    value = reference_values(net);
    backward(net, &b, NET_LOSS_SOFTMAX, NULL);
    f = param_free(p, NULL, &room);
    assert_int_equal(f.n, 4);
    assert_ptr_equal(f.x, p->centroid);
    for (size_t k = 0; k < 4; k++) {
        double loss[2], count = 0.0;

        for (int side = 0; side < 2; side++) {
            for (size_t i = 0; i < p->count; i++)
                if ((!p->keep || p->keep[i]) && p->code[i] == k)
                    value[0][i] = (double)p->centroid[k] + (side ? h : -h);
            loss[side] = reference_loss(net, value, b.x, b.y, N, NET_LOSS_SOFTMAX);
        }
        for (size_t i = 0; i < p->count; i++) {
            value[0][i] = (double)p->value[i];
            count += (!p->keep || p->keep[i]) && p->code[i] == k;
        }
        assert_true(fabs((double)f.grad[k] - (loss[1] - loss[0]) / (2.0 * h)) <
                    1e-5 * (1.0 + fabs((double)f.grad[k])));
        assert_true((double)f.uses[k] == count);
    }
    reference_values_free(net, value);
    free(b.x);
    net_free(net);
}

static void test_centroids(void **state)
{
    (void)state;
    check_centroids(dense, false);
    check_centroids(dense, true);
    check_centroids(maxpool, false);
    check_centroids(maxpool, true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_layers),
        cmocka_unit_test(test_dropout),
        cmocka_unit_test(test_wanted),
        cmocka_unit_test(test_centroids),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
