/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUN_RUN_H
#define RUN_RUN_H

/* Everything of one experiment under way: its config, net, data, random streams,
 * folder and journal. The verbs (run/verbs.h) work on it. One thread. */

#include "base/pool.h"
#include "net/data.h"
#include "net/train.h"
#include "run/experiment.h"
#include <stdio.h>

struct journal;
struct replay;  /* run/replay.h */
struct steps;   /* run/checkpoint.h */
struct moments; /* run/moments.h */
struct curve;   /* run/curve.h */

/* What is worth showing while it happens. All optional. Called on the run's thread. */
struct run_watch {
    void *context;
    void (*verb_start)(void *context, const char *verb, const char *detail);
    void (*train_progress)(void *context, const struct train_progress *at, bool epoch_end);
    void (*verb_end)(void *context, const char *verb, const struct value *result);
    void (*note)(void *context, const char *text); /* run:log and notices */
};

/* One line of the table at the end: the state after a stage (run/stages.h). */
struct run_stage {
    const char *name; /* "trained", "pruned", "shared", "coded" */
    double error_percent;
    size_t kept, weights; /* weights alone, biases left out */
    size_t bytes;         /* trained: dense float32; pruned, shared: the file that this
                             state would make with every stream at a fixed width; coded:
                             the file itself */
};
enum { RUN_STAGES_MAX = 4 };

/* What has been decided about a parameter, as of the last verb. A schedule reads it
 * here and not off the net, which stands still while a run is replayed. */
struct run_decided {
    size_t kept;
    uint32_t centroids;
};

/* What a pruner asked to be kept from one call to the next. */
struct run_state;

struct dry; /* run/dry.h */

/* The hook of a schedule that is being called. */
struct run_hook {
    const char *name; /* "on_step", "on_epoch", "on_prune"; NULL: none */
    int64_t at;       /* steps of the train so far; parameters of the prune before this */
};

struct run {
    struct experiment *experiment;
    struct pare_net *net;
    struct data data;
    struct pool *pool;
    struct pare_rng order, dropout, script, prune, share;
    char *dir; /* the run folder, made */
    struct journal *journal;
    struct steps *steps;         /* its checkpoints; NULL in a dry run */
    struct replay *replay;       /* until the schedule is where the journal ends; else NULL */
    unsigned verbs;              /* recorded so far */
    bool inside;                 /* in a train: what is called now, a hook calls */
    struct run_hook hook;        /* meaningful while inside */
    bool finished;               /* the folder holds a result; there is nothing to do */
    struct value *stored;        /* the result as it is in the folder; NULL: none yet */
    struct value *plugins;       /* names of those that the journal knows of */
    struct pare_error broken;    /* set: the record has a hole, and nothing more may be done */
    struct run_decided *decided; /* [net->params] */
    struct value *told;          /* the state as the journal has it (run/after.h) */
    FILE *metrics;               /* metrics.jsonl; NULL in a dry run */
    struct dry *dry;             /* a dry run: nothing is trained, tested or written; else NULL */
    unsigned metrics_lines;
    struct run_watch watch;
    enum net_loss loss; /* of the train group: what a test reports */
    bool trained;       /* the net has seen data */
    double net_error;   /* test error of the net as it is, percent; NaN: not measured */
    struct run_stage stage[RUN_STAGES_MAX];
    size_t stages;
    struct run_state *state;
    struct moments *moments; /* NULL: none yet */
    struct curve *curve;     /* NULL: none yet */
    struct value *tally;     /* after run_finish: run/tally.h of the file */
    struct value *measured;  /* by run:metric: a number for each name; NULL: none */
    double started;          /* seconds of the monotonic clock, less those of earlier sittings */
    bool went_on;            /* there were earlier sittings */
    /* the last encode, for the result: */
    char *model_path; /* NULL: nothing encoded yet */
    size_t file_bytes;
    double encoded_error;      /* test error of the net that was encoded, percent */
    double test_error_percent; /* of the file, read back, or of the net where there is
                                  no file; NaN before run_finish */
    struct value *misses;      /* after run_finish: ( {request, (param,) wanted, got} ) */
    struct value *missed;      /* by the last verb that fell short, as misses; NULL: none */
};

struct run_settings {
    const char *config; /* path */
    char *const *set;
    size_t sets;
    int64_t seed;     /* < 0: the config's */
    const char *out;  /* folder of run folders; NULL: "runs" */
    const char *data; /* --data; may be NULL */
    unsigned threads; /* 0: one a processor, at most 8 */
    bool force_new;   /* begin in a folder of its own, whatever there is */
    int (*look)(struct run *run, struct pare_error *err); /* before there is a folder; or NULL */
    struct run_watch watch;
    struct profile *profile; /* started; takes the time of the run. NULL: not asked */
};

/* Loads the experiment, opens the data, builds and initializes the net, and opens
 * the run folder: a new one with config.cfg and schedule.lua in it; or the last one
 * of this experiment, where the schedule then goes on from the end of the journal,
 * or of which the result is read (finished). PARE_ESTATE when that folder was begun
 * with something else, or is in use. problems are the user's text; then the status
 * is PARE_EUSER. */
PARE_API int run_open(struct run *run, const struct run_settings *settings,
                      struct problems *problems, struct pare_error *err);
PARE_API void run_close(struct run *run);

unsigned run_threads(unsigned asked); /* 0: one a processor, at most 8 */

/* run_open without folder and journal: what pare check and pare plan need. For verbs
 * to be called as well, dry_open (run/dry.h). */
PARE_API int run_open_dry(struct run *run, const struct run_settings *settings,
                          struct problems *problems, struct pare_error *err);

/* After the schedule: tests the last encoded file, compares the requests, writes
 * result.json and report.txt. PARE_EREQUEST names what was missed. */
PARE_API int run_finish(struct run *run, struct pare_error *err);
/* The same after a schedule that a missed request of a verb has ended: err has that
 * error, and has it afterwards with what else was missed. */
PARE_API int run_finish_missed(struct run *run, struct pare_error *err);

/* Puts run->stored, read from the folder, into the run: stages, model, misses. */
int run_take_stored(struct run *run, struct pare_error *err);
/* Of a finished run: PARE_EREQUEST with what its result names as missed. */
PARE_API int run_stored_status(const struct run *run, struct pare_error *err);

/* The one object that pare run --json prints: run_dir, model, seed, error,
 * sizes, ratio, requests_met, ... A group; the caller frees it. */
PARE_API struct value *run_result(const struct run *run);

#endif
