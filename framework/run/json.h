/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUN_JSON_H
#define RUN_JSON_H

/* A value tree as JSON and back, through jansson. NaN and infinity become null;
 * whatever else is written is read back as the same tree: a real keeps its bits and
 * stays a real. */

#include "config/value.h"
#include <stdio.h>

/* One line without a newline, allocated. */
PARE_API char *json_line(const struct value *v);
/* Indented, with a newline at the end. */
PARE_API int json_print(const struct value *v, FILE *out);
/* The tree in text; the caller frees it. file: where its nodes are said to stand.
 * NULL with PARE_EFORMAT: no JSON, or a number too large. */
PARE_API struct value *json_parse(const char *text, size_t size_bytes, const char *file,
                                  struct pare_error *err);

#endif
