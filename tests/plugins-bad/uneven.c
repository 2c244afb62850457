/* SPDX-License-Identifier: Apache-2.0 */
/* expect: option 'power' lies at byte 4, not a multiple of 8 */
#include <pare/pruner.h>

struct uneven {
    double power, other;
};

static const struct pare_option options[] = {
    {.name = "power",
     .type = PARE_OPTION_REAL,
     .offset = 4,
     .max = 1.0,
     .preset = "0",
     .help = "skew"},
    PARE_OPTIONS_END,
};

static int score(void *self, const struct pare_param *p, struct pare_rng *rng, float *out,
                 struct pare_error *err)
{
    (void)self, (void)p, (void)rng, (void)out, (void)err;
    return PARE_OK;
}

static const struct pare_pruner plugin = {
    .head =
        PARE_PRUNER(uneven, .summary = "has a field where none can be", PARE_SELF(uneven, options)),
    .score = score,
};
PARE_EXPORT(plugin);
