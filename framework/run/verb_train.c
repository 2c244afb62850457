/* SPDX-License-Identifier: Apache-2.0 */
/* The verb train: each parameter's options, then a trainer from net/train.c, epoch
 * by epoch, with the script's events, the watcher, the metrics and the journal hung
 * into it. An epoch's record closes what its hooks have done, with a checkpoint
 * behind it, written beside the next epoch; the last epoch leaves that to the record
 * of the verb. */

#include "base/alloc.h"
#include "base/profile.h"
#include "run/asked.h"
#include "run/beside.h"
#include "run/change.h"
#include "run/checkpoint.h"
#include "run/dry.h"
#include "run/record.h"
#include "run/replay.h"
#include "run/stages.h"
#include "run/tree.h"
#include "run/verbs.h"
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What on_step has seen in the epoch under way. */
struct seen {
    double *loss, *error, *rate;
    size_t count, room;
};

struct training {
    struct run *run;
    const struct train_events *script; /* may be NULL */
    struct trainer *trainer;
    struct train_progress last; /* of the last step */
    struct beside *beside;      /* the checkpoint of the epoch before; NULL: none */
    struct seen seen;
    bool whole;               /* the epoch came to its end */
    struct train_change told; /* that changes ends with; frozen NULL: nothing can change */
    struct value *changes;    /* ( {done, rate, dropout, frozen} ) */
    struct value **end;       /* of that list */
};

/* Keeps what the script's event has changed, for the journal: it is no option, but
 * decides the steps after done as one does. */
static void note_change(struct training *t, const struct train_progress *at)
{
    const struct train_change *now = t->script->change;

    if (!t->told.frozen || change_equal(t->run, now, &t->told))
        return;
    struct value *line = tree_group();
    *t->end = line;
    t->end = &line->next;
    tree_int(line, "done", (at->epoch - 1) * at->steps + at->step);
    change_print(t->run, now, line);
    t->told.rate = now->rate;
    t->told.dropout = now->dropout;
    memcpy(t->told.frozen, now->frozen, t->run->net->params * sizeof *now->frozen);
}

/* Until the checkpoint is there, no script runs and nothing is recorded. */
static int wait_beside(struct training *t, struct pare_error *err)
{
    struct beside *beside = t->beside;

    t->beside = NULL;
    enum profile_part was = profile_switch(t->run->net->profile, PROFILE_CHECKPOINTS);
    int status = beside_wait(beside, t->run, err);
    profile_switch(t->run->net->profile, was);
    return status;
}

/* The script's events, at work and in a replay. */
static int script_step(void *context, const struct train_progress *at, struct pare_error *err)
{
    struct training *t = context;

    if (wait_beside(t, err) != PARE_OK)
        return err->status;
    t->run->hook = (struct run_hook){"on_step", (at->epoch - 1) * at->steps + at->step};
    int answer = t->script->step(t->script->context, at, err);
    t->run->hook.name = NULL;
    note_change(t, at);
    return answer;
}

static int script_epoch(void *context, const struct train_progress *at, struct pare_error *err)
{
    struct training *t = context;

    if (wait_beside(t, err) != PARE_OK)
        return err->status;
    t->run->hook = (struct run_hook){"on_epoch", (at->epoch - 1) * at->steps + at->step};
    int answer = t->script->epoch(t->script->context, at, err);
    t->run->hook.name = NULL;
    note_change(t, at);
    return answer;
}

static void keep_step(struct seen *seen, const struct train_progress *at)
{
    if (seen->count == seen->room) {
        seen->room = seen->room ? 2 * seen->room : 256;
        seen->loss = xrealloc(seen->loss, seen->room, sizeof *seen->loss);
        seen->error = xrealloc(seen->error, seen->room, sizeof *seen->error);
        seen->rate = xrealloc(seen->rate, seen->room, sizeof *seen->rate);
    }
    seen->loss[seen->count] = at->loss;
    seen->error[seen->count] = at->error_percent;
    seen->rate[seen->count++] = at->rate;
}

static int on_step(void *context, const struct train_progress *at, struct pare_error *err)
{
    struct training *t = context;
    const struct run_watch *watch = &t->run->watch;

    t->last = *at;
    stages_changed(t->run);
    if (watch->train_progress)
        watch->train_progress(watch->context, at, false);
    if (!t->script || !t->script->step)
        return 0;
    if (t->run->journal)
        keep_step(&t->seen, at);
    return script_step(t, at, err);
}

static int on_epoch(void *context, const struct train_progress *at, struct pare_error *err)
{
    struct training *t = context;
    const struct run_watch *watch = &t->run->watch;
    int status = record_epoch_metrics(t->run, at, err);

    if (status != PARE_OK)
        return status;
    t->last = *at;
    t->whole = true;
    if (watch->train_progress)
        watch->train_progress(watch->context, at, true);
    if (t->script && t->script->epoch)
        return script_epoch(t, at, err);
    return 0;
}

static void put_reals(struct value *group, const char *name, const double *real, size_t n)
{
    struct value *list = tree_add_list(group, name), **end = &list->child;

    for (size_t i = 0; i < n; i++, end = &(*end)->next) {
        *end = value_new(VALUE_REAL, NULL, "result", 0);
        (*end)->real = real[i];
    }
}

static struct value *epoch_record(const struct training *t)
{
    const struct train_progress *at = &t->last;
    struct value *line = tree_group();

    tree_int(line, "epoch", at->epoch);
    tree_int(line, "epochs", at->epochs);
    tree_int(line, "step", at->step);
    tree_int(line, "steps", at->steps);
    tree_int(line, "total", t->trainer->result.steps);
    tree_real(line, "loss", at->loss);
    tree_real(line, "error", at->error_percent);
    if (!isnan(at->validation_error_percent))
        tree_real(line, "validation_error", at->validation_error_percent);
    tree_real(line, "rate", at->rate);
    if (t->trainer->result.stopped)
        tree_bool(line, "stopped", true);
    if (!t->whole)
        tree_bool(line, "partial", true);
    if (t->seen.count > 0) {
        put_reals(line, "step_loss", t->seen.loss, t->seen.count);
        put_reals(line, "step_error", t->seen.error, t->seen.count);
        put_reals(line, "step_rate", t->seen.rate, t->seen.count);
    }
    return line;
}

static int add_epoch(struct training *t, bool checkpoint, struct pare_error *err)
{
    struct value *line = epoch_record(t);
    enum profile_part was = profile_switch(t->run->net->profile, PROFILE_CHECKPOINTS);
    int status;

    if (checkpoint)
        status = beside_start(t->run, t->trainer, line, &t->beside, err);
    else
        status = record_add(t->run, JOURNAL_EPOCH, line, NULL, err);
    profile_switch(t->run->net->profile, was);
    value_free(line);
    return status;
}

static bool is_at_end(const struct trainer *t)
{
    return t->epoch >= t->options.epochs || t->result.stopped;
}

/* One epoch and its record. */
static int train_epoch(struct training *t, struct pare_error *err)
{
    const struct train_events events = {t, on_step, on_epoch, t->script ? t->script->change : NULL};
    struct run *run = t->run;
    int64_t every = run->experiment->checkpoint.epochs;

    t->whole = false;
    t->seen.count = 0;
    t->last = (struct train_progress){.epoch = t->trainer->epoch + 1};
    run->inside = true;
    int status = trainer_epoch(t->trainer, &events, err);
    if (wait_beside(t, err) != PARE_OK)
        status = err->status;
    if (run->journal && run->broken.status == PARE_OK && status != PARE_EIO &&
        status != PARE_ENOMEM) {
        struct pare_error other = {0};
        bool checkpoint = status == PARE_OK && every > 0 && t->trainer->epoch % every == 0 &&
                          !is_at_end(t->trainer);
        int added = add_epoch(t, checkpoint, &other);

        if (added != PARE_OK) {
            *err = other;
            status = added;
        }
    }
    run->inside = false;
    return status;
}

/* A trainer that stands where the journal ends. */
static int open_trainer(struct training *t, const struct train_options *options,
                        const struct train_options *own, const struct replay_train *past,
                        struct pare_error *err)
{
    struct run *run = t->run;

    t->trainer =
        trainer_new(run->net, &run->data, run->pool, options, own, &run->order, &run->dropout, err);
    if (!t->trainer)
        return err->status;
    t->trainer->epoch = t->trainer->first = past->epoch;
    t->trainer->result = past->result;
    if (past->epoch == 0)
        return PARE_OK;
    return optimizer_restore(t->trainer->optimizer, past->optimizer.bytes,
                             past->optimizer.size_bytes, err);
}

/* Counted, not trained. */
static int train_dry(struct training *t, const struct train_options *options,
                     const struct train_options *own, struct train_result *got,
                     struct pare_error *err)
{
    const struct train_events *script = t->script;
    const struct train_events events = {t, on_step, on_epoch, script ? script->change : NULL};

    return dry_train(t->run, options, own, &events, script && (script->step || script->epoch), got,
                     err);
}

/* The epochs that are left. */
static int train_epochs(struct training *t, const struct train_options *options,
                        const struct train_options *own, const struct replay_train *past,
                        struct train_result *got, struct pare_error *err)
{
    int status = open_trainer(t, options, own, past, err);

    while (status == PARE_OK && !is_at_end(t->trainer))
        status = train_epoch(t, err);
    if (t->trainer)
        *got = t->trainer->result;
    trainer_free(t->trainer);
    return status;
}

static int do_train(struct training *t, const struct train_options *options,
                    const struct train_options *own, const struct replay_train *past,
                    struct train_result *got, struct pare_error *err)
{
    struct run *run = t->run;

    record_start(run, "train", "%" PRId64 " epoch%s, rate %g", options->epochs,
                 options->epochs == 1 ? "" : "s", options->rate);
    stages_changed(run);
    run->loss = (enum net_loss)options->loss;
    int status = run->dry ? train_dry(t, options, own, got, err)
                          : train_epochs(t, options, own, past, got, err);
    stages_changed(run); /* a test by a hook was of an earlier net */
    run->trained = run->trained || (status == PARE_OK && !run->dry);
    return status;
}

/* What the journal says when a training begins. */
static int add_begin(struct run *run, const struct value *asked, struct pare_error *err)
{
    struct value *line = tree_group();
    struct value *options = tree_add_group(line, "options");

    value_merge(options, asked);
    run->inside = true;
    int status = record_add(run, JOURNAL_BEGIN, line, NULL, err);
    run->inside = false;
    value_free(line);
    return status;
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

static void start_training(struct training *t, struct run *run, const struct train_events *script)
{
    *t = (struct training){.run = run, .script = script};
    if (!script || !script->change)
        return;
    bool *frozen = xcalloc(run->net->params + 1, sizeof *frozen);
    change_start(run, frozen, &t->told);
    t->changes = value_new(VALUE_LIST, "changes", "result", 0);
    t->end = &t->changes->child;
}

static void end_training(struct training *t)
{
    free(t->told.frozen);
    value_free(t->changes);
    free(t->seen.loss);
    free(t->seen.error);
    free(t->seen.rate);
}

/* What the journal has of it; begins it there when it has nothing. */
static int replay(struct training *t, const struct value *asked, struct replay_train *past,
                  struct pare_error *err)
{
    const struct train_events *script = t->script;
    const struct train_events events = {.context = t,
                                        .step = script && script->step ? script_step : NULL,
                                        .epoch = script && script->epoch ? script_epoch : NULL};
    int status = replay_train(t->run, asked, &events, past, err);

    if (status == PARE_OK && !past->over && !past->begun)
        status = add_begin(t->run, asked, err);
    return status;
}

/* The rest of a training whose options are known, and its record. */
static int finish(struct training *t, const struct train_options *options,
                  const struct train_options *own, struct value *asked,
                  const struct replay_train *past, struct value **group, struct pare_error *err)
{
    struct record record = {.verb = "train", .options = asked, .changed = true};
    struct train_result got = {0};
    bool done = false;
    int status = past->over ? PARE_OK : do_train(t, options, own, past, &got, err);

    if (t->changes && t->changes->child)
        value_add(asked, value_clone(t->changes));
    if (past->over)
        return replay_verb(t->run, "train", asked, &done, group, err);
    if (status != PARE_OK)
        return record_failed(t->run, &record, err);
    record.result = *group = result_of(&got);
    return record_end(t->run, &record, err);
}

int verb_train(struct run *run, const struct verb_call *call, struct value **result,
               struct pare_error *err)
{
    struct train_options options = {0}, *own = NULL;
    struct replay_train past = {0};
    struct value *asked = NULL, *group = NULL;
    struct training training;
    struct asked whole;

    start_training(&training, run, call->events);
    int status = asked_open(&whole, run, VERB_TRAIN, NULL, call->options, &options, err);
    if (status != PARE_OK)
        goto out;
    asked = record_options(run, &whole, call->want);
    own = xcalloc(run->net->params + 1, sizeof *own);
    status = own_options(run, call, own, asked, err);
    if (status == PARE_OK)
        status = replay(&training, asked, &past, err);
    if (status == PARE_OK)
        status = finish(&training, &options, own, asked, &past, &group, err);
out:
    if (status == PARE_OK)
        *result = group;
    else
        value_free(group);
    free(past.optimizer.bytes);
    free(own);
    value_free(asked);
    asked_close(&whole);
    end_training(&training);
    return status;
}
