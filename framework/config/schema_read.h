/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONFIG_SCHEMA_READ_H
#define CONFIG_SCHEMA_READ_H

/* One option at a time, for schema.c and schema_print.c. */

#include "config/problems.h"
#include "config/value.h"
#include <pare/option.h>

/* Writes v into the option's field, or adds problems with path before them and
 * leaves the field as it is. */
bool schema_read(const struct pare_option *o, const struct value *v, const char *path, void *field,
                 struct problems *problems);
/* Writes the preset. The table must be sound: see schema_check. */
bool schema_read_preset(const struct pare_option *o, const char *path, void *field,
                        struct problems *problems);
/* Frees what the field owns and zeroes that. */
void schema_clear(const struct pare_option *o, void *field);

/* Does v say "none" where the option takes it? */
bool schema_is_none(const struct pare_option *o, const struct value *v);
/* Makes the field none; only where the option may be. */
void schema_set_none(const struct pare_option *o, void *field);

/* No bound, for all that matters? */
bool schema_unbounded(const struct pare_option *o, double bound);

#endif
