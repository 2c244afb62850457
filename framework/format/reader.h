/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FORMAT_READER_H
#define FORMAT_READER_H

/* What read.c and its parts share while one file is read. */

#include "format/container.h"
#include "format/cursor.h"
#include "format/read.h"
#include "plugin/registry.h"

struct reader {
    struct cursor file;
    struct model_file *out;
    struct pare_net *net; /* out->net */
    struct ledger *ledger;
    struct plugin_use encoder[CONTAINER_ENCODERS_MAX]; /* open */
    size_t encoders;
    const struct format_sink *sink; /* NULL: into the net */
    struct pare_error *err;
};

/* Magic, version and checksum, in the order that says most: not ours, not for us,
 * damaged. Leaves the cursor at the first chunk. */
int file_check(struct cursor *c);
/* The tag of the next chunk, -1 at the end. */
int chunk_tag(struct cursor *c);
/* Opens the chunk with this tag, or fails; *head_bytes: of tag and length. what:
 * names the chunk in messages. */
struct cursor chunk_open(struct cursor *c, int tag, const char *what, size_t *head_bytes);

/* The payload of L: makes the net, with values allocated, all zero. */
int read_layers(struct reader *r, struct cursor *c);
/* The payload of one P: fills a param of the net, and its part of the ledger. */
int read_param(struct reader *r, struct cursor *c, size_t param);

#endif
