/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONFORM_CONFORM_H
#define CONFORM_CONFORM_H

/* The suites that every plugin must pass, one a kind. The same code serves
 * pare conform FILE.so for outside authors and the tests of the tree. */

#include "plugin/registry.h"

/* Called for every check, passed or not; why is NULL when it passed. */
struct conform_report {
    void *context;
    void (*check)(void *context, const char *name, const char *why);
};

/* Runs all checks of the plugin's kind with every option at its lowest, highest
 * and preset. PARE_EPLUGIN when a check failed. */
PARE_API int conform_plugin(const struct pare_plugin *plugin, const struct conform_report *report,
                            struct pare_error *err);

#endif
