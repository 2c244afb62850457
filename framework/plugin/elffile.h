/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PLUGIN_ELFFILE_H
#define PLUGIN_ELFFILE_H

/* Is a file a whole shared library? dlopen maps what the program headers claim
 * and dies of SIGBUS where the file ends before; so that is found out first. */

#include <pare/base.h>

/* PARE_EPLUGIN with path as the place when path is no regular file, not ELF of
 * this machine's word size and byte order, or cut off. */
int elffile_check(const char *path, struct pare_error *err);

#endif
