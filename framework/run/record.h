/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUN_RECORD_H
#define RUN_RECORD_H

/* What every verb leaves behind: a line in the journal, lines of metrics, and
 * word to whoever watches. */

#include "run/asked.h"
#include "run/run.h"

/* Tells the watcher that a verb begins; the format makes the detail. */
void record_start(struct run *run, const char *verb, const char *format, ...) PARE_PRINTF(3, 4);
/* Journal, metrics, watcher. options and result may be NULL. */
int record_end(struct run *run, const char *verb, const struct value *options,
               const struct value *result, struct pare_error *err);
/* One line of metrics.jsonl: a running number, then what group holds. */
int record_metrics(struct run *run, const char *what, const struct value *group,
                   struct pare_error *err);
void record_note(struct run *run, const char *format, ...) PARE_PRINTF(2, 3);

/* Seconds of a clock that only goes forward. */
double record_clock(void);

/* The options of a call, as the journal keeps them: those of the call as a whole
 * (whole may be closed over the net's parameters: see record_own), and the
 * selection where there is one. */
struct value *record_options(const struct run *run, const struct asked *whole, const bool *want);
/* Adds to options those of one parameter, where they are not the whole's. */
void record_own(struct value *options, const struct pare_param *param, const struct asked *asked);

/* Something that the schedule has measured, for result.json and the metrics; a later
 * value of the same name replaces the earlier. */
int record_measured(struct run *run, const char *name, double value, struct pare_error *err);

#endif
