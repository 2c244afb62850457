/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FORMAT_BYTES_H
#define FORMAT_BYTES_H

/* A growing row of bytes with a sticky error: ask once, at the end. */

#include <pare/base.h>

struct bytes {
    uint8_t *at; /* owned; free() */
    size_t size, room;
    bool failed; /* no memory; what was put since is lost */
};

void bytes_put(struct bytes *b, const void *data, size_t size_bytes);
void bytes_put_u8(struct bytes *b, unsigned value);
/* LEB128: seven bits a byte, lowest first, top bit: more follow. */
void bytes_put_varint(struct bytes *b, uint64_t value);
void bytes_put_u32(struct bytes *b, uint32_t value);
void bytes_put_u64(struct bytes *b, uint64_t value);
void bytes_put_float(struct bytes *b, float value);
/* tag, length, payload. */
void bytes_put_chunk(struct bytes *b, unsigned tag, const void *payload, size_t size_bytes);

size_t bytes_varint_size(uint64_t value);

#endif
