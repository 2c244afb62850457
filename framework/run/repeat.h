/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUN_REPEAT_H
#define RUN_REPEAT_H

/* A finished run done again from its journal: every verb with the options and on the
 * parameters that are recorded, without the schedule. What each comes to is compared
 * with its record, and in the end the model file byte by byte. Nothing is written into
 * the run folder. (run/replay.h is another thing: there the schedule runs.) */

#include "run/difference.h"
#include "run/run.h"

struct repeat_settings {
    const char *dir;  /* the run folder */
    const char *data; /* --data; may be NULL */
    const char *out;  /* where to leave the model file; NULL: nowhere */
    unsigned threads; /* 0: one a processor, at most 8 */
    struct run_watch watch;
};

struct repeat_result {
    bool same;
    unsigned steps;  /* verbs that came to what is recorded */
    bool has_model;  /* the run made a model file */
    size_t bytes;    /* of the model file */
    char sha256[65]; /* of it; "" when there is none */
    /* Where it parts, when it is not the same: */
    unsigned step;                /* number of the verb; of the model file: 0 */
    char what[96];                /* "prune", "train, epoch 3, step 20", "model.pare" */
    struct difference difference; /* first: recorded, second: now */
    char made[256]; /* what it is made with now that it was not made with; "": the same */
};

/* PARE_OK also when it parts. PARE_ESTATE: the run is not finished, the data are
 * others, or its journal does not say enough. */
PARE_API int repeat_run(const struct repeat_settings *settings, struct repeat_result *result,
                        struct problems *problems, struct pare_error *err);

/* For repeat.c, repeat_verb.c and repeat_hook.c. */
struct verb_call;
struct repeat {
    struct run run;
    struct journal *journal;
    struct value **record;    /* [records] */
    size_t records, next;     /* the one to be done next */
    struct value *got;        /* what the last verb came to; NULL: nothing */
    struct repeat_held *held; /* snapshots that a restore will ask for */
    const struct run_watch *watch;
    struct repeat_result *result;
    bool pruning; /* in a hook of prune */
    bool parts;   /* result says where */
};

/* Does the record at next and those that belong to it. PARE_ESTATE with parts. */
int repeat_next(struct repeat *r, struct pare_error *err);
/* Does the verb in record i with call's hooks, and compares what comes of it. */
int repeat_verb(struct repeat *r, size_t i, struct verb_call *call, struct pare_error *err);
void repeat_held_free(struct repeat *r);

/* The record at next begins a train, or is one of a hook of the prune in record i. */
int repeat_train(struct repeat *r, struct pare_error *err);
int repeat_prune(struct repeat *r, size_t i, struct pare_error *err);
/* The verb that the hook was called in, for records that begin at next. */
size_t repeat_parent(const struct repeat *r);

/* It parts at the step of the record (NULL: after all), in what; always PARE_ESTATE,
 * also in err, since a verb that is under way fails with that. */
int repeat_part(struct repeat *r, const struct value *record, const char *what,
                const struct difference *difference, struct pare_error *err);
/* PARE_OK, or it parts there. */
int repeat_compare(struct repeat *r, const struct value *record, const char *what,
                   const struct value *recorded, const struct value *now, const char *field,
                   struct pare_error *err);

/* Members of records; "" and -1 where there is none. */
const char *repeat_text(const struct value *group, const char *name);
int64_t repeat_int(const struct value *group, const char *name);

#endif
