/* SPDX-License-Identifier: Apache-2.0 */
/* expect: ~power */
#include <pare/pruner.h>

struct nonsense {
    double power;
};

static const struct pare_option options[] = {
    PARE_REAL(nonsense, power, 0.5, 4.0, "much", "exponent"),
    PARE_OPTIONS_END,
};

static int score(void *self, const struct pare_param *p, struct pare_rng *rng, float *out,
                 struct pare_error *err)
{
    (void)self, (void)p, (void)rng, (void)out, (void)err;
    return PARE_OK;
}

static const struct pare_pruner plugin = {
    .head = PARE_PRUNER(nonsense, .summary = "has a preset that is no number",
                        PARE_SELF(nonsense, options)),
    .score = score,
};
PARE_EXPORT(plugin);
