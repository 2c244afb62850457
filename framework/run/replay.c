/* SPDX-License-Identifier: Apache-2.0 */
/* The records of the journal, handed out one by one to the verbs that ask. */

#include "run/replay.h"
#include "base/alloc.h"
#include "run/after.h"
#include "run/checkpoint.h"
#include "run/json.h"
#include "run/record.h"
#include "run/rundir.h"
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int replay_fail(struct run *run, struct pare_error *err, const char *format, ...)
{
    char text[PARE_TEXT_BYTES];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    pare_fail_at(&run->broken, PARE_ESTATE, run->dir, 0, "%s", text);
    if (err)
        *err = run->broken;
    return PARE_ESTATE;
}

/* May a resume begin behind this record? One inside a train has no checkpoint, a
 * stage is measured anew with the verb that it was measured for, and a plugin stands
 * before the record of the verb that has loaded it. */
static bool ends_state(const struct journal_record *r)
{
    return !r->inside && r->kind != JOURNAL_STAGE && r->kind != JOURNAL_PLUGIN;
}

/* How many of the first n records to keep, and the checkpoint of their state. */
static size_t find_end(const struct journal *journal, size_t n, const char **file)
{
    *file = NULL;
    while (n > 0 && !ends_state(journal_at(journal, n - 1)))
        n--;
    for (size_t i = n; i > 0 && !*file; i--)
        *file = journal_at(journal, i - 1)->file;
    return n;
}

/* The same, with a checkpoint that can be read: the one before, which is kept for
 * this, or at worst none, and then all is done again. */
static size_t find_good_end(struct run *run, const char **file)
{
    size_t n = find_end(run->journal, journal_count(run->journal), file);
    bool damaged = false;

    while (*file && !steps_check(run->steps, *file)) {
        const char *bad = *file;

        damaged = true;
        while (n > 1 && journal_at(run->journal, n - 1)->file != bad)
            n--;
        n = find_end(run->journal, n - 1, file);
    }
    if (damaged)
        record_note(run, "the last checkpoint is missing or damaged; %s is taken instead",
                    *file ? *file : "the beginning");
    return n;
}

/* The number after the highest that a record speaks of. */
static unsigned next_number(const struct journal *journal)
{
    unsigned most = 0;

    for (size_t i = 0; i < journal_count(journal); i++) {
        const struct journal_record *r = journal_at(journal, i);
        unsigned a = steps_number(r->file), b = steps_number(r->snapshot);

        most = a > most ? a : most;
        most = b > most ? b : most;
    }
    return most + 1;
}

int replay_open(struct run *run, struct pare_error *err)
{
    char *dir = rundir_steps(run->dir);
    const char *file;

    run->steps = steps_open(dir, next_number(run->journal));
    free(dir);
    size_t n = find_good_end(run, &file);
    char *kept = file ? xstrdup(file) : NULL;
    int status = journal_cut(run->journal, n, err);
    if (status != PARE_OK) {
        free(kept);
        return status;
    }
    run->went_on = n > 1;
    run->replay = xcalloc(1, sizeof *run->replay);
    *run->replay = (struct replay){.next = 1, .end = n, .file = kept}; /* 0: the start */
    return PARE_OK;
}

void replay_close(struct run *run)
{
    if (!run->replay)
        return;
    free(run->replay->file);
    free(run->replay);
    run->replay = NULL;
}

int replay_take(struct run *run, struct value **record, struct pare_error *err)
{
    const struct journal_record *meta = journal_at(run->journal, run->replay->next);
    struct value *r = journal_read(run->journal, run->replay->next, err);
    const struct value *at;

    if (!r)
        return err->status;
    run->replay->next++;
    after_apply(run, value_get(r, "after"));
    at = value_get(r, "at");
    if (at && at->kind == VALUE_REAL)
        run->started = record_clock() - at->real;
    if (meta->kind == JOURNAL_VERB)
        run->verbs++;
    *record = r;
    return PARE_OK;
}

int replay_pass(struct run *run, struct pare_error *err)
{
    int status = PARE_OK;

    while (status == PARE_OK && run->replay->next < run->replay->end) {
        enum journal_kind kind = journal_at(run->journal, run->replay->next)->kind;
        struct value *record = NULL;

        if (kind != JOURNAL_STAGE && kind != JOURNAL_PLUGIN)
            break;
        status = replay_take(run, &record, err);
        if (status == PARE_OK && kind == JOURNAL_STAGE)
            status = record_metrics(run, "stage", value_get(record, "result"), err);
        value_free(record);
    }
    return status;
}

/* The metrics written so far take the place of those of the sittings before. */
static int put_metrics(struct run *run, struct pare_error *err)
{
    char *new = rundir_metrics_new(run->dir), *path = rundir_metrics(run->dir);
    int status = PARE_OK;

    if (fflush(run->metrics) != 0 || rename(new, path) < 0)
        status = pare_fail_at(err, PARE_EIO, path, 0, "cannot write: %s", strerror(errno));
    free(new);
    free(path);
    return status;
}

int replay_go_on(struct run *run, int64_t epoch, struct model_chunk *optimizer,
                 struct pare_error *err)
{
    int status = PARE_OK;

    if (run->replay->file)
        status = checkpoint_load(run, run->replay->file, optimizer, err);
    if (status == PARE_OK)
        status = put_metrics(run, err);
    if (status != PARE_OK) {
        run->broken = *err;
        return status;
    }
    steps_settle(run->steps, run->replay->file);
    replay_close(run);
    if (epoch > 0)
        record_note(run, "goes on after step %u and %" PRId64 " epoch%s of a train", run->verbs,
                    epoch, epoch == 1 ? "" : "s");
    else
        record_note(run, "goes on after step %u", run->verbs);
    return PARE_OK;
}

/* "amount=0.8", of the first member that is not the same in both. */
static void first_difference(const struct value *old, const struct value *now, char was[64],
                             char is[64])
{
    const struct value *m = old->child, *other = NULL;

    for (; m; m = m->next) {
        other = value_get(now, m->name);
        char *a = json_line(m), *b = other ? json_line(other) : xstrdup("the preset");
        bool same = strcmp(a, b) == 0;

        if (!same) {
            snprintf(was, 64, "%s=%.40s", m->name, a);
            snprintf(is, 64, "%.60s", b);
        }
        free(a);
        free(b);
        if (!same)
            return;
    }
    for (m = now->child; m && value_get(old, m->name); m = m->next)
        continue;
    if (!m) {
        snprintf(was, 64, "the same options in another order");
        snprintf(is, 64, "these");
        return;
    }
    char *b = json_line(m);
    snprintf(was, 64, "the preset %s", m->name);
    snprintf(is, 64, "%.60s", b);
    free(b);
}

/* What a person calls the work in the record. */
static const char *recorded_verb(const struct value *record)
{
    const struct value *verb = value_get(record, "verb");

    if (verb)
        return verb->text;
    verb = value_get(record, "record");
    return strcmp(verb->text, "begin") == 0 || strcmp(verb->text, "epoch") == 0 ? "train"
                                                                                : verb->text;
}

int replay_differs(struct run *run, const struct value *record, const char *verb,
                   const struct value *options, struct pare_error *err)
{
    const struct value *old = value_get(record, "options");
    const char *recorded = recorded_verb(record);
    char was[64], is[64];

    if (!options || !old || strcmp(recorded, verb) != 0)
        return replay_fail(run, err, "journal differs at step %u: recorded %s, the script asks %s",
                           run->verbs + 1, recorded, verb);
    first_difference(old, options, was, is);
    return replay_fail(run, err, "journal differs at step %u: recorded %s %s, the script asks %s",
                       run->verbs + 1, verb, was, is);
}

int replay_next(struct run *run, enum journal_kind kind, struct value **record,
                struct pare_error *err)
{
    struct model_chunk optimizer = {0};
    int status;

    *record = NULL;
    if (run->broken.status != PARE_OK) {
        *err = run->broken;
        return run->broken.status;
    }
    if (!run->replay)
        return PARE_OK;
    status = replay_pass(run, err);
    if (status != PARE_OK)
        return status;
    if (run->replay->next == run->replay->end) {
        status = replay_go_on(run, 0, &optimizer, err);
        free(optimizer.bytes);
        return status;
    }
    if (journal_at(run->journal, run->replay->next)->kind == kind)
        return replay_take(run, record, err);

    struct value *other = journal_read(run->journal, run->replay->next, err);
    const char *word = kind == JOURNAL_BEGIN ? "train" : journal_word(kind);
    if (!other)
        return err->status;
    status = replay_differs(run, other, word ? word : "another verb", NULL, err);
    value_free(other);
    return status;
}

int replay_same(struct run *run, const struct value *record, const char *verb,
                const struct value *options, struct pare_error *err)
{
    const struct value *old = value_get(record, "options");
    char *was = old ? json_line(old) : xstrdup("{}");
    char *is = options ? json_line(options) : xstrdup("{}");
    bool same = strcmp(recorded_verb(record), verb) == 0 && strcmp(was, is) == 0;

    free(was);
    free(is);
    return same ? PARE_OK : replay_differs(run, record, verb, options, err);
}

int replay_outcome(const struct value *record, struct value **result, struct pare_error *err)
{
    const struct value *failed = value_get(record, "error"), *got = value_get(record, "result");

    if (failed) {
        const struct value *place = value_get(failed, "place"), *text = value_get(failed, "text");

        pare_fail(err, (int)value_get(failed, "status")->integer, "%s", text->text);
        snprintf(err->place, sizeof err->place, "%s", place->text);
        return err->status;
    }
    *result = got ? value_clone(got) : value_new(VALUE_GROUP, NULL, "result", 0);
    return PARE_OK;
}

int replay_verb(struct run *run, const char *verb, const struct value *options, bool *done,
                struct value **result, struct pare_error *err)
{
    struct value *record = NULL;
    int status = replay_next(run, JOURNAL_VERB, &record, err);

    *done = record != NULL;
    if (status != PARE_OK || !record)
        return status;
    run->verbs--; /* if it differs, at this step */
    status = replay_same(run, record, verb, options, err);
    run->verbs += status == PARE_OK;
    if (status == PARE_OK)
        status = replay_outcome(record, result, err);
    if (status == PARE_OK)
        status = record_metrics(run, verb, *result, err);
    value_free(record);
    return status;
}

int replay_ahead(struct run *run, const char *verb, struct value **record, struct pare_error *err)
{
    *record = NULL;
    if (run->broken.status != PARE_OK) {
        *err = run->broken;
        return run->broken.status;
    }
    for (size_t i = run->replay ? run->replay->next : 0; run->replay && i < run->replay->end; i++) {
        if (journal_at(run->journal, i)->kind != JOURNAL_VERB)
            continue;
        struct value *r = journal_read(run->journal, i, err);
        if (!r)
            return err->status;
        if (strcmp(recorded_verb(r), verb) == 0) {
            *record = r;
            break;
        }
        value_free(r);
    }
    return PARE_OK;
}

int replay_finish(struct run *run, struct pare_error *err)
{
    struct value *record = NULL;
    int status = replay_next(run, JOURNAL_VERB, &record, err);

    if (record) {
        run->verbs--;
        status = replay_differs(run, record, "nothing more", NULL, err);
    }
    value_free(record);
    return status;
}
