/* SPDX-License-Identifier: Apache-2.0 */

/* LeNet-5 in the form of Caffe's MNIST example, the one that Han 2015 and Han 2016
 * compress: 20 and 50 channels of 5 x 5 without padding, each pooled by 2, then 500
 * units. As there, ReLU follows only the dense layer. On 28 x 28 inputs and 10
 * classes it has 431,080 parameters. */

#include <pare/model.h>

struct lenet5 {
    bool conv_relu;
    double dropout;
};

static const struct pare_option options[] = {
    PARE_BOOL(lenet5, conv_relu, "false", "ReLU after the convolutions too"),
    PARE_REAL(lenet5, dropout, 0, 0.99, "0", "dropout rate after the hidden dense layer; 0: none"),
    PARE_OPTIONS_END,
};

static void convolution(const struct lenet5 *m, struct pare_net *net, const char *name,
                        size_t channels)
{
    pare_net_conv(net, name, channels, 5, 1, 0);
    if (m->conv_relu)
        pare_net_relu(net);
    pare_net_maxpool(net, 2, 2);
}

static int build(void *self, struct pare_net *net, struct pare_error *err)
{
    const struct lenet5 *m = self;

    (void)err;
    convolution(m, net, "conv1", 20);
    convolution(m, net, "conv2", 50);
    pare_net_flatten(net);
    pare_net_dense(net, "fc1", 500);
    pare_net_relu(net);
    if (m->dropout > 0.0)
        pare_net_dropout(net, m->dropout);
    pare_net_dense(net, "fc2", pare_net_classes(net));
    return PARE_OK;
}

static const struct pare_model plugin = {
    .head = PARE_MODEL(lenet5, .summary = "LeNet-5 as in Caffe: two convolutions, two dense layers",
                       PARE_SELF(lenet5, options)),
    .build = build,
};
PARE_EXPORT(plugin);
