/* SPDX-License-Identifier: Apache-2.0 */
/* expect: the plugin has no name */
#include <pare/pruner.h>

static int score(void *self, const struct pare_param *p, struct pare_rng *rng, float *out,
                 struct pare_error *err)
{
    (void)self, (void)p, (void)rng, (void)out, (void)err;
    return PARE_OK;
}

static const struct pare_pruner plugin = {
    .head = {.abi = PARE_ABI,
             .size = sizeof(struct pare_pruner),
             .kind = PARE_KIND_PRUNER,
             .summary = "has no name"},
    .score = score,
};
PARE_EXPORT(plugin);
