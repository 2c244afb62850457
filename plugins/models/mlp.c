/* SPDX-License-Identifier: Apache-2.0 */

/* Multilayer perceptron: dense layers with ReLU, called fc1, fc2, ..., and a last
 * one with an output for each class. */

#include <pare/model.h>
#include <stdio.h>

struct mlp {
    struct pare_ints hidden;
    double dropout;
};

static const struct pare_option options[] = {
    PARE_INTS(mlp, hidden, 1, 1 << 20, "[300, 100]", "units of each hidden layer"),
    PARE_REAL(mlp, dropout, 0, 0.99, "0", "dropout rate after each hidden layer; 0: none"),
    PARE_OPTIONS_END,
};

static int build(void *self, struct pare_net *net, struct pare_error *err)
{
    const struct mlp *m = self;
    char name[32];

    (void)err;
    pare_net_flatten(net);
    for (size_t i = 0; i <= m->hidden.count; i++) {
        bool last = i == m->hidden.count;

        snprintf(name, sizeof name, "fc%zu", i + 1);
        pare_net_dense(net, name, last ? pare_net_classes(net) : (size_t)m->hidden.at[i]);
        if (last)
            break;
        pare_net_relu(net);
        if (m->dropout > 0.0)
            pare_net_dropout(net, m->dropout);
    }
    return PARE_OK;
}

static const struct pare_model plugin = {
    .head = PARE_MODEL(mlp, .summary = "dense layers with ReLU, as many as are given",
                       PARE_SELF(mlp, options)),
    .build = build,
};
PARE_EXPORT(plugin);
