/* SPDX-License-Identifier: Apache-2.0 */
/* The small state as a group. It is compared with what was told before member by
 * member, as text, so that a record holds only what is new. */

#include "run/after.h"
#include "base/alloc.h"
#include "run/json.h"
#include "run/request.h"
#include "run/rundir.h"
#include "run/stages.h"
#include "run/tree.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

void after_look(struct run *run)
{
    for (size_t i = 0; i < run->net->params; i++)
        run->decided[i] = (struct run_decided){pare_param_kept(&run->net->param[i]),
                                               run->net->param[i].centroids};
}

static struct value *state_of(const struct run *run)
{
    struct value *state = tree_group(), *list;

    tree_bool(state, "trained", run->trained);
    tree_int(state, "loss", (int64_t)run->loss);
    tree_real(state, "error", run->net_error);
    list = tree_add_list(state, "stages");
    for (size_t i = 0; i < run->stages; i++) {
        const struct run_stage *s = &run->stage[i];
        struct value *line = tree_add_group(list, NULL);

        tree_text(line, "stage", s->name);
        tree_real(line, "error", s->error_percent);
        tree_size(line, "kept", s->kept);
        tree_size(line, "weights", s->weights);
        tree_size(line, "bytes", s->bytes);
    }
    if (run->model_path) {
        struct value *encoded = tree_add_group(state, "encoded");

        tree_size(encoded, "bytes", run->file_bytes);
        tree_real(encoded, "error", run->encoded_error);
    }
    list = tree_add_list(state, "missed");
    for (const struct value *m = run->missed ? run->missed->child : NULL; m; m = m->next)
        value_add(list, value_clone(m));
    list = tree_add_list(state, "kept");
    for (size_t i = 0; i < run->net->params; i++)
        tree_size(list, NULL, run->decided[i].kept);
    list = tree_add_list(state, "centroids");
    for (size_t i = 0; i < run->net->params; i++)
        tree_size(list, NULL, run->decided[i].centroids);
    return state;
}

struct value *after_changes(struct run *run)
{
    struct value *state = state_of(run), *changes = tree_group();

    for (const struct value *m = state->child; m; m = m->next) {
        const struct value *old = value_get(run->told, m->name);
        char *now = json_line(m), *before = old ? json_line(old) : NULL;

        if (!before || strcmp(now, before) != 0)
            value_add(changes, value_clone(m));
        free(now);
        free(before);
    }
    value_free(run->told);
    run->told = state;
    if (changes->child)
        return changes;
    value_free(changes);
    return NULL;
}

static double real_of(const struct value *group, const char *name)
{
    const struct value *v = value_get(group, name);

    return v && v->kind == VALUE_REAL ? v->real : NAN; /* NaN stands in JSON as null */
}

static size_t size_of(const struct value *group, const char *name)
{
    const struct value *v = value_get(group, name);

    return v && v->kind == VALUE_INT ? (size_t)v->integer : 0;
}

static void apply_stages(struct run *run, const struct value *list)
{
    run->stages = 0;
    for (const struct value *m = list->child; m && run->stages < RUN_STAGES_MAX; m = m->next) {
        const struct value *name = value_get(m, "stage");

        run->stage[run->stages++] = (struct run_stage){
            .name = stages_name(name && name->kind == VALUE_TEXT ? name->text : ""),
            .error_percent = real_of(m, "error"),
            .kept = size_of(m, "kept"),
            .weights = size_of(m, "weights"),
            .bytes = size_of(m, "bytes")};
    }
}

static void apply_member(struct run *run, const struct value *m)
{
    const struct value *v = m->child;
    size_t n = run->net->params;

    if (strcmp(m->name, "trained") == 0)
        run->trained = m->boolean;
    else if (strcmp(m->name, "loss") == 0)
        run->loss = (enum net_loss)m->integer;
    else if (strcmp(m->name, "error") == 0)
        run->net_error = m->kind == VALUE_REAL ? m->real : NAN;
    else if (strcmp(m->name, "stages") == 0)
        apply_stages(run, m);
    else if (strcmp(m->name, "missed") == 0) {
        request_clear(run);
        run->missed = v ? value_clone(m) : NULL;
    } else if (strcmp(m->name, "encoded") == 0) {
        free(run->model_path);
        run->model_path = rundir_model(run->dir);
        run->file_bytes = size_of(m, "bytes");
        run->encoded_error = real_of(m, "error");
    } else if (strcmp(m->name, "kept") == 0) {
        for (size_t i = 0; v && i < n; i++, v = v->next)
            run->decided[i].kept = (size_t)v->integer;
    } else if (strcmp(m->name, "centroids") == 0) {
        for (size_t i = 0; v && i < n; i++, v = v->next)
            run->decided[i].centroids = (uint32_t)v->integer;
    }
}

void after_apply(struct run *run, const struct value *changes)
{
    static const char *const decided[] = {"kept", "centroids"};

    for (const struct value *m = changes ? changes->child : NULL; m; m = m->next) {
        apply_member(run, m);
        value_add(run->told, value_clone(m));
    }
    /* A hook of prune has seen weights go that came back without a word. */
    for (size_t i = 0; i < sizeof decided / sizeof *decided; i++)
        if (value_get(run->told, decided[i]))
            apply_member(run, value_get(run->told, decided[i]));
}
