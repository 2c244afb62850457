/* SPDX-License-Identifier: Apache-2.0 */
/* A training out of the journal: begin, then for each epoch what its hooks have
 * called and the epoch's record, then the record of the verb. An epoch's record
 * holds what on_step saw at each of its steps, where there is such a hook. */

#include "base/alloc.h"
#include "run/record.h"
#include "run/replay.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static int64_t int_of(const struct value *group, const char *name)
{
    const struct value *v = value_get(group, name);

    return v && v->kind == VALUE_INT ? v->integer : 0;
}

static double real_of(const struct value *v)
{
    return v && v->kind == VALUE_REAL ? v->real : NAN;
}

static bool bool_of(const struct value *group, const char *name)
{
    const struct value *v = value_get(group, name);

    return v && v->kind == VALUE_BOOL && v->boolean;
}

static struct train_progress progress_of(const struct value *epoch)
{
    return (struct train_progress){
        .epoch = int_of(epoch, "epoch"),
        .epochs = int_of(epoch, "epochs"),
        .step = int_of(epoch, "step"),
        .steps = int_of(epoch, "steps"),
        .loss = real_of(value_get(epoch, "loss")),
        .error_percent = real_of(value_get(epoch, "error")),
        .rate = real_of(value_get(epoch, "rate")),
        .validation_error_percent = real_of(value_get(epoch, "validation_error")),
    };
}

static const struct value *first_of(const struct value *epoch, const char *name)
{
    const struct value *list = value_get(epoch, name);

    return list ? list->child : NULL;
}

/* Calls on_step as often as it was called; what it answers last in *answer. */
static int call_steps(const struct value *epoch, const struct train_events *script, int *answer,
                      struct pare_error *err)
{
    const struct value *loss = first_of(epoch, "step_loss"), *error = first_of(epoch, "step_error");
    const struct value *rate = first_of(epoch, "step_rate");
    struct train_progress at = progress_of(epoch);

    at.validation_error_percent = NAN;
    for (at.step = 1; loss && error && rate && *answer == 0; at.step++) {
        at.loss = real_of(loss);
        at.error_percent = real_of(error);
        at.rate = real_of(rate);
        *answer = script->step(script->context, &at, err);
        loss = loss->next;
        error = error->next;
        rate = rate->next;
    }
    return loss ? PARE_ESTATE : PARE_OK;
}

/* The hooks of one epoch. *answer: > 0 they stop the training, < 0 they have failed. */
static int call_hooks(struct run *run, const struct value *epoch, const struct train_events *script,
                      int *answer, struct pare_error *err)
{
    const struct train_progress at = progress_of(epoch);
    bool whole = !bool_of(epoch, "partial");
    int status = PARE_OK;

    *answer = 0;
    if (script->step)
        status = call_steps(epoch, script, answer, err);
    if (run->broken.status == PARE_OK && status == PARE_OK && *answer == 0 && whole)
        status = record_epoch_metrics(run, &at, err);
    if (status == PARE_OK && *answer == 0 && whole && script->epoch)
        *answer = script->epoch(script->context, &at, err);
    return run->broken.status != PARE_OK ? run->broken.status : status;
}

/* The next record of this training: an epoch of it or its end; replay->end: neither. */
static size_t find_next(const struct run *run)
{
    size_t i = run->replay->next;

    for (; i < run->replay->end; i++) {
        const struct journal_record *r = journal_at(run->journal, i);

        if (r->kind == JOURNAL_EPOCH || (r->kind == JOURNAL_VERB && !r->inside))
            break;
    }
    return i;
}

/* One epoch with all that its hooks have called. */
static int replay_epoch(struct run *run, size_t i, const struct train_events *script,
                        struct replay_train *train, struct pare_error *err)
{
    struct value *epoch = journal_read(run->journal, i, err), *taken = NULL;
    struct pare_error failed = {0};
    int answer = 0, status = epoch ? PARE_OK : err->status;

    if (status == PARE_OK)
        status = call_hooks(run, epoch, script, &answer, &failed);
    if (status == PARE_OK && run->replay)
        status = replay_pass(run, err);
    if (run->broken.status != PARE_OK || failed.status == PARE_EIO) {
        *err = run->broken.status != PARE_OK ? run->broken : failed;
        status = err->status;
    } else if (epoch && (status != PARE_OK || !run->replay || run->replay->next != i ||
                         (answer > 0) != bool_of(epoch, "stopped")))
        status = replay_fail(run, err,
                             "journal differs in the train after step %u, epoch %lld: the hooks "
                             "do not call what they have called",
                             run->verbs, (long long)int_of(epoch, "epoch"));
    if (status == PARE_OK)
        status = replay_take(run, &taken, err);
    if (status == PARE_OK) {
        train->epoch = int_of(epoch, "epoch");
        train->result = (struct train_result){
            .epochs = train->epoch,
            .steps = int_of(epoch, "total"),
            .loss = real_of(value_get(epoch, "loss")),
            .error_percent = real_of(value_get(epoch, "error")),
            .validation_error_percent = real_of(value_get(epoch, "validation_error")),
            .stopped = bool_of(epoch, "stopped"),
        };
    }
    value_free(taken);
    value_free(epoch);
    return status;
}

int replay_train(struct run *run, const struct value *options, const struct train_events *script,
                 struct replay_train *train, struct pare_error *err)
{
    struct value *begin = NULL;
    size_t i;
    int status = replay_next(run, JOURNAL_BEGIN, &begin, err);

    *train = (struct replay_train){.result.validation_error_percent = NAN};
    if (status != PARE_OK || !begin)
        return status;
    status = replay_same(run, begin, "train", options, err);
    value_free(begin);
    train->begun = true;
    run->inside = true;
    while (status == PARE_OK && (i = find_next(run)) < run->replay->end &&
           journal_at(run->journal, i)->kind == JOURNAL_EPOCH)
        status = replay_epoch(run, i, script, train, err);
    run->inside = false;
    if (status != PARE_OK)
        return status;
    if (i == run->replay->end)
        return replay_go_on(run, train->epoch, &train->optimizer, err);
    train->over = true;
    return PARE_OK;
}
