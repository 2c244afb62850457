/* SPDX-License-Identifier: Apache-2.0 */
/* The verb train: each parameter's options, then net/train.c, with the script's
 * events, the watcher and the metrics hung into it. */

#include "base/alloc.h"
#include "run/asked.h"
#include "run/record.h"
#include "run/stages.h"
#include "run/tree.h"
#include "run/verbs.h"
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

struct hook {
    struct run *run;
    const struct train_events *script; /* may be NULL */
    double started;
};

static int on_step(void *context, const struct train_progress *at, struct pare_error *err)
{
    struct hook *hook = context;
    const struct run_watch *watch = &hook->run->watch;

    if (watch->train_progress)
        watch->train_progress(watch->context, at, false);
    if (hook->script && hook->script->step)
        return hook->script->step(hook->script->context, at, err);
    return 0;
}

static int epoch_metrics(struct hook *hook, const struct train_progress *at, struct pare_error *err)
{
    struct value *line = tree_group();
    tree_int(line, "epoch", at->epoch);
    tree_int(line, "epochs", at->epochs);
    tree_real(line, "loss", at->loss);
    tree_real(line, "error", at->error_percent);
    if (!isnan(at->validation_error_percent))
        tree_real(line, "validation_error", at->validation_error_percent);
    tree_real(line, "rate", at->rate);
    tree_real(line, "seconds", record_clock() - hook->started);
    int status = record_metrics(hook->run, "epoch", line, err);
    value_free(line);
    return status;
}

static int on_epoch(void *context, const struct train_progress *at, struct pare_error *err)
{
    struct hook *hook = context;
    const struct run_watch *watch = &hook->run->watch;
    int status = epoch_metrics(hook, at, err);

    if (status != PARE_OK)
        return status;
    if (watch->train_progress)
        watch->train_progress(watch->context, at, true);
    if (hook->script && hook->script->epoch)
        return hook->script->epoch(hook->script->context, at, err);
    return 0;
}

static struct value *result_of(const struct train_result *got)
{
    struct value *group = tree_group();
    tree_int(group, "epochs", got->epochs);
    tree_int(group, "steps", got->steps);
    tree_real(group, "loss", got->loss);
    tree_real(group, "error", got->error_percent);
    if (!isnan(got->validation_error_percent))
        tree_real(group, "validation_error", got->validation_error_percent);
    tree_bool(group, "stopped", got->stopped);
    tree_real(group, "seconds", got->seconds);
    return group;
}

/* Fills own [params] and adds to asked what differs from the call as a whole.
 * Parameters that are not selected stand still. */
static int own_options(const struct run *run, const struct verb_call *call,
                       struct train_options *own, struct value *asked, struct pare_error *err)
{
    for (size_t i = 0; i < run->net->params; i++) {
        const struct pare_param *p = &run->net->param[i];
        struct asked one;
        int status = asked_open(&one, run, VERB_TRAIN, p, call->options, &own[i], err);
        bool selected = !call->want || call->want[i];
        if (status == PARE_OK && selected)
            record_own(asked, p, &one);
        asked_close(&one); /* leaves the numbers in own[i] */
        own[i].frozen |= !selected;
        if (status != PARE_OK)
            return status;
    }
    return PARE_OK;
}

int verb_train(struct run *run, const struct verb_call *call, struct value **result,
               struct pare_error *err)
{
    struct train_options options = {0}, *own = NULL;
    struct train_result got = {0};
    struct value *asked = NULL, *group = NULL;
    struct hook hook = {run, call->events, record_clock()};
    const struct train_events events = {&hook, on_step, on_epoch};
    struct asked whole;

    int status = asked_open(&whole, run, VERB_TRAIN, NULL, call->options, &options, err);
    if (status != PARE_OK)
        goto out;
    asked = record_options(run, &whole, call->want);
    own = xcalloc(run->net->params + 1, sizeof *own);
    status = own_options(run, call, own, asked, err);
    if (status != PARE_OK)
        goto out;

    record_start(run, "train", "%" PRId64 " epoch%s, rate %g", options.epochs,
                 options.epochs == 1 ? "" : "s", options.rate);
    stages_changed(run);
    run->loss = (enum net_loss)options.loss;
    status = train(run->net, &run->data, run->pool, &options, own, &run->order, &run->dropout,
                   &events, &got, err);
    stages_changed(run); /* a test by a hook was of an earlier net */
    if (status != PARE_OK)
        goto out;
    run->trained = true;
    group = result_of(&got);
    status = record_end(run, "train", asked, group, err);
out:
    if (status == PARE_OK)
        *result = group;
    else
        value_free(group);
    free(own);
    value_free(asked);
    asked_close(&whole);
    return status;
}
