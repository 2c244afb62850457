/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUN_STATE_H
#define RUN_STATE_H

/* State that a pruner keeps from one call to the next (save and restore of
 * <pare/pruner.h>), one a parameter and plugin. */

#include "format/bytes.h"
#include "format/cursor.h"
#include "run/run.h"

/* Hands back what was saved for this parameter, if anything was. */
int state_restore(const struct run *run, const struct pare_param *p, const struct plugin_use *use,
                  struct pare_error *err);
int state_save(struct run *run, const struct pare_param *p, const struct plugin_use *use,
               struct pare_error *err);
/* All of it, for a checkpoint, and back. */
void state_put(const struct run *run, struct bytes *out);
int state_get(struct run *run, struct cursor *c);
void state_free(struct run *run);

#endif
