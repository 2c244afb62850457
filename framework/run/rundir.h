/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUN_RUNDIR_H
#define RUN_RUNDIR_H

/* The names in a run folder, and nowhere else:
 * config.cfg schedule.lua NAME.lua (modules beside it) journal.jsonl metrics.jsonl steps/
 * model.pare report.txt result.json figures/; docs/runs.md says what is in them */

#include <pare/base.h>

/* out/<name>-<hash8>, made; a folder that is there already is left alone and
 * -2, -3, ... is tried. Allocated; NULL with err. */
char *rundir_make(const char *out, const char *name, const char *hash, struct pare_error *err);

/* The last of these folders, allocated; NULL: there is none. */
char *rundir_last(const char *out, const char *name, const char *hash);
/* Removes what a process that was killed has left half written. */
void rundir_clean(const char *dir);
/* Bytes of the files in it, checkpoints left out. */
size_t rundir_bytes(const char *dir);

char *rundir_config(const char *dir);
char *rundir_schedule(const char *dir);
/* Of a module that the schedule requires; NULL: the name is the schedule's own. */
char *rundir_module(const char *dir, const char *name);
char *rundir_journal(const char *dir);
char *rundir_metrics(const char *dir);
/* Where metrics are written while a run is replayed. */
char *rundir_metrics_new(const char *dir);
/* The folder of checkpoints. */
char *rundir_steps(const char *dir);
char *rundir_model(const char *dir);
char *rundir_report(const char *dir);
char *rundir_result(const char *dir);
/* The folder of what the run shows. */
PARE_API char *rundir_figures(const char *dir);
/* NAME.csv in it; of one parameter NAME-LAYER.csv. */
char *rundir_figure(const char *dir, const char *name, const char *param);

#endif
