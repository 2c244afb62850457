/* SPDX-License-Identifier: Apache-2.0 */
/* A plugin in use: one self, its options filled from a group that it may share
 * with a verb and with another plugin. */

#include "base/alloc.h"
#include "config/schema.h"
#include "plugin/registry.h"
#include <stdlib.h>
#include <string.h>

int plugin_result(const struct pare_plugin *plugin, int status, struct pare_error *err)
{
    const char *kind = registry_kind_name((enum pare_kind)plugin->kind);

    if (status == PARE_OK)
        return PARE_OK;
    if (status > 0 || status < PARE_ENUMBER)
        return pare_fail(err, PARE_EPLUGIN, "%s %s: returned %d, which is no status", kind,
                         plugin->name, status);
    if (!err || err->text[0] == '\0')
        return pare_fail(err, PARE_EPLUGIN, "%s %s: failed without saying why", kind, plugin->name);
    pare_fail_in(err, "%s %s", kind, plugin->name);
    return status;
}

/* whose: "the verb prune's", "quantizer lloyd's". */
static int check_names(const struct pare_plugin *plugin, const struct pare_option *options,
                       const char *whose, struct pare_error *err)
{
    const char *path = registry_path(plugin);

    for (size_t i = 0; plugin->options && options && options[i].name; i++)
        if (schema_option(plugin->options, options[i].name))
            return pare_fail_at(err, PARE_EPLUGIN, path ? path : plugin->name, 0,
                                "option '%s' is already %s; the plugin must call it otherwise",
                                options[i].name, whose);
    return PARE_OK;
}

int plugin_check_options(const struct pare_plugin *plugin, const struct pare_option *verb_options,
                         const char *verb, struct pare_error *err)
{
    char whose[96];

    snprintf(whose, sizeof whose, "an option of '%.60s' itself", verb);
    return check_names(plugin, verb_options, whose, err);
}

int plugin_check_pair(const struct pare_plugin *a, const struct pare_plugin *b,
                      struct pare_error *err)
{
    char whose[128];

    snprintf(whose, sizeof whose, "an option of %s %s, which shares its group",
             registry_kind_name((enum pare_kind)b->kind), b->name);
    return check_names(a, b->options, whose, err);
}

/* Names of a verb's own options, ended by NULL. */
static const char **names_of(const struct pare_option *options)
{
    size_t n = schema_count(options);
    const char **names = xcalloc(n + 1, sizeof *names);

    for (size_t i = 0; i < n; i++)
        names[i] = options[i].name;
    return names;
}

/* Fills the selfs of use [n], at most two, which share group. */
static int fill(struct plugin_use *const *use, size_t n, const struct value *group,
                const char *path, const struct pare_option *verb_options, struct problems *problems,
                struct pare_error *err)
{
    struct schema_part part[2];
    struct problems own = {0}, *list = problems ? problems : &own;
    const char **known = names_of(verb_options);
    int status = PARE_OK;

    for (size_t i = 0; i < n; i++)
        part[i] = (struct schema_part){use[i]->plugin->options, use[i]->self};
    if (!schema_fill(part, n, group, path, known, list)) {
        status = problems_status(list, err);
        if (status == PARE_OK)
            status = pare_fail(err, PARE_EUSER, "%s: wrong options", path);
    }
    problems_free(&own);
    free(known);
    return status;
}

/* A self, zeroed. */
static int make(struct plugin_use *use, const struct pare_plugin *plugin, struct pare_error *err)
{
    use->plugin = plugin;
    use->self = alloc_zero(1, plugin->self_size, plugin->name, err);
    return use->self ? PARE_OK : PARE_ENOMEM;
}

/* The host's part of closing. */
static void discard(struct plugin_use *use)
{
    if (use->self && use->plugin->options)
        schema_free(use->plugin->options, use->self);
    free(use->self);
    *use = (struct plugin_use){0};
}

static int setup(struct plugin_use *use, struct pare_error *err)
{
    int status;

    if (!use->plugin->setup)
        return PARE_OK;
    status = plugin_result(use->plugin, use->plugin->setup(use->self, err), err);
    if (status != PARE_OK)
        plugin_use_close(use);
    return status;
}

int plugin_use_open(struct plugin_use *use, const struct pare_plugin *plugin,
                    const struct value *group, const char *path,
                    const struct pare_option *verb_options, struct problems *problems,
                    struct pare_error *err)
{
    int status = plugin_check_options(plugin, verb_options, path, err);

    *use = (struct plugin_use){0};
    if (status == PARE_OK)
        status = make(use, plugin, err);
    if (status == PARE_OK)
        status = fill(&use, 1, group, path, verb_options, problems, err);
    if (status != PARE_OK) {
        discard(use);
        return status;
    }
    return setup(use, err);
}

int plugin_use_open_pair(struct plugin_use *a, const struct pare_plugin *plugin_a,
                         struct plugin_use *b, const struct pare_plugin *plugin_b,
                         const struct value *group, const char *path,
                         const struct pare_option *verb_options, struct problems *problems,
                         struct pare_error *err)
{
    struct plugin_use *both[2] = {a, b};
    int status;

    *a = *b = (struct plugin_use){0};
    status = plugin_check_options(plugin_a, verb_options, path, err);
    if (status == PARE_OK)
        status = plugin_check_options(plugin_b, verb_options, path, err);
    if (status == PARE_OK)
        status = plugin_check_pair(plugin_a, plugin_b, err);
    if (status == PARE_OK)
        status = make(a, plugin_a, err);
    if (status == PARE_OK)
        status = make(b, plugin_b, err);
    if (status == PARE_OK)
        status = fill(both, 2, group, path, verb_options, problems, err);
    if (status != PARE_OK) {
        discard(a);
        discard(b);
        return status;
    }
    status = setup(a, err);
    if (status != PARE_OK) {
        discard(b);
        return status;
    }
    status = setup(b, err);
    if (status != PARE_OK)
        plugin_use_close(a);
    return status;
}

void plugin_use_close(struct plugin_use *use)
{
    if (use->self && use->plugin->cleanup)
        use->plugin->cleanup(use->self);
    discard(use);
}
