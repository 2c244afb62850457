/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUN_STAGES_H
#define RUN_STAGES_H

/* The stages of a run, for the table at the end. Which stage the net is in is
 * read off the net: a weight shared: shared; one pruned: pruned; else trained.
 * A stage is measured once, when a verb of a later stage begins. */

#include "run/run.h"

enum stage { STAGE_TRAINED, STAGE_PRUNED, STAGE_SHARED, STAGE_CODED };

enum stage stages_of(const struct pare_net *net);

/* Called before a verb that leads to stage next: records the stage that the net
 * is in, if it comes before next, and forgets later ones (a restore led back). */
int stages_leave(struct run *run, enum stage next, struct pare_error *err);
/* The coded stage: the net that was read back from the file, its test error. */
void stages_coded(struct run *run, const struct pare_net *net, double error_percent,
                  size_t file_bytes);
/* Records the stage that the net is in now. */
int stages_record(struct run *run, struct pare_error *err);

/* The test error of the net as it is; tested only if it was not since the last
 * change. NaN in a dry run. */
int stages_error(struct run *run, double *percent, struct pare_error *err);
/* Bytes of the file that the net as it is would make. */
int stages_bytes(const struct run *run, size_t *bytes, struct pare_error *err);
/* Every verb that moves a weight says so. */
void stages_changed(struct run *run);

/* The stage's name as the table of names has it; an unknown one is the first. */
const char *stages_name(const char *name);

/* Weights (biases left out) and how many are kept. */
void stages_weights(const struct pare_net *net, size_t *kept, size_t *weights);

#endif
