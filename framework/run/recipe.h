/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUN_RECIPE_H
#define RUN_RECIPE_H

/* The identity of a result: a digest of everything that can change it but the
 * program itself. That is the config without its name and what it expects, the seed,
 * the schedule and the modules that it requires, the data's SHA-256, the version of
 * pare, and the plugins: all whose name stands in the config, its presets or the
 * schedule's text, by the SHA-256 of their files. A module or plugin that a script
 * names by a text that it puts together is not seen. */

#include "run/run.h"

/* hex: 64 digits and a NUL. run: opened, dry or not. */
PARE_API int recipe_identity(const struct run *run, char hex[65], struct pare_error *err);

/* What the run of this recipe in the folder dir was made with: into text [room] what of
 * pare, libpare, arithmetic and plugins is another now; empty: nothing, or there is no
 * run that could be asked. */
PARE_API void recipe_made(const struct run *run, const char *dir, char *text, size_t room);

#endif
