/* SPDX-License-Identifier: Apache-2.0 */
/* skeleton: one hidden layer. Replace this by what your model is and where it
 * comes from (paper, section). */

#include <pare/model.h>

/* One field an option. In a config: model = { plugin = "skeleton"; units = 64; }; */
struct skeleton {
    int64_t units;
};

/* Field, lowest, highest, preset as one would write it, help. */
static const struct pare_option options[] = {
    PARE_INT(skeleton, units, 1, 4096, "64", "outputs of the hidden layer"),
    PARE_OPTIONS_END,
};

/* Adds the layers from the input to one output a class. The names are those of
 * the parameters: "hidden.weight", "hidden.bias". The first call that fails is
 * remembered and reported by the host, so none needs to be checked here. */
static int build(void *self, struct pare_net *net, struct pare_error *err)
{
    const struct skeleton *m = self;

    (void)err; /* return pare_fail(err, PARE_EUSER, "...") for what cannot be built */
    pare_net_dense(net, "hidden", (size_t)m->units);
    pare_net_relu(net);
    pare_net_dense(net, "out", pare_net_classes(net));
    return PARE_OK;
}

static const struct pare_model plugin = {
    .head = PARE_MODEL(skeleton, .summary = "one hidden layer", PARE_SELF(skeleton, options)),
    .build = build,
};
PARE_EXPORT(plugin);
