/* SPDX-License-Identifier: Apache-2.0 */
/* expect: built for plugin ABI 999, this pare has %ABI%; rebuild it */
#include <pare/pruner.h>

static int score(void *self, const struct pare_param *p, struct pare_rng *rng, float *out,
                 struct pare_error *err)
{
    (void)self, (void)p, (void)rng, (void)out, (void)err;
    return PARE_OK;
}

static const struct pare_pruner plugin = {
    .head = {.abi = 999,
             .size = sizeof(struct pare_pruner),
             .kind = PARE_KIND_PRUNER,
             .name = "abi",
             .summary = "has the ABI of another day"},
    .score = score,
};
PARE_EXPORT(plugin);
