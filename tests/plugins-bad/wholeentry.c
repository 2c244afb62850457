/* SPDX-License-Identifier: Apache-2.0 */
/* expect: pare_plugin_entry is no pointer to a plugin; use PARE_EXPORT(plugin) */
#include <pare/pruner.h>

static int score(void *self, const struct pare_param *p, struct pare_rng *rng, float *out,
                 struct pare_error *err)
{
    (void)self, (void)p, (void)rng, (void)out, (void)err;
    return PARE_OK;
}

PARE_API const struct pare_pruner pare_plugin_entry = {
    .head = PARE_PRUNER(wholeentry, .summary = "exports the struct instead of a pointer"),
    .score = score,
};
