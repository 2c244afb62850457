/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONFORM_SETTINGS_H
#define CONFORM_SETTINGS_H

/* The settings that a plugin is tried with: its presets, then each option in
 * turn at its lowest, at its highest (a choice: at every word) and at none where
 * that may be. */

#include "config/value.h"
#include <pare/option.h>

/* Setting number i of a table: *group is to be opened with (NULL: presets alone)
 * and freed by the caller, as is *name, "power = 4". False when there is none. */
bool settings_get(const struct pare_option *options, size_t i, struct value **group, char **name);

#endif
