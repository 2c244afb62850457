/* SPDX-License-Identifier: Apache-2.0 */
/* The walk through the journal, and the model file at its end. The verbs work as in a
 * dry run, without a journal of their own, in a folder that goes away again. */

#include "run/repeat.h"
#include "base/alloc.h"
#include "base/file.h"
#include "base/hash.h"
#include "run/identity.h"
#include "run/journal.h"
#include "run/rundir.h"
#include "run/stages.h"
#include "run/tree.h"
#include "run/verbs.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MODEL_BYTES_MAX = 1 << 30 };

const char *repeat_text(const struct value *group, const char *name)
{
    const struct value *v = value_get(group, name);

    return v && v->kind == VALUE_TEXT ? v->text : "";
}

int64_t repeat_int(const struct value *group, const char *name)
{
    const struct value *v = value_get(group, name);

    return v && v->kind == VALUE_INT ? v->integer : -1;
}

/* The number of the verb that the record is of, or that comes after it. */
static unsigned step_of(const struct repeat *r, const struct value *record)
{
    size_t i = r->next;

    if (repeat_int(record, "number") > 0)
        return (unsigned)repeat_int(record, "number");
    while (i < r->records && (journal_at(r->journal, i)->kind != JOURNAL_VERB ||
                              (journal_at(r->journal, i)->inside && !*repeat_text(record, "hook"))))
        i++;
    return i < r->records ? (unsigned)repeat_int(r->record[i], "number") : 0;
}

int repeat_part(struct repeat *r, const struct value *record, const char *what,
                const struct difference *difference, struct pare_error *err)
{
    if (r->parts) /* the first is told */
        return pare_fail(err, PARE_ESTATE, "it parts");
    r->parts = true;
    r->result->step = record ? step_of(r, record) : 0;
    snprintf(r->result->what, sizeof r->result->what, "%s", what);
    r->result->difference = *difference;
    return pare_fail(err, PARE_ESTATE, "it parts");
}

int repeat_compare(struct repeat *r, const struct value *record, const char *what,
                   const struct value *recorded, const struct value *now, const char *field,
                   struct pare_error *err)
{
    struct difference difference;

    if (!difference_find(recorded, now, field, &difference))
        return PARE_OK;
    return repeat_part(r, record, what, &difference, err);
}

static int repeat_stage(struct repeat *r, struct pare_error *err)
{
    const struct value *record = r->record[r->next];
    struct run *run = &r->run;
    int status = stages_record(run, err);

    if (status != PARE_OK)
        return status;
    const struct run_stage *s = &run->stage[run->stages - 1];
    struct value *now = tree_group();
    tree_text(now, "stage", s->name);
    tree_real(now, "error", s->error_percent);
    tree_size(now, "kept", s->kept);
    tree_size(now, "weights", s->weights);
    tree_size(now, "bytes", s->bytes);
    status = repeat_compare(r, record, "stage", value_get(record, "result"), now, "", err);
    value_free(now);
    r->next++;
    return status;
}

static int repeat_size(struct repeat *r, struct pare_error *err)
{
    const struct value *record = r->record[r->next];
    struct value *now = tree_group();
    size_t bytes = 0;
    int status = verb_size(&r->run, &bytes, err);

    tree_size(now, "bytes", bytes);
    if (status == PARE_OK)
        status = repeat_compare(r, record, "size", value_get(record, "bytes"),
                                value_get(now, "bytes"), "bytes", err);
    value_free(now);
    r->next++;
    return status;
}

size_t repeat_parent(const struct repeat *r)
{
    size_t i = r->next;

    while (i < r->records && (journal_at(r->journal, i)->kind != JOURNAL_VERB ||
                              strcmp(repeat_text(r->record[i], "hook"), "on_prune") == 0))
        i++;
    return i;
}

/* A verb without hooks, or a prune with what its hook has called before it. */
static int next_verb(struct repeat *r, struct pare_error *err)
{
    bool of_hook = strcmp(repeat_text(r->record[r->next], "hook"), "on_prune") == 0;
    size_t i = of_hook && !r->pruning ? repeat_parent(r) : r->next;
    struct verb_call call = {0};

    if (i == r->records)
        return pare_fail(err, PARE_EFORMAT, "the journal has no prune for what a hook has called");
    if (!r->pruning && value_get(r->record[i], "shown"))
        return repeat_prune(r, i, err);
    int status = repeat_verb(r, i, &call, err);
    r->next = i + 1;
    return status;
}

int repeat_next(struct repeat *r, struct pare_error *err)
{
    bool of_hook = strcmp(repeat_text(r->record[r->next], "hook"), "on_prune") == 0;

    switch (journal_at(r->journal, r->next)->kind) {
    case JOURNAL_STAGE:
        return of_hook && !r->pruning ? next_verb(r, err) : repeat_stage(r, err);
    case JOURNAL_SIZE:
        return of_hook && !r->pruning ? next_verb(r, err) : repeat_size(r, err);
    case JOURNAL_BEGIN:
        return repeat_train(r, err);
    case JOURNAL_VERB:
        return next_verb(r, err);
    case JOURNAL_EPOCH:
        return pare_fail(err, PARE_EFORMAT, "the journal has an epoch of no train");
    default:
        r->next++; /* what the run was made with */
        return PARE_OK;
    }
}

/* The two files, byte by byte. */
static int compare_model(struct repeat *r, const struct repeat_settings *s, struct pare_error *err)
{
    char *path = rundir_model(s->dir), was[32], is[32], field[48];
    size_t old_size = 0, now_size = 0, i = 0;
    char *old = file_read(path, MODEL_BYTES_MAX, &old_size, err);
    char *now = old ? file_read(r->run.model_path, MODEL_BYTES_MAX, &now_size, err) : NULL;
    struct difference d;
    int status = now ? PARE_OK : err->status;

    if (status != PARE_OK)
        goto out;
    r->result->has_model = true;
    r->result->bytes = now_size;
    hash_sha256(now, now_size, r->result->sha256);
    if (s->out)
        status = file_write(s->out, now, now_size, err);
    while (i < old_size && i < now_size && old[i] == now[i])
        i++;
    if (status != PARE_OK || (i == old_size && i == now_size))
        goto out;
    snprintf(field, sizeof field, old_size == now_size ? "byte %zu" : "size", i);
    if (old_size == now_size) {
        snprintf(was, sizeof was, "0x%02x", (unsigned char)old[i]);
        snprintf(is, sizeof is, "0x%02x", (unsigned char)now[i]);
    } else {
        snprintf(was, sizeof was, "%zu", old_size);
        snprintf(is, sizeof is, "%zu", now_size);
    }
    difference_set(&d, field, was, is);
    status = repeat_part(r, NULL, "model.pare", &d, err);
out:
    free(old);
    free(now);
    free(path);
    return status;
}

/* What a hook has done is done again only when one knows when it was called. */
static int check_hooks(const struct repeat *r, const char *dir, struct pare_error *err)
{
    for (size_t i = 0; i < r->records; i++) {
        const struct journal_record *at = journal_at(r->journal, i);

        if (at->kind == JOURNAL_VERB && at->inside && !*repeat_text(r->record[i], "hook"))
            return pare_fail_at(err, PARE_ESTATE, dir, 0,
                                "its journal does not say at which step a hook has called %s "
                                "(number %lld), so it cannot be replayed; run it once more",
                                repeat_text(r->record[i], "verb"),
                                (long long)repeat_int(r->record[i], "number"));
    }
    return PARE_OK;
}

static int read_records(struct repeat *r, const char *dir, struct pare_error *err)
{
    char *path = rundir_journal(dir), *result = rundir_result(dir);
    int status = PARE_OK;

    r->journal = journal_open_reading(path, err);
    if (!r->journal)
        status = err->status;
    else if (!file_exists(result))
        status = pare_fail_at(err, PARE_ESTATE, dir, 0,
                              "this run is not finished; pare run goes on with it");
    if (status == PARE_OK) {
        r->records = journal_count(r->journal);
        r->record = xcalloc(r->records + 1, sizeof(struct value *));
    }
    for (size_t i = 0; status == PARE_OK && i < r->records; i++) {
        r->record[i] = journal_read(r->journal, i, err);
        status = r->record[i] ? PARE_OK : err->status;
    }
    if (status == PARE_OK && (!r->records || journal_at(r->journal, 0)->kind != JOURNAL_START))
        status = pare_fail_at(err, PARE_EFORMAT, path, 0, "the journal has no beginning");
    if (status == PARE_OK)
        status = check_hooks(r, dir, err);
    free(result);
    free(path);
    return status;
}

static void verb_start(void *context, const char *verb, const char *detail)
{
    const struct repeat *r = context;

    if (r->watch->verb_start)
        r->watch->verb_start(r->watch->context, verb, detail);
}

static void train_progress(void *context, const struct train_progress *at, bool epoch_end)
{
    const struct repeat *r = context;

    if (r->watch->train_progress)
        r->watch->train_progress(r->watch->context, at, epoch_end);
}

/* Keeps what the verb came to: a missed request has a result that it does not return. */
static void verb_end(void *context, const char *verb, const struct value *result)
{
    struct repeat *r = context;

    value_free(r->got);
    r->got = result ? value_clone(result) : tree_group();
    value_drop(r->got, "seconds");
    if (r->watch->verb_end)
        r->watch->verb_end(r->watch->context, verb, result);
}

static void note(void *context, const char *text)
{
    const struct repeat *r = context;

    if (r->watch->note)
        r->watch->note(r->watch->context, text);
}

/* The config of the run, with the copy of the schedule that lies beside it: the
 * schedule itself may be gone, and is not run anyway. */
static int open_run(struct repeat *r, const struct repeat_settings *s, struct problems *problems,
                    struct pare_error *err)
{
    char *config = rundir_config(s->dir), *schedule = rundir_schedule(s->dir);
    char *whole = realpath(schedule, NULL), *set = NULL;
    int status;

    if (!whole) {
        status = pare_fail_at(err, PARE_EIO, schedule, 0, "%s", strerror(errno));
    } else {
        set = xasprintf("schedule=%s", whole);
        const struct run_settings settings = {
            .config = config,
            .set = &set,
            .sets = 1,
            .seed = -1,
            .data = s->data,
            .threads = s->threads,
            .watch = {r, verb_start, train_progress, verb_end, note},
        };
        status = run_open_dry(&r->run, &settings, problems, err);
    }
    free(set);
    free(whole);
    free(schedule);
    free(config);
    return status;
}

static int check_data(const struct repeat *r, struct pare_error *err)
{
    const char *recorded = repeat_text(r->record[0], "data"), *now = r->run.data.info.sha256;

    if (strcmp(recorded, now) == 0)
        return PARE_OK;
    return pare_fail(err, PARE_ESTATE,
                     "the data are not those of the run: sha256 recorded %.16s, now %.16s; --data "
                     "says where they lie",
                     recorded, now);
}

/* A folder for the model file, in run.dir. */
static int make_dir(struct repeat *r, struct pare_error *err)
{
    const char *tmp = getenv("TMPDIR");
    char *dir = xasprintf("%s/pare-replay-XXXXXX", tmp && *tmp ? tmp : "/tmp");

    r->run.dir = mkdtemp(dir);
    if (r->run.dir)
        return PARE_OK;
    pare_fail_at(err, PARE_EIO, dir, 0, "%s", strerror(errno));
    free(dir);
    return PARE_EIO;
}

static void remove_dir(const struct run *run)
{
    char *model;

    if (!run->dir)
        return;
    model = rundir_model(run->dir);
    unlink(model);
    rmdir(run->dir);
    free(model);
}

static int walk(struct repeat *r, const struct repeat_settings *s, struct pare_error *err)
{
    int status = PARE_OK;

    while (status == PARE_OK && r->next < r->records) {
        status = repeat_next(r, err);
        if (status == PARE_OK && journal_at(r->journal, r->next - 1)->kind == JOURNAL_VERB)
            r->result->steps = (unsigned)repeat_int(r->record[r->next - 1], "number");
    }
    if (status == PARE_OK && r->run.model_path)
        status = compare_model(r, s, err);
    return status;
}

int repeat_run(const struct repeat_settings *settings, struct repeat_result *result,
               struct problems *problems, struct pare_error *err)
{
    struct repeat r = {.result = result, .watch = &settings->watch};

    *result = (struct repeat_result){.same = false};
    int status = read_records(&r, settings->dir, err);
    if (status == PARE_OK)
        status = open_run(&r, settings, problems, err);
    if (status == PARE_OK)
        status = check_data(&r, err);
    if (status == PARE_OK)
        status = make_dir(&r, err);
    if (status == PARE_OK)
        status = walk(&r, settings, err);
    if (status == PARE_OK || r.parts) {
        struct pare_error unread = {0};

        if (identity_made(&r.run, r.journal, result->made, sizeof result->made, &unread) !=
            PARE_OK) {
            *err = unread;
            status = unread.status;
        }
    }
    result->same = status == PARE_OK && !r.parts;
    if (r.parts)
        status = PARE_OK;
    else if (status != PARE_OK && !*err->place)
        snprintf(err->place, sizeof err->place, "%s", settings->dir);
    remove_dir(&r.run);
    repeat_held_free(&r);
    run_close(&r.run);
    for (size_t i = 0; i < r.records; i++)
        value_free(r.record[i]);
    free(r.record);
    value_free(r.got);
    journal_close(r.journal);
    return status;
}
