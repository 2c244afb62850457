/* SPDX-License-Identifier: Apache-2.0 */
/* IDX files behind gzip: what is mutated is what gzip holds, so that its checksum and
 * its length fit; now and then gzip's own bytes. */

#include "datasets/idx/file.h"
#include "fuzz.h"
#include <string.h>
#include <zlib.h>

enum { PLAIN_MAX = 1 << 16, WRAP_GZIP = 16 + MAX_WBITS };

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed);

/* 0 where it is no gzip. */
static size_t unzip(const uint8_t *data, size_t size, uint8_t *plain)
{
    z_stream z = {.next_in = (uint8_t *)(uintptr_t)data,
                  .avail_in = (unsigned)size,
                  .next_out = plain,
                  .avail_out = PLAIN_MAX};
    size_t got = 0;

    if (inflateInit2(&z, WRAP_GZIP) != Z_OK)
        return 0;
    inflate(&z, Z_FINISH);
    got = PLAIN_MAX - z.avail_out;
    inflateEnd(&z);
    return got;
}

static size_t zip(const uint8_t *plain, size_t size, int level, uint8_t *data, size_t room)
{
    z_stream z = {.next_in = (uint8_t *)(uintptr_t)plain,
                  .avail_in = (unsigned)size,
                  .next_out = data,
                  .avail_out = (unsigned)room};
    int done;

    if (deflateInit2(&z, level, Z_DEFLATED, WRAP_GZIP, 1, Z_DEFAULT_STRATEGY) != Z_OK)
        return 0;
    done = deflate(&z, Z_FINISH);
    deflateEnd(&z);
    return done == Z_STREAM_END ? room - z.avail_out : 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
    static uint8_t plain[PLAIN_MAX];
    size_t length = seed % 8 > 0 ? unzip(data, size, plain) : 0, zipped;

    if (length == 0)
        return fuzz_mutate(data, size, max_size);
    length = fuzz_mutate(plain, length, length + 64 < PLAIN_MAX ? length + 64 : PLAIN_MAX);
    zipped = zip(plain, length, (int)(seed >> 3) % 2, data, max_size);
    return zipped ? zipped : fuzz_mutate(data, size, max_size);
}

static void one(const uint8_t *data, size_t size_bytes)
{
    struct pare_error err = {0};
    struct idx_file file;
    int status = idx_file_load(&file, fuzz_file(0, data, size_bytes), &err);

    fuzz_check_error(status, &err);
    FUZZ_CHECK(status != PARE_OK || file.size <= 1040 * size_bytes);
    idx_file_free(&file);
}

const struct fuzz_target fuzz_target = {.one = one,
                                        .memory_bytes = 4 << 20,
                                        .memory_factor = 1100,
                                        .seconds = 0.5,
                                        .seconds_a_mib = 100.0};
