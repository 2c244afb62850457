/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUN_ENCODING_H
#define RUN_ENCODING_H

/* The net as the bytes of a file, with the encode options of config and call. */

#include "format/write.h"
#include "run/run.h"

/* The options of the call for the journal, the caller's. */
int encoding_options(const struct run *run, const struct value *call, struct value **asked,
                     struct pare_error *err);
/* *bytes is malloc'ed. */
int encoding_write(const struct run *run, const struct value *call, uint8_t **bytes,
                   size_t *size_bytes, struct pare_error *err);

/* The net as it is with the raw encoder and further chunks: a checkpoint. Made for
 * speed: no search for the fewest bytes. */
int encoding_checkpoint(const struct run *run, const struct write_chunk *chunk, size_t chunks,
                        uint8_t **bytes, size_t *size_bytes, struct pare_error *err);

/* The size of the file that the net as it is would take with every stream at a fixed
 * width: what pruning and sharing give before entropy coding. */
int encoding_fixed_bytes(const struct run *run, size_t *size_bytes, struct pare_error *err);

#endif
