/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUN_STEPS_H
#define RUN_STEPS_H

/* What checkpoint.c and steps.c share. */

#include "run/checkpoint.h"

/* Allocated. */
char *steps_path(const struct steps *steps, const char *name);
/* The name of a file to be written, the caller's; the folder is there. */
int steps_new(struct steps *steps, char **name, struct pare_error *err);

/* The net in a checkpoint, latent values included, and its chunks. It is of the
 * shape of the run's net. */
int checkpoint_read(const struct run *run, const char *name, struct model_file *file,
                    struct pare_error *err);
/* What it has for the figures: NULL where it has nothing. */
int checkpoint_moments(const struct model_file *file, struct moments **moments,
                       struct pare_error *err);

#endif
