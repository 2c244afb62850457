/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_POOL_H
#define BASE_POOL_H

/* A pool of threads that runs the parts of one task. What a part computes may
 * depend only on its number, never on which thread runs it or how many there
 * are: that is how the same bytes come out for any number of threads. */

#include <pare/base.h>

struct pool;

/* threads >= 1, the caller's own included. NULL with err on failure. */
PARE_API struct pool *pool_new(unsigned threads, struct pare_error *err);
PARE_API void pool_free(struct pool *pool);
unsigned pool_threads(const struct pool *pool);

/* Calls part(context, i) once for every i < parts and returns when all are done.
 * A null pool runs them here, in order. Not reentrant. */
void pool_run(struct pool *pool, size_t parts, void (*part)(void *context, size_t i),
              void *context);

/* Bounds of part i when n things are split into parts nearly equal runs. */
static inline size_t pool_bound(size_t n, size_t parts, size_t i)
{
    return n / parts * i + (n % parts < i ? n % parts : i);
}

#endif
