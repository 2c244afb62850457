/* SPDX-License-Identifier: Apache-2.0 */
/* expect: ~power */
#include <pare/pruner.h>

struct twice {
    double power, other;
};

static const struct pare_option options[] = {
    PARE_REAL(twice, power, 0.5, 4.0, "1.0", "exponent"),
    {.name = "power",
     .type = PARE_OPTION_REAL,
     .offset = offsetof(struct twice, other),
     .max = 1.0,
     .preset = "0",
     .help = "again"},
    PARE_OPTIONS_END,
};

static int score(void *self, const struct pare_param *p, struct pare_rng *rng, float *out,
                 struct pare_error *err)
{
    (void)self, (void)p, (void)rng, (void)out, (void)err;
    return PARE_OK;
}

static const struct pare_pruner plugin = {
    .head = PARE_PRUNER(twice, .summary = "has two options of one name", PARE_SELF(twice, options)),
    .score = score,
};
PARE_EXPORT(plugin);
