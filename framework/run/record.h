/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUN_RECORD_H
#define RUN_RECORD_H

/* What every verb leaves behind: a record in the journal, a checkpoint where it has
 * changed the state, lines of metrics, and word to whoever watches. */

#include "net/trainer.h"
#include "run/asked.h"
#include "run/journal.h"
#include "run/run.h"

/* Tells the watcher that a verb begins; the format makes the detail. */
void record_start(struct run *run, const char *verb, const char *format, ...) PARE_PRINTF(3, 4);

/* What a verb is done with. */
struct record {
    const char *verb;
    const struct value *options; /* may be NULL */
    struct value *result;        /* may be NULL; loses what JSON has no word for */
    bool changed;                /* the net or what else a checkpoint holds */
    const char *snapshot;        /* the checkpoint that a snapshot is in; NULL: none */
    const struct value *shown;   /* what a hook of prune saw; NULL: there is none */
};
/* Checkpoint, journal, metrics, watcher. */
int record_end(struct run *run, const struct record *record, struct pare_error *err);
/* The verb has failed with err; returns its status. A failure that a script may
 * catch has a record as well; one of the machine (memory, files) ends the run. */
int record_failed(struct run *run, const struct record *record, struct pare_error *err);
/* A record that is no verb's: its kind, then what group holds (may be NULL). */
int record_add(struct run *run, enum journal_kind kind, const struct value *group, const char *file,
               struct pare_error *err);

/* The record that record_add would write, complete; NULL with err. The caller's. */
struct value *record_line(struct run *run, enum journal_kind kind, const struct value *group,
                          const char *file, struct pare_error *err);

/* One line of metrics.jsonl: a running number, then what group holds. */
int record_metrics(struct run *run, const char *what, const struct value *group,
                   struct pare_error *err);
int record_epoch_metrics(struct run *run, const struct train_progress *at, struct pare_error *err);
void record_note(struct run *run, const char *format, ...) PARE_PRINTF(2, 3);

/* Seconds of a clock that only goes forward. */
double record_clock(void);
/* Seconds of processors that this process has taken. */
double record_processor(void);

/* The options of a call, as the journal keeps them: those of the call as a whole
 * (whole may be closed over the net's parameters: see record_own), and the
 * selection where there is one. */
struct value *record_options(const struct run *run, const struct asked *whole, const bool *want);
/* Adds to options those of one parameter, where they are not the whole's, or where it
 * is a bias that is not skipped. Options and result say all that a verb was asked
 * (run/experiment.h, recorded). */
void record_own(struct value *options, const struct pare_param *param, const struct asked *asked);

/* Something that the schedule has measured, for result.json and the metrics; a later
 * value of the same name replaces the earlier. */
int record_measured(struct run *run, const char *name, double value, struct pare_error *err);

#endif
