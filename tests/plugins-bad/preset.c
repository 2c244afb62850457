/* SPDX-License-Identifier: Apache-2.0 */
/* expect: ~power */
#include <pare/pruner.h>

struct preset {
    double power;
};

static const struct pare_option options[] = {
    PARE_REAL(preset, power, 0.5, 4.0, "9.0", "exponent"),
    PARE_OPTIONS_END,
};

static int score(void *self, const struct pare_param *p, struct pare_rng *rng, float *out,
                 struct pare_error *err)
{
    (void)self, (void)p, (void)rng, (void)out, (void)err;
    return PARE_OK;
}

static const struct pare_pruner plugin = {
    .head = PARE_PRUNER(preset, .summary = "has a preset out of its own bounds",
                        PARE_SELF(preset, options)),
    .score = score,
};
PARE_EXPORT(plugin);
