/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUN_SPENT_H
#define RUN_SPENT_H

/* The profile of a run, as a group of results. */

#include "base/profile.h"
#include "config/value.h"

struct spent {
    struct profile profile;
    unsigned threads;
    double peak_flops; /* a second, of all threads, measured before it began */
};

/* Measures the machine's peak with so many threads (0: as a run takes), which takes a
 * tenth of a second, and starts. */
PARE_API int spent_start(struct spent *spent, unsigned threads, struct pare_error *err);
/* Ends it: seconds, threads, peak_gflops, parts = ( {part, seconds, share, gflop,
 * (peak)} ), shares of 1: of the seconds, and of what the peak would do in those. The
 * last part is "training", the sum of those that a step of it has. */
PARE_API struct value *spent_group(struct spent *spent);

#endif
