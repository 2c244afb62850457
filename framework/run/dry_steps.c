/* SPDX-License-Identifier: Apache-2.0 */
/* The steps of a dry run: what each verb was asked, what it changed, what the file
 * would be then, how long it would take. Verbs that hooks call are counted in their
 * train's step. */

#include "run/dry.h"
#include "run/record.h"
#include "run/stages.h"
#include "run/tree.h"
#include <math.h>
#include <string.h>

/* Sizing every step of a long schedule may take so long; later ones have no bytes. */
static const double size_seconds_max = 4.0;

static const struct value *entry_of(const struct value *list, const char *key, const char *name)
{
    const struct value *m = list ? list->child : NULL;
    while (m && strcmp(value_get(m, key)->text, name) != 0)
        m = m->next;
    return m;
}

/* "amount", or "global" where it is one of the net; "quality"; "threshold"; "dead":
 * what reaches nothing; "pruner": it selects itself. */
static const char *pruned_by(const struct value *options)
{
    static const char *const names[] = {"dead", "quality", "threshold"};

    if (value_get(options, "amount"))
        return value_get(options, "scope") ? "global" : "amount";
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (value_get(options, names[i]))
            return names[i];
    return "pruner";
}

static void note_pruning(struct run *run, const struct value *options, const struct value *result)
{
    const struct value *params = value_get(result, "params");

    for (size_t i = 0; i < run->net->params; i++) {
        const char *name = run->net->param[i].name;
        const struct value *own = entry_of(value_get(options, "own"), "param", name);
        if (entry_of(params, "name", name))
            run->dry->by[i] = pruned_by(own ? own : options);
    }
}

static void count_within(struct dry *dry, const char *verb)
{
    if (!dry->within)
        dry->within = value_new(VALUE_LIST, "within", "result", 0);
    for (struct value *m = dry->within->child; m; m = m->next)
        if (strcmp(value_get(m, "verb")->text, verb) == 0) {
            struct value *count = m->child->next;
            count->integer++;
            return;
        }
    struct value *line = tree_add_group(dry->within, NULL);
    tree_text(line, "verb", verb);
    tree_int(line, "count", 1);
}

/* The parameters that the step has changed; remembers their state. */
static struct value *changes(struct run *run)
{
    struct dry *dry = run->dry;
    struct value *list = value_new(VALUE_LIST, "params", "result", 0);

    for (size_t i = 0; i < run->net->params; i++) {
        const struct pare_param *p = &run->net->param[i];
        size_t kept = pare_param_kept(p);
        if (kept == dry->kept[i] && p->centroids == dry->centroids[i])
            continue;
        dry->kept[i] = kept;
        dry->centroids[i] = p->centroids;
        struct value *line = tree_add_group(list, NULL);
        tree_text(line, "name", p->name);
        tree_size(line, "kept", kept);
        tree_real(line, "sparsity", 1.0 - (double)kept / (double)p->count);
        tree_size(line, "centroids", p->centroids);
    }
    return list;
}

/* What cannot be encoded yet (a layout that needs shared weights) has no size. */
static void size_net(struct run *run)
{
    struct dry *dry = run->dry;
    struct pare_error ignored = {0};
    double started = record_clock();
    size_t bytes = 0;

    dry->bytes = NAN;
    if (dry->settings.brief || dry->size_seconds > size_seconds_max)
        return;
    if (stages_bytes(run, &bytes, &ignored) == PARE_OK)
        dry->bytes = (double)bytes;
    dry->size_seconds += record_clock() - started;
}

static void add_sizes(struct run *run, const struct value *result, bool changed, struct value *step)
{
    const struct value *encoded = value_get(result, "bytes");
    size_t kept, weights;

    if (encoded)
        run->dry->bytes = (double)encoded->integer;
    else if (changed || !run->dry->steps->child->next)
        size_net(run);
    stages_weights(run->net, &kept, &weights);
    tree_real(step, "sparsity", weights ? 1.0 - (double)kept / (double)weights : 0.0);
    if (isnan(run->dry->bytes))
        tree_text(step, "bytes", NULL);
    else
        tree_size(step, "bytes", (size_t)run->dry->bytes);
}

/* What a verb fell short of without failing. */
static void add_notes(const char *verb, const struct value *result, struct value *step)
{
    const struct value *params = value_get(result, "params");

    if (!params || (strcmp(verb, "prune") != 0 && strcmp(verb, "share") != 0))
        return;
    if (!params->child)
        tree_text(step, "note", "nothing to do: every selected parameter is skipped");
    for (const struct value *m = params->child; m; m = m->next) {
        const struct value *got = value_get(m, "centroids"), *wanted = value_get(m, "wanted");
        if (got && got->integer < wanted->integer && !value_get(step, "note"))
            tree_text(step, "note", "fewer shared values than asked: no more kept weights differ");
    }
}

void dry_record(struct run *run, const char *verb, const struct value *options,
                const struct value *result)
{
    struct dry *dry = run->dry;

    if (strcmp(verb, "prune") == 0 && options)
        note_pruning(run, options, result);
    if (dry->catching_up)
        return;
    dry->verbs++;
    if (dry->inside) {
        count_within(dry, verb);
        return;
    }
    double seconds = record_clock() - dry->clock + dry->predicted;
    struct value *step = tree_add_group(dry->steps, NULL), *params = changes(run);
    tree_int(step, "number", dry->verbs);
    tree_text(step, "verb", verb);
    if (options) {
        struct value *asked = tree_add_group(step, "options");
        value_merge(asked, options);
    }
    if (dry->within)
        value_add(step, dry->within);
    dry->within = NULL;
    bool changed = params->child != NULL || dry->moved || strcmp(verb, "restore") == 0;
    value_add(step, params);
    if (run->dry->from.beyond && (strcmp(verb, "test") == 0 || strcmp(verb, "train") == 0))
        tree_text(step, "note", run->dry->from.beyond);
    run->dry->from.beyond = NULL;
    if (strcmp(verb, "test") == 0)
        tree_real(step, "error", value_get(result, "error")->real);
    add_sizes(run, result, changed, step);
    add_notes(verb, result, step);
    dry->seconds += seconds;
    tree_real(step, "seconds", seconds);
    dry->moved = false;
    dry->predicted = 0.0;
    dry->clock = record_clock();
}
