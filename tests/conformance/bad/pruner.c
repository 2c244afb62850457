/* SPDX-License-Identifier: Apache-2.0 */
/* Pruners that break the contract, one fault each: CASE is which. */

#include <math.h>
#include <pare/pruner.h>
#include <stdlib.h>
#include <string.h>

enum {
    NOTNUMBER,
    SHORTER,
    TOUCH,
    COUNTER,
    BEHIND,
    HALF,
    GRADIENT,
    FORGETFUL,
    GREEDY,
    UNCLEAN,
    LEAKY
};

struct NAME {
    double calls;
    double *memory;
};

static int setup(void *self, struct pare_error *err)
{
    struct NAME *m = self;

    m->memory = malloc(sizeof *m->memory);
    return m->memory ? PARE_OK : pare_fail(err, PARE_ENOMEM, "no memory");
}

static void cleanup(void *self)
{
    struct NAME *m = self;

    if (CASE == UNCLEAN)
        *(volatile double *)m->memory = 0.0; /* nothing may optimize the fault away */
    if (CASE != LEAKY)
        free(m->memory);
}

static int score(void *self, const struct pare_param *p, struct pare_rng *rng, float *out,
                 struct pare_error *err)
{
    struct NAME *m = self;

    (void)rng, (void)err;
    m->calls += 1.0;
    for (size_t i = 0; i < p->count; i++) {
        if (CASE == SHORTER && i + 1 == p->count)
            break;
        out[i] = fabsf(CASE == GRADIENT ? p->grad[i] : p->value[i]);
        if (CASE == COUNTER || CASE == FORGETFUL || CASE == GREEDY)
            out[i] += (float)m->calls;
        if (CASE == NOTNUMBER)
            out[i] = logf(-1.0f - out[i]);
    }
    if (CASE == TOUCH)
        p->value[0] = 0.0f;
    if (CASE == BEHIND)
        out[p->count] = 0.0f;
    return PARE_OK;
}

static int choose(void *self, const struct pare_param *p, struct pare_rng *rng, uint8_t *keep,
                  struct pare_error *err)
{
    (void)self, (void)rng, (void)err;
    memset(keep, 1, p->count / 2);
    return PARE_OK;
}

static int save(void *self, void *buf, size_t *size_bytes, struct pare_error *err)
{
    struct NAME *m = self;

    (void)err;
    *size_bytes = sizeof m->calls;
    if (buf)
        memcpy(buf, &m->calls, sizeof m->calls);
    return PARE_OK;
}

static int restore(void *self, const void *buf, size_t size_bytes, struct pare_error *err)
{
    struct NAME *m = self;

    if (CASE != GREEDY && size_bytes != sizeof m->calls)
        return pare_fail(err, PARE_EFORMAT, "not what was saved");
    if (CASE != FORGETFUL)
        memcpy(&m->calls, buf, sizeof m->calls);
    return PARE_OK;
}

#define HEAD(NAME, ...) PARE_PRUNER(NAME, __VA_ARGS__)
#define SELF(NAME) PARE_SELF(NAME, NULL)
static const struct pare_pruner plugin = {
    .head = HEAD(NAME, .summary = "breaks the contract", SELF(NAME), .setup = setup,
                 .cleanup = cleanup),
    .score = CASE == HALF ? NULL : score,
    .select = CASE == HALF ? choose : NULL,
    .save = CASE == FORGETFUL || CASE == GREEDY ? save : NULL,
    .restore = CASE == FORGETFUL || CASE == GREEDY ? restore : NULL,
};
PARE_EXPORT(plugin);
