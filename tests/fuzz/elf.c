/* SPDX-License-Identifier: Apache-2.0 */
/* What is looked at of a plugin's file before the loader may map it. */

#include "fuzz.h"
#include "plugin/elffile.h"

static void one(const uint8_t *data, size_t size_bytes)
{
    struct pare_error err = {0};
    int status = elffile_check(fuzz_file(0, data, size_bytes), &err);

    fuzz_check_error(status, &err);
    FUZZ_CHECK(status == PARE_OK || status == PARE_EPLUGIN);
}

const struct fuzz_target fuzz_target = {
    .one = one, .memory_bytes = 1 << 20, .memory_factor = 0, .seconds = 0.5};
