/* SPDX-License-Identifier: Apache-2.0 */
/* One IDX file, raw or gzipped, of any bytes. What is read is as long as its header
 * says, and never longer than what the file can hold. */

#include "datasets/idx/file.h"
#include "fuzz.h"
#include <string.h>

static void one(const uint8_t *data, size_t size_bytes)
{
    struct pare_error err = {0};
    struct idx_file file;
    int status = idx_file_load(&file, fuzz_file(0, data, size_bytes), &err);

    fuzz_check_error(status, &err);
    if (status == PARE_OK) {
        size_t size = 1;
        FUZZ_CHECK(file.rank >= 1 && file.rank <= IDX_RANK_MAX);
        for (unsigned d = 0; d < file.rank; d++)
            size *= file.dim[d];
        FUZZ_CHECK(size == file.size);
        FUZZ_CHECK(strlen(file.sha256) == 64);
        /* Not gzip: the file itself. */
        if (size_bytes == 4 + 4 * file.rank + size)
            FUZZ_CHECK(memcmp(file.data, data + 4 + 4 * file.rank, size) == 0);
    }
    idx_file_free(&file);
}

const struct fuzz_target fuzz_target = {.one = one,
                                        .memory_bytes = 4 << 20,
                                        .memory_factor = 1100,
                                        .seconds = 0.5,
                                        .seconds_a_mib = 100.0};
