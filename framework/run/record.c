/* SPDX-License-Identifier: Apache-2.0 */
/* Journal, checkpoints, metrics and watcher of the verbs. Metrics are the same for
 * every run of an experiment; of the journal, all but the members "at", the seconds
 * that the run has taken so far. */

#include "run/record.h"
#include "base/profile.h"
#include "config/schema.h"
#include "run/after.h"
#include "run/checkpoint.h"
#include "run/curve.h"
#include "run/dry.h"
#include "run/identity.h"
#include "run/json.h"
#include "run/tree.h"
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

double record_clock(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

double record_processor(void)
{
    struct timespec spent;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &spent);
    return (double)spent.tv_sec + (double)spent.tv_nsec * 1e-9;
}

void record_start(struct run *run, const char *verb, const char *format, ...)
{
    char detail[256];
    va_list args;

    if (!run->watch.verb_start)
        return;
    va_start(args, format);
    vsnprintf(detail, sizeof detail, format, args);
    va_end(args);
    run->watch.verb_start(run->watch.context, verb, detail);
}

void record_note(struct run *run, const char *format, ...)
{
    char text[512];
    va_list args;

    if (!run->watch.note)
        return;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    run->watch.note(run->watch.context, text);
}

int record_metrics(struct run *run, const char *what, const struct value *group,
                   struct pare_error *err)
{
    if (!run->metrics)
        return PARE_OK;
    curve_note(run, what, group);
    struct value *all = tree_group();
    tree_int(all, "number", ++run->metrics_lines);
    tree_text(all, "what", what);
    if (group)
        value_merge(all, group);
    char *line = json_line(all);
    value_free(all);
    fprintf(run->metrics, "%s\n", line);
    free(line);
    if (fflush(run->metrics) == 0)
        return PARE_OK;
    pare_fail_at(&run->broken, PARE_EIO, run->dir, 0, "cannot write metrics.jsonl: %s",
                 strerror(errno));
    *err = run->broken;
    return PARE_EIO;
}

int record_measured(struct run *run, const char *name, double value, struct pare_error *err)
{
    struct value *line = tree_group();

    if (!run->measured)
        run->measured = tree_group();
    tree_real(run->measured, name, value);
    tree_text(line, "name", name);
    tree_real(line, "value", value);
    int status = record_metrics(run, "metric", line, err);
    value_free(line);
    return status;
}

int record_epoch_metrics(struct run *run, const struct train_progress *at, struct pare_error *err)
{
    struct value *line = tree_group();

    tree_int(line, "epoch", at->epoch);
    tree_int(line, "epochs", at->epochs);
    tree_real(line, "loss", at->loss);
    tree_real(line, "error", at->error_percent);
    if (!isnan(at->validation_error_percent))
        tree_real(line, "validation_error", at->validation_error_percent);
    tree_real(line, "rate", at->rate);
    int status = record_metrics(run, "epoch", line, err);
    value_free(line);
    return status;
}

/* What JSON has no word for becomes none, so that a replay sees what was seen first. */
static void make_plain(struct value *v)
{
    if (v->kind == VALUE_REAL && !isfinite(v->real))
        v->kind = VALUE_NONE;
    for (struct value *m = v->child; m; m = m->next)
        make_plain(m);
}

/* The members that every record ends with. file: a new checkpoint, NULL: none. */
static int complete(struct run *run, struct value *line, const char *file, struct pare_error *err)
{
    struct value *after;
    int status = identity_plugins(run, err);

    after_look(run);
    after = after_changes(run);
    if (after) {
        struct value *member = tree_add_group(line, "after");
        value_merge(member, after);
    }
    if (file)
        tree_text(line, "file", file);
    if (run->inside && !file)
        tree_bool(line, "inside", true);
    if (run->inside && run->hook.name) {
        tree_text(line, "hook", run->hook.name);
        tree_int(line, "hook_at", run->hook.at);
    }
    tree_real(line, "at", record_clock() - run->started);
    value_free(after);
    return status;
}

/* A record, complete and in the journal. */
static int append(struct run *run, struct value *line, const char *file, struct pare_error *err)
{
    enum profile_part was = profile_switch(run->net->profile, PROFILE_CHECKPOINTS);
    int status = complete(run, line, file, err);

    if (status == PARE_OK)
        status = journal_add(run->journal, line, !run->inside || file, err);
    profile_switch(run->net->profile, was);
    if (status != PARE_OK)
        run->broken = *err;
    else if (file)
        steps_settle(run->steps, file);
    return status;
}

static struct value *line_of(enum journal_kind kind, const struct value *group)
{
    struct value *line = tree_group();

    tree_text(line, "record", journal_word(kind));
    if (group)
        value_merge(line, group);
    make_plain(line);
    return line;
}

struct value *record_line(struct run *run, enum journal_kind kind, const struct value *group,
                          const char *file, struct pare_error *err)
{
    struct value *line = line_of(kind, group);

    if (complete(run, line, file, err) == PARE_OK)
        return line;
    value_free(line);
    return NULL;
}

int record_add(struct run *run, enum journal_kind kind, const struct value *group, const char *file,
               struct pare_error *err)
{
    struct value *line;

    if (!run->journal)
        return PARE_OK;
    line = line_of(kind, group);
    int status = append(run, line, file, err);
    value_free(line);
    return status;
}

static void add_copy(struct value *line, const char *name, const struct value *group)
{
    struct value *member = tree_add_group(line, name);

    if (group)
        value_merge(member, group);
    value_drop(member, "seconds"); /* of a clock */
}

/* The record of a verb; failed: with what error, NULL: done. */
static int add_verb(struct run *run, const struct record *record, const struct pare_error *failed,
                    struct pare_error *err)
{
    struct value *line = tree_group();
    char *file = NULL;
    int status = PARE_OK;

    tree_int(line, "number", ++run->verbs);
    tree_text(line, "verb", record->verb);
    add_copy(line, "options", record->options);
    if (failed) {
        struct value *error = tree_add_group(line, "error");

        tree_int(error, "status", failed->status);
        tree_text(error, "place", failed->place);
        tree_text(error, "text", failed->text);
    } else {
        add_copy(line, "result", record->result);
    }
    if (record->shown)
        value_add(line, value_clone(record->shown));
    make_plain(line);
    if (record->snapshot)
        tree_text(line, "snapshot", record->snapshot);
    if (record->changed && !run->inside)
        status = checkpoint_write(run, NULL, &file, err);
    if (status == PARE_OK)
        status = append(run, line, file, err);
    else
        run->broken = *err;
    free(file);
    value_free(line);
    return status;
}

int record_end(struct run *run, const struct record *record, struct pare_error *err)
{
    int status = PARE_OK;

    if (record->result)
        make_plain(record->result);
    if (run->journal)
        status = add_verb(run, record, NULL, err);
    else
        after_look(run);
    if (status != PARE_OK)
        return status;
    if (run->dry) {
        dry_record(run, record->verb, record->options, record->result);
        run->verbs = (unsigned)run->dry->verbs;
    }
    if (run->watch.verb_end)
        run->watch.verb_end(run->watch.context, record->verb, record->result);
    if (record->result)
        value_drop(record->result, "seconds");
    return record_metrics(run, record->verb, record->result, err);
}

int record_failed(struct run *run, const struct record *record, struct pare_error *err)
{
    const struct pare_error failed = *err;
    struct pare_error other = {0};

    if (run->broken.status != PARE_OK || !run->journal)
        return err->status;
    if (failed.status == PARE_EIO || failed.status == PARE_ENOMEM) {
        run->broken = failed;
        return failed.status;
    }
    if (add_verb(run, record, &failed, &other) != PARE_OK)
        *err = other;
    return err->status;
}

struct value *record_options(const struct run *run, const struct asked *whole, const bool *want)
{
    struct value *options = asked_changed(whole);

    if (!want)
        return options;
    struct value *params = tree_add_list(options, "params");
    for (size_t i = 0; i < run->net->params; i++)
        if (want[i])
            tree_text(params, NULL, run->net->param[i].name);
    return options;
}

static bool same(const struct value *a, const struct value *b)
{
    char *left = json_line(a), *right = json_line(b);
    bool equal = strcmp(left, right) == 0;
    free(left);
    free(right);
    return equal;
}

static void add_own(struct value *options, const struct pare_param *param, const struct value *own)
{
    struct value *list = NULL;

    for (struct value *c = options->child; c; c = c->next)
        if (strcmp(c->name, "own") == 0)
            list = c;
    if (!list)
        list = tree_add_list(options, "own");
    struct value *entry = tree_add_group(list, NULL);
    tree_text(entry, "param", param->name);
    value_merge(entry, own);
}

void record_own(struct value *options, const struct pare_param *param, const struct asked *asked)
{
    struct value *own = asked_changed(asked), *whole = tree_group();
    bool can_skip = schema_option(asked->table, "skip") != NULL;

    for (const struct value *m = options->child; m; m = m->next)
        if (strcmp(m->name, "params") != 0 && strcmp(m->name, "own") != 0)
            value_add(whole, value_clone(m));
    bool usual = can_skip && pare_param_is_bias(param) ? asked->skip : same(whole, own);
    if (!usual)
        add_own(options, param, own);
    value_free(whole);
    value_free(own);
}
