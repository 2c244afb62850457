/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUN_BESIDE_H
#define RUN_BESIDE_H

/* A checkpoint and the record that speaks of it, written while the training goes on. */

#include "net/trainer.h"
#include "run/run.h"

struct beside;

/* Takes the state as it is and begins to write it, and then the epoch's record, from
 * group. Until beside_wait nobody else may touch the journal or the checkpoints. */
int beside_start(struct run *run, const struct trainer *trainer, const struct value *group,
                 struct beside **beside, struct pare_error *err);
/* Frees it once all is written. A failure breaks the run. Fine with NULL. */
int beside_wait(struct beside *beside, struct run *run, struct pare_error *err);

#endif
