/* SPDX-License-Identifier: Apache-2.0 */
/* Every setting of a plugin through the suite of its kind. */

#include "conform/conform.h"
#include "base/alloc.h"
#include "conform/settings.h"
#include "conform/suite.h"
#include <stdlib.h>

/* Two selfs of one setting and one of the presets, all open. */
struct selfs {
    struct plugin_use use, another, presets;
};

static void selfs_close(struct selfs *selfs)
{
    plugin_use_close(&selfs->use);
    plugin_use_close(&selfs->another);
    plugin_use_close(&selfs->presets);
}

static int selfs_open(struct selfs *selfs, const struct pare_plugin *plugin,
                      const struct value *group, struct problems *problems, struct pare_error *err)
{
    const char *path = plugin->name;
    int status = plugin_use_open(&selfs->presets, plugin, NULL, path, NULL, problems, err);

    if (status == PARE_OK)
        status = plugin_use_open(&selfs->another, plugin, group, path, NULL, problems, err);
    if (status == PARE_OK)
        status = plugin_use_open(&selfs->use, plugin, group, path, NULL, problems, err);
    return status;
}

static void run_suite(struct suite *s, const struct selfs *selfs)
{
    switch (selfs->use.plugin->kind) {
    case PARE_KIND_MODEL:
        conform_model(s, &selfs->use);
        break;
    case PARE_KIND_DATASET:
        conform_dataset(s, &selfs->use, &selfs->another);
        break;
    case PARE_KIND_PRUNER:
        conform_pruner(s, &selfs->use, &selfs->another);
        break;
    case PARE_KIND_INITIALIZER:
        conform_initializer(s, &selfs->use);
        break;
    case PARE_KIND_QUANTIZER:
        conform_quantizer(s, &selfs->use);
        break;
    case PARE_KIND_ENCODER:
        conform_encoder(s, &selfs->use, &selfs->presets);
        break;
    default:
        break;
    }
}

/* The presets must open. A single option at its bound may be refused by setup,
 * since it may not go with the others' presets; then there must be a reason. */
static void run_setting(struct suite *s, const struct pare_plugin *plugin,
                        const struct value *group)
{
    struct selfs selfs = {0};
    struct problems problems = {0};
    struct pare_error err = {0};
    int status = selfs_open(&selfs, plugin, group, &problems, &err);

    if (status == PARE_OK) {
        suite_end(s, "opens");
        run_suite(s, &selfs);
    } else if (group && status == PARE_EUSER && problems.count == 0) {
        char *name = xasprintf("refused: %s", err.text);

        suite_end(s, name);
        free(name);
    } else {
        suite_ok(s, "setup", status, &err);
        suite_end(s, "opens");
    }
    selfs_close(&selfs);
    problems_free(&problems);
}

/* cleanup of a self that setup never saw, as after an early failure. */
static void check_cleanup(struct suite *s, const struct pare_plugin *plugin)
{
    struct guard self = guard_new(plugin->self_size, 0);

    if (plugin->cleanup) {
        plugin->cleanup(self.at);
        guard_check(s, &self, "self");
    }
    guard_free(&self);
    suite_end(s, "cleanup of a zeroed self");
}

int conform_plugin(const struct pare_plugin *plugin, const struct conform_report *report,
                   struct pare_error *err)
{
    struct suite s = {.report = report, .setting = "presets"};
    struct value *group;
    char *name;

    check_cleanup(&s, plugin);
    for (size_t i = 0; settings_get(plugin->options, i, &group, &name); i++) {
        s.setting = name;
        run_setting(&s, plugin, group);
        value_free(group);
        free(name);
    }
    return s.failed == 0 ? PARE_OK
                         : pare_fail(err, PARE_EPLUGIN, "%s %s: %zu checks failed",
                                     registry_kind_name((enum pare_kind)plugin->kind), plugin->name,
                                     s.failed);
}
