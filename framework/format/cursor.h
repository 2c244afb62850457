/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FORMAT_CURSOR_H
#define FORMAT_CURSOR_H

/* The only way that the reader touches the bytes of a file. Every take is checked
 * against the end; the first failure is recorded with its offset and sticks, and
 * from then on everything taken is zero. Ask for status before a number that was
 * read is used as a size. */

#include <pare/base.h>

struct cursor {
    const uint8_t *byte; /* the whole file's, so that at is the offset in the file */
    size_t at, end;
    int status;
    struct pare_error *err;
};

/* Records "byte OFFSET: text" as PARE_EFORMAT unless something failed before. */
int cursor_fail(struct cursor *c, size_t offset, const char *format, ...) PARE_PRINTF(3, 4);

static inline size_t cursor_left(const struct cursor *c)
{
    return c->status ? 0 : c->end - c->at;
}
/* what names the thing in the message: "the flags". */
const uint8_t *cursor_take(struct cursor *c, size_t size_bytes, const char *what);
uint8_t cursor_u8(struct cursor *c, const char *what);
uint32_t cursor_u32(struct cursor *c, const char *what);
uint64_t cursor_u64(struct cursor *c, const char *what);
/* An LEB128 number of the shortest form, min..max. */
uint64_t cursor_varint(struct cursor *c, uint64_t min, uint64_t max, const char *what);
/* A cursor over the next size_bytes, which c passes over. */
struct cursor cursor_part(struct cursor *c, size_t size_bytes, const char *what);
/* Nothing may be left. Returns the status. */
int cursor_finish(struct cursor *c, const char *what);

#endif
