/* SPDX-License-Identifier: Apache-2.0 */
/* What a call asks. The verb's own options are filled first, since they name the
 * plugins; then each plugin takes its own from the same group, and what nobody
 * knows is reported. */

#include "run/asked.h"
#include "base/alloc.h"
#include "config/conffile.h"
#include "config/schema.h"
#include "run/groups.h"
#include <stdlib.h>
#include <string.h>

static bool skips(const struct asked *asked)
{
    const struct pare_option *skip = schema_option(asked->table, "skip");
    if (!skip)
        return false;
    return *(const bool *)((const char *)asked->options + skip->offset);
}

/* The plugin that option number i of the verb's group names. */
static const struct pare_plugin *find_plugin(const struct asked *asked, const struct group *g,
                                             size_t i, struct pare_error *err)
{
    const struct pare_option *option = schema_option(asked->table, g->plugin[i].option);
    const char *name = *(char *const *)((const char *)asked->options + option->offset);
    const struct pare_plugin *plugin = registry_get(g->plugin[i].kind, name, err);
    const struct value *at = value_get(asked->group, g->plugin[i].option);

    if (plugin)
        return plugin;
    if (at && at->file && !*err->place) {
        snprintf(err->place, sizeof err->place, at->line ? "%s:%u" : "%s", at->file, at->line);
        err->status = PARE_EUSER;
    }
    pare_fail_in(err, "%s.%s", g->name, g->plugin[i].option);
    return NULL;
}

static int open_plugins(struct asked *asked, const struct group *g, struct problems *problems,
                        struct pare_error *err)
{
    const struct pare_plugin *plugin[ASKED_PLUGINS_MAX] = {NULL};
    size_t n = 0;
    int status = PARE_OK;

    for (; n < ASKED_PLUGINS_MAX && g->plugin[n].option; n++) {
        plugin[n] = find_plugin(asked, g, n, err);
        if (!plugin[n])
            return err->status;
    }
    if (n == 2)
        status = plugin_use_open_pair(&asked->use[0], plugin[0], &asked->use[1], plugin[1],
                                      asked->group, g->name, asked->table, problems, err);
    else if (n == 1)
        status = plugin_use_open(&asked->use[0], plugin[0], asked->group, g->name, asked->table,
                                 problems, err);
    return status != PARE_OK && problems->count ? problems_status(problems, err) : status;
}

int asked_open(struct asked *asked, const struct run *run, enum verb verb,
               const struct pare_param *param, const struct value *call, void *options,
               struct pare_error *err)
{
    const struct group *g = &groups[verb];
    struct problems problems = {0};
    int status = PARE_OK;

    *asked = (struct asked){.table = g->options, .options = options};
    asked->group = experiment_options(run->experiment, verb, param ? param->name : NULL,
                                      param && pare_param_is_bias(param), call);
    /* What is no option of the verb is the plugins' to know or to refuse. */
    struct value *own =
        g->plugin[0].option ? group_own(g, asked->group) : value_clone(asked->group);
    struct schema_part part = {asked->table, options};
    if (!schema_fill(&part, 1, own, g->name, NULL, &problems)) {
        status = problems_status(&problems, err);
        goto out;
    }
    asked->skip = param && skips(asked);
    if (!asked->skip)
        status = open_plugins(asked, g, &problems, err);
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
    FILE *out = xmemstream(&text, &size);
    schema_print(asked->table, asked->options, 0, true, out);
    for (size_t i = 0; i < ASKED_PLUGINS_MAX; i++)
        if (asked->use[i].plugin && asked->use[i].plugin->options)
            schema_print(asked->use[i].plugin->options, asked->use[i].self, 0, true, out);
    fclose(out);

    struct problems problems = {0};
    struct value *group = conffile_parse(text, size, "options", &problems);
    problems_free(&problems);
    free(text);
    return group ? group : value_new(VALUE_GROUP, NULL, "options", 0);
}
