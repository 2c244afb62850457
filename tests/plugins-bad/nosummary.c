/* SPDX-License-Identifier: Apache-2.0 */
/* expect: the plugin's summary must be one line of text */
#include <pare/pruner.h>

static int score(void *self, const struct pare_param *p, struct pare_rng *rng, float *out,
                 struct pare_error *err)
{
    (void)self, (void)p, (void)rng, (void)out, (void)err;
    return PARE_OK;
}

static const struct pare_pruner plugin = {
    .head = PARE_PRUNER(nosummary, .summary = NULL),
    .score = score,
};
PARE_EXPORT(plugin);
