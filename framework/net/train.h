/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NET_TRAIN_H
#define NET_TRAIN_H

/* Training and testing a net on a data set. */

#include "net/data.h"
#include "net/net.h"
#include <pare/option.h>

/* The options of the verb train; net/train.c holds the table. Those that may
 * differ by parameter (frozen, rate, decay, l1) are read from the parameter's own. */
struct train_options {
    int64_t epochs;
    int64_t batch;
    int optimizer; /* sgd|adam */
    double rate;
    double momentum;
    double beta1, beta2, epsilon;
    double decay, l1;
    int policy; /* constant|step|cosine: how the rate falls over this call's epochs */
    int64_t step_epochs;
    double step_factor;
    double rate_end; /* cosine: share of the rate that is left at the end */
    int64_t warmup;  /* epochs over which the rate rises from 0 */
    int loss;        /* softmax|sigmoid */
    double dropout;  /* none: as the model says */
    bool frozen;     /* per parameter: do not move it */
};
extern PARE_API const struct pare_option train_options[];

struct train_progress {
    int64_t epoch, epochs;      /* 1 .. epochs */
    int64_t step, steps;        /* within the epoch */
    double loss, error_percent; /* mean over the epoch so far, while training */
    double rate;
    double images_per_second;
    double seconds_left;             /* of this call */
    double validation_error_percent; /* at an epoch's end, NaN where there is none */
};

/* What an event may change, from the next step to the end of the call or to its
 * next word. Together with the options it decides a step alone. */
struct train_change {
    double rate;    /* in place of what rate and policy come to; a parameter with a rate
                       of its own keeps its share of it. NaN: as they say */
    double dropout; /* NaN: as the option says; only 0 where there is no dropout layer */
    bool *frozen;   /* [params]: stand still as well as those that their options freeze;
                       their momentum waits. NULL: none */
};

/* Called on the training thread. > 0 stops after this step or epoch, < 0 is an
 * error and ends the call. NULL members are not called. */
struct train_events {
    void *context;
    int (*step)(void *context, const struct train_progress *at, struct pare_error *err);
    int (*epoch)(void *context, const struct train_progress *at, struct pare_error *err);
    struct train_change *change; /* the caller's, written by the events; NULL: no changes */
};

struct train_result {
    int64_t epochs, steps;
    double loss, error_percent;      /* of the last epoch, on the training data as it was seen */
    double validation_error_percent; /* NaN where there is no validation split */
    double seconds;
    bool stopped; /* by an event */
};

/* Trains net. own [net->params]: each parameter's options (NULL: options for
 * all). order and dropout are the run's streams. NaN or infinity in the loss ends
 * it with PARE_ENUMBER naming the step. */
int train(struct pare_net *net, struct data *data, struct pool *pool,
          const struct train_options *options, const struct train_options *own,
          struct pare_rng *order, struct pare_rng *dropout, const struct train_events *events,
          struct train_result *result, struct pare_error *err);

struct test_result {
    size_t samples, wrong;
    double error_percent, accuracy; /* accuracy: share right, 0..1 */
    double loss;
};

/* One layer with weights, over a split. */
struct test_layer {
    size_t layer;          /* its number in the net */
    double input_nonzero;  /* part of the values that come in, 0..1 */
    double output_nonzero; /* of those that go out, as the next of these layers gets them */
};

/* The layers of net that have weights, in order, into layer [net->layers]; their number. */
size_t test_layer_list(const struct pare_net *net, struct test_layer *layer);

/* The same as test, and fills in the parts of layer [n], which test_layer_list gave. */
int test_with_layers(struct pare_net *net, struct data *data, struct pool *pool,
                     enum pare_split split, enum net_loss loss, struct test_result *result,
                     struct test_layer *layer, size_t n, struct pare_error *err);

/* The whole of a split, in order. */
PARE_API int test(struct pare_net *net, struct data *data, struct pool *pool, enum pare_split split,
                  enum net_loss loss, struct test_result *result, struct pare_error *err);

/* Mean gradient over the training data into param[i].grad, for pruners that need it. */
int train_gradient(struct pare_net *net, struct data *data, struct pool *pool, enum net_loss loss,
                   struct pare_error *err);

#endif
