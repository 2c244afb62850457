/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PLUGIN_DESCRIPTOR_H
#define PLUGIN_DESCRIPTOR_H

/* Is a plugin's descriptor fit for use? Reads data alone: nothing of the plugin
 * is run. */

#include <pare/plugin.h>

/* path: where it came from; its base name must be the plugin's. kind: what was
 * asked for, PARE_KIND_NONE when anything will do. PARE_EPLUGIN, path as the
 * place, a sentence for each thing that can be wrong. */
int descriptor_check(const struct pare_plugin *plugin, enum pare_kind kind, const char *path,
                     struct pare_error *err);

/* The base name of path without ".so" into out; false when it does not end so or
 * is no C identifier. */
bool descriptor_file_name(const char *path, char out[64]);

/* "pruner"; NULL when it is no kind. */
const char *descriptor_kind_name(uint32_t kind);

#endif
