/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FORMAT_READ_H
#define FORMAT_READ_H

/* The bytes of a .pare file into a net that runs with nothing beside it. Input is
 * hostile: every count is checked against limits and the bytes that are there
 * before anything is allocated. Loads the encoders that the file names. */

#include "compress/symbols.h"
#include "format/size.h"
#include "net/net.h"

/* A chunk that may be passed over, as a checkpoint has (docs/format.md). */
struct model_chunk {
    char tag;
    uint8_t *bytes;
    size_t size_bytes;
};

struct model_file {
    struct pare_net *net;
    char *data_text;           /* config text of the data group; NULL: none */
    struct model_chunk *chunk; /* [chunks] those with other lower-case tags */
    size_t chunks;
    struct ledger ledger;
    size_t size_bytes;
};

/* Who takes the symbols of each param instead of having them in the net. */
struct format_sink {
    void *context;
    /* Param index of net, whose shape, name, centroid and centroids are set and
     * whose value, keep and code are not there. s is not checked; see symbols_list. */
    int (*param)(void *context, const struct pare_net *net, size_t index, const struct symbols *s,
                 struct pare_error *err);
};

/* name: for messages, usually the path. */
PARE_API int format_read(const uint8_t *bytes, size_t size_bytes, const char *name,
                         struct model_file *file, struct pare_error *err);
PARE_API int format_read_path(const char *path, struct model_file *file, struct pare_error *err);
/* Into a sink: file->net has layers and shapes and cannot run. */
int format_read_symbols(const char *path, const struct format_sink *sink, struct model_file *file,
                        struct pare_error *err);
/* The chunk with this tag; NULL: none. */
const struct model_chunk *model_file_chunk(const struct model_file *file, char tag);
PARE_API void model_file_free(struct model_file *file);

#endif
