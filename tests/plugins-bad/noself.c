/* SPDX-License-Identifier: Apache-2.0 */
/* expect: option 'power' lies at bytes 0 to 8, outside its struct of 0 bytes */
#include <pare/pruner.h>

struct noself {
    double power;
};

static const struct pare_option options[] = {
    PARE_REAL(noself, power, 0.5, 4.0, "1.0", "exponent"),
    PARE_OPTIONS_END,
};

static int score(void *self, const struct pare_param *p, struct pare_rng *rng, float *out,
                 struct pare_error *err)
{
    (void)self, (void)p, (void)rng, (void)out, (void)err;
    return PARE_OK;
}

static const struct pare_pruner plugin = {
    .head = PARE_PRUNER(noself, .summary = "has options and no self", .options = options),
    .score = score,
};
PARE_EXPORT(plugin);
