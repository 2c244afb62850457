/* SPDX-License-Identifier: Apache-2.0 */
/* skeleton: a weight counts for its absolute value. Replace this by what your
 * pruner ranks by and where that comes from (paper, section, equation). */

#include <math.h>
#include <pare/pruner.h>

/* One field an option; state of your own may follow them.
 * In a config: prune = { plugin = "skeleton"; amount = 0.9; power = 2.0; }; */
struct skeleton {
    double power;
};

/* Field, lowest, highest, preset as one would write it, help. */
static const struct pare_option options[] = {
    PARE_REAL(skeleton, power, 0.5, 4.0, "1.0", "exponent applied to |w|"),
    PARE_OPTIONS_END,
};

/* Writes a finite score for each of p's weights; the lowest go first. How many go
 * is the host's. Randomness from rng alone; p is read only. For what the weights
 * do to the loss set .needs_grad below and read p->grad. */
static int score(void *self, const struct pare_param *p, struct pare_rng *rng, float *out,
                 struct pare_error *err)
{
    const struct skeleton *m = self;

    (void)rng, (void)err; /* return pare_fail(err, PARE_ENUMBER, "...") where it cannot be */
    for (size_t i = 0; i < p->count; i++)
        out[i] = (float)pow(fabs((double)p->value[i]), m->power);
    return PARE_OK;
}

static const struct pare_pruner plugin = {
    .head = PARE_PRUNER(skeleton, .summary = "ranks a weight by its absolute value",
                        PARE_SELF(skeleton, options)),
    .score = score,
};
PARE_EXPORT(plugin);
