/* SPDX-License-Identifier: Apache-2.0 */
/* Building nets: parameters, first values, and everything that is refused. */

#include "net/net.h"

#include "base/alloc.h"
#include "net/layer.h"
#include "net/param.h"
#include "support/net_support.h"
#include "support/support.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static void small(struct pare_net *net)
{
    size_t shape[3];

    pare_net_input(net, shape);
    assert_true(shape[0] == 2 && shape[1] == 9 && shape[2] == 8);
    pare_net_conv(net, "conv1", 6, 3, 2, 1);
    pare_net_relu(net);
    pare_net_dense(net, "fc1", pare_net_classes(net));
}

static void test_parameters(void **state)
{
    struct pare_net *net = net_support_make(2, 9, 8, 7, small, 1);
    struct pare_param *p = net_param(net, "conv1.weight");

    (void)state;
    assert_int_equal(net->params, 4);
    assert_ptr_equal(p, &net->param[0]);
    assert_true(p->rank == 4 && p->shape[0] == 6 && p->shape[1] == 2 && p->shape[2] == 3);
    assert_true(p->count == 108 && !pare_param_is_bias(p));
    assert_true(pare_param_is_bias(net_param(net, "conv1.bias")));
    p = net_param(net, "fc1.weight");
    assert_true(p->rank == 2 && p->shape[0] == 7 && p->shape[1] == 6 * 5 * 4);
    assert_int_equal(net_param(net, "fc1.bias")->count, 7);
    assert_null(net_param(net, "fc2.bias"));
    net_free(net);
}

static void wide(struct pare_net *net)
{
    pare_net_conv(net, "a", 50, 5, 1, 0);
    pare_net_dense(net, "b", 100);
    pare_net_dense(net, "c", 10);
}

/* Uniform in +-bound: the bound is nearly reached, never passed; variance bound^2/3. */
static void check_uniform(const struct pare_param *p, double bound)
{
    double largest = 0.0, squares = 0.0;

    for (size_t i = 0; i < p->count; i++) {
        largest = fmax(largest, fabs((double)p->value[i]));
        squares += (double)p->value[i] * (double)p->value[i];
    }
    assert_true(largest <= bound * (1.0 + 1e-6) && largest > 0.99 * bound);
    assert_true(fabs(squares / (double)p->count / (bound * bound / 3.0) - 1.0) < 0.1);
}

static void test_init(void **state)
{
    struct pare_net *net = net_support_make(3, 8, 8, 10, wide, 1);
    uint32_t he, other;

    (void)state;
    net_init(net, NET_INIT_HE, 5);
    check_uniform(net_param(net, "a.weight"), sqrt(6.0 / 75.0));
    check_uniform(net_param(net, "b.weight"), sqrt(6.0 / 800.0));
    for (size_t i = 0; i < 50; i++)
        assert_true(net_param(net, "a.bias")->value[i] == 0.0F);
    he = net_support_sum(net);
    net_init(net, NET_INIT_HE, 6);
    other = net_support_sum(net);
    assert_int_not_equal(he, other);
    net_init(net, NET_INIT_HE, 5);
    assert_int_equal(net_support_sum(net), he);
    net_init(net, NET_INIT_GLOROT, 5);
    check_uniform(net_param(net, "a.weight"), sqrt(6.0 / (75.0 + 1250.0)));
    check_uniform(net_param(net, "c.weight"), sqrt(6.0 / 110.0));
    net_free(net);
}

/* One wrong layer after a right one: the text, and that the net stays freeable. */
static void refuse(struct layer_desc desc, const char *text)
{
    const size_t input[3] = {3, 6, 5};
    struct pare_error err = {0};
    struct pare_net *net = net_new(input, 4, &err);

    assert_non_null(net);
    pare_net_conv(net, "conv1", 2, 2, 1, 0);
    net_add(net, &desc);
    pare_net_dense(net, "late", 4); /* does nothing any more */
    assert_int_equal(net_finish(net, &err), PARE_EUSER);
    if (!strstr(err.text, text))
        fail_msg("'%s' lacks '%s'", err.text, text);
    assert_int_equal(net->layers, 1);
    net_free(net);
}

static void test_refused(void **state)
{
    struct layer_desc desc = {.kind = LAYER_DENSE, .units = 4, .name = "x"};

    (void)state;
    refuse((struct layer_desc){.kind = LAYER_KIND_COUNT}, "no such kind of layer: 8");
    refuse((struct layer_desc){.kind = LAYER_NONE}, "no such kind of layer: 0");
    refuse((struct layer_desc){.kind = LAYER_DENSE, .name = "x"}, "layer 2 (dense x): 0 units");
    refuse((struct layer_desc){.kind = LAYER_DENSE, .units = SIZE_MAX, .name = "x"}, "units");
    refuse((struct layer_desc){.kind = LAYER_DENSE, .units = 1 << 24, .name = "x"}, "parameters");
    refuse((struct layer_desc){.kind = LAYER_DENSE, .units = 4}, "a name is");
    refuse((struct layer_desc){.kind = LAYER_DENSE, .units = 4, .name = "a.b"}, "a name is");
    refuse((struct layer_desc){.kind = LAYER_DENSE, .units = 4, .name = "f*"}, "a name is");
    refuse((struct layer_desc){.kind = LAYER_DENSE, .units = 4, .name = "conv1"}, "there already");
    refuse((struct layer_desc){.kind = LAYER_RELU, .name = "r"}, "takes no name");
    memset(desc.name, 'a', sizeof desc.name); /* no NUL, as a hostile file may have it */
    refuse(desc, "a name is");
    desc =
        (struct layer_desc){.kind = LAYER_CONV, .units = 2, .name = "x", .kernel = 3, .stride = 1};
    desc.kernel = 0;
    refuse(desc, "a kernel of 0");
    desc.kernel = 5;
    refuse(desc, "a kernel of 5 does not fit its input of 5 x 4 with padding 0");
    desc.kernel = SIZE_MAX;
    refuse(desc, "a kernel of");
    desc.kernel = 3;
    desc.pad = 3;
    refuse(desc, "the padding must be smaller");
    desc.pad = SIZE_MAX;
    refuse(desc, "the padding must be smaller");
    desc.pad = 0;
    desc.stride = 0;
    refuse(desc, "a stride of 0");
    desc.stride = 1;
    desc.units = 0;
    refuse(desc, "0 channels");
    desc.units = 1 << 24;
    refuse(desc, "an output of");
    desc = (struct layer_desc){.kind = LAYER_MAXPOOL, .kernel = 5, .stride = 1};
    refuse(desc, "a window of 5 does not fit its input of 5 x 4");
    desc.kernel = 2;
    desc.stride = 0;
    refuse(desc, "a stride of 0");
    desc = (struct layer_desc){.kind = LAYER_DROPOUT, .rate = 1.0};
    refuse(desc, "a rate of 1");
    desc.rate = NAN;
    refuse(desc, "a rate of");
}

static void test_finish(void **state)
{
    const size_t input[3] = {1, 2, 2}, none[3] = {1, 0, 2}, large[3] = {1 << 12, 1 << 12, 2};
    struct pare_error err = {0};
    struct pare_net *net;
    char name[LAYER_NAME_BYTES + 1];

    (void)state;
    assert_null(net_new(none, 4, &err));
    assert_null(net_new(large, 4, &err));
    assert_null(net_new((const size_t[3]){SIZE_MAX, SIZE_MAX, 1}, 4, &err));
    assert_null(net_new(input, 0, &err));
    assert_null(net_new(input, 65537, &err));
    net = net_new(input, 4, &err);
    assert_int_equal(net_finish(net, &err), PARE_EUSER);
    pare_net_dense(net, "a", 5);
    assert_int_equal(net_finish(net, &err), PARE_EUSER);
    assert_string_equal(err.text, "the last layer has 5 outputs, but there are 4 classes");
    memset(name, 'a', LAYER_NAME_BYTES);
    name[LAYER_NAME_BYTES] = '\0';
    pare_net_dense(net, name, 4);
    assert_int_equal(net_finish(net, &err), PARE_EUSER);
    net_free(net);
    net_free(NULL);
}

static void test_many_layers(void **state)
{
    const size_t input[3] = {4, 1, 1};
    struct pare_error err = {0};
    struct pare_net *net = net_new(input, 4, &err);

    (void)state;
    for (int i = 0; i < NET_LAYERS_MAX; i++)
        pare_net_relu(net);
    ASSERT_OK(net_finish(net, &err), err);
    pare_net_relu(net);
    assert_int_equal(net_finish(net, &err), PARE_EUSER);
    assert_string_equal(err.text, "more than 1024 layers");
    net_free(net);
}

/* All weights together are limited, not only those of one layer. */
static void test_weights_in_all(void **state)
{
    const size_t input[3] = {1 << 14, 1, 1};
    struct pare_error err = {0};
    struct pare_net *net = net_new(input, 1 << 14, &err);

    (void)state;
    pare_net_dense(net, "a", (1 << 14) - 2);
    assert_int_equal(net->error.status, PARE_OK);
    pare_net_dense(net, "b", 3);
    assert_int_equal(net_finish(net, &err), PARE_EUSER);
    assert_non_null(strstr(err.text, "parameters in all"));
    net_free(net);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parameters),  cmocka_unit_test(test_init),
        cmocka_unit_test(test_refused),     cmocka_unit_test(test_finish),
        cmocka_unit_test(test_many_layers), cmocka_unit_test(test_weights_in_all),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
