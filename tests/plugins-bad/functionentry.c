/* SPDX-License-Identifier: Apache-2.0 */
/* expect: pare_plugin_entry is no pointer to a plugin; use PARE_EXPORT(plugin) */
#include <pare/base.h>

PARE_API const void *pare_plugin_entry(void);
const void *pare_plugin_entry(void)
{
    return NULL;
}
