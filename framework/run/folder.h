/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUN_FOLDER_H
#define RUN_FOLDER_H

/* The run folder: begun, gone on with, or read. */

#include "run/run.h"

/* out: the folder of run folders; NULL: "runs". force_new: one that is not there yet. */
int folder_open(struct run *run, const char *out, bool force_new, struct pare_error *err);

/* The journal is open and has a beginning: makes the run one that goes on from it. */
int folder_replay(struct run *run, struct pare_error *err);

#endif
