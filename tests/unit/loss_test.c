/* SPDX-License-Identifier: Apache-2.0 */
#include "net/net.h"

#include "support/net_support.h"
#include "support/support.h"
#include <math.h>
#include <string.h>

enum { CLASSES = 3 };

static void identity(struct pare_net *net)
{
    pare_net_flatten(net); /* the logits are the input */
}

static double loss_of(const float *z, const uint16_t *y, size_t n, enum net_loss loss, float *slope,
                      size_t *wrong)
{
    struct pare_net *net = net_support_make(CLASSES, 1, 1, CLASSES, identity, 1);
    struct pare_error err = {0};
    double value;

    ASSERT_OK(net_reserve(net, n, &err), err);
    net_forward(net, NULL, z, n, NULL);
    value = net_loss(net, y, n, loss, wrong);
    memcpy(slope, net->slope, n * CLASSES * sizeof *slope);
    net_free(net);
    return value;
}

/* softmax of (0, ln 2, ln 5) is (1, 2, 5) / 8; sigmoid of them (1/2, 2/3, 5/6). */
static void test_by_hand(void **state)
{
    const float z[2 * CLASSES] = {0.0F, 0.69314718F, 1.60943791F, 0.0F, 0.69314718F, 1.60943791F};
    const uint16_t y[2] = {2, 0};
    float slope[2 * CLASSES];
    size_t wrong = 9;
    double loss = loss_of(z, y, 2, NET_LOSS_SOFTMAX, slope, &wrong);

    (void)state;
    assert_true(fabs(loss - (log(8.0 / 5.0) + log(8.0)) / 2.0) < 1e-7);
    assert_int_equal(wrong, 1);
    assert_float_equal(slope[0], 0.125 / 2.0, 1e-7);
    assert_float_equal(slope[2], (0.625 - 1.0) / 2.0, 1e-7);
    assert_float_equal(slope[3], (0.125 - 1.0) / 2.0, 1e-7);
    loss = loss_of(z, y, 2, NET_LOSS_SIGMOID, slope, &wrong);
    assert_true(
        fabs(loss - (log(2.0) + log(3.0) + log(6.0 / 5.0) + log(2.0) + log(3.0) + log(6.0)) / 2.0) <
        1e-6);
    assert_int_equal(wrong, 1);
    assert_float_equal(slope[1], (2.0 / 3.0) / 2.0, 1e-7);
    assert_float_equal(slope[3], (0.5 - 1.0) / 2.0, 1e-7);
}

static void test_large_logits(void **state)
{
    const float z[CLASSES] = {-1e30F, 3e30F, 0.0F};
    const uint16_t right = 1, wrong = 0;
    float slope[CLASSES];

    (void)state;
    assert_true(loss_of(z, &right, 1, NET_LOSS_SOFTMAX, slope, NULL) == 0.0);
    assert_true(fabs(loss_of(z, &wrong, 1, NET_LOSS_SOFTMAX, slope, NULL) / 4e30 - 1.0) < 1e-6);
    assert_true(slope[0] == -1.0F && slope[1] == 1.0F && slope[2] == 0.0F);
    assert_true(fabs(loss_of(z, &right, 1, NET_LOSS_SIGMOID, slope, NULL) - log(2.0)) < 1e-12);
    assert_true(isfinite(loss_of(z, &wrong, 1, NET_LOSS_SIGMOID, slope, NULL)));
    assert_true(slope[0] == -1.0F && slope[1] == 1.0F && slope[2] == 0.5F);
}

/* A small loss keeps its digits: -log(1 / (1 + 2 e^-40)). */
static void test_small_loss(void **state)
{
    const float z[CLASSES] = {40.0F, 0.0F, 0.0F};
    const uint16_t y = 0;
    float slope[CLASSES];

    (void)state;
    assert_true(fabs(loss_of(z, &y, 1, NET_LOSS_SOFTMAX, slope, NULL)) < 1e-15);
    /* the sigmoid's term of class 0 is e^-40, the others log 2 each */
    assert_true(fabs(loss_of(z, &y, 1, NET_LOSS_SIGMOID, slope, NULL) - 2.0 * log(2.0) -
                     exp(-40.0)) < 1e-15);
    assert_true(fabs((double)slope[0] / -exp(-40.0) - 1.0) < 1e-6 || slope[0] == 0.0F);
}

static void test_not_finite(void **state)
{
    const float z[CLASSES] = {0.0F, NAN, 0.0F}, inf[CLASSES] = {0.0F, INFINITY, 0.0F};
    const uint16_t y = 0;
    float slope[CLASSES];

    (void)state;
    assert_false(isfinite(loss_of(z, &y, 1, NET_LOSS_SOFTMAX, slope, NULL)));
    assert_false(isfinite(loss_of(z, &y, 1, NET_LOSS_SIGMOID, slope, NULL)));
    assert_false(isfinite(loss_of(inf, &y, 1, NET_LOSS_SOFTMAX, slope, NULL)));
}

static void test_classify(void **state)
{
    const float z[] = {1.0F, 2.0F, 2.0F, 0.0F, 0.0F, 0.0F, -3.0F, -2.0F, -1.0F};
    uint16_t y[3];

    (void)state;
    net_classify(z, 3, CLASSES, y);
    assert_int_equal(y[0], 1); /* of equal ones the lowest */
    assert_int_equal(y[1], 0);
    assert_int_equal(y[2], 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_by_hand),    cmocka_unit_test(test_large_logits),
        cmocka_unit_test(test_small_loss), cmocka_unit_test(test_not_finite),
        cmocka_unit_test(test_classify),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
