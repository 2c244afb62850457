/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUN_COMPARE_H
#define RUN_COMPARE_H

/* Run folders side by side: what they were made with, and where their results part. */

#include "config/value.h"

/* A group that the caller frees; values stand in lists with one for each of dir [n],
 * none where a run has none:
 *   runs ( dir )
 *   settings, code, data, plugins ( {name, values} ): what is not the same in all
 *   parted ( {run, same, (step, what, field, first, other)} ): each run after the
 *     first beside the first, by their journals
 *   steps ( {step, verbs, error, kept, bytes} ), stages ( {stage, error, bytes} )
 *   params ( {name, kept, centroids, bytes} ): of the model files
 *   files {error, bytes}
 * Options of a plugin that not all have are told where they are not the preset. */
PARE_API int compare_runs(const char *const *dir, size_t n, struct value **comparison,
                          struct pare_error *err);

/* For compare.c and compare_made.c. */
struct compare_run {
    const char *dir;
    struct value *config, *result; /* result NULL: the run is not finished */
    struct value **record;         /* [records] of the journal */
    size_t records;
};
/* Adds settings, code, data, plugins. */
int compare_made(struct compare_run *run, size_t n, struct value *comparison,
                 struct pare_error *err);
/* A list as a member of group, to get one value for each run; with NULL: none. */
struct value *compare_values(struct value *group, const char *name);
void compare_add(struct value *values, const struct value *value);

#endif
