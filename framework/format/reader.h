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
    struct pare_error *err;
};

/* The payload of L: makes the net, with values allocated, all zero. */
int read_layers(struct reader *r, struct cursor *c);
/* The payload of one P: fills a param of the net, and its part of the ledger. */
int read_param(struct reader *r, struct cursor *c, size_t param);

#endif
