/* SPDX-License-Identifier: Apache-2.0 */
/* Journals step by step, model files parameter by parameter. */

#include "run/compare.h"
#include "base/alloc.h"
#include "base/file.h"
#include "config/conffile.h"
#include "format/read.h"
#include "run/difference.h"
#include "run/journal.h"
#include "run/json.h"
#include "run/rundir.h"
#include "run/tree.h"
#include <stdlib.h>
#include <string.h>

enum { RESULT_BYTES_MAX = 1 << 20 };

static const char *text_of(const struct value *group, const char *name)
{
    const struct value *v = value_get(group, name);

    return v && v->kind == VALUE_TEXT ? v->text : "";
}

static int read_journal(struct compare_run *run, struct pare_error *err)
{
    char *path = rundir_journal(run->dir);
    struct journal *journal = journal_open_reading(path, err);
    int status = journal ? PARE_OK : err->status;

    free(path);
    run->records = journal ? journal_count(journal) : 0;
    run->record = xcalloc(run->records + 1, sizeof(struct value *));
    for (size_t i = 0; i < run->records && status == PARE_OK; i++) {
        run->record[i] = journal_read(journal, i, err);
        status = run->record[i] ? PARE_OK : err->status;
    }
    journal_close(journal);
    return status;
}

static int read_run(struct compare_run *run, struct pare_error *err)
{
    char *config = rundir_config(run->dir), *result = rundir_result(run->dir), *text = NULL;
    struct problems problems = {0};
    size_t size = 0;
    int status = read_journal(run, err);

    if (status == PARE_OK) {
        run->config = conffile_read(config, &problems);
        status = run->config ? PARE_OK : problems_status(&problems, err);
    }
    if (status == PARE_OK && file_exists(result)) {
        text = file_read(result, RESULT_BYTES_MAX, &size, err);
        run->result = text ? json_parse(text, size, result, err) : NULL;
        status = run->result ? PARE_OK : err->status;
    }
    problems_free(&problems);
    free(text);
    free(result);
    free(config);
    return status;
}

static void free_run(struct compare_run *run)
{
    for (size_t i = 0; i < run->records; i++)
        value_free(run->record[i]);
    free(run->record);
    value_free(run->config);
    value_free(run->result);
}

/* Records that say what was done and what came of it; the others, and members of a
 * clock or of files, say how the run went. */
static bool is_work(const struct value *record)
{
    static const char *const others[] = {"start", "require", "plugin"};
    const char *word = text_of(record, "record");

    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (strcmp(word, others[i]) == 0)
            return false;
    return true;
}

static struct value *work_of(const struct value *record)
{
    static const char *const others[] = {"at", "file", "snapshot", "after"};
    struct value *work = record ? value_clone(record) : NULL;

    for (size_t i = 0; work && i < sizeof others / sizeof *others; i++)
        value_drop(work, others[i]);
    return work;
}

static const char *word_of(const struct value *record)
{
    const char *word = text_of(record, "record");

    if (strcmp(word, "begin") == 0 || strcmp(word, "epoch") == 0)
        return "train";
    return *word ? word : text_of(record, "verb");
}

static const struct value *next_work(const struct compare_run *run, size_t *i)
{
    while (*i < run->records && !is_work(run->record[*i]))
        (*i)++;
    return *i < run->records ? run->record[(*i)++] : NULL;
}

static int64_t number_of(const struct value *record)
{
    const struct value *number = value_get(record, "number");

    return number && number->kind == VALUE_INT ? number->integer : 0;
}

/* The number of the verb that record i - 1 is of. */
static int64_t step_at(const struct compare_run *run, size_t i)
{
    for (i = i ? i - 1 : 0; i < run->records; i++)
        if (*text_of(run->record[i], "verb") && !value_get(run->record[i], "inside"))
            return number_of(run->record[i]);
    return 0;
}

/* Two records that may part. */
static bool find_parting(const struct value *first, const struct value *other, struct difference *d)
{
    struct value *a = work_of(first), *b = work_of(other);
    const char *was = first ? word_of(first) : "nothing", *is = other ? word_of(other) : "nothing";
    bool differ = strcmp(was, is) != 0 || !first != !other;

    if (differ)
        difference_set(d, "verb", was, is);
    else
        differ = difference_find(a, b, "", d);
    value_free(a);
    value_free(b);
    return differ;
}

static void add_parting(const struct compare_run *first, const struct compare_run *other,
                        struct value *list)
{
    struct value *line = tree_add_group(list, NULL);
    const struct value *a, *b;
    struct difference d;
    size_t i = 0, k = 0;
    bool differ;

    do {
        a = next_work(first, &i);
        b = next_work(other, &k);
        differ = find_parting(a, b, &d);
    } while (!differ && a && b);
    tree_text(line, "run", other->dir);
    tree_bool(line, "same", !differ);
    if (!differ)
        return;
    tree_int(line, "step", a ? step_at(first, i) : step_at(other, k));
    const struct value *epoch = value_get(a ? a : b, "epoch");
    char *what = epoch && epoch->kind == VALUE_INT
                     ? xasprintf("train, epoch %lld", (long long)epoch->integer)
                     : xstrdup(word_of(a ? a : b));
    tree_text(line, "what", what);
    tree_text(line, "field", d.field);
    /* An option that is not recorded has its preset. */
    bool option = strncmp(d.field, "options.", 8) == 0;
    tree_text(line, "first", option && strcmp(d.first, "nothing") == 0 ? "preset" : d.first);
    tree_text(line, "other", option && strcmp(d.second, "nothing") == 0 ? "preset" : d.second);
    free(what);
}

/* Verbs of the schedule itself, from the record at *i on; NULL: no more. */
static const struct value *next_step(const struct compare_run *run, size_t *i)
{
    while (*i < run->records &&
           (!*text_of(run->record[*i], "verb") || value_get(run->record[*i], "inside")))
        (*i)++;
    return *i < run->records ? run->record[(*i)++] : NULL;
}

static void add_steps(const struct compare_run *run, size_t n, struct value *list)
{
    static const char *const members[] = {"error", "kept", "bytes"};
    size_t *at = xcalloc(n + 1, sizeof *at);
    const struct value **record = xcalloc(n + 1, sizeof *record);

    for (;;) {
        const struct value *any = NULL;

        for (size_t i = 0; i < n; i++) {
            record[i] = next_step(&run[i], &at[i]);
            any = any ? any : record[i];
        }
        if (!any)
            break;
        struct value *line = tree_add_group(list, NULL);
        tree_int(line, "step", number_of(any));
        struct value *verbs = compare_values(line, "verbs");
        for (size_t i = 0; i < n; i++)
            compare_add(verbs, value_get(record[i], "verb"));
        for (size_t k = 0; k < sizeof members / sizeof *members; k++) {
            struct value *values = compare_values(line, members[k]);
            for (size_t i = 0; i < n; i++)
                compare_add(values, value_get(value_get(record[i], "result"), members[k]));
        }
    }
    free(record);
    free(at);
}

static const struct value *find_stage(const struct compare_run *run, const char *name)
{
    const struct value *stages = value_get(run->result, "stages");

    for (const struct value *m = stages ? stages->child : NULL; m; m = m->next)
        if (strcmp(text_of(m, "stage"), name) == 0)
            return m;
    return NULL;
}

static void add_stages(const struct compare_run *run, size_t n, struct value *list)
{
    static const char *const names[] = {"trained", "pruned", "shared", "coded"};
    static const char *const members[][2] = {{"error", "test_error_percent"}, {"bytes", "bytes"}};

    for (size_t s = 0; s < sizeof names / sizeof *names; s++) {
        bool any = false;

        for (size_t i = 0; i < n; i++)
            any = any || find_stage(&run[i], names[s]);
        if (!any)
            continue;
        struct value *line = tree_add_group(list, NULL);
        tree_text(line, "stage", names[s]);
        for (size_t k = 0; k < 2; k++) {
            struct value *values = compare_values(line, members[k][0]);
            for (size_t i = 0; i < n; i++)
                compare_add(values, value_get(find_stage(&run[i], names[s]), members[k][1]));
        }
    }
}

static void add_files(const struct compare_run *run, size_t n, struct value *group)
{
    static const char *const members[][2] = {{"error", "test_error_percent"},
                                             {"bytes", "file_bytes"}};

    for (size_t k = 0; k < 2; k++) {
        struct value *values = compare_values(group, members[k][0]);
        for (size_t i = 0; i < n; i++)
            compare_add(values, value_get(run[i].result, members[k][1]));
    }
}

/* What the model file has of the parameters, by name; NULL: there is no file. */
static int read_params(const struct compare_run *run, struct value **params, struct pare_error *err)
{
    char *path = rundir_model(run->dir);
    struct model_file file = {0};
    int status = PARE_OK;

    *params = NULL;
    if (file_exists(path)) {
        status = format_read_path(path, &file, err);
        *params = tree_group();
    }
    for (size_t i = 0; file.net && status == PARE_OK && i < file.net->params; i++) {
        const struct pare_param *p = &file.net->param[i];
        struct value *line = tree_add_group(*params, p->name);

        tree_size(line, "kept", pare_param_kept(p));
        tree_size(line, "centroids", p->centroids);
        tree_size(line, "bytes", ledger_param_bytes(&file.ledger, i));
    }
    model_file_free(&file);
    free(path);
    return status;
}

static void add_param(struct value *const *params, size_t n, const char *name, struct value *list)
{
    static const char *const members[] = {"kept", "centroids", "bytes"};
    struct value *line = tree_add_group(list, NULL);

    tree_text(line, "name", name);
    for (size_t k = 0; k < sizeof members / sizeof *members; k++) {
        struct value *values = compare_values(line, members[k]);
        for (size_t i = 0; i < n; i++)
            compare_add(values, value_get(value_get(params[i], name), members[k]));
    }
}

static int add_params(const struct compare_run *run, size_t n, struct value *list,
                      struct pare_error *err)
{
    struct value **params = xcalloc(n + 1, sizeof(struct value *));
    int status = PARE_OK;

    for (size_t i = 0; i < n && status == PARE_OK; i++)
        status = read_params(&run[i], &params[i], err);
    for (size_t i = 0; i < n && status == PARE_OK; i++)
        for (const struct value *m = params[i] ? params[i]->child : NULL; m; m = m->next) {
            bool told = false;

            for (size_t k = 0; k < i; k++)
                told = told || value_get(params[k], m->name);
            if (!told)
                add_param(params, n, m->name, list);
        }
    for (size_t i = 0; i < n; i++)
        value_free(params[i]);
    free(params);
    return status;
}

int compare_runs(const char *const *dir, size_t n, struct value **comparison,
                 struct pare_error *err)
{
    struct compare_run *run = xcalloc(n + 1, sizeof *run);
    struct value *all = tree_group();
    struct value *runs = tree_add_list(all, "runs");
    int status = PARE_OK;

    for (size_t i = 0; i < n && status == PARE_OK; i++) {
        run[i].dir = dir[i];
        tree_text(runs, NULL, dir[i]);
        status = read_run(&run[i], err);
    }
    if (status == PARE_OK)
        status = compare_made(run, n, all, err);
    if (status == PARE_OK) {
        struct value *parted = tree_add_list(all, "parted");
        for (size_t i = 1; i < n; i++)
            add_parting(&run[0], &run[i], parted);
        add_steps(run, n, tree_add_list(all, "steps"));
        add_stages(run, n, tree_add_list(all, "stages"));
        status = add_params(run, n, tree_add_list(all, "params"), err);
        add_files(run, n, tree_add_group(all, "files"));
    }
    for (size_t i = 0; i < n; i++)
        free_run(&run[i]);
    free(run);
    *comparison = status == PARE_OK ? all : NULL;
    if (status != PARE_OK)
        value_free(all);
    return status;
}
