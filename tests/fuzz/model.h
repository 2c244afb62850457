/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FUZZ_MODEL_H
#define FUZZ_MODEL_H

/* A .pare file read, and what must hold of it afterwards. */

#include "format/read.h"
#include "fuzz.h"

/* False when it was refused; else the caller frees it. */
bool model_read(const uint8_t *data, size_t size_bytes, struct model_file *file);
/* What was read holds together, computes, and is the same net when it is written and
 * read again. */
void model_check(const struct model_file *file);

#endif
