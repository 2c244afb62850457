/* SPDX-License-Identifier: Apache-2.0 */
/* expect: ~unit */
#include <pare/pruner.h>

struct choice {
    int unit;
};

static const struct pare_option options[] = {
    PARE_CHOICE(choice, unit, "one|rms", "two", "unit"),
    PARE_OPTIONS_END,
};

static int score(void *self, const struct pare_param *p, struct pare_rng *rng, float *out,
                 struct pare_error *err)
{
    (void)self, (void)p, (void)rng, (void)out, (void)err;
    return PARE_OK;
}

static const struct pare_pruner plugin = {
    .head = PARE_PRUNER(choice, .summary = "has a preset that is no choice",
                        PARE_SELF(choice, options)),
    .score = score,
};
PARE_EXPORT(plugin);
