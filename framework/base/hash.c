/* SPDX-License-Identifier: Apache-2.0 */
/* Checksums by zlib, digests by libsodium. */

#include "base/hash.h"

#include <pare/dataset.h>
#include <sodium.h>
#include <string.h>
#include <zlib.h>

_Static_assert(sizeof(crypto_hash_sha256_state) <= sizeof(struct pare_sha256),
               "struct pare_sha256 is too small for libsodium's state");

uint32_t hash_crc32(uint32_t crc, const void *data, size_t size_bytes)
{
    return (uint32_t)crc32_z(crc, data, size_bytes);
}

void pare_sha256_start(struct pare_sha256 *hash)
{
    crypto_hash_sha256_init((crypto_hash_sha256_state *)(void *)hash->state);
}

void pare_sha256_add(struct pare_sha256 *hash, const void *data, size_t size_bytes)
{
    crypto_hash_sha256_update((crypto_hash_sha256_state *)(void *)hash->state, data, size_bytes);
}

void pare_sha256_end(struct pare_sha256 *hash, char hex[65])
{
    unsigned char digest[crypto_hash_sha256_BYTES];

    crypto_hash_sha256_final((crypto_hash_sha256_state *)(void *)hash->state, digest);
    sodium_bin2hex(hex, 65, digest, sizeof digest);
}

void hash_sha256(const void *data, size_t size_bytes, char hex[65])
{
    struct pare_sha256 hash;

    pare_sha256_start(&hash);
    pare_sha256_add(&hash, data, size_bytes);
    pare_sha256_end(&hash, hex);
}
