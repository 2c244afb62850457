/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUN_CURVE_H
#define RUN_CURVE_H

/* What happened to the error from epoch to epoch, for the figures: gathered from
 * what goes into metrics.jsonl, while a run is replayed as well. */

#include "run/run.h"

/* Every line of metrics is noted here. */
void curve_note(struct run *run, const char *what, const struct value *group);
void curve_free(struct curve *curve);

/* One epoch. */
struct curve_epoch {
    const char *phase; /* "train", "prune": while a hook prunes, "retrain", "tune" */
    double rate, loss, error_percent;
    double validation_error_percent; /* NaN: there is no such split */
    size_t prunings;                 /* by hooks, in this epoch */
};

/* Something between two epochs. */
struct curve_event {
    size_t epoch;         /* so many are done */
    const char *what;     /* a verb, or the stage that the net has left */
    double error_percent; /* on the test split; NaN: not measured */
};

struct curve {
    struct curve_epoch *epoch;
    struct curve_event *event;
    size_t epochs, events, epoch_room, event_room;
    size_t prunings; /* since the last epoch */
};

#endif
