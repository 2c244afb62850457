/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUN_BENCHFILE_H
#define RUN_BENCHFILE_H

/* How fast a model file runs here, on either engine. */

#include "config/value.h"

struct benchfile_settings {
    const char *path;
    size_t batch;     /* samples a call, 1 or more */
    unsigned threads; /* 0: as run_threads */
    unsigned repeats; /* measurements of each engine, 1 to BENCH_REPEATS_MAX */
};

enum { BENCH_REPEATS_MAX = 1000, BENCH_BATCH_MAX = 65536 };

/* file, batch, threads, repeats, calls (in a measurement), auto (the engine that a test
 * at this batch takes), engines: for "dense" and "compressed" the weight_bytes in use
 * and the microseconds an image, median, min, max; then compared: logits_difference, the
 * largest as a part of the largest logit, and classes_differ. The samples are random.
 * An engine that cannot hold the file has no group. The caller frees it. */
PARE_API int benchfile(const struct benchfile_settings *settings, struct value **result,
                       struct pare_error *err);

#endif
