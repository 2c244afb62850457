/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUN_JOURNAL_H
#define RUN_JOURNAL_H

/* What was done, a line a verb: number, verb, resolved options, result. Each line
 * is on disk before the next verb begins. */

#include "config/value.h"

struct journal;

struct journal *journal_open(const char *path, struct pare_error *err);
void journal_close(struct journal *journal);
/* options and result may be NULL. */
int journal_add(struct journal *journal, const char *verb, const struct value *options,
                const struct value *result, struct pare_error *err);

#endif
