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
/* Reads length bits, highest first; length 0..57. */
PARE_API uint64_t pare_bits_get(struct pare_bits *bits, unsigned length);
/* The next length bits without taking them, zeros past the end; length 0..57. */
PARE_API uint64_t pare_bits_peek(const struct pare_bits *bits, unsigned length);
/* Takes length bits that were peeked; past the end is an error. */
PARE_API void pare_bits_skip(struct pare_bits *bits, size_t length);

static inline size_t pare_bits_size_bytes(const struct pare_bits *bits)
{
    return (bits->length + 7) / 8;
}
static inline int pare_bits_status(const struct pare_bits *bits)
{
    return bits->status;
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
