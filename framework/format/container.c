/* SPDX-License-Identifier: Apache-2.0 */
/* The few rules of the file format that are more than a number. */

#include "format/container.h"
#include <stdio.h>

unsigned container_layer_fields(enum layer_kind kind)
{
    switch (kind) {
    case LAYER_DENSE:
        return LAYER_HAS_NAME | LAYER_HAS_UNITS;
    case LAYER_CONV:
        return LAYER_HAS_NAME | LAYER_HAS_UNITS | LAYER_HAS_KERNEL | LAYER_HAS_STRIDE |
               LAYER_HAS_PAD;
    case LAYER_MAXPOOL:
    case LAYER_AVGPOOL:
        return LAYER_HAS_KERNEL | LAYER_HAS_STRIDE;
    case LAYER_DROPOUT:
        return LAYER_HAS_RATE;
    default:
        return 0;
    }
}

void container_layer_name(enum layer_kind kind, size_t nth, char name[LAYER_NAME_BYTES])
{
    snprintf(name, LAYER_NAME_BYTES, "%s%zu", kind == LAYER_CONV ? "conv" : "fc", nth);
}

size_t container_weights_max(size_t size_bytes)
{
    size_t most = ((size_t)1 << 20) + 4096 * size_bytes;

    return most < CONTAINER_WEIGHTS_MAX ? most : CONTAINER_WEIGHTS_MAX;
}
