/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUN_READBACK_H
#define RUN_READBACK_H

/* The last test of a run: of its file. */

#include "format/read.h"
#include "run/run.h"

/* Reads run->model_path into file, which the caller frees, and tests it on the test
 * split: run->test_error_percent and the stage coded. An error other than before it
 * was encoded is PARE_EFORMAT. */
int readback_test(struct run *run, struct model_file *file, struct pare_error *err);

#endif
