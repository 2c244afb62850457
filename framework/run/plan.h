/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUN_PLAN_H
#define RUN_PLAN_H

/* What an experiment will come to, said without training. */

#include "run/run.h"

/* Works on the net of a dry run, whose weights are lost. The plan: params = (
 * {name, shape, count, by, density, centroids, bits, bytes} ), density,
 * dense_bytes, file_bytes, ratio, exact, unreachable = ( {request, wanted,
 * predicted} ). The caller frees it. A request that cannot be reached is
 * PARE_EREQUEST, and the plan is there all the same. */
PARE_API int plan_make(struct run *run, struct value **plan, struct pare_error *err);
/* As a table for people. */
PARE_API void plan_print(const struct value *plan, FILE *out);

#endif
