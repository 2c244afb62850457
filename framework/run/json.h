/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUN_JSON_H
#define RUN_JSON_H

/* A value tree as JSON, through jansson. NaN and infinity become null. */

#include "config/value.h"
#include <stdio.h>

/* One line without a newline, allocated. */
PARE_API char *json_line(const struct value *v);
/* Indented, with a newline at the end. */
PARE_API int json_print(const struct value *v, FILE *out);

#endif
