/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUN_DRY_H
#define RUN_DRY_H

/* A dry run: the schedule runs for real on weights that were drawn and not trained.
 * Where a verb would train, test, or write to disk it asks run->dry; all else is the
 * code of every run. What the verbs come to is kept as steps, for a plan. */

#include "format/read.h"
#include "net/trainer.h"
#include "run/verbs.h"

struct dry_settings {
    double error;     /* percent, what tests answer; NaN: 0 */
    double speed;     /* images a second in training; NaN: measured */
    const char *from; /* run folder, whose recorded errors tests answer; NULL: none */
    bool brief;       /* only what fails is of interest: no sizes, few prunes inside trainings */
};

/* What a run folder recorded, in order (dry_from.c). */
struct dry_from {
    struct test_result *test;
    size_t tests, tested; /* recorded; asked so far */
    struct train_stub *train;
    size_t trains, trained;
    const char *beyond; /* where the last answer came from, if not from the record */
    double error;       /* of the result, percent; NaN: there is none */
};

/* One measurement of training (dry_speed.c). */
struct dry_speed {
    int64_t batch;
    int optimizer;
    size_t frozen;
    bool shared;
    double images_per_second;
};
enum { DRY_SPEEDS_MAX = 8 };

/* What the last prune of each selection asked inside a train (dry.c). */
struct dry_late {
    bool *want; /* [params]; NULL: all */
    struct value *options, *result;
    bool pending; /* it was put off */
    struct dry_late *next;
};

struct dry {
    struct dry_settings settings;
    struct pare_rng draw;
    double *spread, *square; /* [params] of the weights as drawn: deviation, sum of squares */
    bool moved;              /* some weights since the last step */
    struct dry_from from;
    struct dry_speed speed[DRY_SPEEDS_MAX];
    size_t speeds;
    double speed_seconds; /* that measuring took */

    bool inside;                       /* a train: hooks call the verbs */
    bool pruning;                      /* this prune is to be done */
    bool catching_up;                  /* it was counted when it was put off */
    double walk_started, walk_seconds; /* the train under way; all before it */
    size_t pruned, put_off;            /* prunes inside trains, done and not */
    double prune_seconds;              /* of those done */
    struct dry_late *late;

    /* what the verbs came to (dry_steps.c) */
    struct value *steps;  /* ( {number, verb, options, within, params, ...} ) */
    struct value *within; /* of the train under way: ( {verb, count} ) */
    int64_t verbs;        /* as the journal numbers them */
    size_t *kept;         /* [params] as of the last step */
    uint32_t *centroids;
    const char **by;        /* [params] how pruned: "amount", ...; NULL: never */
    double bytes;           /* of the net as of the last step; NaN: not known */
    double size_seconds;    /* that sizing took */
    double predicted;       /* seconds of the step under way that are not spent now */
    double clock;           /* when the step under way began */
    double seconds;         /* of all steps */
    struct model_file file; /* the last that was encoded */
    bool encoded;
};

/* After run_open_dry: draws the weights. run_close closes it. */
int dry_open(struct run *run, const struct dry_settings *settings, struct pare_error *err);
void dry_close(struct run *run);

/* For the verbs. hooks: the script has some. */
int dry_train(struct run *run, const struct train_options *options, const struct train_options *own,
              const struct train_events *events, bool hooks, struct train_result *result,
              struct pare_error *err);
/* Layers [n] pass all that comes in. */
void dry_test(struct run *run, enum pare_split split, struct test_result *result,
              struct test_layer *layer, size_t n);
/* Stands for prune inside a train. Where very many take too long it puts them off:
 * of each selection the last is done when the train ends. False: this is none of it. */
bool dry_prune(struct run *run, const struct verb_call *call, struct value **result, int *status,
               struct pare_error *err);
/* Gradients for a pruner that ranks by them. */
void dry_gradient(struct run *run);
/* Takes the file over. */
void dry_encoded(struct run *run, struct model_file *file);
/* A verb is done. */
void dry_record(struct run *run, const char *verb, const struct value *options,
                const struct value *result);

int dry_from_read(struct dry_from *from, const char *dir, struct pare_error *err);
void dry_from_free(struct dry_from *from);
/* Images a second, of settings or measured; the net stays as it is. */
int dry_speed_of(struct run *run, const struct train_options *options,
                 const struct train_options *own, double *images_per_second,
                 struct pare_error *err);

#endif
