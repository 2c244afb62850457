/* SPDX-License-Identifier: Apache-2.0 */
/* expect: the option table has a row without name or type, or no PARE_OPTIONS_END */
#include <pare/pruner.h>

struct unended {
    double power;
};

static const struct pare_option options[] = {
    {.type = PARE_OPTION_REAL, .max = 1.0, .preset = "0", .help = "nameless"},
    PARE_OPTIONS_END,
};

static int score(void *self, const struct pare_param *p, struct pare_rng *rng, float *out,
                 struct pare_error *err)
{
    (void)self, (void)p, (void)rng, (void)out, (void)err;
    return PARE_OK;
}

static const struct pare_pruner plugin = {
    .head = PARE_PRUNER(unended, .summary = "has an option without a name",
                        PARE_SELF(unended, options)),
    .score = score,
};
PARE_EXPORT(plugin);
