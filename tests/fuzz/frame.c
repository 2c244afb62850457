/* SPDX-License-Identifier: Apache-2.0 */
/* Mutation of .pare files that gets past the checksum and the lengths. */

#include "frame.h"
#include "base/hash.h"
#include "format/bytes.h"
#include "format/container.h"
#include <string.h>

enum { CHUNKS_MAX = 48, PAYLOAD_MAX = 1 << 16 };

struct chunk {
    unsigned tag;
    const uint8_t *at;
    size_t size;
};

/* xorshift, so that a mutation follows from its seed. */
static unsigned draw(unsigned *state, unsigned below)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state % below;
}

/* How many chunks there are from byte 5 on; the checksum's is none of them. */
static size_t split(const uint8_t *data, size_t size, struct chunk *chunk)
{
    size_t n = 0, at = CONTAINER_HEAD_BYTES;

    while (n < CHUNKS_MAX && at < size && data[at] != CHUNK_END) {
        size_t length = 0;
        unsigned tag = data[at++], shift = 0;

        for (; at < size && shift < 28; shift += 7) {
            length |= (size_t)(data[at] & 0x7f) << shift;
            if (!(data[at++] & 0x80))
                break;
        }
        length = length < size - at ? length : size - at;
        chunk[n++] = (struct chunk){tag, data + at, length};
        at += length;
    }
    return n;
}

/* A number of the payload replaced by one that is at the edge of something. */
static size_t edge(uint8_t *payload, size_t size, size_t room, unsigned *seed)
{
    static const uint64_t edges[] = {0,       1,       2,        3,          127,
                                     128,     255,     256,      1023,       1024,
                                     65535,   65536,   1 << 20,  1 << 24,    (1 << 24) + 1,
                                     1 << 28, 1 << 30, 1u << 31, 1ull << 32, INT64_MAX};
    struct bytes out = {0};
    size_t at = size ? draw(seed, (unsigned)size) : 0, past = at;

    while (past < size && payload[past] & 0x80)
        past++;
    past += past < size;
    bytes_put(&out, payload, at);
    bytes_put_varint(&out, edges[draw(seed, sizeof edges / sizeof *edges)]);
    bytes_put(&out, payload + past, size - past);
    size = out.size < room ? out.size : room;
    memcpy(payload, out.at, size);
    free(out.at);
    return size;
}

static void put_chunk(struct bytes *out, const struct chunk *chunk, bool changed, unsigned *seed)
{
    static uint8_t payload[PAYLOAD_MAX];
    size_t size = chunk->size < PAYLOAD_MAX ? chunk->size : PAYLOAD_MAX;
    unsigned tag = chunk->tag;

    memcpy(payload, chunk->at, size);
    if (changed && draw(seed, 3) == 0)
        size = edge(payload, size, PAYLOAD_MAX, seed);
    else if (changed)
        size = fuzz_mutate(payload, size, size + 64 < PAYLOAD_MAX ? size + 64 : PAYLOAD_MAX);
    if (changed && draw(seed, 32) == 0)
        tag = (unsigned)"LEPdorstq"[draw(seed, 9)];
    bytes_put_chunk(out, tag, payload, size);
}

static void put_checksum(struct bytes *out)
{
    bytes_put_u8(out, CHUNK_END);
    bytes_put_u8(out, CONTAINER_CHECKSUM_BYTES);
    bytes_put_u32(out, hash_crc32(0, out->at, out->size));
}

static void fix_checksum(uint8_t *data, size_t size)
{
    uint32_t crc;

    if (size < CONTAINER_HEAD_BYTES + CONTAINER_CHECKSUM_BYTES)
        return;
    memcpy(data, CONTAINER_MAGIC, CONTAINER_MAGIC_BYTES);
    data[CONTAINER_MAGIC_BYTES] = CONTAINER_VERSION;
    crc = hash_crc32(0, data, size - CONTAINER_CHECKSUM_BYTES);
    for (size_t i = 0; i < CONTAINER_CHECKSUM_BYTES; i++)
        data[size - CONTAINER_CHECKSUM_BYTES + i] = (uint8_t)(crc >> 8 * i);
}

size_t frame_mutate(uint8_t *data, size_t size, size_t room, unsigned seed)
{
    struct chunk chunk[CHUNKS_MAX];
    struct bytes out = {0};
    size_t n, changed;
    unsigned move;

    seed = seed * 2654435761u | 1u;
    n = size > CONTAINER_HEAD_BYTES ? split(data, size, chunk) : 0;
    if (n == 0 || draw(&seed, 16) == 0) {
        size = fuzz_mutate(data, size, room);
        if (draw(&seed, 8) > 0)
            fix_checksum(data, size);
        return size;
    }
    changed = draw(&seed, (unsigned)n);
    move = draw(&seed, 24); /* 0: left out, 1: twice, 2: one taken for another */
    if (move == 2)
        chunk[changed] = chunk[draw(&seed, (unsigned)n)];
    bytes_put(&out, CONTAINER_MAGIC, CONTAINER_MAGIC_BYTES);
    bytes_put_u8(&out, CONTAINER_VERSION);
    for (size_t i = 0; i < n; i++) {
        if (i == changed && move == 0)
            continue;
        put_chunk(&out, &chunk[i], i == changed && move > 2, &seed);
        if (i == changed && move == 1)
            put_chunk(&out, &chunk[i], false, &seed);
    }
    put_checksum(&out);
    if (out.size <= room) {
        size = out.size;
        memcpy(data, out.at, size);
    }
    free(out.at);
    return size;
}
