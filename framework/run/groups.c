/* SPDX-License-Identifier: Apache-2.0 */
/* Groups against tables: the host's own first, since it names the plugins. What a
 * missing plugin would know cannot be judged and is let pass, once the plugin is
 * reported. */

#include "run/groups.h"

#include "base/alloc.h"
#include "compress/select.h"
#include "compress/share.h"
#include "config/schema.h"
#include "format/write.h"
#include "net/train.h"
#include "run/experiment.h"
#include <stdlib.h>
#include <string.h>

static const struct pare_option test_options[] = {
    PARE_CHOICE(test_options, split, "train|validation|test", "test", "the samples to test on"),
    PARE_BOOL(test_options, layers, "false",
              "measure each layer: activations, multiply-adds, neurons without inputs or outputs"),
    PARE_OPTIONS_END,
};

const struct pare_option request_options[] = {
    PARE_REAL(request, error, 0, 100, "none", "test error in percent, at most",
              .flags = PARE_OPTION_MAY_BE_NONE),
    PARE_REAL(request, bytes, 1, 1e15, "none", "size of the whole file, at most",
              .flags = PARE_OPTION_MAY_BE_NONE),
    PARE_REAL(request, ratio, 0, 1e9, "none", "dense float32 bytes over file bytes, at least",
              .flags = PARE_OPTION_MAY_BE_NONE),
    PARE_REAL(request, density, 0, 1, "none", "share of the weights that is kept, at most",
              .flags = PARE_OPTION_MAY_BE_NONE),
    PARE_OPTIONS_END,
};

const struct pare_option checkpoint_options[] = {
    PARE_INT(checkpoint, epochs, 0, 1000000, "1",
             "epochs from one checkpoint inside a training to the next; 0: none there"),
    PARE_OPTIONS_END,
};

const struct pare_option model_options[] = {
    PARE_TEXT(model_options, plugin, "", "the model plugin; must be given"),
    PARE_CHOICE(model_options, init, "he|glorot", "he", "how the weights are drawn"),
    PARE_OPTIONS_END,
};

const struct group groups[] = {
    [VERB_TRAIN] = {"train", train_options, {{NULL, PARE_KIND_NONE, false}}},
    [VERB_TEST] = {"test", test_options, {{NULL, PARE_KIND_NONE, false}}},
    [VERB_PRUNE] = {"prune", prune_options, {{"plugin", PARE_KIND_PRUNER, false}}},
    [VERB_SHARE] = {"share",
                    share_options,
                    {{"initializer", PARE_KIND_INITIALIZER, false},
                     {"quantizer", PARE_KIND_QUANTIZER, false}}},
    [VERB_ENCODE] = {"encode", encode_options, {{"plugin", PARE_KIND_ENCODER, false}}},
    [VERB_COUNT] = {"data", data_options, {{"plugin", PARE_KIND_DATASET, true}}},
    {"model", model_options, {{"plugin", PARE_KIND_MODEL, true}}},
    {"request", request_options, {{NULL, PARE_KIND_NONE, false}}},
    {"checkpoint", checkpoint_options, {{NULL, PARE_KIND_NONE, false}}},
    {NULL, NULL, {{NULL, PARE_KIND_NONE, false}}},
};

const char *verb_name(enum verb verb)
{
    return groups[verb].name;
}

const struct pare_option *verb_options(enum verb verb)
{
    return groups[verb].options;
}

const struct group *group_find(const char *name)
{
    for (const struct group *g = groups; g->name; g++)
        if (strcmp(g->name, name) == 0)
            return g;
    return NULL;
}

/* What v names in the group's plugin option i: its text, NULL where v says nothing
 * that is a text. */
static const char *named(const struct group *g, size_t i, const struct value *v)
{
    const struct value *member = value_get(v, g->plugin[i].option);

    if (!member || (member->kind != VALUE_TEXT && member->kind != VALUE_RAW))
        return NULL;
    return member->text;
}

static const char *named_or_preset(const struct group *g, size_t i, const struct value *v)
{
    const char *name = named(g, i, v);

    return name ? name : schema_option(g->options, g->plugin[i].option)->preset;
}

static const struct pare_plugin *plugin_of(const struct group *g, size_t i, const struct value *v,
                                           struct pare_error *err)
{
    return registry_get(g->plugin[i].kind, named_or_preset(g, i, v), err);
}

/* Does any plugin of the group know the option? */
static bool plugins_know(const struct group *g, const struct value *v, const char *name)
{
    for (size_t i = 0; i < GROUP_PLUGINS_MAX && g->plugin[i].option; i++) {
        const struct pare_plugin *plugin = plugin_of(g, i, v, NULL);

        if (plugin && schema_option(plugin->options, name))
            return true;
    }
    return false;
}

/* Where over names other plugins than base, drops from base what only the old ones
 * know. */
static void drop_old_plugins(const struct group *g, struct value *base, const struct value *over)
{
    struct value *both = value_clone(base);
    bool changed = false;

    value_merge(both, over);
    for (size_t i = 0; i < GROUP_PLUGINS_MAX && g->plugin[i].option; i++) {
        const char *now = named(g, i, over);

        changed |= now && strcmp(now, named_or_preset(g, i, base)) != 0;
    }
    for (struct value *v = base->child, *next; v && changed; v = next) {
        next = v->next;
        if (!schema_option(g->options, v->name) && plugins_know(g, base, v->name) &&
            !plugins_know(g, both, v->name))
            value_drop(base, v->name);
    }
    value_free(both);
}

void group_layer(const struct group *g, struct value *base, const struct value *over)
{
    if (!over || over->kind != VALUE_GROUP)
        return;
    drop_old_plugins(g, base, over);
    for (size_t i = 0; i < GROUP_PLUGINS_MAX && g->plugin[i].option; i++) {
        const struct pare_plugin *plugin = plugin_of(g, i, named(g, i, over) ? over : base, NULL);

        if (plugin)
            schema_layer(plugin->options, base, over);
    }
    schema_layer(g->options, base, over);
}

void groups_layer(struct value *base, const struct value *over)
{
    for (const struct value *v = over->child; v; v = v->next) {
        struct value *there = value_get(base, v->name);
        const struct group *g = group_find(v->name);
        bool both = there && there->kind == VALUE_GROUP && v->kind == VALUE_GROUP;

        if (both && g)
            group_layer(g, there, v);
        else if (both)
            value_merge(there, v);
        else
            value_add(base, value_clone(v));
    }
}

/* "idx, synthetic": the names of a kind's plugins, allocated. */
static char *plugin_names(enum pare_kind kind)
{
    size_t n = 0;
    char **names = registry_list(kind, &n), *all = xstrdup(n ? "" : "none");

    for (size_t i = 0; i < n; i++) {
        char *longer = xasprintf("%s%s%s", all, i ? ", " : "", names[i]);

        free(all);
        free(names[i]);
        all = longer;
    }
    free(names);
    return all;
}

/* Finds the plugins that v names; reports what is not there, at its line. */
static bool find_plugins(const struct group *g, const struct value *v, const struct value *at,
                         const char *path, const struct pare_plugin **plugin,
                         struct problems *problems)
{
    bool fine = true;

    for (size_t i = 0; i < GROUP_PLUGINS_MAX && g->plugin[i].option; i++) {
        const struct value *member = value_get(at, g->plugin[i].option);
        struct pare_error err = {0};

        plugin[i] = NULL;
        if (!member && g->plugin[i].must) {
            char *names = plugin_names(g->plugin[i].kind);

            problems_add(problems, at->file, at->line, "%s.%s is missing; there are %s", path,
                         g->plugin[i].option, names);
            free(names);
            fine = false;
            continue;
        }
        if (member && member->kind != VALUE_TEXT && member->kind != VALUE_RAW) {
            fine = false; /* schema says so */
            continue;
        }
        plugin[i] = plugin_of(g, i, v, &err);
        if (plugin[i] && plugin_check_options(plugin[i], g->options, g->name, &err) == PARE_OK)
            continue;
        if (!member)
            member = at;
        problems_add(problems, member->file, member->line, "%s.%s: %s%s%s", path,
                     g->plugin[i].option, err.place, *err.place ? ": " : "", err.text);
        fine = false;
    }
    return fine;
}

/* An array of the names of v's members, ended by NULL: nothing is unknown then. */
static const char **names_of(const struct value *v)
{
    const char **names = xcalloc(value_count(v) + 1, sizeof *names);
    size_t n = 0;

    for (const struct value *c = v->child; c; c = c->next)
        names[n++] = c->name;
    return names;
}

/* Room for a table's fields, none of which is larger than a struct pare_rows. */
static void *room_for(const struct pare_option *options)
{
    size_t size = 0;

    for (size_t i = 0, n = schema_count(options); i < n; i++)
        if (options[i].offset > size)
            size = options[i].offset;
    return xcalloc(1, size + sizeof(struct pare_rows));
}

static void make_filled(const struct group *g, const struct pare_plugin *const *plugin,
                        struct group_filled *filled)
{
    *filled = (struct group_filled){0};
    filled->part[0].options = g->options;
    filled->part[0].self = room_for(g->options);
    for (size_t i = 0; i < GROUP_PLUGINS_MAX && plugin[i]; i++) {
        filled->part[i + 1].options = plugin[i]->options;
        filled->part[i + 1].self = room_for(plugin[i]->options);
    }
}

void group_filled_free(struct group_filled *filled)
{
    for (size_t i = 0; i < 1 + GROUP_PLUGINS_MAX; i++) {
        if (filled->part[i].self)
            schema_free(filled->part[i].options, filled->part[i].self);
        free(filled->part[i].self);
    }
    *filled = (struct group_filled){0};
}

static bool fill(struct group_filled *filled, const struct value *v, const char *path,
                 const char *const *also_known, struct problems *problems)
{
    struct schema_part part[1 + GROUP_PLUGINS_MAX];
    size_t n = 0;

    for (size_t i = 0; i < 1 + GROUP_PLUGINS_MAX; i++)
        if (filled->part[i].self)
            part[n++] = (struct schema_part){filled->part[i].options, filled->part[i].self};
    return schema_fill(part, n, v, path, also_known, problems);
}

/* Lets the plugins check their options among each other, as they will when used. */
static void try_setup(const struct group *g, const struct value *merged, const struct value *at,
                      const struct pare_plugin *const *plugin, struct problems *problems)
{
    struct plugin_use use[GROUP_PLUGINS_MAX] = {0};
    struct problems own = {0};
    struct pare_error err = {0};
    struct value *rest = value_clone(merged);
    int status = PARE_OK;

    for (const struct pare_option *o = g->options; o->type != PARE_OPTION_END; o++)
        value_drop(rest, o->name);
    if (plugin[0] && plugin[1])
        status = plugin_use_open_pair(&use[0], plugin[0], &use[1], plugin[1], rest, g->name,
                                      g->options, &own, &err);
    else if (plugin[0])
        status = plugin_use_open(&use[0], plugin[0], rest, g->name, g->options, &own, &err);
    if (status != PARE_OK && !own.count) { /* own: a rule's base, reported by itself */
        const struct value *member = value_get(at, g->plugin[0].option);

        if (!member)
            member = at;
        problems_add(problems, member->file, member->line, "%s", err.text);
    }
    plugin_use_close(&use[0]);
    plugin_use_close(&use[1]);
    problems_free(&own);
    value_free(rest);
}

/* v: what is checked, at path; merged: what will be in force. */
static void check(const struct group *g, const struct value *v, const struct value *merged,
                  const char *path, struct problems *problems)
{
    const struct pare_plugin *plugin[GROUP_PLUGINS_MAX] = {NULL};
    struct group_filled filled;
    const char **all = NULL;
    size_t before = problems->count;

    if (!find_plugins(g, merged, v, path, plugin, problems)) {
        plugin[0] = plugin[1] = NULL;
        all = names_of(v);
    }
    make_filled(g, plugin, &filled);
    fill(&filled, v, path, all, problems);
    if (problems->count == before)
        try_setup(g, merged, v, plugin, problems);
    group_filled_free(&filled);
    free(all);
}

void group_check(const struct group *g, const struct value *v, struct problems *problems)
{
    if (v->kind != VALUE_GROUP)
        schema_fill(NULL, 0, v, g->name, NULL, problems);
    else
        check(g, v, v, g->name, problems);
}

void group_check_rule(const struct group *g, const struct value *base, const struct value *v,
                      const char *path, struct problems *problems)
{
    struct value *merged;

    if (v->kind != VALUE_GROUP) {
        schema_fill(NULL, 0, v, path, NULL, problems);
        return;
    }
    merged = base && base->kind == VALUE_GROUP ? value_clone(base)
                                               : value_new(VALUE_GROUP, g->name, v->file, v->line);
    group_layer(g, merged, v);
    check(g, v, merged, path, problems);
    for (const struct value *c = v->child; c; c = c->next) {
        const struct pare_option *o = schema_option(g->options, c->name);

        if (o && !(o->flags & PARE_OPTION_PER_PARAM))
            problems_add(problems, c->file, c->line, "%s.%s: cannot differ by parameter", path,
                         c->name);
    }
    value_free(merged);
}

struct value *group_own(const struct group *g, const struct value *v)
{
    struct value *own = value_new(VALUE_GROUP, g->name, v ? v->file : "default", v ? v->line : 0);

    for (const struct value *c = v && v->kind == VALUE_GROUP ? v->child : NULL; c; c = c->next)
        if (schema_option(g->options, c->name))
            value_add(own, value_clone(c));
    return own;
}

int group_fill(const struct group *g, const struct value *v, struct group_filled *filled,
               struct pare_error *err)
{
    const struct pare_plugin *plugin[GROUP_PLUGINS_MAX] = {NULL};
    struct problems problems = {0};
    int status = PARE_OK;

    *filled = (struct group_filled){0};
    for (size_t i = 0; i < GROUP_PLUGINS_MAX && g->plugin[i].option; i++) {
        plugin[i] = plugin_of(g, i, v, err);
        if (!plugin[i])
            return err->status;
    }
    make_filled(g, plugin, filled);
    if (!fill(filled, v, g->name, NULL, &problems))
        status = problems_status(&problems, err);
    problems_free(&problems);
    return status;
}
