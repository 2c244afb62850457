/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_REFERENCE_H
#define CLI_REFERENCE_H

/* The reference pages: README.md, groups.md and a page for each kind of plugin,
 * into dir. Made from the option tables alone; equal tables, equal bytes. */

#include <pare/base.h>

int reference_write(const char *dir, struct pare_error *err);

#endif
