/* SPDX-License-Identifier: Apache-2.0 */
/* expect: its pruner struct takes 16 bytes, this pare's %PRUNER%; rebuild it */
#include <pare/pruner.h>

static int score(void *self, const struct pare_param *p, struct pare_rng *rng, float *out,
                 struct pare_error *err)
{
    (void)self, (void)p, (void)rng, (void)out, (void)err;
    return PARE_OK;
}

static const struct pare_pruner plugin = {
    .head = {.abi = PARE_ABI,
             .size = 16,
             .kind = PARE_KIND_PRUNER,
             .name = "size",
             .summary = "says that it is smaller than it must be"},
    .score = score,
};
PARE_EXPORT(plugin);
