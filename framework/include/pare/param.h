/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PARE_PARAM_H
#define PARE_PARAM_H

/* The central structure: one parameter tensor and everything decided about it. */

#include <pare/base.h>

enum { PARE_RANK_MAX = 4 };

/* Outside an optimizer step:  value[i] == 0                  where keep && !keep[i]
 *                             value[i] == centroid[code[i]]  where kept and shared
 *                             value[i] is free               otherwise.
 * There is no state flag: dense, pruned and shared is which pointers are NULL.
 * Shapes: dense weight [out][in], conv weight [out][in][height][width], bias [out]. */
struct pare_param {
    const char *name; /* "fc1.weight"; unique in the net */
    unsigned rank;
    size_t shape[PARE_RANK_MAX], count;
    float *value;       /* count */
    float *grad;        /* count; valid after a backward pass */
    uint8_t *keep;      /* count, 0 or 1; NULL: nothing pruned */
    float *centroid;    /* centroids values, ascending when chosen; NULL: not shared */
    uint32_t centroids; /* at most 65,536 */
    uint16_t *code;     /* count; meaningless where !keep; NULL: not shared */
    float *latent;      /* count; NULL unless a strategy asked for it */
};

/* A bias has rank 1; every other parameter is a weight. */
static inline bool pare_param_is_bias(const struct pare_param *p)
{
    return p->rank == 1;
}

/* How many weights are kept (all of them when nothing is pruned). */
PARE_API size_t pare_param_kept(const struct pare_param *p);

/* Makes value obey what was decided: zero where pruned, centroid[code] where
 * shared, latent where there is one and neither holds. The only function that
 * enforces the invariant. */
PARE_API void pare_param_project(struct pare_param *p);

#endif
