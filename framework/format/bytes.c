/* SPDX-License-Identifier: Apache-2.0 */
/* What the writer puts a file together from. */

#include "format/bytes.h"
#include "format/container.h"
#include <stdlib.h>
#include <string.h>

void bytes_put(struct bytes *b, const void *data, size_t size_bytes)
{
    if (b->failed || size_bytes == 0)
        return;
    if (size_bytes > b->room - b->size) {
        size_t room = 2 * b->room > b->size + size_bytes ? 2 * b->room : b->size + size_bytes;
        uint8_t *at = realloc(b->at, room);
        if (!at) {
            b->failed = true;
            return;
        }
        b->at = at;
        b->room = room;
    }
    memcpy(b->at + b->size, data, size_bytes);
    b->size += size_bytes;
}

void bytes_put_u8(struct bytes *b, unsigned value)
{
    uint8_t byte = (uint8_t)value;

    bytes_put(b, &byte, 1);
}

void bytes_put_varint(struct bytes *b, uint64_t value)
{
    for (; value >= 0x80; value >>= 7)
        bytes_put_u8(b, 0x80u | (unsigned)(value & 0x7f));
    bytes_put_u8(b, (unsigned)value);
}

size_t bytes_varint_size(uint64_t value)
{
    size_t n = 1;

    for (; value >= 0x80; value >>= 7)
        n++;
    return n;
}

void bytes_put_u32(struct bytes *b, uint32_t value)
{
    uint8_t byte[4] = {(uint8_t)value, (uint8_t)(value >> 8), (uint8_t)(value >> 16),
                       (uint8_t)(value >> 24)};

    bytes_put(b, byte, sizeof byte);
}

void bytes_put_u64(struct bytes *b, uint64_t value)
{
    bytes_put_u32(b, (uint32_t)value);
    bytes_put_u32(b, (uint32_t)(value >> 32));
}

void bytes_put_float(struct bytes *b, float value)
{
    bytes_put_u32(b, container_float_bits(value));
}

void bytes_put_chunk(struct bytes *b, unsigned tag, const void *payload, size_t size_bytes)
{
    bytes_put_u8(b, tag);
    bytes_put_varint(b, size_bytes);
    bytes_put(b, payload, size_bytes);
}
