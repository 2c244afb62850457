/* SPDX-License-Identifier: Apache-2.0 */
/* expect: options 'power' and 'base' fill the same field */
#include <pare/pruner.h>

struct overlap {
    double power;
};

static const struct pare_option options[] = {
    PARE_REAL(overlap, power, 0.5, 4.0, "1.0", "exponent"),
    {.name = "base", .type = PARE_OPTION_REAL, .max = 1.0, .preset = "0", .help = "same place"},
    PARE_OPTIONS_END,
};

static int score(void *self, const struct pare_param *p, struct pare_rng *rng, float *out,
                 struct pare_error *err)
{
    (void)self, (void)p, (void)rng, (void)out, (void)err;
    return PARE_OK;
}

static const struct pare_pruner plugin = {
    .head = PARE_PRUNER(overlap, .summary = "fills one field twice", PARE_SELF(overlap, options)),
    .score = score,
};
PARE_EXPORT(plugin);
