/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FORMAT_PACK_H
#define FORMAT_PACK_H

/* One param in the form that costs fewest bytes: for the writer. */

#include "compress/symbols.h"
#include "format/bytes.h"
#include "format/write.h"

/* A stream, coded by whichever of the asked encoder and raw needs fewer bytes. */
struct packed_stream {
    const struct pare_plugin *encoder;
    uint8_t *byte;
    size_t size_bytes;
};

struct packed {
    unsigned flags; /* the first byte */
    size_t kept, fillers;
    struct packed_stream stream[SYMBOLS_STREAMS_MAX];
    size_t streams;
};

/* encoders: how many the file will list at most, raw included; it has a part in
 * the size of a stream's head. Free with packed_free, also after a failure. */
int pack_param(const struct pare_param *p, const struct write_item *item,
               const struct plugin_use *raw, size_t encoders, struct packed *packed,
               struct pare_error *err);
void packed_free(struct packed *packed);

/* The param's payload. index: gives an encoder's number in the file. */
void packed_put(const struct packed *packed, const struct pare_param *p,
                const struct pare_plugin *const *encoder, size_t encoders, struct bytes *out);

#endif
