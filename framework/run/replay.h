/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUN_REPLAY_H
#define RUN_REPLAY_H

/* A run that is gone on with. The schedule runs from its start, and as long as the
 * journal has records every verb is compared with its record and gives the recorded
 * result; the net stands still meanwhile. Where the journal ends, the last
 * checkpoint is loaded, and from there on verbs do their work. Metrics are written
 * anew, from the records. */

#include "format/read.h"
#include "net/train.h"
#include "run/journal.h"
#include "run/run.h"

/* Makes the run one that replays: keeps the records up to the last state that a
 * checkpoint holds and cuts off those behind it. */
int replay_open(struct run *run, struct pare_error *err);
void replay_close(struct run *run);

/* What the journal has next, which the caller frees; PARE_ESTATE when it is of
 * another kind. NULL: it has no more (or there is nothing to replay), and the run
 * is at work. Every verb and every query with a record of its own asks first. */
int replay_next(struct run *run, enum journal_kind kind, struct value **record,
                struct pare_error *err);
/* The same for a verb: *done when it is in the journal with these options, and then
 * its result, or its error as status. The result is the caller's. */
int replay_verb(struct run *run, const char *verb, const struct value *options, bool *done,
                struct value **result, struct pare_error *err);

/* The next record of the verb, which is not taken: for hooks that were called before
 * it was written. NULL: there is none, and the run is at work. */
int replay_ahead(struct run *run, const char *verb, struct value **record, struct pare_error *err);

/* What the journal has of a training. */
struct replay_train {
    bool over;     /* its end is next in the journal, for replay_verb; else: */
    int64_t epoch; /* those that are done, 0: none */
    bool begun;    /* the journal says that it begins */
    struct train_result result;
    struct model_chunk optimizer; /* its state after them; the caller's */
};
/* Goes through it with the hooks of the script, which see the recorded values. */
int replay_train(struct run *run, const struct value *options, const struct train_events *script,
                 struct replay_train *train, struct pare_error *err);

/* The schedule is at its end; so the journal must be. */
int replay_finish(struct run *run, struct pare_error *err);

/* Fails for good: every further verb gives this error. Returns PARE_ESTATE. */
int replay_fail(struct run *run, struct pare_error *err, const char *format, ...) PARE_PRINTF(3, 4);

/* For replay.c and replay_train.c. */
struct replay {
    size_t next, end; /* records */
    char *file;       /* the checkpoint of the state so far; NULL: the initial one */
};
/* The record at next, taken: the run's small state is as after it. */
int replay_take(struct run *run, struct value **record, struct pare_error *err);
/* Takes what no verb asks for: stages and plugins. */
int replay_pass(struct run *run, struct pare_error *err);
/* The journal is at its end, in a training after so many epochs of it (0: in none). */
int replay_go_on(struct run *run, int64_t epoch, struct model_chunk *optimizer,
                 struct pare_error *err);
int replay_differs(struct run *run, const struct value *record, const char *verb,
                   const struct value *options, struct pare_error *err);
/* PARE_ESTATE when the record is not one of this verb with these options. */
int replay_same(struct run *run, const struct value *record, const char *verb,
                const struct value *options, struct pare_error *err);
/* The outcome in a record of a verb. */
int replay_outcome(const struct value *record, struct value **result, struct pare_error *err);

#endif
