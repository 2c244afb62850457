/* SPDX-License-Identifier: Apache-2.0 */
/* Magnitude pruning: a weight counts for as much as its distance from zero (Han,
 * Pool, Tran, Dally 2015, "Learning both weights and connections for efficient
 * neural networks", section 3), taken as it is or, to compare the layers of a
 * network, in units of its own parameter's root mean square. */

#include <float.h>
#include <math.h>
#include <pare/pruner.h>

enum { UNIT_ONE, UNIT_RMS };

struct magnitude {
    double power;
    int unit;
};

static const struct pare_option magnitude_options[] = {
    PARE_REAL(magnitude, power, 0.5, 4.0, "1.0", "exponent applied to |w|"),
    PARE_CHOICE(magnitude, unit, "one|rms", "one",
                "what |w| is measured in: as it is, or its parameter's rms of kept weights"),
    PARE_OPTIONS_END,
};

static int magnitude_score(void *self, const struct pare_param *p, struct pare_rng *rng, float *out,
                           struct pare_error *err)
{
    const struct magnitude *m = self;
    double sum = 0.0, unit = 1.0;

    (void)rng;
    (void)err;
    for (size_t i = 0; m->unit == UNIT_RMS && i < p->count; i++)
        sum += (double)p->value[i] * (double)p->value[i];
    if (sum > 0.0)
        unit = sqrt(sum / (double)pare_param_kept(p));
    for (size_t i = 0; i < p->count; i++)
        out[i] = (float)fmin(pow(fabs((double)p->value[i]) / unit, m->power), (double)FLT_MAX);
    return PARE_OK;
}

static const struct pare_pruner magnitude = {
    .head = PARE_PRUNER(magnitude, .summary = "ranks a weight by its absolute value",
                        PARE_SELF(magnitude, magnitude_options)),
    .score = magnitude_score,
};
PARE_EXPORT(magnitude);
