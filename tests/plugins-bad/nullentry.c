/* SPDX-License-Identifier: Apache-2.0 */
/* expect: pare_plugin_entry is a null pointer */
#include <pare/plugin.h>

extern PARE_API const struct pare_plugin *const pare_plugin_entry;
const struct pare_plugin *const pare_plugin_entry = NULL;
