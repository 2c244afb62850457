/* SPDX-License-Identifier: Apache-2.0 */
/* Profiles: parts add up to the time that went by, other threads take no part, and the
 * operations are those of the loops that define the layers. */

#include "base/profile.h"
#include "net/net.h"
#include "support/support.h"
#include <time.h>

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void wait_ms(long ms)
{
    nanosleep(&(struct timespec){.tv_nsec = ms * 1000000}, NULL);
}

static double sum(const struct profile *p)
{
    double all = 0.0;

    for (int i = 0; i < PROFILE_PART_COUNT; i++)
        all += p->seconds[i];
    return all;
}

static void test_parts_add_up(void **state)
{
    struct profile p;
    double before = now(), after;

    (void)state;
    profile_start(&p);
    assert_int_equal(profile_switch(&p, PROFILE_TEST), PROFILE_OTHER);
    wait_ms(20);
    profile_count(&p, 7.0);
    assert_int_equal(profile_switch(&p, PROFILE_CODING), PROFILE_TEST);
    wait_ms(5);
    assert_int_equal(profile_switch(&p, PROFILE_TEST), PROFILE_CODING);
    wait_ms(20);
    profile_count(&p, 1.0);
    double inner = now();
    profile_switch(&p, PROFILE_OTHER);
    after = now();
    assert_true(p.seconds[PROFILE_TEST] >= 0.04 && p.seconds[PROFILE_CODING] >= 0.005);
    assert_true(sum(&p) <= after - before);
    assert_true(sum(&p) >= 0.045 && inner - before >= 0.045);
    assert_true(p.flops[PROFILE_TEST] == 8.0 && p.flops[PROFILE_CODING] == 0.0);
}

static void *switch_away(void *profile)
{
    profile_switch(profile, PROFILE_DATA);
    return NULL;
}

static void test_other_threads(void **state)
{
    struct profile p;
    pthread_t thread;

    (void)state;
    profile_start(&p);
    assert_int_equal(pthread_create(&thread, NULL, switch_away, &p), 0);
    pthread_join(thread, NULL);
    assert_int_equal(profile_switch(&p, PROFILE_OTHER), PROFILE_OTHER);
    assert_true(p.seconds[PROFILE_DATA] == 0.0);
}

static void test_nobody_asks(void **state)
{
    (void)state;
    assert_int_equal(profile_switch(NULL, PROFILE_TEST), PROFILE_OTHER);
    profile_count(NULL, 1.0);
}

static void test_names(void **state)
{
    (void)state;
    for (int i = 0; i < PROFILE_PART_COUNT; i++) {
        assert_non_null(profile_part_name((enum profile_part)i));
        for (int j = 0; j < i; j++)
            assert_string_not_equal(profile_part_name((enum profile_part)i),
                                    profile_part_name((enum profile_part)j));
    }
}

/* 2 x 9 x 8 -> conv 5 channels of 3 x 3, stride 2, pad 1 -> pool -> 7 -> 3. */
static struct pare_net *make_net(void)
{
    const size_t input[3] = {2, 9, 8};
    struct pare_net *net = net_new(input, 3, NULL);

    pare_net_conv(net, "conv", 5, 3, 2, 1);
    pare_net_relu(net);
    pare_net_maxpool(net, 2, 2);
    pare_net_flatten(net);
    pare_net_dense(net, "hidden", 7);
    pare_net_relu(net);
    pare_net_dense(net, "out", 3);
    assert_int_equal(net_finish(net, NULL), PARE_OK);
    return net;
}

/* The multiply-adds of the loops that define a convolution and a dense layer, one by
 * one; those with the padding count. */
static void count_naively(size_t *conv, size_t *hidden, size_t *out)
{
    *conv = *hidden = *out = 0;
    for (size_t channel = 0; channel < 5; channel++)
        for (size_t top = 0; top + 3 <= 9 + 2; top += 2)
            for (size_t left = 0; left + 3 <= 8 + 2; left += 2)
                for (size_t in = 0; in < 2; in++)
                    for (size_t at = 0; at < 3 * 3; at++)
                        ++*conv;
    for (size_t unit = 0; unit < 7; unit++)
        for (size_t in = 0; in < 5 * 2 * 2; in++)
            ++*hidden;
    for (size_t unit = 0; unit < 3; unit++)
        for (size_t in = 0; in < 7; in++)
            ++*out;
}

static void test_operations(void **state)
{
    struct pare_net *net = make_net();
    size_t conv, hidden, out;
    bool want[6] = {true, true, true, true, true, true};

    (void)state;
    count_naively(&conv, &hidden, &out);
    assert_int_equal(net->params, 6);
    assert_int_equal(net_macs(net, false), conv + hidden + out);
    /* A gradient of every weight, and of every input but the first layer's. */
    assert_int_equal(net_backward_macs(net, NULL), conv + 2 * hidden + 2 * out);
    assert_int_equal(net_backward_macs(net, want), conv + 2 * hidden + 2 * out);
    want[0] = want[1] = false; /* nothing below the dense layers */
    assert_int_equal(net_backward_macs(net, want), hidden + 2 * out);
    want[2] = false; /* its bias alone */
    assert_int_equal(net_backward_macs(net, want), 2 * out);
    want[3] = want[4] = want[5] = false;
    assert_int_equal(net_backward_macs(net, want), 0);
    net_free(net);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parts_add_up), cmocka_unit_test(test_other_threads),
        cmocka_unit_test(test_nobody_asks),  cmocka_unit_test(test_names),
        cmocka_unit_test(test_operations),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
