/* SPDX-License-Identifier: Apache-2.0 */
/* expect: no symbol pare_plugin_entry; end the plugin with PARE_EXPORT(plugin) */
#include <pare/pruner.h>

static int score(void *self, const struct pare_param *p, struct pare_rng *rng, float *out,
                 struct pare_error *err)
{
    (void)self, (void)p, (void)rng, (void)out, (void)err;
    return PARE_OK;
}

PARE_API const struct pare_pruner plugin = {
    .head = PARE_PRUNER(noentry, .summary = "does not export itself"),
    .score = score,
};
