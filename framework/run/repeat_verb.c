/* SPDX-License-Identifier: Apache-2.0 */
/* One verb out of a journal: its options and its selection, and what it comes to
 * beside what is recorded. Snapshots are kept for as long as a record restores them. */

#include "base/alloc.h"
#include "run/checkpoint.h"
#include "run/journal.h"
#include "run/repeat.h"
#include "run/tree.h"
#include "run/verbs.h"
#include <stdlib.h>
#include <string.h>

struct repeat_held {
    int64_t number; /* of the verb */
    struct held *held;
    struct repeat_held *next;
};

void repeat_held_free(struct repeat *r)
{
    while (r->held) {
        struct repeat_held *first = r->held;

        r->held = first->next;
        held_free(first->held);
        free(first);
    }
}

/* Does a record behind number i restore the snapshot? */
static bool is_restored(const struct repeat *r, size_t i, int64_t number)
{
    for (size_t k = i + 1; k < r->records; k++)
        if (strcmp(repeat_text(r->record[k], "verb"), "restore") == 0 &&
            repeat_int(value_get(r->record[k], "options"), "snapshot") == number)
            return true;
    return false;
}

static int take_snapshot(struct repeat *r, size_t i, struct pare_error *err)
{
    int64_t number = repeat_int(r->record[i], "number");
    struct held *held = NULL;
    int status = verb_snapshot(&r->run, &held, err);

    if (status != PARE_OK || !is_restored(r, i, number)) {
        held_free(held);
        return status;
    }
    struct repeat_held *first = xcalloc(1, sizeof *first);
    *first = (struct repeat_held){number, held, r->held};
    r->held = first;
    return PARE_OK;
}

static int restore(struct repeat *r, size_t i, const bool *want, struct pare_error *err)
{
    static const char *const words[] = {
        [SNAPSHOT_ALL] = "all", [SNAPSHOT_WEIGHTS] = "weights", [SNAPSHOT_MASKS] = "masks"};
    const struct value *options = value_get(r->record[i], "options");
    int64_t number = repeat_int(options, "snapshot");
    struct repeat_held **at = &r->held, *found;
    size_t what = 0;

    while (*at && (*at)->number != number)
        at = &(*at)->next;
    while (what < 3 && strcmp(words[what], repeat_text(options, "what")) != 0)
        what++;
    if (!*at || what == 3)
        return pare_fail(err, PARE_EFORMAT, "the journal restores snapshot %lld, which it has not",
                         (long long)number);
    found = *at;
    int status = verb_restore(&r->run, found->held, want, (enum snapshot_what)what, err);
    if (!is_restored(r, i, number)) {
        *at = found->next;
        held_free(found->held);
        free(found);
    }
    return status;
}

/* The parameters in the list, [params of the net]; NULL: all. */
static bool *selection(const struct repeat *r, const struct value *options)
{
    const struct value *list = value_get(options, "params");
    const struct pare_net *net = r->run.net;

    if (!list)
        return NULL;
    bool *want = xcalloc(net->params + 1, sizeof *want);
    for (const struct value *m = list->child; m; m = m->next)
        for (size_t i = 0; i < net->params; i++)
            want[i] |= m->kind == VALUE_TEXT && strcmp(m->text, net->param[i].name) == 0;
    return want;
}

static int do_verb(struct repeat *r, size_t i, const struct verb_call *call, struct pare_error *err)
{
    static const struct {
        const char *name;
        int (*verb)(struct run *run, const struct verb_call *call, struct value **result,
                    struct pare_error *err);
    } verbs[] = {{"train", verb_train},
                 {"test", verb_test},
                 {"prune", verb_prune},
                 {"share", verb_share},
                 {"encode", verb_encode}};
    const char *name = repeat_text(r->record[i], "verb");
    struct value *result = NULL;
    int status;

    if (strcmp(name, "snapshot") == 0)
        return take_snapshot(r, i, err);
    if (strcmp(name, "restore") == 0)
        return restore(r, i, call->want, err);
    for (size_t k = 0; k < sizeof verbs / sizeof *verbs; k++) {
        if (strcmp(verbs[k].name, name) != 0)
            continue;
        status = verbs[k].verb(&r->run, call, &result, err);
        if (status == PARE_OK) /* else it is not there any more */
            value_free(result);
        return status;
    }
    return pare_fail(err, PARE_EFORMAT, "the journal has a verb '%s'", name);
}

/* What the verb came to beside its record: a result, or the text of an error. */
static int compare_outcome(struct repeat *r, size_t i, int status, struct pare_error *err)
{
    const struct value *record = r->record[i], *failed = value_get(record, "error");
    const char *verb = repeat_text(record, "verb"), *recorded = repeat_text(failed, "text");
    struct difference difference;

    if (r->parts)
        return PARE_ESTATE;
    if (status == PARE_EIO || status == PARE_ENOMEM)
        return status;
    bool done = status == PARE_OK || (status == PARE_EREQUEST && r->got);
    if (done && !failed) {
        status = repeat_compare(r, record, verb, value_get(record, "result"), r->got, "", err);
    } else if (!done && failed && strcmp(recorded, err->text) == 0) {
        status = PARE_OK;
    } else {
        difference_set(&difference, "error", failed ? recorded : "nothing",
                       done ? "nothing" : err->text);
        *err = (struct pare_error){0};
        status = repeat_part(r, record, verb, &difference, err);
    }
    if (status == PARE_OK)
        *err = (struct pare_error){0};
    return status;
}

int repeat_verb(struct repeat *r, size_t i, struct verb_call *call, struct pare_error *err)
{
    const struct value *options = value_get(r->record[i], "options");
    struct experiment *e = r->run.experiment;
    const struct value *outer = e->recorded;
    bool *want = selection(r, options);

    value_free(r->got);
    r->got = NULL;
    call->options = e->recorded = options;
    call->want = want;
    int status = do_verb(r, i, call, err);
    e->recorded = outer;
    status = compare_outcome(r, i, status, err);
    value_free(r->got);
    r->got = NULL;
    free(want);
    return status;
}
