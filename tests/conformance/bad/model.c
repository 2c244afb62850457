/* SPDX-License-Identifier: Apache-2.0 */
/* Models that break the contract, one fault each: CASE is which. */

#include <pare/model.h>

enum { NARROW, MOODY, SULKY, WORDLESS };

struct NAME {
    size_t calls;
};

static int build(void *self, struct pare_net *net, struct pare_error *err)
{
    struct NAME *m = self;

    if (CASE == SULKY)
        return pare_fail(err, PARE_EUSER, "not today");
    if (CASE == WORDLESS)
        return PARE_EUSER;
    m->calls++;
    pare_net_dense(net, "hidden", CASE == MOODY ? 4 + m->calls : 4);
    pare_net_relu(net);
    pare_net_dense(net, "out", CASE == NARROW ? 1 : pare_net_classes(net));
    return PARE_OK;
}

#define HEAD(NAME, ...) PARE_MODEL(NAME, __VA_ARGS__)
#define SELF(NAME) PARE_SELF(NAME, NULL)
static const struct pare_model plugin = {
    .head = HEAD(NAME, .summary = "breaks the contract", SELF(NAME)),
    .build = build,
};
PARE_EXPORT(plugin);
