/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NET_TRAINER_H
#define NET_TRAINER_H

/* A training under way, an epoch at a time. Between epochs everything that the
 * rest of it depends on is: the net's parameters, the two random streams, epoch,
 * the optimizer's state and what events have changed. What else is here is
 * settings and room. */

#include "net/optimizer.h"
#include "net/train.h"

/* What a training that is only counted says of itself. */
struct train_stub {
    double loss, error_percent;
    double validation_error_percent; /* NaN: there is no validation split */
};

/* The samples of one step, and whether they could be read. */
struct trainer_batch {
    float *x;
    uint16_t *y;
    int status;
    struct pare_error error;
};

struct trainer {
    struct pare_net *net;
    struct data *data;
    struct pool *pool;
    struct train_options options;
    const struct train_options *own; /* [params] or NULL: options for all */
    struct pare_rng *order, *dropout;
    struct optimizer *optimizer;
    int64_t epoch;                     /* epochs finished */
    int64_t first;                     /* of them before started, by a trainer before this one */
    int64_t ahead;                     /* the step of the epoch whose batch is read next */
    const struct train_change *change; /* in force; NULL: none */

    const struct train_stub *stub; /* not NULL: steps are counted, not taken */

    struct train_result result; /* as of the last epoch */
    int64_t steps;              /* in an epoch */
    double started;             /* seconds */
    bool *want;                 /* [params] not frozen, at the last step */
    struct optimizer_step *step;
    uint32_t *index;               /* [train samples] in this epoch's order */
    struct trainer_batch batch[2]; /* of even and odd steps: one is read while the other is used */
};

/* Borrows all of its arguments until trainer_free. */
struct trainer *trainer_new(struct pare_net *net, struct data *data, struct pool *pool,
                            const struct train_options *options, const struct train_options *own,
                            struct pare_rng *order, struct pare_rng *dropout,
                            struct pare_error *err);
/* Trains one more epoch and updates result; result.stopped when an event said so. */
int trainer_epoch(struct trainer *t, const struct train_events *events, struct pare_error *err);
void trainer_free(struct trainer *t);

#endif
