/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUN_IDENTITY_H
#define RUN_IDENTITY_H

/* What a run is made with besides its config: pare itself, the arithmetic library,
 * the data, the plugins, the schedule and its modules. A run goes on only with the
 * same; another would end in other bytes. */

#include "run/run.h"

/* The start record of a run that begins now; NULL with err. */
struct value *identity_now(const struct run *run, struct pare_error *err);
/* Does the folder's record, its config and its schedule say what run has now?
 * PARE_ESTATE names what differs, with both values. start: the record. */
int identity_check(const struct run *run, const struct value *start, struct pare_error *err);

/* Into text [room] what pare, libpare, arithmetic and plugins differ in from those that
 * the journal names; empty: nothing. Data, config and schedule are left out. */
int identity_made(const struct run *run, const struct journal *journal, char *text, size_t room,
                  struct pare_error *err);

/* Journals the plugins that were loaded since the last time. */
int identity_plugins(struct run *run, struct pare_error *err);
/* The schedule reads the module name from path: journals it, or compares it with
 * what the journal has. */
int identity_module(struct run *run, const char *name, const char *path, struct pare_error *err);

#endif
