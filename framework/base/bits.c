/* SPDX-License-Identifier: Apache-2.0 */
/* Bit strings, most significant bit first. Bits after length in the last byte are
 * zero. */

#include <pare/bits.h>

#include <stdlib.h>
#include <string.h>

enum { ROOM_FIRST = 256, LENGTH_MAX = 57 };

struct pare_bits pare_bits_over(const uint8_t *byte, size_t size_bytes)
{
    /* Never written to: room 0 marks it as borrowed. */
    return (struct pare_bits){.byte = (uint8_t *)(uintptr_t)byte, .length = size_bytes * 8};
}

void pare_bits_free(struct pare_bits *bits)
{
    if (bits->room)
        free(bits->byte);
    *bits = (struct pare_bits){0};
}

static bool make_room(struct pare_bits *bits, size_t bytes)
{
    size_t room = bits->room ? bits->room : ROOM_FIRST;
    uint8_t *grown;

    if (bits->status || (bits->byte && !bits->room)) {
        bits->status = bits->status ? bits->status : PARE_ESTATE;
        return false;
    }
    if (bytes <= bits->room)
        return true;
    while (room < bytes)
        room *= 2;
    grown = realloc(bits->byte, room);
    if (!grown) {
        bits->status = PARE_ENOMEM;
        return false;
    }
    memset(grown + bits->room, 0, room - bits->room);
    bits->byte = grown;
    bits->room = room;
    return true;
}

void pare_bits_put(struct pare_bits *bits, uint64_t value, unsigned length)
{
    size_t first = bits->length / 8;
    unsigned shift = (unsigned)(bits->length % 8);
    uint8_t *to;

    if (length > LENGTH_MAX)
        bits->status = bits->status ? bits->status : PARE_ESTATE;
    if (!length || !make_room(bits, first + 8))
        return;
    to = bits->byte + first;
    value = value << (64 - length) >> shift | (uint64_t)to[0] << 56;
    for (int i = 0; i < 8; i++)
        to[i] = (uint8_t)(value >> (56 - 8 * i));
    bits->length += length;
}

void pare_bits_append(struct pare_bits *bits, const uint8_t *byte, size_t length)
{
    struct pare_bits from = pare_bits_over(byte, (length + 7) / 8);

    if (length >= 8 && bits->length % 8 == 0 && make_room(bits, bits->length / 8 + length / 8)) {
        memcpy(bits->byte + bits->length / 8, byte, length / 8);
        bits->length += length / 8 * 8;
        from.at = length / 8 * 8;
    }
    for (size_t left = length - from.at; left > 0 && !bits->status; left = length - from.at) {
        unsigned take = left < 56 ? (unsigned)left : 56;
        pare_bits_put(bits, pare_bits_get(&from, take), take);
    }
}
