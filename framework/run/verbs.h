/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUN_VERBS_H
#define RUN_VERBS_H

/* The seven verbs. Each takes a group of options that override the config's for
 * this call (may be NULL), does its work on a selection of the net's parameters,
 * writes the journal and the metrics, and returns one plain group of results that
 * the caller frees. Contains no algorithms. Wrong options are PARE_EUSER with the
 * place that call's nodes carry. While a run is replayed a verb gives its recorded
 * result, or its recorded error, and does nothing else (run/replay.h). */

#include "compress/select.h"
#include "net/snapshot.h"
#include "run/run.h"

struct held; /* run/checkpoint.h */

/* Called for one parameter after the other, when it is pruned and those after it are
 * not yet. > 0 takes its pruning back; < 0 is an error and takes back that of all.
 * What it does may not change the net. */
struct prune_events {
    void *context;
    int (*pruned)(void *context, const struct prune_item *item, struct pare_error *err);
};

/* want [net->params]; NULL: all. Hooks of the script may be NULL. */
struct verb_call {
    const bool *want;
    const struct value *options;
    const struct train_events *events;       /* train */
    const struct prune_events *prune_events; /* prune */
};

/* epochs, steps, loss, error, stopped, (validation_error) */
PARE_API int verb_train(struct run *run, const struct verb_call *call, struct value **result,
                        struct pare_error *err);
/* samples, error, accuracy, loss; options: split = "test"|"validation"|"train";
 * layers: also layers = ( {name, macs, kept, flops, active, neurons, no_input,
 * no_output} ) and flops, all but macs and neurons parts of 1 or numbers of neurons */
PARE_API int verb_test(struct run *run, const struct verb_call *call, struct value **result,
                       struct pare_error *err);
/* kept, count, sparsity, params = ( {name, kept, count, wanted, cut, (undone)} ). A
 * request missed by more than one weight is PARE_EREQUEST. Option dead: layers = (
 * {name, neurons, no_input, no_output, removed, left} ) in the place of params. */
PARE_API int verb_prune(struct run *run, const struct verb_call *call, struct value **result,
                        struct pare_error *err);
/* params = ( {name, centroids, wanted, inertia} ). Fewer centroids than were asked
 * and the kept weights have values for are PARE_EREQUEST. */
PARE_API int verb_share(struct run *run, const struct verb_call *call, struct value **result,
                        struct pare_error *err);
/* Writes model.pare, reads it back, compares every tensor exactly: bytes, ratio,
 * bits_per_weight, path (in the run folder) */
PARE_API int verb_encode(struct run *run, const struct verb_call *call, struct value **result,
                         struct pare_error *err);
/* The caller frees it with held_free. */
PARE_API int verb_snapshot(struct run *run, struct held **held, struct pare_error *err);
PARE_API int verb_restore(struct run *run, struct held *held, const bool *want,
                          enum snapshot_what what, struct pare_error *err);

/* Not a verb, but in the journal too: bytes of the file that the net as it is would
 * make. */
PARE_API int verb_size(struct run *run, size_t *bytes, struct pare_error *err);

#endif
