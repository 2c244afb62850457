/* SPDX-License-Identifier: Apache-2.0 */
/* Random pruning: every weight is as likely to go as any other. The baseline that
 * a pruner has to beat (Blalock, Gonzalez Ortiz, Frankle, Guttag 2020, "What is
 * the state of neural network pruning?", section 6). */

#include <pare/pruner.h>

static int random_score(void *self, const struct pare_param *p, struct pare_rng *rng, float *out,
                        struct pare_error *err)
{
    (void)self;
    (void)err;
    for (size_t i = 0; i < p->count; i++)
        out[i] = (float)(pare_rng_u32(rng) >> 8) * 0x1p-24f;
    return PARE_OK;
}

static const struct pare_pruner random_pruner = {
    .head = PARE_PRUNER(random, .summary = "ranks weights at random: the baseline"),
    .score = random_score,
};
PARE_EXPORT(random_pruner);
