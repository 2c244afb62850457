/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FORMAT_CONTAINER_H
#define FORMAT_CONTAINER_H

/* What reader and writer must agree on; docs/format.md explains every byte. */

#include "net/net.h"

#define CONTAINER_MAGIC "PARE"
/* The encoder that no file lists: it has index 0 in every file. */
#define CONTAINER_RAW "raw"
enum {
    CONTAINER_VERSION = 1,
    /* chunk tags: upper case must be understood, lower case may be skipped */
    CHUNK_LAYERS = 'L',
    CHUNK_ENCODERS = 'E',
    CHUNK_PARAM = 'P',
    CHUNK_DATA = 'd', /* the data group, config text */
    CHUNK_END = 'Z',  /* CRC-32 of everything before */

    CONTAINER_MAGIC_BYTES = 4,
    CONTAINER_HEAD_BYTES = 5, /* magic and version */
    CONTAINER_CHECKSUM_BYTES = 4,
    CONTAINER_BYTES_MAX = 1 << 30,
    CONTAINER_WEIGHTS_MAX = 1 << 28, /* of all params together: 1 GiB of floats */
    CONTAINER_SIZE_MAX = 1 << 28,    /* one field of a layer, one activation */
    CONTAINER_DATA_BYTES_MAX = 1 << 20,
    CONTAINER_ENCODERS_MAX = 64, /* raw included */
    CONTAINER_NAME_BYTES_MAX = 63,
};

/* First byte of a param: these flags below, the span bits of the gap stream in
 * the upper half. */
enum param_flag {
    PARAM_PRUNED = 1u << 0,
    PARAM_SHARED = 1u << 1,
    PARAM_INLINE = 1u << 2, /* pruned and shared as one stream */
    PARAM_PLAIN = 1u << 3,  /* free values as float32 instead of four streams */
    PARAM_SPAN_SHIFT = 4,
};

/* The fields that a layer of a kind has in the file, in this order. */
enum layer_field {
    LAYER_HAS_NAME = 1u << 0,
    LAYER_HAS_UNITS = 1u << 1,
    LAYER_HAS_KERNEL = 1u << 2,
    LAYER_HAS_STRIDE = 1u << 3,
    LAYER_HAS_PAD = 1u << 4,
    LAYER_HAS_RATE = 1u << 5,
};
unsigned container_layer_fields(enum layer_kind kind);

/* The name that costs nothing: "fc2" for the second dense layer, "conv1" for the
 * first convolution. nth: from 1, among the layers of this kind. */
void container_layer_name(enum layer_kind kind, size_t nth, char name[LAYER_NAME_BYTES]);

/* How many weights a file of this size may declare, so that a small file cannot
 * ask for much memory: 4,096 a byte and 2^20 more, at most CONTAINER_WEIGHTS_MAX. */
size_t container_weights_max(size_t size_bytes);
/* The same for what one sample takes: values that layers hold, 512 a byte and 2^16
 * more, and multiply-adds, 2^16 a byte and 2^22 more. */
struct container_cost {
    size_t weights, values, macs;
};
/* Of the layers so far; values: of the outputs of all but ReLU and flatten. */
struct container_cost container_cost(const struct pare_net *net);
struct container_cost container_cost_max(size_t size_bytes);
/* What is beyond max, for a message: "weights"; NULL: nothing. */
const char *container_beyond(const struct container_cost *cost, const struct container_cost *max,
                             size_t *has, size_t *may);

/* Floats as the file has them: little-endian IEEE 754 singles, bits untouched. */
static inline uint32_t container_float_bits(float x)
{
    union {
        float real;
        uint32_t bits;
    } u = {.real = x};
    return u.bits;
}
static inline float container_float(uint32_t bits)
{
    union {
        uint32_t bits;
        float real;
    } u = {.bits = bits};
    return u.real;
}

#endif
