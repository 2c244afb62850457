/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FORMAT_CONTAINER_H
#define FORMAT_CONTAINER_H

/* Constants that reader and writer share; docs/format.md explains every byte. */

#include <stdint.h>

#define CONTAINER_MAGIC "PARE"
enum {
    CONTAINER_VERSION = 1,
    /* chunk tags: upper case must be understood, lower case may be skipped */
    CHUNK_LAYERS = 'L',
    CHUNK_ENCODERS = 'E',
    CHUNK_PARAM = 'P',
    CHUNK_DATA = 'd', /* the data group, config text */
    CHUNK_END = 'Z',  /* CRC-32 of everything before */

    CONTAINER_BYTES_MAX = 1 << 30,
    CONTAINER_WEIGHTS_MAX = 1 << 28, /* of all params together: 1 GiB of floats */
};

#endif
