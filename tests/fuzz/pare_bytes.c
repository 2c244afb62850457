/* SPDX-License-Identifier: Apache-2.0 */
/* The reader of .pare files on any bytes at all. */

#include "model.h"

static void one(const uint8_t *data, size_t size_bytes)
{
    struct model_file file;

    if (!model_read(data, size_bytes, &file))
        return;
    model_check(&file);
    model_file_free(&file);
}

const struct fuzz_target fuzz_target = {.one = one,
                                        .memory_bytes = 64 << 20,
                                        .memory_factor = 200000,
                                        .seconds = 2.0,
                                        .seconds_a_mib = 10000.0};
