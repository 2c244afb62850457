/* SPDX-License-Identifier: Apache-2.0 */
/* The reader of .pare files behind its checksum: chunks and their fields are mutated,
 * lengths and checksum made right again. What can be read must hold together. */

#include "frame.h"
#include "model.h"

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
    return frame_mutate(data, size, max_size, seed);
}

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
