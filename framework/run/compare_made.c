/* SPDX-License-Identifier: Apache-2.0 */
/* What runs were made with: their resolved configs down to single options, and what
 * their journals say of code, data and plugins. */

#include "base/alloc.h"
#include "base/file.h"
#include "config/conffile.h"
#include "config/schema.h"
#include "run/compare.h"
#include "run/groups.h"
#include "run/json.h"
#include "run/rundir.h"
#include "run/tree.h"
#include <stdlib.h>
#include <string.h>

enum { SCHEDULE_BYTES_MAX = 1 << 20 };

struct value *compare_values(struct value *group, const char *name)
{
    return tree_add_list(group, name);
}

void compare_add(struct value *values, const struct value *value)
{
    struct value *copy = value ? value_clone(value) : value_new(VALUE_NONE, NULL, "compare", 0);

    free(copy->name);
    copy->name = NULL;
    value_add(values, copy);
}

static const char *text_of(const struct value *group, const char *name)
{
    const struct value *v = value_get(group, name);

    return v && v->kind == VALUE_TEXT ? v->text : "";
}

static bool is_same(const struct value *a, const struct value *b)
{
    char *x = a ? json_line(a) : xstrdup(""), *y = b ? json_line(b) : xstrdup("");
    bool same = strcmp(x, y) == 0;

    free(x);
    free(y);
    return same;
}

/* A line of list, where value [n] are not all the same. */
static void add_row(struct value *list, const char *name, const struct value *const *value,
                    size_t n)
{
    bool same = true;

    for (size_t i = 1; i < n; i++)
        same = same && is_same(value[0], value[i]);
    if (same)
        return;
    struct value *row = tree_add_group(list, NULL);
    tree_text(row, "name", name);
    struct value *values = compare_values(row, "values");
    for (size_t i = 0; i < n; i++)
        compare_add(values, value[i]);
}

/* Goes down trees [n], by the names that any of them has, to what is no group. */
static void add_tree(struct value *list, const char *path, const struct value *const *tree,
                     size_t n)
{
    const struct value **inner = xcalloc(n + 1, sizeof *inner);
    bool all_groups = true;

    for (size_t i = 0; i < n; i++)
        all_groups = all_groups && (!tree[i] || tree[i]->kind == VALUE_GROUP);
    if (!all_groups)
        add_row(list, path, tree, n);
    for (size_t i = 0; all_groups && i < n; i++)
        for (const struct value *m = tree[i] ? tree[i]->child : NULL; m; m = m->next) {
            bool told = false;

            for (size_t k = 0; k < i; k++)
                told = told || value_get(tree[k], m->name);
            for (size_t k = 0; k < n; k++)
                inner[k] = value_get(tree[k], m->name);
            char *longer = xasprintf("%s%s%s", path, *path ? "." : "", m->name);
            if (!told)
                add_tree(list, longer, inner, n);
            free(longer);
        }
    free(inner);
}

static bool is_number(const struct value *v)
{
    return v->kind == VALUE_INT || v->kind == VALUE_REAL;
}

static double number_of(const struct value *v)
{
    return v->kind == VALUE_INT ? (double)v->integer : v->real;
}

static bool is_preset(const struct pare_option *option, const struct value *v)
{
    struct value *raw = value_text(VALUE_RAW, NULL, option->preset, "preset", 0);
    struct problems ignored = {0};
    struct value *preset = conffile_parse_raw(raw, &ignored);
    bool same;

    if (preset && is_number(preset) && is_number(v))
        same = !(number_of(preset) < number_of(v) || number_of(preset) > number_of(v));
    else if (v->kind == VALUE_TEXT)
        same = strcmp(v->text, option->preset) == 0;
    else
        same = preset && is_same(preset, v);
    value_free(preset);
    problems_free(&ignored);
    value_free(raw);
    return same;
}

/* Where runs name different plugins, each has options that the others have not. */
static void drop_presets(struct compare_run *run, size_t n, const struct group *g, size_t slot)
{
    const char *key = g->plugin[slot].option;
    bool same = true;

    for (size_t i = 1; key && i < n; i++)
        same = same && is_same(value_get(value_get(run[0].config, g->name), key),
                               value_get(value_get(run[i].config, g->name), key));
    for (size_t i = 0; !same && i < n; i++) {
        struct value *group = value_get(run[i].config, g->name);
        const struct pare_plugin *plugin =
            registry_get(g->plugin[slot].kind, text_of(group, key), NULL);

        for (size_t k = 0; plugin && k < schema_count(plugin->options); k++) {
            const struct value *v = value_get(group, plugin->options[k].name);

            if (v && is_preset(&plugin->options[k], v))
                value_drop(group, plugin->options[k].name);
        }
    }
}

/* The schedules by their text; the path of one is a setting when it is another. */
static int add_schedules(struct compare_run *run, size_t n, struct value *settings,
                         struct value *code, struct pare_error *err)
{
    const struct value **line = xcalloc(n + 1, sizeof *line), **path = xcalloc(n + 1, sizeof *path);
    char **text = xcalloc(n + 1, sizeof *text);
    size_t size = 0, at = 0, start = 0;
    unsigned number = 1;
    bool differ = false;
    int status = PARE_OK;

    for (size_t i = 0; i < n && status == PARE_OK; i++) {
        char *name = rundir_schedule(run[i].dir);

        text[i] = file_read(name, SCHEDULE_BYTES_MAX, &size, err);
        status = text[i] ? PARE_OK : err->status;
        path[i] = value_get(run[i].config, "schedule");
        free(name);
    }
    for (bool end = status != PARE_OK; !end && !differ; at++) {
        for (size_t i = 1; i < n; i++)
            differ = differ || text[i][at] != text[0][at];
        end = text[0][at] == '\0';
        if (!differ && text[0][at] == '\n') {
            number++;
            start = at + 1;
        }
    }
    if (differ) {
        char *name = xasprintf("schedule, line %u", number);
        struct value *lines = value_new(VALUE_LIST, NULL, "compare", 0);

        for (size_t i = 0; i < n; i++) {
            text[i][start + strcspn(text[i] + start, "\n")] = '\0';
            value_add(lines, value_text(VALUE_TEXT, NULL, text[i] + start, "compare", 0));
        }
        size_t i = 0;
        for (const struct value *m = lines->child; m; m = m->next)
            line[i++] = m;
        add_row(settings, "schedule", path, n);
        add_row(code, name, line, n);
        value_free(lines);
        free(name);
    }
    for (size_t i = 0; i < n; i++) {
        value_drop(run[i].config, "schedule");
        free(text[i]);
    }
    free(text);
    free(path);
    free(line);
    return status;
}

/* A member of the start records. */
static void add_start(struct compare_run *run, size_t n, const char *member, const char *name,
                      struct value *list)
{
    const struct value **value = xcalloc(n + 1, sizeof *value);

    for (size_t i = 0; i < n; i++)
        value[i] = run[i].records ? value_get(run[i].record[0], member) : NULL;
    add_row(list, name, value, n);
    free(value);
}

/* Digests that the journal has by name: of the start record's plugins, of records. */
static struct value *digests(const struct compare_run *run, const char *word, const char *member)
{
    struct value *all = tree_group();
    const struct value *start = run->records ? value_get(run->record[0], "plugins") : NULL;

    if (start && strcmp(word, "plugin") == 0)
        value_merge(all, start);
    for (size_t i = 0; i < run->records; i++)
        if (strcmp(text_of(run->record[i], "record"), word) == 0)
            tree_text(all, text_of(run->record[i], member), text_of(run->record[i], "sha256"));
    return all;
}

static void add_digests(struct compare_run *run, size_t n, const char *word, const char *member,
                        const char *before, struct value *list)
{
    struct value **all = xcalloc(n + 1, sizeof(struct value *));
    const struct value **view = xcalloc(n + 1, sizeof *view);

    for (size_t i = 0; i < n; i++)
        view[i] = all[i] = digests(&run[i], word, member);
    add_tree(list, before, view, n);
    for (size_t i = 0; i < n; i++)
        value_free(all[i]);
    free(view);
    free(all);
}

int compare_made(struct compare_run *run, size_t n, struct value *comparison,
                 struct pare_error *err)
{
    struct value *settings = tree_add_list(comparison, "settings");
    struct value *code = tree_add_list(comparison, "code");
    struct value *data = tree_add_list(comparison, "data");
    struct value *plugins = tree_add_list(comparison, "plugins");
    const struct value **config = xcalloc(n + 1, sizeof *config);
    int status = add_schedules(run, n, settings, code, err);

    for (const struct group *g = groups; g->name; g++)
        for (size_t slot = 0; slot < GROUP_PLUGINS_MAX; slot++)
            drop_presets(run, n, g, slot);
    for (size_t i = 0; i < n; i++)
        config[i] = run[i].config;
    add_tree(settings, "", config, n);
    add_digests(run, n, "require", "module", "module", code);
    add_start(run, n, "pare", "pare", code);
    add_start(run, n, "library", "libpare, sha256", code);
    add_start(run, n, "arithmetic", "arithmetic", code);
    add_start(run, n, "data", "data, sha256", data);
    add_digests(run, n, "plugin", "plugin", "", plugins);
    free(config);
    return status;
}
