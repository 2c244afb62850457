/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_HASH_H
#define BASE_HASH_H

/* Checksums and digests. SHA-256 in pieces stands in <pare/dataset.h>. */

#include <pare/base.h>

/* CRC-32 as in zlib, gzip and PNG; pass 0 first, then the last result to go on. */
PARE_API uint32_t hash_crc32(uint32_t crc, const void *data, size_t size_bytes);
/* SHA-256 of size_bytes, 64 hex digits and a NUL. */
PARE_API void hash_sha256(const void *data, size_t size_bytes, char hex[65]);

#endif
