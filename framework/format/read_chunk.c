/* SPDX-License-Identifier: Apache-2.0 */
/* The frame of a file: magic, version and checksum, then chunks. */

#include "base/hash.h"
#include "format/reader.h"
#include <string.h>

int file_check(struct cursor *c)
{
    uint32_t wanted, found;

    if (c->end < CONTAINER_HEAD_BYTES ||
        memcmp(c->byte, CONTAINER_MAGIC, CONTAINER_MAGIC_BYTES) != 0)
        return cursor_fail(c, 0, "not a .pare file: it does not begin with '%s' and a version",
                           CONTAINER_MAGIC);
    if (c->byte[CONTAINER_MAGIC_BYTES] != CONTAINER_VERSION)
        return cursor_fail(c, CONTAINER_MAGIC_BYTES,
                           "the file has format version %u, this pare reads %d",
                           c->byte[CONTAINER_MAGIC_BYTES], CONTAINER_VERSION);
    if (c->end > CONTAINER_BYTES_MAX)
        return cursor_fail(c, 0, "%zu bytes: a file may have %d", c->end, CONTAINER_BYTES_MAX);
    if (c->end < CONTAINER_HEAD_BYTES + CONTAINER_CHECKSUM_BYTES)
        return cursor_fail(c, c->end, "the file ends before its checksum");
    c->at = c->end - CONTAINER_CHECKSUM_BYTES;
    found = hash_crc32(0, c->byte, c->at);
    wanted = cursor_u32(c, "the checksum");
    if (wanted != found)
        return cursor_fail(c, c->end - CONTAINER_CHECKSUM_BYTES,
                           "checksum does not match: the file is damaged");
    c->at = CONTAINER_HEAD_BYTES;
    return PARE_OK;
}

/* The chunk at the cursor is not one that may stand here. */
static int fail_chunk(struct cursor *c, const char *expected)
{
    int tag = c->byte[c->at];
    bool upper = tag >= 'A' && tag <= 'Z', lower = tag >= 'a' && tag <= 'z';

    if (!upper && !lower)
        return cursor_fail(c, c->at, "0x%02x is no chunk tag; %s expected", (unsigned)tag,
                           expected);
    if (upper && !strchr("LEPZ", tag))
        return cursor_fail(c, c->at,
                           "chunk '%c' is not known to this pare, and the file cannot "
                           "be read without it",
                           tag);
    return cursor_fail(c, c->at, "chunk '%c' is out of place; %s expected", tag, expected);
}

int chunk_tag(struct cursor *c)
{
    return cursor_left(c) > 0 ? c->byte[c->at] : -1;
}

struct cursor chunk_open(struct cursor *c, int tag, const char *what, size_t *head_bytes)
{
    struct cursor none = *c;
    size_t start = c->at, size;

    if (chunk_tag(c) < 0) {
        none.status = cursor_fail(c, c->at, "the file ends where %s was expected", what);
        return none;
    }
    if (chunk_tag(c) != tag) {
        none.status = fail_chunk(c, what);
        return none;
    }
    c->at++;
    size = (size_t)cursor_varint(c, 0, CONTAINER_BYTES_MAX, "the length of a chunk");
    *head_bytes = c->at - start;
    return cursor_part(c, size, what);
}
