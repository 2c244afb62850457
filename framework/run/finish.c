/* SPDX-License-Identifier: Apache-2.0 */
/* The end of a run: the file is tested (readback.c), requests are compared with what
 * was reached, the result is written down. */

#include "base/alloc.h"
#include "base/file.h"
#include "base/profile.h"
#include "format/read.h"
#include "format/size.h"
#include "run/checkpoint.h"
#include "run/figure.h"
#include "run/journal_form.h"
#include "run/json.h"
#include "run/readback.h"
#include "run/record.h"
#include "run/replay.h"
#include "run/report.h"
#include "run/request.h"
#include "run/rundir.h"
#include "run/stages.h"
#include "run/tally.h"
#include "run/tree.h"
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The stage that the result speaks of: the file where there is one. */
static const struct run_stage *last_stage(const struct run *run)
{
    return run->stages ? &run->stage[run->stages - 1] : NULL;
}

static double real_of(const struct value *group, const char *name)
{
    const struct value *v = value_get(group, name);

    return v && v->kind == VALUE_REAL ? v->real : NAN;
}

static size_t size_of(const struct value *group, const char *name)
{
    const struct value *v = value_get(group, name);

    return v && v->kind == VALUE_INT ? (size_t)v->integer : 0;
}

/* Adds to the misses what the request group asks and the result is not. */
static void compare_requests(struct run *run)
{
    double dense = (double)size_dense_bytes(run->net);
    size_t kept, weights;

    stages_weights(run->net, &kept, &weights);
    if (last_stage(run))
        kept = last_stage(run)->kept;
    struct reached reached = {
        .error = run->test_error_percent,
        .bytes = run->model_path ? (double)run->file_bytes : NAN,
        .ratio = run->model_path ? dense / (double)run->file_bytes : NAN,
        .density = weights ? (double)kept / (double)weights : NAN,
        .rounding = request_rounding(run->net, weights),
    };
    struct value *lines = value_new(VALUE_LIST, NULL, "result", 0);
    request_compare(&run->experiment->request, &reached, lines);
    for (const struct value *line = lines->child; line; line = line->next) {
        if (value_get(line, "met")->boolean)
            continue;
        struct value *miss = value_clone(line);
        value_drop(miss, "met");
        value_add(run->misses, miss);
    }
    value_free(lines);
}

static int write_result(struct run *run, struct pare_error *err)
{
    struct value *result = run_result(run);
    char *text = NULL, *path = rundir_result(run->dir);
    size_t size = 0;
    FILE *out = xmemstream(&text, &size);
    json_print(result, out);
    fclose(out);
    int status = file_write(path, text, size, err);
    free(path);
    free(text);
    value_free(run->stored);
    run->stored = result;
    return status;
}

static int write_report(const struct run *run, const struct model_file *file,
                        struct pare_error *err)
{
    char *text = NULL, *path = rundir_report(run->dir);
    size_t size = 0;
    FILE *out = xmemstream(&text, &size);
    report_print(run, file, out);
    fclose(out);
    int status = file_write(path, text, size, err);
    free(path);
    free(text);
    return status;
}

/* Names the misses from first on, after what err has already. */
static int fail_missed(const struct value *first, struct pare_error *err)
{
    size_t used = strlen(err->text);
    const char *between = used ? "; not met: " : "not met: ";

    for (const struct value *m = first; m && used < sizeof err->text; m = m->next) {
        char line[256];
        request_print(m, line, sizeof line);
        used += (size_t)snprintf(err->text + used, sizeof err->text - used, "%s%s", between, line);
        between = "; ";
    }
    return err->status = PARE_EREQUEST;
}

static int sync_metrics(const struct run *run, struct pare_error *err)
{
    if (fflush(run->metrics) == 0 && fsync(fileno(run->metrics)) == 0)
        return PARE_OK;
    return pare_fail_at(err, PARE_EIO, run->dir, 0, "cannot write metrics.jsonl: %s",
                        strerror(errno));
}

/* missed: what ended the schedule; NULL: it came to its end. */
static int finish(struct run *run, const struct value *missed, struct pare_error *err)
{
    struct model_file file = {0};
    int status = replay_finish(run, err);

    if (status != PARE_OK)
        return status;
    if (run->model_path) {
        enum profile_part was = profile_switch(run->net->profile, PROFILE_TEST);
        status = readback_test(run, &file, err);
        profile_switch(run->net->profile, was);
    } else {
        status = stages_record(run, err);
        run->test_error_percent = run->net_error;
        if (status == PARE_OK)
            status = figures_net(run, NULL, err);
    }
    if (status == PARE_OK)
        status = figures_past(run, err);
    if (status != PARE_OK)
        goto out;
    value_free(run->misses);
    run->misses = missed ? value_clone(missed) : value_new(VALUE_LIST, "misses", "result", 0);
    compare_requests(run);
    value_free(run->tally);
    run->tally = tree_group();
    if (run->model_path)
        tally_add(&file, run->tally);
    status = write_report(run, run->model_path ? &file : NULL, err);
    if (status == PARE_OK)
        status = sync_metrics(run, err);
    if (status == PARE_OK)
        status = write_result(run, err); /* the last: with it the run is finished */
    if (status == PARE_OK)
        steps_remove(run->dir);
out:
    model_file_free(&file);
    return status;
}

int run_finish(struct run *run, struct pare_error *err)
{
    int status = finish(run, NULL, err);

    if (status != PARE_OK || !run->misses->child)
        return status;
    *err = (struct pare_error){0};
    return fail_missed(run->misses->child, err);
}

int run_finish_missed(struct run *run, struct pare_error *err)
{
    struct pare_error ended = *err;
    *err = (struct pare_error){0};
    int status = finish(run, run->missed, err);

    if (status != PARE_OK)
        return status;
    const struct value *more = run->misses->child;
    while (more && value_get(more, "param"))
        more = more->next;
    *err = ended;
    return fail_missed(more, err);
}

static void add_stages(const struct run *run, struct value *group)
{
    struct value *list = tree_add_list(group, "stages");
    double dense = (double)size_dense_bytes(run->net);

    for (size_t i = 0; i < run->stages; i++) {
        const struct run_stage *s = &run->stage[i];
        struct value *line = tree_add_group(list, NULL);
        tree_text(line, "stage", s->name);
        tree_real(line, "test_error_percent", s->error_percent);
        tree_size(line, "kept", s->kept);
        tree_size(line, "weights", s->weights);
        tree_size(line, "bytes", s->bytes);
        tree_real(line, "ratio", s->bytes ? dense / (double)s->bytes : NAN);
    }
}

static void add_measured(const struct run *run, struct value *group)
{
    struct value *measured = tree_add_group(group, "measured");

    if (run->measured)
        value_merge(measured, run->measured);
}

static void add_data(const struct run *run, struct value *group)
{
    const struct pare_dataset_info *info = &run->data.info;
    struct value *data = tree_add_group(group, "data");
    tree_text(data, "source", info->source);
    tree_text(data, "sha256", info->sha256);
    tree_size(data, "train", info->count[PARE_SPLIT_TRAIN]);
    tree_size(data, "validation", info->count[PARE_SPLIT_VALIDATION]);
    tree_size(data, "test", info->count[PARE_SPLIT_TEST]);
}

struct value *run_result(const struct run *run)
{
    struct value *group = tree_group();
    const struct run_stage *last = last_stage(run);
    size_t dense = size_dense_bytes(run->net), kept, weights;

    stages_weights(run->net, &kept, &weights);
    if (last)
        kept = last->kept;
    tree_text(group, "run_dir", run->dir);
    tree_text(group, "name", run->experiment->name);
    tree_text(group, "model", run->model_path);
    tree_int(group, "seed", run->experiment->seed);
    tree_real(group, "test_error_percent", run->test_error_percent);
    tree_real(group, "density", weights ? (double)kept / (double)weights : NAN);
    tree_size(group, "dense_bytes", dense);
    if (run->model_path) {
        tree_size(group, "file_bytes", run->file_bytes);
        tree_real(group, "ratio", (double)dense / (double)run->file_bytes);
    } else {
        tree_text(group, "file_bytes", NULL);
        tree_text(group, "ratio", NULL);
    }
    tree_bool(group, "requests_met", run->misses && !run->misses->child);
    value_add(group, run->misses ? value_clone(run->misses)
                                 : value_new(VALUE_LIST, "misses", "result", 0));
    add_stages(run, group);
    if (run->tally)
        value_merge(group, run->tally);
    add_measured(run, group);
    add_data(run, group);
    if (run->steps) {
        size_t bytes;
        double seconds;

        steps_cost(run->steps, &bytes, &seconds);
        tree_size(group, "run_bytes", rundir_bytes(run->dir));
        tree_size(group, "checkpoint_bytes", bytes);
        tree_real(group, "checkpoint_seconds", seconds);
    }
    tree_real(group, "seconds", record_clock() - run->started);
    tree_real(group, "processor_seconds", run->went_on ? (double)NAN : record_processor());
    return group;
}

int run_take_stored(struct run *run, struct pare_error *err)
{
    const struct value *stored = run->stored, *misses = value_get(stored, "misses");
    const struct value *stages = value_get(stored, "stages"), *model = value_get(stored, "model");

    if (!misses || !journal_form_misses(misses) || !stages || !model)
        return pare_fail_at(err, PARE_EFORMAT, run->dir, 0,
                            "its result.json is not one of this pare; --force-new starts over in "
                            "another folder");
    for (const struct value *m = stages->child; m && run->stages < RUN_STAGES_MAX; m = m->next) {
        const struct value *name = value_get(m, "stage");

        run->stage[run->stages++] = (struct run_stage){
            .name = stages_name(name && name->kind == VALUE_TEXT ? name->text : ""),
            .error_percent = real_of(m, "test_error_percent"),
            .kept = size_of(m, "kept"),
            .weights = size_of(m, "weights"),
            .bytes = size_of(m, "bytes")};
    }
    run->test_error_percent = real_of(stored, "test_error_percent");
    run->file_bytes = size_of(stored, "file_bytes");
    if (model->kind == VALUE_TEXT)
        run->model_path = rundir_model(run->dir);
    run->misses = value_clone(misses);
    for (struct value *m = run->misses->child; m; m = m->next)
        if (value_get(m, "got") && value_get(m, "got")->kind == VALUE_NONE)
            tree_real(m, "got", NAN); /* JSON has no word for it */
    /* The folder may have been moved. */
    tree_text(run->stored, "run_dir", run->dir);
    tree_text(run->stored, "model", run->model_path);
    return PARE_OK;
}

int run_stored_status(const struct run *run, struct pare_error *err)
{
    return run->misses->child ? fail_missed(run->misses->child, err) : PARE_OK;
}
