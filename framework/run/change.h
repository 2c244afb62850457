/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUN_CHANGE_H
#define RUN_CHANGE_H

/* What a hook of train changes, between a group and struct train_change. */

#include "run/run.h"

/* Nothing changed yet. frozen [params of the run's net]: the caller's, to be used. */
void change_start(const struct run *run, bool *frozen, struct train_change *change);

/* Takes from the group asked what it names, and leaves the rest as it is:
 *   rate, dropout   numbers; "none": what the options say, once more
 *   frozen          a pattern or a list of them: these alone; an empty list: none
 * what ("train.on_step") stands before names in messages. On failure (PARE_EUSER
 * with asked's place) nothing has changed. */
int change_read(const struct run *run, const char *what, const struct value *asked,
                struct train_change *change, struct pare_error *err);

bool change_equal(const struct run *run, const struct train_change *a,
                  const struct train_change *b);
/* Adds to group what change_read reads the same from, frozen as names in a list. */
void change_print(const struct run *run, const struct train_change *change, struct value *group);

#endif
