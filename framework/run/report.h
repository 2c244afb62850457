/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUN_REPORT_H
#define RUN_REPORT_H

/* Tables for people. */

#include "format/read.h"
#include "run/run.h"

/* Stage by stage: test error, kept weights, bytes, ratio. */
PARE_API void report_stages(const struct run *run, FILE *out);
/* The whole of report.txt. file: the encoded file, read back; NULL: none. */
void report_print(const struct run *run, const struct model_file *file, FILE *out);

#endif
