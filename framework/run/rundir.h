/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUN_RUNDIR_H
#define RUN_RUNDIR_H

/* The names in a run folder, and nowhere else:
 * config.cfg schedule.lua NAME.lua (modules beside it) journal.jsonl metrics.jsonl steps/
 * model.pare report.txt result.json */

#include <pare/base.h>

/* out/<name>-<hash8>, made; a folder that is there already is left alone and
 * -2, -3, ... is tried. Allocated; NULL with err. */
char *rundir_make(const char *out, const char *name, const char *hash, struct pare_error *err);

char *rundir_config(const char *dir);
char *rundir_schedule(const char *dir);
/* Of a module that the schedule requires; NULL: the name is the schedule's own. */
char *rundir_module(const char *dir, const char *name);
char *rundir_journal(const char *dir);
char *rundir_metrics(const char *dir);
char *rundir_model(const char *dir);
char *rundir_report(const char *dir);
char *rundir_result(const char *dir);

#endif
