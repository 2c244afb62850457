/* SPDX-License-Identifier: Apache-2.0 */
/* The phase of an epoch is read off what has been decided about the net, which is
 * the same while a run is replayed. */

#include "run/curve.h"
#include "base/alloc.h"
#include "run/stages.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static double real_of(const struct value *group, const char *name)
{
    const struct value *v = group ? value_get(group, name) : NULL;

    return v && v->kind == VALUE_REAL ? v->real : (double)NAN;
}

static const char *phase_of(const struct run *run, const struct curve *curve)
{
    const char *phase = "train";

    if (curve->prunings)
        return "prune";
    for (size_t i = 0; i < run->net->params; i++) {
        const struct pare_param *p = &run->net->param[i];

        if (pare_param_is_bias(p))
            continue;
        if (run->decided[i].centroids)
            return "tune";
        if (run->decided[i].kept < p->count)
            phase = "retrain";
    }
    return phase;
}

static void add_epoch(struct run *run, struct curve *curve, const struct value *group)
{
    if (curve->epochs == curve->epoch_room) {
        curve->epoch_room = curve->epoch_room ? 2 * curve->epoch_room : 64;
        curve->epoch = xrealloc(curve->epoch, curve->epoch_room, sizeof *curve->epoch);
    }
    curve->epoch[curve->epochs++] = (struct curve_epoch){
        .phase = phase_of(run, curve),
        .rate = real_of(group, "rate"),
        .loss = real_of(group, "loss"),
        .error_percent = real_of(group, "error"),
        .validation_error_percent = real_of(group, "validation_error"),
        .prunings = curve->prunings,
    };
    curve->prunings = 0;
}

/* what: a constant. */
static void add_event(struct curve *curve, const char *what, double error_percent)
{
    if (curve->events == curve->event_room) {
        curve->event_room = curve->event_room ? 2 * curve->event_room : 64;
        curve->event = xrealloc(curve->event, curve->event_room, sizeof *curve->event);
    }
    curve->event[curve->events++] = (struct curve_event){curve->epochs, what, error_percent};
}

/* Of the test split alone: the run remembers its error, and no other's. */
static void add_test(const struct run *run, struct curve *curve, double error_percent)
{
    if (error_percent == run->net_error)
        add_event(curve, "test", error_percent);
}

void curve_note(struct run *run, const char *what, const struct value *group)
{
    static const char *const verbs[] = {"prune", "share", "restore"};
    struct curve *curve = run->curve;

    if (!curve)
        curve = run->curve = xcalloc(1, sizeof *curve);
    if (strcmp(what, "epoch") == 0) {
        add_epoch(run, curve, group);
    } else if (strcmp(what, "prune") == 0 && run->inside) {
        curve->prunings++;
    } else if (strcmp(what, "test") == 0) {
        add_test(run, curve, real_of(group, "error"));
    } else if (strcmp(what, "stage") == 0) {
        add_event(curve, stages_name(value_get(group, "stage")->text), real_of(group, "error"));
    } else if (strcmp(what, "encode") == 0) {
        add_event(curve, "encode", run->encoded_error);
    } else {
        for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
            if (strcmp(what, verbs[i]) == 0)
                add_event(curve, verbs[i], (double)NAN);
    }
}

void curve_free(struct curve *curve)
{
    if (!curve)
        return;
    free(curve->epoch);
    free(curve->event);
    free(curve);
}
