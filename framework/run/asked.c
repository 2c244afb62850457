/* SPDX-License-Identifier: Apache-2.0 */
/* What a call asks. The verb's own options are filled first, since they name the
 * plugins; then each plugin takes its own from the same group, and what nobody
 * knows is reported. */

#include "run/asked.h"
#include "config/conffile.h"
#include "config/schema.h"
#include <stdlib.h>
#include <string.h>

/* The options of a verb that name a plugin, in the order of asked's use. */
static const struct plugin_option {
    enum verb verb;
    const char *name;
    enum pare_kind kind;
    size_t use;
} plugin_options[] = {
    {VERB_PRUNE, "plugin", PARE_KIND_PRUNER, 0},
    {VERB_SHARE, "initializer", PARE_KIND_INITIALIZER, 0},
    {VERB_SHARE, "quantizer", PARE_KIND_QUANTIZER, 1},
    {VERB_ENCODE, "plugin", PARE_KIND_ENCODER, 0},
};
enum { PLUGIN_OPTIONS = sizeof plugin_options / sizeof plugin_options[0] };

/* A copy of group without the members that drop says. */
static struct value *filtered(const struct value *group,
                              bool (*drop)(const void *context, const char *name),
                              const void *context)
{
    struct value *copy = value_clone(group);
    const struct value *m = group->child;
    for (; m; m = m->next)
        if (drop(context, m->name))
            value_drop(copy, m->name);
    return copy;
}

static bool not_in_table(const void *table, const char *name)
{
    return schema_option(table, name) == NULL;
}

/* Is name only the other plugin's? (context: the two plugins, this one first) */
static bool only_the_other(const void *context, const char *name)
{
    const struct pare_plugin *const *plugin = context;
    return plugin[1] && !schema_option(plugin[0]->options, name) &&
           schema_option(plugin[1]->options, name);
}

static bool skips(const struct asked *asked)
{
    const struct pare_option *skip = schema_option(asked->table, "skip");
    if (!skip)
        return false;
    return *(const bool *)((const char *)asked->options + skip->offset);
}

static int open_plugins(struct asked *asked, enum verb verb, struct problems *problems,
                        struct pare_error *err)
{
    const struct pare_plugin *plugin[ASKED_PLUGINS_MAX] = {NULL};

    for (size_t i = 0; i < PLUGIN_OPTIONS; i++) {
        const struct plugin_option *po = &plugin_options[i];
        if (po->verb != verb)
            continue;
        const struct pare_option *option = schema_option(asked->table, po->name);
        const char *name = *(char *const *)((const char *)asked->options + option->offset);
        plugin[po->use] = registry_get(po->kind, name, err);
        if (!plugin[po->use]) {
            const struct value *at = value_get(asked->group, po->name);
            if (at && at->file && !*err->place)
                snprintf(err->place, sizeof err->place, at->line ? "%s:%u" : "%s", at->file,
                         at->line);
            return pare_fail_in(err, "%s.%s", verb_name(verb), po->name);
        }
    }
    for (size_t i = 0; i < ASKED_PLUGINS_MAX && plugin[i]; i++) {
        const struct pare_plugin *pair[2] = {plugin[i], plugin[1 - i]};
        struct value *group = filtered(asked->group, only_the_other, pair);
        int status = plugin_use_open(&asked->use[i], plugin[i], group, verb_name(verb),
                                     asked->table, problems, err);
        value_free(group);
        if (status != PARE_OK)
            return problems->count ? problems_status(problems, err) : status;
    }
    return PARE_OK;
}

static bool has_plugins(enum verb verb)
{
    for (size_t i = 0; i < PLUGIN_OPTIONS; i++)
        if (plugin_options[i].verb == verb)
            return true;
    return false;
}

int asked_open(struct asked *asked, const struct run *run, enum verb verb,
               const struct pare_param *param, const struct value *call, void *options,
               struct pare_error *err)
{
    struct problems problems = {0};
    int status = PARE_OK;

    *asked = (struct asked){.table = verb_options(verb), .options = options};
    asked->group = experiment_options(run->experiment, verb, param ? param->name : NULL,
                                      param && pare_param_is_bias(param), call);
    /* What is no option of the verb is the plugins' to know or to refuse. */
    struct value *own = has_plugins(verb) ? filtered(asked->group, not_in_table, asked->table)
                                          : value_clone(asked->group);
    struct schema_part part = {asked->table, options};
    if (!schema_fill(&part, 1, own, verb_name(verb), NULL, &problems)) {
        status = problems_status(&problems, err);
        goto out;
    }
    asked->skip = param && skips(asked);
    if (!asked->skip)
        status = open_plugins(asked, verb, &problems, err);
out:
    value_free(own);
    problems_free(&problems);
    return status;
}

void asked_close(struct asked *asked)
{
    if (!asked->table)
        return;
    for (size_t i = 0; i < ASKED_PLUGINS_MAX; i++)
        plugin_use_close(&asked->use[i]);
    schema_free(asked->table, asked->options);
    value_free(asked->group);
    *asked = (struct asked){0};
}

struct value *asked_changed(const struct asked *asked)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (!out)
        abort();
    schema_print(asked->table, asked->options, 0, true, out);
    for (size_t i = 0; i < ASKED_PLUGINS_MAX; i++)
        if (asked->use[i].plugin && asked->use[i].plugin->options)
            schema_print(asked->use[i].plugin->options, asked->use[i].self, 0, true, out);
    if (fclose(out) != 0)
        abort();

    struct problems problems = {0};
    struct value *group = conffile_parse(text, size, "options", &problems);
    problems_free(&problems);
    free(text);
    return group ? group : value_new(VALUE_GROUP, NULL, "options", 0);
}
