/* SPDX-License-Identifier: Apache-2.0 */
/* expect: a plugin of kind pruner must have one of 'score' and 'select', not both */
#include <pare/pruner.h>

static int score(void *self, const struct pare_param *p, struct pare_rng *rng, float *out,
                 struct pare_error *err)
{
    (void)self, (void)p, (void)rng, (void)out, (void)err;
    return PARE_OK;
}

static int choose(void *self, const struct pare_param *p, struct pare_rng *rng, uint8_t *keep,
                  struct pare_error *err)
{
    (void)self, (void)p, (void)rng, (void)keep, (void)err;
    return PARE_OK;
}

static const struct pare_pruner plugin = {
    .head = PARE_PRUNER(scoreselect, .summary = "cannot make up its mind"),
    .score = score,
    .select = choose,
};
PARE_EXPORT(plugin);
