/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PARE_BITS_H
#define PARE_BITS_H

/* A growing string of bits. The first bit written is the top bit of the first
 * byte. Errors are sticky: after the first one, writing does nothing and
 * reading gives zeros; ask once, at the end, with pare_bits_status. */

#include <pare/base.h>

struct pare_bits {
    uint8_t *byte; /* owned when written, borrowed when read */
    size_t room;   /* bytes allocated; 0: borrowed, read only */
    size_t length; /* bits written, or bits there to be read */
    size_t at;     /* next bit to read */
    int status;    /* PARE_OK, PARE_ENOMEM, or PARE_EFORMAT: read past the end */
};

/* Bits to be read from size_bytes of the caller's memory, which must outlive them. */
PARE_API struct pare_bits pare_bits_over(const uint8_t *byte, size_t size_bytes);
PARE_API void pare_bits_free(struct pare_bits *bits);

/* Appends the low length bits of value, highest first; length 0..57. */
PARE_API void pare_bits_put(struct pare_bits *bits, uint64_t value, unsigned length);
/* Appends the first length bits of byte. */
PARE_API void pare_bits_append(struct pare_bits *bits, const uint8_t *byte, size_t length);
static inline size_t pare_bits_size_bytes(const struct pare_bits *bits)
{
    return (bits->length + 7) / 8;
}
/* Eight bytes as a number, the first at the top. */
static inline uint64_t pare_bits_eight(const uint8_t *byte)
{
    return (uint64_t)byte[0] << 56 | (uint64_t)byte[1] << 48 | (uint64_t)byte[2] << 40 |
           (uint64_t)byte[3] << 32 | (uint64_t)byte[4] << 24 | (uint64_t)byte[5] << 16 |
           (uint64_t)byte[6] << 8 | (uint64_t)byte[7];
}
static inline int pare_bits_status(const struct pare_bits *bits)
{
    return bits->status;
}

/* The next length bits without taking them, zeros past the end; length 0..57. */
static inline uint64_t pare_bits_peek(const struct pare_bits *bits, unsigned length)
{
    size_t size = pare_bits_size_bytes(bits), first = bits->at / 8;
    uint64_t window = 0;

    if (length > 57)
        return 0;
    if (size >= 8 && first <= size - 8)
        window = pare_bits_eight(bits->byte + first);
    else
        for (size_t i = 0; i < 8; i++)
            window = window << 8 | (first + i < size ? bits->byte[first + i] : 0);
    return window << bits->at % 8 >> 1 >> (63 - length);
}

/* Takes length bits that were peeked; past the end is an error. */
static inline void pare_bits_skip(struct pare_bits *bits, size_t length)
{
    if (length <= bits->length - bits->at) {
        bits->at += length;
        return;
    }
    bits->status = bits->status != PARE_OK ? bits->status : PARE_EFORMAT;
    bits->at = bits->length;
}

/* Reads length bits, highest first; length 0..57. */
static inline uint64_t pare_bits_get(struct pare_bits *bits, unsigned length)
{
    uint64_t value = pare_bits_peek(bits, length);

    pare_bits_skip(bits, length <= 57 ? length : SIZE_MAX);
    return bits->status == PARE_OK ? value : 0;
}

/* For a reader that is done: anything left but fewer than 8 zero bits, which
 * fill the last byte, is PARE_EFORMAT. Returns the status. */
static inline int pare_bits_end(struct pare_bits *bits)
{
    size_t left = bits->length - bits->at;

    if (bits->status == PARE_OK && (left >= 8 || pare_bits_peek(bits, (unsigned)left) != 0))
        bits->status = PARE_EFORMAT;
    return bits->status;
}

#endif
