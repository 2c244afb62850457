/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_SPENT_PRINT_H
#define CLI_SPENT_PRINT_H

#include "config/value.h"
#include <stdio.h>

/* A profile (run/spent.h) as a table for people. */
void spent_print(const struct value *profile, FILE *out);

#endif
