/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUN_CHECKPOINT_H
#define RUN_CHECKPOINT_H

/* Checkpoints: the state of a run in a .pare file of the folder steps/, written
 * with the raw encoder, with chunks for what a net alone does not hold
 * (docs/format.md). They stay until no resume can need them. */

#include "format/read.h"
#include "net/snapshot.h"
#include "net/trainer.h"
#include "run/run.h"

/* A snapshot that a schedule holds: in memory, or from an earlier sitting in its
 * checkpoint alone. */
struct held;

/* next: the number of the next file. */
struct steps *steps_open(const char *dir, unsigned next);
void steps_close(struct steps *steps);
/* The number in the name of a checkpoint, 0 when it is none. */
unsigned steps_number(const char *name);
/* Does the file hold what its checksum says? */
bool steps_check(const struct steps *steps, const char *name);
/* name holds the state that the journal speaks of from here on: what only earlier
 * ones needed is removed. NULL: nothing is new, but look for what is left over. */
void steps_settle(struct steps *steps, const char *name);
/* The one settled on last; NULL: none. */
const char *steps_last(const struct steps *steps);
/* Of a run that is at its end: removes them all. */
void steps_remove(const char *dir);
/* Adds to the seconds that checkpoints have taken from the run. */
void steps_spend(struct steps *steps, double seconds);
/* The bytes that the files have taken at most, and the seconds. */
void steps_cost(const struct steps *steps, size_t *bytes, double *seconds);

/* A checkpoint that is yet to be written. */
struct checkpoint_file {
    char *name, *path;
    uint8_t *bytes;
    size_t size_bytes;
};
/* The state as it is; trainer: one between two epochs, or NULL. */
int checkpoint_make(struct run *run, const struct trainer *trainer, struct checkpoint_file *made,
                    struct pare_error *err);
void checkpoint_free(struct checkpoint_file *made);
/* Makes and writes one. *name is the caller's. */
int checkpoint_write(struct run *run, const struct trainer *trainer, char **name,
                     struct pare_error *err);
/* Puts the state in name into the run. optimizer: what is in it of the optimizer, the
 * caller's; NULL: none. */
int checkpoint_load(struct run *run, const char *name, struct model_chunk *optimizer,
                    struct pare_error *err);

/* A new snapshot of the net as it is, in the checkpoint name (NULL: in memory alone);
 * replayed: in the checkpoint alone. NULL with err. number: of the verb. */
struct held *held_new(struct run *run, const char *name, bool replayed, unsigned number,
                      struct pare_error *err);
unsigned held_number(const struct held *held);
int held_restore(struct held *held, struct run *run, enum snapshot_what what, const bool *want,
                 struct pare_error *err);
/* The schedule holds it no more. Fine with NULL. Before run_close. */
PARE_API void held_free(struct held *held);

#endif
