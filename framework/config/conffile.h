/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONFIG_CONFFILE_H
#define CONFIG_CONFFILE_H

/* Experiment files into a tree. The only file that knows libconfig, with a front
 * of our own before it: libconfig 1.5 wraps integers silently, ends the process
 * on an @include of a folder, is quadratic, and knows no override of an include.
 * Checks form alone; meaning is schema's. */

#include "config/problems.h"
#include "config/value.h"

enum {
    CONFFILE_BYTES_MAX = 256 * 1024,
    CONFFILE_DEPTH_MAX = 32,
    CONFFILE_SETTINGS_MAX = 2000, /* members of lists count, included files too */
    CONFFILE_TEXT_MAX = 64 * 1024,
    CONFFILE_INCLUDE_DEPTH_MAX = 8,
    CONFFILE_INCLUDES_MAX = 64, /* in all */
};

/* Reads path and what it includes (relative to the including file; a setting
 * after an @include replaces one of it). NULL with problems added. */
PARE_API struct value *conffile_read(const char *path, struct problems *problems);

/* The same with layer in place of value_merge for laying what follows over what an
 * @include gave. NULL: value_merge. */
struct value *conffile_read_layered(const char *path,
                                    void (*layer)(struct value *base, const struct value *over),
                                    struct problems *problems);

/* Reads text as the body of a file called file. For tests and the fuzzer. */
struct value *conffile_parse(const char *text, size_t size_bytes, const char *file,
                             struct problems *problems);

/* One assignment "a.b=text" of --set laid over root: missing groups are made,
 * the text becomes a VALUE_RAW, in quotes a VALUE_TEXT. Lists have no path into
 * them. */
void conffile_set(struct value *root, const char *assignment, struct problems *problems);

/* Turns a VALUE_RAW's text into a value by the grammar of a config file: "[300,
 * 100]", "( { type = \"relu\" } )", "0.5", "\"text\"". NULL with problems added. */
struct value *conffile_parse_raw(const struct value *raw, struct problems *problems);

#endif
