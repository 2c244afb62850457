/* SPDX-License-Identifier: Apache-2.0 */
/* expect: ~undefined symbol: nobody_has_this */
#include <pare/pruner.h>

int nobody_has_this(void);

static int score(void *self, const struct pare_param *p, struct pare_rng *rng, float *out,
                 struct pare_error *err)
{
    (void)self, (void)p, (void)rng, (void)out, (void)err;
    return nobody_has_this();
}

static const struct pare_pruner plugin = {
    .head = PARE_PRUNER(undefined, .summary = "calls what is not there"),
    .score = score,
};
PARE_EXPORT(plugin);
