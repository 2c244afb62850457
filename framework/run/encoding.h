/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUN_ENCODING_H
#define RUN_ENCODING_H

/* The net as the bytes of a file, with the encode options of config and call. */

#include "run/run.h"

/* *bytes is malloc'ed. asked: where the options of the call go for the journal,
 * NULL: nowhere; the caller frees them. */
int encoding_write(const struct run *run, const struct value *call, uint8_t **bytes,
                   size_t *size_bytes, struct value **asked, struct pare_error *err);

/* The size of the file that the net as it is would take with every stream at a fixed
 * width: what pruning and sharing give before entropy coding. */
int encoding_fixed_bytes(const struct run *run, size_t *size_bytes, struct pare_error *err);

#endif
