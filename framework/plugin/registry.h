/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PLUGIN_REGISTRY_H
#define PLUGIN_REGISTRY_H

/* Finds, checks and lists plugins: <dir>/<kind>/<name>.so. The only dlopen.
 * Runs no plugin code before every check has passed. Libraries stay loaded until
 * the process ends. One thread at a time. */

#include "config/problems.h"
#include "config/value.h"
#include <pare/plugin.h>

/* "pruner"; and back, PARE_KIND_NONE when it is no kind. */
PARE_API const char *registry_kind_name(enum pare_kind kind);
PARE_API enum pare_kind registry_kind(const char *name);

/* Puts a folder in the search path, after those added before it. The path ends
 * with PARE_PLUGINS (split at ':') and the build or install folder. */
PARE_API void registry_add_dir(const char *dir);

/* May an experiment file name a folder of plugins of its own? No, until the user has
 * said so. */
PARE_API void registry_allow_folders(void);
PARE_API bool registry_folders_allowed(void);
/* Such a folder: searched after those of registry_add_dir that were added before.
 * PARE_EUSER unless allowed. */
int registry_add_asked(const char *dir, struct pare_error *err);

/* The descriptor, loaded on first use. NULL with err: what was wrong with which
 * file, or the names that there are. */
PARE_API const struct pare_plugin *registry_get(enum pare_kind kind, const char *name,
                                                struct pare_error *err);
/* The descriptor in one file, whatever folder it is in; kind as it says. */
PARE_API const struct pare_plugin *registry_load(const char *path, struct pare_error *err);
/* Where the plugin was loaded from; NULL when it was not. */
PARE_API const char *registry_path(const struct pare_plugin *plugin);

/* The plugins loaded so far, in that order; NULL past the last. */
const struct pare_plugin *registry_loaded(size_t i);
/* The file that the framework itself was loaded from, allocated. */
char *registry_library(void);

/* Names of a kind's plugins found in the search path, sorted, without loading
 * any. Free each and the array. */
PARE_API char **registry_list(enum pare_kind kind, size_t *n);
/* Could every folder that is there be listed, in all calls so far? */
PARE_API bool registry_listed(void);

/* A plugin in use: its descriptor and one self with its options. */
struct plugin_use {
    const struct pare_plugin *plugin;
    void *self;
};

/* Makes a self, fills its options from group and calls setup. verb_options: the
 * table of the verb that shares the group (its names are not the plugin's; NULL:
 * none). Problems are added for wrong options (then PARE_EUSER). */
PARE_API int plugin_use_open(struct plugin_use *use, const struct pare_plugin *plugin,
                             const struct value *group, const char *path,
                             const struct pare_option *verb_options, struct problems *problems,
                             struct pare_error *err);
/* Opens two plugins whose options stand in one group, as those of an initializer
 * and a quantizer in share's. Both or none are open afterwards. */
PARE_API int plugin_use_open_pair(struct plugin_use *a, const struct pare_plugin *plugin_a,
                                  struct plugin_use *b, const struct pare_plugin *plugin_b,
                                  const struct value *group, const char *path,
                                  const struct pare_option *verb_options, struct problems *problems,
                                  struct pare_error *err);
/* cleanup, then the host's part. Fine on a zeroed use. */
PARE_API void plugin_use_close(struct plugin_use *use);

/* Do the plugin's options keep clear of those of the verb, or of the plugin that
 * shares its group? PARE_EPLUGIN naming the option. The open functions ask this. */
PARE_API int plugin_check_options(const struct pare_plugin *plugin,
                                  const struct pare_option *verb_options, const char *verb,
                                  struct pare_error *err);
PARE_API int plugin_check_pair(const struct pare_plugin *a, const struct pare_plugin *b,
                               struct pare_error *err);

/* For what a function of a plugin returned: puts "pruner magnitude: " before the
 * text. No status of ours, or none in words, becomes PARE_EPLUGIN. */
PARE_API int plugin_result(const struct pare_plugin *plugin, int status, struct pare_error *err);

/* The folder with scripts, templates and configs that came with this build or
 * installation. */
PARE_API const char *registry_share_dir(void);

#endif
