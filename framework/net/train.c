/* SPDX-License-Identifier: Apache-2.0 */

/* Training: epochs of shuffled mini-batches. Every epoch shuffles the samples
 * anew from their natural order, so that the order stream alone decides it; the
 * last batch of an epoch may be smaller and counts by its samples. */

#include "net/trainer.h"

#include "base/alloc.h"
#include "base/profile.h"
#include <math.h>
#include <stdlib.h>
#include <time.h>

enum { POLICY_CONSTANT, POLICY_STEP, POLICY_COSINE };

const struct pare_option train_options[] = {
    PARE_INT(train_options, epochs, 1, 1000000, "10", "passes through the training data"),
    PARE_INT(train_options, batch, 1, 65536, "64", "samples a step"),
    PARE_CHOICE(train_options, optimizer, "sgd|adam", "sgd", "how weights follow the gradient"),
    PARE_REAL(train_options, rate, 0, 1000, "0.02",
              "learning rate at its highest; adam needs less, such as 0.001",
              .flags = PARE_OPTION_PER_PARAM),
    PARE_REAL(train_options, momentum, 0, 0.9999, "0.9",
              "sgd: share of the last step that is kept"),
    PARE_REAL(train_options, beta1, 0, 0.9999999, "0.9", "adam: decay of the mean gradient"),
    PARE_REAL(train_options, beta2, 0, 0.9999999, "0.999", "adam: decay of the mean square"),
    PARE_REAL(train_options, epsilon, 1e-12, 1, "1e-8", "adam: added to the root mean square"),
    PARE_REAL(train_options, decay, 0, 100, "0",
              "L2: adds decay/2 times the sum of squared weights to the loss; not for biases",
              .flags = PARE_OPTION_PER_PARAM),
    PARE_REAL(train_options, l1, 0, 100, "0",
              "L1: adds l1 times the sum of absolute weights to the loss; not for biases",
              .flags = PARE_OPTION_PER_PARAM),
    PARE_CHOICE(train_options, policy, "constant|step|cosine", "cosine",
                "how the rate falls over the epochs of this call"),
    PARE_INT(train_options, step_epochs, 1, 1000000, "10",
             "step: epochs from one fall to the next"),
    PARE_REAL(train_options, step_factor, 0, 1, "0.1", "step: factor of every fall"),
    PARE_REAL(train_options, rate_end, 0, 1, "0", "cosine: share of the rate left at the end"),
    PARE_INT(train_options, warmup, 0, 1000000, "0", "epochs over which the rate rises from 0"),
    PARE_CHOICE(train_options, loss, "softmax|sigmoid", "softmax",
                "softmax: cross entropy; sigmoid: binary cross entropy of every class"),
    PARE_REAL(train_options, dropout, 0, 0.99, "none",
              "rate of all dropout layers; none: as the model says",
              .flags = PARE_OPTION_MAY_BE_NONE),
    PARE_BOOL(train_options, frozen, "false", "leave the parameter as it is",
              .flags = PARE_OPTION_PER_PARAM),
    PARE_OPTIONS_END,
};

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static const struct train_options *options_of(const struct trainer *t, size_t param)
{
    return t->own ? &t->own[param] : &t->options;
}

/* What is asked for must be possible; nothing is ignored in silence. */
static int check(const struct trainer *t, struct pare_error *err)
{
    bool dropout = isnan(t->options.dropout) || t->options.dropout == 0.0;

    if (t->data->info.count[PARE_SPLIT_TRAIN] == 0)
        return pare_fail(err, PARE_EUSER, "train: the data set has no training samples");
    for (size_t i = 0; i < t->net->layers; i++)
        dropout = dropout || t->net->layer[i].desc.kind == LAYER_DROPOUT;
    if (!dropout)
        return pare_fail(err, PARE_EUSER,
                         "train: a dropout of %g was asked for, but the model has no dropout "
                         "layer; give the model a dropout rate",
                         t->options.dropout);
    return PARE_OK;
}

struct trainer *trainer_new(struct pare_net *net, struct data *data, struct pool *pool,
                            const struct train_options *options, const struct train_options *own,
                            struct pare_rng *order, struct pare_rng *dropout,
                            struct pare_error *err)
{
    size_t samples = data->info.count[PARE_SPLIT_TRAIN], batch = (size_t)options->batch;
    size_t values = net->input[0] * net->input[1] * net->input[2];
    struct optimizer_rule rule = {.kind = (enum optimizer_kind)options->optimizer,
                                  .momentum = options->momentum,
                                  .beta1 = options->beta1,
                                  .beta2 = options->beta2,
                                  .epsilon = options->epsilon};
    struct trainer *t = alloc_zero(1, sizeof *t, "training", err);

    if (!t)
        return NULL;
    *t = (struct trainer){.net = net,
                          .data = data,
                          .pool = pool,
                          .options = *options,
                          .own = own,
                          .order = order,
                          .dropout = dropout,
                          .started = now()};
    if (batch > samples)
        batch = samples;
    if (check(t, err) != PARE_OK || net_reserve(net, batch, err) != PARE_OK)
        goto fail;
    t->options.batch = (int64_t)batch;
    t->steps = (int64_t)((samples + batch - 1) / batch);
    if (!(t->optimizer = optimizer_new(net, &rule, err)) ||
        !(t->want = alloc_zero(net->params, sizeof *t->want, "training", err)) ||
        !(t->step = alloc_zero(net->params, sizeof *t->step, "training", err)) ||
        !(t->index = alloc_zero(samples, sizeof *t->index, "sample order", err)))
        goto fail;
    for (size_t i = 0; i < 2; i++)
        if (!(t->batch[i].x = alloc_zero(batch, values * sizeof(float), "a batch", err)) ||
            !(t->batch[i].y = alloc_zero(batch, sizeof(uint16_t), "a batch", err)))
            goto fail;
    for (size_t i = 0; i < net->params; i++) {
        const struct train_options *o = options_of(t, i);

        t->step[i] = (struct optimizer_step){.decay = o->decay, .l1 = o->l1};
    }
    return t;
fail:
    trainer_free(t);
    return NULL;
}

void trainer_free(struct trainer *t)
{
    if (!t)
        return;
    net_set_dropout(t->net, NAN);
    optimizer_free(t->optimizer);
    free(t->want);
    free(t->step);
    free(t->index);
    for (size_t i = 0; i < 2; i++) {
        free(t->batch[i].x);
        free(t->batch[i].y);
    }
    free(t);
}

/* The factor of all rates at a step of the epoch under way, both from 0. */
static double rate_factor(const struct trainer *t, int64_t step)
{
    const struct train_options *o = &t->options;
    double at = (double)t->epoch + (double)step / (double)t->steps; /* epochs done */
    int64_t falls = t->epoch / o->step_epochs;
    double factor = 1.0;

    if (o->policy == POLICY_STEP)
        factor = pow(o->step_factor, (double)falls);
    else if (o->policy == POLICY_COSINE)
        factor = o->rate_end +
                 (1.0 - o->rate_end) * 0.5 * (1.0 + cos(acos(-1.0) * at / (double)o->epochs));
    if (at < (double)o->warmup)
        factor *= (at + 1.0 / (double)t->steps) / (double)o->warmup;
    return factor;
}

/* What a rate of the options comes to at a step of the epoch under way. */
static double rate_at(const struct trainer *t, double rate, int64_t step)
{
    double whole = t->options.rate;

    if (!t->change || isnan(t->change->rate))
        return rate * rate_factor(t, step);
    return whole > 0.0 ? t->change->rate * (rate / whole) : t->change->rate;
}

/* Puts in force for a step what the options say and events have changed. */
static void settle(struct trainer *t, int64_t step)
{
    const struct train_change *change = t->change;

    for (size_t i = 0; i < t->net->params; i++) {
        const struct train_options *o = options_of(t, i);

        t->step[i].frozen = o->frozen || (change && change->frozen && change->frozen[i]);
        t->step[i].rate = rate_at(t, o->rate, step);
        t->want[i] = !t->step[i].frozen;
    }
    net_set_dropout(t->net,
                    !change || isnan(change->dropout) ? t->options.dropout : change->dropout);
}

static size_t batch_size(const struct trainer *t, int64_t step)
{
    size_t samples = t->data->info.count[PARE_SPLIT_TRAIN], batch = (size_t)t->options.batch;
    size_t first = (size_t)step * batch;

    return samples - first < batch ? samples - first : batch;
}

/* Reads the batch of step t->ahead, if there is one; runs beside other work. */
static void read_ahead(void *context)
{
    struct trainer *t = context;
    struct trainer_batch *b = &t->batch[t->ahead % 2];
    size_t first = (size_t)t->ahead * (size_t)t->options.batch;
    enum profile_part was = profile_switch(t->net->profile, PROFILE_DATA);

    if (t->ahead < t->steps)
        b->status = data_read(t->data, PARE_SPLIT_TRAIN, t->index + first, batch_size(t, t->ahead),
                              b->x, b->y, &b->error);
    t->ahead++;
    profile_switch(t->net->profile, was);
}

/* The passes of n samples and their loss. */
static double take_passes(struct trainer *t, const struct trainer_batch *b, size_t n, size_t *wrong)
{
    struct profile *profile = t->net->profile;
    double loss;

    net_forward(t->net, t->pool, b->x, n, t->dropout);
    loss = net_loss(t->net, b->y, n, (enum net_loss)t->options.loss, wrong);
    if (profile)
        profile_count(profile, 2.0 * (double)n * (double)net_macs(t->net, false));
    if (!isfinite(loss))
        return loss;
    profile_switch(profile, PROFILE_BACKWARD);
    net_backward(t->net, t->pool, b->x, n, t->want);
    if (profile)
        profile_count(profile, 2.0 * (double)n * (double)net_backward_macs(t->net, t->want));
    return loss;
}

static bool all_finite(const float *x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!isfinite(x[i]))
            return false;
    return true;
}

/* Says where the numbers of a forward pass over x [n] went wrong first. */
static int fail_loss(const struct trainer *t, int64_t step, const float *x, size_t n,
                     struct pare_error *err)
{
    const struct pare_net *net = t->net;
    const char *what = "the logits are too far apart", *whose = "";
    size_t values = net->input[0] * net->input[1] * net->input[2];

    for (size_t i = net->layers; i-- > 0;) {
        size_t last = i + net->layer[i].joined; /* the one whose output is there */
        const size_t *out = net->layer[last].out;
        const float *y = last + 1 < net->layers ? net_layer_input(net, last + 1, x) : net->logits;

        if (*net->layer[i].desc.name && !all_finite(y, n * out[0] * out[1] * out[2])) {
            what = "first in the output of ";
            whose = net->layer[i].desc.name;
        }
    }
    for (size_t i = net->params; i-- > 0;)
        if (!all_finite(net->param[i].value, net->param[i].count)) {
            what = "first in ";
            whose = net->param[i].name;
        }
    if (!all_finite(x, n * values))
        return pare_fail(err, PARE_ENUMBER,
                         "train: the data is not finite at epoch %lld, step %lld",
                         (long long)t->epoch + 1, (long long)step + 1);
    return pare_fail(err, PARE_ENUMBER,
                     "train: the loss is not finite at epoch %lld, step %lld, %s%s; try a "
                     "smaller rate, or a warmup",
                     (long long)t->epoch + 1, (long long)step + 1, what, whose);
}

/* One step; adds its loss and its wrong predictions to the sums. */
static int take_step(struct trainer *t, int64_t step, double *loss_sum, size_t *wrong_sum,
                     struct pare_error *err)
{
    const struct trainer_batch *b = &t->batch[step % 2];
    size_t n = batch_size(t, step), wrong;
    enum profile_part was;
    double loss;
    int status;

    if (t->stub)
        return PARE_OK;
    if (step == 0) {
        t->ahead = 0;
        read_ahead(t);
    }
    if (b->status != PARE_OK) {
        if (err)
            *err = b->error;
        return b->status;
    }
    settle(t, step);
    was = profile_switch(t->net->profile, PROFILE_FORWARD);
    loss = take_passes(t, b, n, &wrong);
    if (!isfinite(loss))
        return fail_loss(t, step, b->x, n, err);
    *loss_sum += loss * (double)n;
    *wrong_sum += wrong;
    profile_switch(t->net->profile, PROFILE_OPTIMIZER);
    status = optimizer_step_beside(t->optimizer, t->net, t->pool, t->step, read_ahead, t, err);
    profile_switch(t->net->profile, was);
    return status;
}

/* What to tell the events after some steps of the epoch under way. */
static struct train_progress progress(const struct trainer *t, int64_t step, double loss_sum,
                                      size_t wrong, double epoch_started)
{
    size_t samples = t->data->info.count[PARE_SPLIT_TRAIN];
    double seen = fmin((double)(step * t->options.batch), (double)samples), time = now();
    double all = (double)t->options.epochs * (double)t->steps;
    double before = (double)t->first * (double)t->steps;
    double done = (double)t->epoch * (double)t->steps + (double)step;

    return (struct train_progress){
        .epoch = t->epoch + 1,
        .epochs = t->options.epochs,
        .step = step,
        .steps = t->steps,
        .loss = t->stub ? t->stub->loss : loss_sum / seen,
        .error_percent = t->stub ? t->stub->error_percent : 100.0 * (double)wrong / seen,
        .rate = rate_at(t, t->options.rate, step - 1),
        .images_per_second = seen / fmax(time - epoch_started, 1e-9),
        .seconds_left = (time - t->started) / (done - before) * (all - done),
        .validation_error_percent = NAN,
    };
}

static int tell(int (*event)(void *, const struct train_progress *, struct pare_error *),
                void *context, const struct train_progress *at, bool *stop, struct pare_error *err)
{
    int answer = event ? event(context, at, err) : 0;

    if (answer > 0)
        *stop = true;
    return answer < 0 ? answer : PARE_OK;
}

/* The last step's outcome shows in no loss. */
static int check_finite(const struct trainer *t, struct pare_error *err)
{
    for (size_t i = 0; i < t->net->params; i++)
        if (!all_finite(t->net->param[i].value, t->net->param[i].count))
            return pare_fail(err, PARE_ENUMBER,
                             "train: %s is not finite after epoch %lld; try a smaller rate, or a "
                             "warmup",
                             t->net->param[i].name, (long long)t->epoch + 1);
    return PARE_OK;
}

static int finish_epoch(struct trainer *t, struct train_progress *at,
                        const struct train_events *events, struct pare_error *err)
{
    struct test_result test_result;
    bool stop = false;
    int status = check_finite(t, err);

    if (t->stub) {
        at->validation_error_percent = t->stub->validation_error_percent;
    } else if (status == PARE_OK && t->data->info.count[PARE_SPLIT_VALIDATION] > 0) {
        status = test(t->net, t->data, t->pool, PARE_SPLIT_VALIDATION,
                      (enum net_loss)t->options.loss, &test_result, err);
        at->validation_error_percent = test_result.error_percent;
    }
    if (status != PARE_OK)
        return status;
    t->epoch++;
    t->result.epochs = t->epoch;
    t->result.loss = at->loss;
    t->result.error_percent = at->error_percent;
    t->result.validation_error_percent = at->validation_error_percent;
    if (events)
        status = tell(events->epoch, events->context, at, &stop, err);
    t->result.stopped = stop;
    t->result.seconds = now() - t->started;
    return status;
}

int trainer_epoch(struct trainer *t, const struct train_events *events, struct pare_error *err)
{
    size_t samples = t->data->info.count[PARE_SPLIT_TRAIN], wrong = 0;
    struct train_progress at = {0};
    double loss_sum = 0.0, started = now();
    bool stop = false;
    int status;

    t->change = events ? events->change : NULL;
    enum profile_part was = profile_switch(t->net->profile, PROFILE_DATA);
    for (size_t i = 0; i < samples && !t->stub; i++)
        t->index[i] = (uint32_t)i;
    if (!t->stub)
        pare_rng_shuffle(t->order, t->index, samples);
    profile_switch(t->net->profile, was);
    for (int64_t step = 0; step < t->steps && !stop; step++) {
        status = take_step(t, step, &loss_sum, &wrong, err);
        if (status != PARE_OK)
            return status;
        t->result.steps++;
        if (step + 1 == t->steps || (events && events->step))
            at = progress(t, step + 1, loss_sum, wrong, started);
        if (events) {
            status = tell(events->step, events->context, &at, &stop, err);
            if (status != PARE_OK)
                return status;
        }
    }
    if (!stop)
        return finish_epoch(t, &at, events, err);
    t->result.stopped = true;
    t->result.loss = at.loss;
    t->result.error_percent = at.error_percent;
    t->result.seconds = now() - t->started;
    return check_finite(t, err);
}

int train(struct pare_net *net, struct data *data, struct pool *pool,
          const struct train_options *options, const struct train_options *own,
          struct pare_rng *order, struct pare_rng *dropout, const struct train_events *events,
          struct train_result *result, struct pare_error *err)
{
    struct trainer *t = trainer_new(net, data, pool, options, own, order, dropout, err);
    int status = PARE_OK;

    if (!t)
        return err ? err->status : PARE_ENOMEM;
    t->result.validation_error_percent = NAN;
    while (status == PARE_OK && t->epoch < options->epochs && !t->result.stopped)
        status = trainer_epoch(t, events, err);
    *result = t->result;
    trainer_free(t);
    return status;
}
