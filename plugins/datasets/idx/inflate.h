/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IDX_INFLATE_H
#define IDX_INFLATE_H

/* A whole gzip file at once, which takes less time than a stream of it by zlib. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* The file path of file_size bytes: is it one member that inflates to size bytes with
 * the right checksum? They go to bytes. false: it is not, or cannot be read, or there
 * is no memory; zlib says which. */
bool inflate_whole(const char *path, off_t file_size, uint8_t *bytes, size_t size);

#endif
