/* SPDX-License-Identifier: Apache-2.0 */
/* The verb train: each parameter's options, then net/train.c, with the script's
 * events, the watcher and the metrics hung into it. */

#include "base/alloc.h"
#include "run/asked.h"
#include "run/change.h"
#include "run/dry.h"
#include "run/record.h"
#include "run/stages.h"
#include "run/tree.h"
#include "run/verbs.h"
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct hook {
    struct run *run;
    const struct train_events *script; /* may be NULL */
    double started;
    struct train_change last; /* that the journal knows; frozen NULL: nothing can change */
    struct value *changes;    /* ( {done, rate, dropout, frozen} ) */
    struct value **end;       /* of that list */
};

/* Keeps what the script's event has changed, for the journal: it is no option, but
 * decides the steps after done as one does. */
static void note_change(struct hook *hook, const struct train_progress *at)
{
    const struct train_change *now = hook->script->change;

    if (!hook->last.frozen || change_equal(hook->run, now, &hook->last))
        return;
    struct value *line = tree_group();
    *hook->end = line;
    hook->end = &line->next;
    tree_int(line, "done", (at->epoch - 1) * at->steps + at->step);
    change_print(hook->run, now, line);
    hook->last.rate = now->rate;
    hook->last.dropout = now->dropout;
    memcpy(hook->last.frozen, now->frozen, hook->run->net->params * sizeof *now->frozen);
}

static int call_script(struct hook *hook,
                       int (*event)(void *, const struct train_progress *, struct pare_error *),
                       const struct train_progress *at, struct pare_error *err)
{
    int answer = event(hook->script->context, at, err);

    note_change(hook, at);
    return answer;
}

static int on_step(void *context, const struct train_progress *at, struct pare_error *err)
{
    struct hook *hook = context;
    const struct run_watch *watch = &hook->run->watch;

    if (watch->train_progress)
        watch->train_progress(watch->context, at, false);
    if (hook->script && hook->script->step)
        return call_script(hook, hook->script->step, at, err);
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
        return call_script(hook, hook->script->epoch, at, err);
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

static struct hook start_hooks(struct run *run, const struct train_events *script)
{
    struct hook hook = {.run = run, .script = script, .started = record_clock()};

    if (script && script->change) {
        bool *frozen = xcalloc(run->net->params + 1, sizeof *frozen);
        change_start(run, frozen, &hook.last);
        hook.changes = value_new(VALUE_LIST, "changes", "result", 0);
        hook.end = &hook.changes->child;
    }
    return hook;
}

static bool has_hooks(const struct verb_call *call)
{
    return call->events && (call->events->step || call->events->epoch);
}

int verb_train(struct run *run, const struct verb_call *call, struct value **result,
               struct pare_error *err)
{
    struct train_options options = {0}, *own = NULL;
    struct train_result got = {0};
    struct value *asked = NULL, *group = NULL;
    struct hook hook = start_hooks(run, call->events);
    const struct train_events events = {&hook, on_step, on_epoch,
                                        hook.script ? hook.script->change : NULL};
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
    if (run->dry)
        status = dry_train(run, &options, own, &events, has_hooks(call), &got, err);
    else
        status = train(run->net, &run->data, run->pool, &options, own, &run->order, &run->dropout,
                       &events, &got, err);
    stages_changed(run); /* a test by a hook was of an earlier net */
    if (status != PARE_OK)
        goto out;
    run->trained = !run->dry;
    group = result_of(&got);
    if (hook.changes && hook.changes->child)
        value_add(asked, value_clone(hook.changes));
    status = record_end(run, "train", asked, group, err);
out:
    if (status == PARE_OK)
        *result = group;
    else
        value_free(group);
    free(own);
    free(hook.last.frozen);
    value_free(hook.changes);
    value_free(asked);
    asked_close(&whole);
    return status;
}
