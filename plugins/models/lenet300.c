/* SPDX-License-Identifier: Apache-2.0 */

/* LeNet-300-100 (LeCun, Bottou, Bengio, Haffner 1998, section III): two hidden
 * dense layers of 300 and 100 units, here with ReLU as in Han 2015. On 28 x 28
 * inputs and 10 classes it has 266,610 parameters, 266,200 of them weights. */

#include <pare/model.h>

struct lenet300 {
    double dropout;
};

static const struct pare_option options[] = {
    PARE_REAL(lenet300, dropout, 0, 0.99, "0", "dropout rate after each hidden layer; 0: none"),
    PARE_OPTIONS_END,
};

static int build(void *self, struct pare_net *net, struct pare_error *err)
{
    const struct lenet300 *m = self;

    (void)err;
    pare_net_flatten(net);
    pare_net_dense(net, "fc1", 300);
    pare_net_relu(net);
    if (m->dropout > 0.0)
        pare_net_dropout(net, m->dropout);
    pare_net_dense(net, "fc2", 100);
    pare_net_relu(net);
    if (m->dropout > 0.0)
        pare_net_dropout(net, m->dropout);
    pare_net_dense(net, "fc3", pare_net_classes(net));
    return PARE_OK;
}

static const struct pare_model plugin = {
    .head = PARE_MODEL(lenet300, .summary = "LeNet-300-100: two hidden dense layers",
                       PARE_SELF(lenet300, options)),
    .build = build,
};
PARE_EXPORT(plugin);
