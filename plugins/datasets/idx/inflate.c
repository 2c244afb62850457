/* SPDX-License-Identifier: Apache-2.0 */
#include "inflate.h"
#include <libdeflate.h>
#include <stdio.h>
#include <stdlib.h>

static bool read_whole(const char *path, uint8_t *zipped, size_t zipped_size)
{
    FILE *in = fopen(path, "rbe");
    bool whole = in && fread(zipped, 1, zipped_size, in) == zipped_size && getc(in) == EOF;

    if (in)
        fclose(in);
    return whole;
}

bool inflate_whole(const char *path, off_t file_size, uint8_t *bytes, size_t size)
{
    size_t zipped_size = (size_t)file_size, used = 0;
    struct libdeflate_decompressor *inflater = libdeflate_alloc_decompressor();
    uint8_t *zipped = malloc(zipped_size);
    bool whole = inflater && zipped && read_whole(path, zipped, zipped_size) &&
                 libdeflate_gzip_decompress_ex(inflater, zipped, zipped_size, bytes, size, &used,
                                               NULL) == LIBDEFLATE_SUCCESS &&
                 used == zipped_size;

    free(zipped);
    if (inflater)
        libdeflate_free_decompressor(inflater);
    return whole;
}
