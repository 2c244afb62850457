/* SPDX-License-Identifier: Apache-2.0 */
/* Journal, metrics and watcher of the verbs. Lines are reproducible but for
 * members called "seconds". */

#include "run/record.h"
#include "run/dry.h"
#include "run/journal.h"
#include "run/json.h"
#include "run/tree.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

double record_clock(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
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
    struct value *all = tree_group();
    tree_int(all, "number", ++run->metrics_lines);
    tree_text(all, "what", what);
    if (group)
        value_merge(all, group);
    char *line = json_line(all);
    value_free(all);
    fprintf(run->metrics, "%s\n", line);
    free(line);
    if (fflush(run->metrics) != 0)
        return pare_fail(err, PARE_EIO, "cannot write metrics.jsonl: %s", strerror(errno));
    return PARE_OK;
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

int record_end(struct run *run, const char *verb, const struct value *options,
               const struct value *result, struct pare_error *err)
{
    int status = PARE_OK;

    if (run->journal)
        status = journal_add(run->journal, verb, options, result, err);
    if (status == PARE_OK)
        status = record_metrics(run, verb, result, err);
    if (status == PARE_OK && run->dry)
        dry_record(run, verb, options, result);
    if (status == PARE_OK && run->watch.verb_end)
        run->watch.verb_end(run->watch.context, verb, result);
    return status;
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

void record_own(struct value *options, const struct pare_param *param, const struct asked *asked)
{
    struct value *own = asked_changed(asked);
    const struct value *m = options->child;
    struct value *whole = tree_group();

    for (; m; m = m->next)
        if (strcmp(m->name, "params") != 0 && strcmp(m->name, "own") != 0)
            value_add(whole, value_clone(m));
    if (!same(whole, own)) {
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
    value_free(whole);
    value_free(own);
}
