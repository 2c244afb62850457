/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUN_AFTER_H
#define RUN_AFTER_H

/* The small state of a run, beside the net: what a record of the journal says in
 * its member "after", as far as the verb has changed it. */

#include "run/run.h"

/* Reads run->decided off the net. */
void after_look(struct run *run);
/* What is no longer as run->told has it, which is brought up to date; NULL: nothing. */
struct value *after_changes(struct run *run);
/* Puts changes, which may be NULL, into the run and into run->told. */
void after_apply(struct run *run, const struct value *changes);

#endif
