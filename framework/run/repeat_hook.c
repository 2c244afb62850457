/* SPDX-License-Identifier: Apache-2.0 */
/* Trainings and prunings with hooks, out of a journal. In the place of the script's
 * hooks stand ones that do at each moment what is recorded for it: verbs, changes of
 * the training, the word that stops it. */

#include "base/alloc.h"
#include "run/change.h"
#include "run/journal.h"
#include "run/repeat.h"
#include "run/tree.h"
#include "run/verbs.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct lesson {
    struct repeat *r;
    size_t end;                  /* the record of the train */
    const struct value *changes; /* that are still to come */
    struct train_change change;
};

/* Does the verb's record say that this hook has failed? */
static bool has_failed(const struct value *record, const char *hook)
{
    const char *text = repeat_text(value_get(record, "error"), "text");

    return strcmp(text, hook) == 0;
}

/* The records at next that the hook left when it was called there. */
static int do_hook(struct repeat *r, size_t end, const char *hook, int64_t at,
                   struct pare_error *err)
{
    int status = PARE_OK;

    while (status == PARE_OK && r->next < end) {
        enum journal_kind kind = journal_at(r->journal, r->next)->kind;
        size_t i = r->next;

        if (kind == JOURNAL_PLUGIN || kind == JOURNAL_REQUIRE) {
            r->next++;
            continue;
        }
        if (!r->pruning && strcmp(repeat_text(r->record[i], "hook"), "on_prune") == 0)
            i = repeat_parent(r);
        if (i >= end || strcmp(repeat_text(r->record[i], "hook"), hook) != 0 ||
            repeat_int(r->record[i], "hook_at") != at)
            break;
        status = repeat_next(r, err);
    }
    return status;
}

/* Takes over what hooks had changed after so many steps. */
static int take_changes(struct lesson *l, int64_t done, struct pare_error *err)
{
    int status = PARE_OK;

    for (; l->changes && repeat_int(l->changes, "done") <= done && status == PARE_OK;
         l->changes = l->changes->next) {
        struct value *asked = value_clone(l->changes);

        value_drop(asked, "done");
        status = change_read(&l->r->run, "changes", asked, &l->change, err);
        value_free(asked);
    }
    return status;
}

/* The record of the epoch under way; NULL: there is none. */
static const struct value *epoch_of(const struct lesson *l)
{
    for (size_t i = l->r->next; i < l->end; i++)
        if (journal_at(l->r->journal, i)->kind == JOURNAL_EPOCH)
            return l->r->record[i];
    return NULL;
}

static const struct value *element(const struct value *list, int64_t i)
{
    const struct value *m = list ? list->child : NULL;

    while (m && i-- > 0)
        m = m->next;
    return m;
}

static void add_real(struct value *group, const char *name, double real)
{
    tree_real(group, name, real);
    if (!isfinite(real))
        value_get(group, name)->kind = VALUE_NONE;
}

static struct value *numbers_of(const struct train_progress *at)
{
    struct value *now = tree_group();

    add_real(now, "loss", at->loss);
    add_real(now, "error", at->error_percent);
    add_real(now, "rate", at->rate);
    if (!isnan(at->validation_error_percent))
        add_real(now, "validation_error", at->validation_error_percent);
    return now;
}

/* The numbers of a whole epoch (step 0), or of a step that a hook has seen. */
static int compare_numbers(const struct lesson *l, const struct value *epoch,
                           const struct train_progress *at, int64_t step, struct pare_error *err)
{
    static const char *const names[] = {"loss", "error", "rate", "validation_error"};
    struct value *now = numbers_of(at), *recorded = tree_group();
    char *what =
        step ? xasprintf("train, epoch %lld, step %lld", (long long)at->epoch, (long long)step)
             : xasprintf("train, epoch %lld", (long long)at->epoch);

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char *list = xasprintf("step_%s", names[i]);
        const struct value *v =
            step ? element(value_get(epoch, list), step - 1) : value_get(epoch, names[i]);

        free(list);
        if (!v)
            continue;
        struct value *copy = value_clone(v);
        free(copy->name);
        copy->name = xstrdup(names[i]);
        value_add(recorded, copy);
    }
    int status = repeat_compare(l->r, l->r->record[l->end], what, recorded, now, "", err);
    free(what);
    value_free(recorded);
    value_free(now);
    return status;
}

static bool says(const struct value *group, const char *name)
{
    const struct value *v = value_get(group, name);

    return v && v->kind == VALUE_BOOL && v->boolean;
}

/* The end of an epoch's record: does the hook stop, or fail? */
static int answer(struct lesson *l, const struct value *epoch, const char *failure,
                  struct pare_error *err)
{
    struct repeat *r = l->r;

    while (r->next < l->end && r->record[r->next] != epoch &&
           journal_at(r->journal, r->next)->kind == JOURNAL_PLUGIN)
        r->next++;
    if (r->record[r->next] != epoch)
        return pare_fail(err, PARE_EFORMAT, "the journal has a %s where an epoch of train ends",
                         repeat_text(r->record[r->next], "verb"));
    r->next++;
    if (!epoch_of(l) && has_failed(r->record[l->end], failure))
        return pare_fail(err, PARE_EUSER, "%s", failure);
    return says(epoch, "stopped") ? 1 : 0;
}

static int on_step(void *context, const struct train_progress *at, struct pare_error *err)
{
    struct lesson *l = context;
    int64_t done = (at->epoch - 1) * at->steps + at->step;
    const struct value *epoch = epoch_of(l);
    int status = PARE_OK;

    if (epoch && value_get(epoch, "step_loss"))
        status = compare_numbers(l, epoch, at, at->step, err);
    if (status == PARE_OK)
        status = do_hook(l->r, l->end, "on_step", done, err);
    if (status == PARE_OK)
        status = take_changes(l, done, err);
    if (status != PARE_OK || !epoch || !says(epoch, "partial") ||
        repeat_int(epoch, "epoch") != at->epoch || repeat_int(epoch, "step") != at->step)
        return status;
    /* The last step of a train that a hook has ended, or that has failed after it. */
    if (!says(epoch, "stopped") && !has_failed(l->r->record[l->end], "train.on_step: failed"))
        return PARE_OK;
    return answer(l, epoch, "train.on_step: failed", err);
}

static int on_epoch(void *context, const struct train_progress *at, struct pare_error *err)
{
    struct lesson *l = context;
    const struct value *epoch = epoch_of(l);
    int status = PARE_OK;

    if (!epoch)
        return PARE_OK; /* it goes on for longer than recorded: shows in the result */
    status = compare_numbers(l, epoch, at, 0, err);
    if (status == PARE_OK)
        status = do_hook(l->r, l->end, "on_epoch", at->epoch * at->steps, err);
    if (status == PARE_OK)
        status = take_changes(l, at->epoch * at->steps, err);
    return status == PARE_OK ? answer(l, epoch, "train.on_epoch: failed", err) : status;
}

int repeat_train(struct repeat *r, struct pare_error *err)
{
    struct lesson l = {.r = r, .end = r->next + 1};
    const struct train_events events = {&l, on_step, on_epoch, &l.change};
    struct verb_call call = {.events = &events};
    const struct value *changes;

    while (l.end < r->records && (journal_at(r->journal, l.end)->kind != JOURNAL_VERB ||
                                  journal_at(r->journal, l.end)->inside))
        l.end++;
    if (l.end == r->records || strcmp(repeat_text(r->record[l.end], "verb"), "train") != 0)
        return pare_fail(err, PARE_EFORMAT, "the journal has a train without an end");
    changes = value_get(value_get(r->record[l.end], "options"), "changes");
    l.changes = changes ? changes->child : NULL;
    bool *frozen = xcalloc(r->run.net->params + 1, sizeof *frozen);
    change_start(&r->run, frozen, &l.change);
    r->next++;
    int status = repeat_verb(r, l.end, &call, err);
    r->next = l.end + 1;
    free(frozen);
    return status;
}

/* A prune with a hook, of which the record has what it saw: ( {kept, ...} ). */
struct pruning {
    struct repeat *r;
    size_t end;
    const struct value *shown; /* what is next */
    int64_t item;
};

static int on_prune(void *context, const struct prune_item *item, struct pare_error *err)
{
    struct pruning *p = context;
    struct value *now = tree_group(), *recorded = p->shown ? value_clone(p->shown) : NULL;
    bool undone = says(p->shown, "undone");
    char *what = xasprintf("prune, %s", item->param->name);

    tree_size(now, "kept", item->kept);
    tree_size(now, "wanted", item->kept_wanted);
    add_real(now, "cut", item->cut);
    if (recorded)
        value_drop(recorded, "undone");
    int status = repeat_compare(p->r, p->r->record[p->end], what, recorded, now, "", err);
    if (status == PARE_OK) {
        p->r->pruning = true;
        status = do_hook(p->r, p->end, "on_prune", p->item, err);
        p->r->pruning = false;
    }
    p->shown = p->shown ? p->shown->next : NULL;
    p->item++;
    if (status == PARE_OK && !p->shown &&
        has_failed(p->r->record[p->end], "prune.on_prune: failed"))
        status = pare_fail(err, PARE_EUSER, "prune.on_prune: failed");
    free(what);
    value_free(recorded);
    value_free(now);
    return status == PARE_OK && undone ? 1 : status;
}

int repeat_prune(struct repeat *r, size_t i, struct pare_error *err)
{
    struct pruning p = {.r = r, .end = i, .shown = value_get(r->record[i], "shown")->child};
    const struct prune_events events = {&p, on_prune};
    struct verb_call call = {.prune_events = &events};
    int status = repeat_verb(r, i, &call, err);

    if (status == PARE_OK && r->next != i && !value_get(r->record[i], "error"))
        status = pare_fail(err, PARE_EFORMAT, "the journal has a %s that no hook of prune calls",
                           repeat_text(r->record[r->next], "verb"));
    r->next = i + 1;
    return status;
}
