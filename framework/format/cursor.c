/* SPDX-License-Identifier: Apache-2.0 */
/* Checked reading of bytes from strangers. */

#include "format/cursor.h"
#include <inttypes.h>
#include <stdio.h>

int cursor_fail(struct cursor *c, size_t offset, const char *format, ...)
{
    char text[PARE_TEXT_BYTES / 2];
    va_list args;

    if (c->status)
        return c->status;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    c->status = pare_fail(c->err, PARE_EFORMAT, "byte %zu: %s", offset, text);
    return c->status;
}

const uint8_t *cursor_take(struct cursor *c, size_t size_bytes, const char *what)
{
    if (c->status)
        return NULL;
    if (size_bytes > c->end - c->at) {
        cursor_fail(c, c->at, "%s: %zu bytes expected, %zu are left", what, size_bytes,
                    c->end - c->at);
        return NULL;
    }
    c->at += size_bytes;
    return c->byte + (c->at - size_bytes);
}

uint8_t cursor_u8(struct cursor *c, const char *what)
{
    const uint8_t *from = cursor_take(c, 1, what);

    return from ? *from : 0;
}

uint32_t cursor_u32(struct cursor *c, const char *what)
{
    const uint8_t *from = cursor_take(c, 4, what);

    if (!from)
        return 0;
    return (uint32_t)from[0] | (uint32_t)from[1] << 8 | (uint32_t)from[2] << 16 |
           (uint32_t)from[3] << 24;
}

uint64_t cursor_u64(struct cursor *c, const char *what)
{
    uint64_t low = cursor_u32(c, what);
    uint64_t high = cursor_u32(c, what);

    return low | high << 32;
}

uint64_t cursor_varint(struct cursor *c, uint64_t min, uint64_t max, const char *what)
{
    size_t start = c->at;
    uint64_t value = 0;

    for (unsigned shift = 0; shift < 63; shift += 7) {
        uint8_t byte = cursor_u8(c, what);
        if (c->status)
            return 0;
        value |= (uint64_t)(byte & 0x7f) << shift;
        if (byte & 0x80)
            continue;
        if (byte == 0 && shift > 0) {
            cursor_fail(c, start, "%s: a number in more bytes than it needs", what);
        } else if (value < min || value > max) {
            cursor_fail(c, start, "%s: %" PRIu64 " is outside %" PRIu64 "..%" PRIu64, what, value,
                        min, max);
        }
        return c->status ? 0 : value;
    }
    cursor_fail(c, start, "%s: a number of more than 63 bits", what);
    return 0;
}

struct cursor cursor_part(struct cursor *c, size_t size_bytes, const char *what)
{
    struct cursor part = *c;

    cursor_take(c, size_bytes, what);
    part.status = c->status;
    part.end = c->status ? part.at : part.at + size_bytes;
    return part;
}

int cursor_finish(struct cursor *c, const char *what)
{
    if (!c->status && c->at != c->end)
        cursor_fail(c, c->at, "%zu bytes too many at the end of %s", c->end - c->at, what);
    return c->status;
}
