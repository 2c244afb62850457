/* SPDX-License-Identifier: Apache-2.0 */
/* A pruner for the tests of resuming: takes weights back (latent values), and its
 * scores depend on how often it was called and on what it saw then. */

#include <math.h>
#include <pare/pruner.h>
#include <string.h>

struct wander {
    double mean;
    uint32_t calls;
};

static int wander_score(void *self, const struct pare_param *p, struct pare_rng *rng, float *out,
                        struct pare_error *err)
{
    struct wander *w = self;
    double sum = 0.0;

    (void)err;
    for (size_t i = 0; i < p->count; i++) {
        double x = fabs(p->latent ? (double)p->latent[i] : (double)p->value[i]);
        sum += x;
        out[i] = (float)(x + 0.05 * w->mean * pare_rng_real(rng) * (w->calls % 3));
    }
    w->mean = 0.5 * w->mean + 0.5 * sum / (double)p->count;
    w->calls++;
    return PARE_OK;
}

static int wander_save(void *self, void *buf, size_t *size_bytes, struct pare_error *err)
{
    (void)err;
    *size_bytes = sizeof(struct wander);
    if (buf)
        memcpy(buf, self, sizeof(struct wander));
    return PARE_OK;
}

static int wander_restore(void *self, const void *buf, size_t size_bytes, struct pare_error *err)
{
    if (size_bytes != sizeof(struct wander))
        return pare_fail(err, PARE_EFORMAT, "a state of %zu bytes", size_bytes);
    memcpy(self, buf, size_bytes);
    return PARE_OK;
}

static const struct pare_pruner wander = {
    .head = PARE_PRUNER(wander, .summary = "ranks by size and history",
                        .self_size = sizeof(struct wander)),
    .score = wander_score,
    .needs_latent = true,
    .save = wander_save,
    .restore = wander_restore,
};
PARE_EXPORT(wander);
