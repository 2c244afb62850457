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
    if (length > LENGTH_MAX)
        bits->status = bits->status ? bits->status : PARE_ESTATE;
    if (!length || !make_room(bits, (bits->length + length + 7) / 8))
        return;
    value &= (UINT64_C(1) << length) - 1;
    while (length) {
        unsigned free_bits = 8 - (unsigned)(bits->length % 8);
        unsigned take = length < free_bits ? length : free_bits;
        uint64_t part = value >> (length - take) & ((1u << take) - 1);

        bits->byte[bits->length / 8] |= (uint8_t)(part << (free_bits - take));
        bits->length += take;
        length -= take;
    }
}

uint64_t pare_bits_peek(const struct pare_bits *bits, unsigned length)
{
    size_t first = bits->at / 8, bytes = pare_bits_size_bytes(bits);
    unsigned shift = (unsigned)(bits->at % 8);
    uint64_t window = 0;

    if (!length || length > LENGTH_MAX)
        return 0;
    for (size_t i = 0; i < 8; i++)
        window = window << 8 | (first + i < bytes ? bits->byte[first + i] : 0);
    window = window << shift >> (64 - length);
    /* A borrowed string ends on a byte; a written one has zeros after its end. */
    return window;
}

void pare_bits_skip(struct pare_bits *bits, size_t length)
{
    if (length > bits->length - bits->at) {
        bits->status = bits->status ? bits->status : PARE_EFORMAT;
        bits->at = bits->length;
        return;
    }
    bits->at += length;
}

uint64_t pare_bits_get(struct pare_bits *bits, unsigned length)
{
    uint64_t value;

    if (bits->status || length > LENGTH_MAX || length > bits->length - bits->at) {
        bits->status = bits->status ? bits->status : PARE_EFORMAT;
        return 0;
    }
    value = pare_bits_peek(bits, length);
    bits->at += length;
    return value;
}
