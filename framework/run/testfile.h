/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUN_TESTFILE_H
#define RUN_TESTFILE_H

/* A model file on the test split of its data set. */

#include "config/problems.h"
#include "config/value.h"
#include "infer/infer.h"

struct testfile_settings {
    const char *path;
    char *const *set; /* "data.K=V" over the data group in the file */
    size_t sets;
    const char *data; /* --data; may be NULL */
    unsigned threads; /* 0: as run_threads */
    enum infer_engine engine;
    bool compare; /* with the other engine */
};

/* file, engine, weight_bytes (in use while running), test_error_percent, samples, wrong,
 * classes_sha256 (of the predictions, see infer/infer.h), compared: engine,
 * classes_differ, logits_difference; the caller frees it. */
PARE_API int testfile(const struct testfile_settings *settings, struct value **result,
                      struct problems *problems, struct pare_error *err);

#endif
