/* SPDX-License-Identifier: Apache-2.0 */
/* expect: a plugin of kind pruner must have both of 'save' and 'restore' or neither */
#include <pare/pruner.h>

static int score(void *self, const struct pare_param *p, struct pare_rng *rng, float *out,
                 struct pare_error *err)
{
    (void)self, (void)p, (void)rng, (void)out, (void)err;
    return PARE_OK;
}

static int save(void *self, void *buf, size_t *size_bytes, struct pare_error *err)
{
    (void)self, (void)buf, (void)size_bytes, (void)err;
    return PARE_OK;
}

static const struct pare_pruner plugin = {
    .head = PARE_PRUNER(saveonly, .summary = "saves what it cannot restore"),
    .score = score,
    .save = save,
};
PARE_EXPORT(plugin);
