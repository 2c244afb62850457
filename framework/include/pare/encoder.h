/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PARE_ENCODER_H
#define PARE_ENCODER_H

/* Encoders turn one stream of symbols into bits and back, exactly. They never
 * see a network: which streams a parameter has is the host's. */

#include <pare/bits.h>
#include <pare/plugin.h>

/* count symbols, each below alphabet; 1 <= alphabet <= 65,536. */
struct pare_stream {
    const char *name; /* "gap", "code", "inline", "byte0".. : a hint, never needed to decode */
    uint32_t alphabet;
    size_t count;
    uint16_t *symbol; /* [count] */
};

/* Where the bits went, for the ledger. Filled by encode and by decode when it is
 * not NULL. */
struct pare_cost {
    size_t table_bits;  /* of the bits, those that describe the code */
    float *symbol_bits; /* [alphabet], zeroed by the host: bits spent on one
                           occurrence of each symbol; an average will do */
};

struct pare_encoder {
    struct pare_plugin head;
    /* Appends to bits (empty at the call). count, alphabet and the size in bytes
     * are kept by the host and need not be written. cost may be NULL. */
    int (*encode)(void *self, const struct pare_stream *stream, struct pare_bits *bits,
                  struct pare_cost *cost, struct pare_error *err);
    /* alphabet, count and symbol are set; fills symbol. bits may be truncated or
     * hostile: anything that encode would not have written is PARE_EFORMAT. A
     * self with any options must decode what a self with any others encoded. */
    int (*decode)(void *self, struct pare_bits *bits, struct pare_stream *stream,
                  struct pare_cost *cost, struct pare_error *err);
};
#define PARE_ENCODER(NAME, ...) PARE_HEAD(PARE_KIND_ENCODER, pare_encoder, NAME, __VA_ARGS__)

#endif
