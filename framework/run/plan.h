/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUN_PLAN_H
#define RUN_PLAN_H

/* What an experiment will come to, said without training: the steps of a dry run of
 * its schedule, the file at its end, and the requests against it. */

#include "run/run.h"

struct plan_settings {
    double error;     /* percent, what tests answer; NaN: 0 */
    double speed;     /* images a second in training; NaN: measured */
    const char *from; /* run folder whose recorded errors tests answer; NULL: none */
    bool brief;       /* for what fails alone: plan_result has no sizes then */
};

/* After run_open_dry: makes the run a dry one, to be gone through by script_run. */
PARE_API int plan_open(struct run *run, const struct plan_settings *settings,
                       struct pare_error *err);

/* After the schedule; failed: what ended it, NULL: it came to its end. A group that
 * the caller frees:
 *   steps       ( {number, verb, options, within = ( {verb, count} ), params = ( {name,
 *                 kept, sparsity, centroids} ) that it changed, (error), sparsity,
 *                 bytes, (note), seconds} ); number: as the journal's
 *   failed      text
 *   params      ( {name, shape, count, by, density, centroids, bits, bytes} ) of the
 *                 last file, else of the net
 *   density, dense_bytes, file_bytes, ratio, seconds, images_per_second
 *   requests    ( {request, (param,) wanted, predicted, verdict} ); verdict: met, near
 *                 (within what a prediction may be off), unknown, missed
 *   notes       ( text ): what the prediction rests on */
PARE_API struct value *plan_result(const struct run *run, const struct pare_error *failed);

/* PARE_EREQUEST naming all that is missed, after what err has already; else the
 * status of err. */
PARE_API int plan_verdict(const struct value *plan, struct pare_error *err);

/* As tables for people. */
PARE_API void plan_print(const struct value *plan, FILE *out);

#endif
