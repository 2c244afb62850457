/* SPDX-License-Identifier: Apache-2.0 */
/* Checksums by zlib, digests by nettle, which uses the processor's instructions for
 * them: a data set is hashed each time it is read. */

#include "base/hash.h"

#include <nettle/base16.h>
#include <nettle/sha2.h>
#include <pare/dataset.h>
#include <string.h>
#include <zlib.h>

_Static_assert(sizeof(struct sha256_ctx) <= sizeof(struct pare_sha256),
               "struct pare_sha256 is too small for nettle's state");

uint32_t hash_crc32(uint32_t crc, const void *data, size_t size_bytes)
{
    return (uint32_t)crc32_z(crc, data, size_bytes);
}

void pare_sha256_start(struct pare_sha256 *hash)
{
    sha256_init((struct sha256_ctx *)(void *)hash->state);
}

void pare_sha256_add(struct pare_sha256 *hash, const void *data, size_t size_bytes)
{
    sha256_update((struct sha256_ctx *)(void *)hash->state, size_bytes, data);
}

void pare_sha256_end(struct pare_sha256 *hash, char hex[65])
{
    uint8_t digest[SHA256_DIGEST_SIZE];

    sha256_digest((struct sha256_ctx *)(void *)hash->state, sizeof(digest), digest);
    base16_encode_update(hex, sizeof(digest), digest);
    hex[64] = '\0';
}

void hash_sha256(const void *data, size_t size_bytes, char hex[65])
{
    struct pare_sha256 hash;

    pare_sha256_start(&hash);
    pare_sha256_add(&hash, data, size_bytes);
    pare_sha256_end(&hash, hex);
}
