/* SPDX-License-Identifier: Apache-2.0 */
/* Running a .pare file on what it keeps: whatever can be read can be packed and run,
 * or says why not. */

#include "infer/infer.h"
#include "frame.h"

enum { MACS_MAX = 1 << 20 };

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
    return frame_mutate(data, size, max_size, seed);
}

static void run(struct infer *m)
{
    const struct pare_net *net = infer_file(m)->net;
    size_t values = net->input[0] * net->input[1] * net->input[2];
    float *x;

    if (net_macs(net, false) > MACS_MAX)
        return;
    x = calloc(3 * values, sizeof *x);
    FUZZ_CHECK(x);
    for (size_t i = 0; i < 3 * values; i++)
        x[i] = (float)(i % 7) * 0.25f;
    FUZZ_CHECK(infer_forward(m, NULL, x, 3));
    FUZZ_CHECK(infer_forward(m, NULL, x, 1));
    free(x);
}

static void one(const uint8_t *data, size_t size_bytes)
{
    const struct infer_settings settings = {
        .path = fuzz_file(0, data, size_bytes), .batch = 3, .engine = INFER_COMPRESSED};
    struct pare_error err = {0};
    struct infer *m = NULL;
    int status = infer_open(&settings, &m, &err);

    fuzz_check_error(status, &err);
    if (status == PARE_OK)
        run(m);
    infer_free(m);
}

const struct fuzz_target fuzz_target = {.one = one,
                                        /* a sample may have 2^24 values, as its file
                                           says: three of them, in three places */
                                        .memory_bytes = 700 << 20,
                                        .memory_factor = 300000,
                                        .seconds = 2.0,
                                        .seconds_a_mib = 10000.0};
