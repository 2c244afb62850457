/* SPDX-License-Identifier: Apache-2.0 */
/* expect: says it is of kind number 77, and there is none */
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
             .kind = 77,
             .name = "kind",
             .summary = "is of no kind"},
    .score = score,
};
PARE_EXPORT(plugin);
