/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONFIG_SCHEMA_H
#define CONFIG_SCHEMA_H

/* Option tables at work: a group fills structs, or a list of problems. */

#include "config/problems.h"
#include "config/value.h"
#include <pare/option.h>
#include <stdio.h>

/* One table and the struct that it fills. A group may hold the options of
 * several: a verb's and its plugin's. */
struct schema_part {
    const struct pare_option *options; /* NULL: none */
    void *self;
};

/* Fills every part from group (NULL: presets alone): presets first, then what is
 * there. path ("prune") stands before the names in problems. An unknown name is
 * a problem with the nearest known one, among the parts' and also_known (ended by
 * NULL, may be NULL: names that others read, such as "plugin"). Returns false
 * when problems were added; the parts can be freed either way. */
bool schema_fill(const struct schema_part *parts, size_t n, const struct value *group,
                 const char *path, const char *const *also_known, struct problems *problems);
/* Frees what fill gave to TEXT, INTS and ROWS fields and zeroes them. */
void schema_free(const struct pare_option *options, void *self);

/* Lays over on base as value_merge does, after dropping from base the rivals of
 * what over gives. */
void schema_layer(const struct pare_option *options, struct value *base, const struct value *over);

/* Writes the options as settings, one "name = value;" a line after indent
 * spaces, complete and readable by conffile_read. changed_only: only those that
 * differ from their preset. A preset that a rival has pushed aside is left out. */
void schema_print(const struct pare_option *options, const void *self, int indent,
                  bool changed_only, FILE *out);

/* The value of one option as config text, allocated. changed_only: NULL where it is
 * the preset. */
PARE_API char *schema_text(const struct pare_option *o, const void *self, bool changed_only);

/* For people: one line an option with type, bounds, preset and help. */
PARE_API void schema_help(const struct pare_option *options, FILE *out);
/* The same as a Markdown table, for the reference pages. */
PARE_API void schema_help_markdown(const struct pare_option *options, FILE *out);

/* The number of rows before the end; 0 for NULL. */
PARE_API size_t schema_count(const struct pare_option *options);
PARE_API const struct pare_option *schema_option(const struct pare_option *options,
                                                 const char *name);
/* Proves a table: names unique, presets that parse and lie within the bounds,
 * choices, help present. For the registry and conformance. */
PARE_API int schema_check(const struct pare_option *options, struct pare_error *err);

#endif
