/* SPDX-License-Identifier: Apache-2.0 */
/* Running a .pare file on what it keeps: whatever can be read can be packed and run,
 * or says why not. */

#include "infer/infer.h"
#include "format/read.h"
#include "frame.h"

enum { MACS_MAX = 1 << 20, SAMPLE_MAX = 1 << 20 };

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

/* A few bytes may declare samples of NET_SAMPLE_MAX values, and running them takes that
 * memory: those are left out, so that all others are held to little. */
static bool is_small(const char *path)
{
    struct pare_error err = {0};
    struct model_file file = {0};
    bool small = true;

    if (format_read_path(path, &file, &err) != PARE_OK)
        return true; /* infer_open says why */
    for (size_t i = 0; i < file.net->layers; i++) {
        const struct layer *l = &file.net->layer[i];
        small = small && l->in[0] * l->in[1] * l->in[2] <= SAMPLE_MAX &&
                l->out[0] * l->out[1] * l->out[2] <= SAMPLE_MAX;
    }
    model_file_free(&file);
    return small;
}

static void one(const uint8_t *data, size_t size_bytes)
{
    const struct infer_settings settings = {
        .path = fuzz_file(0, data, size_bytes), .batch = 3, .engine = INFER_COMPRESSED};
    struct pare_error err = {0};
    struct infer *m = NULL;
    int status;

    if (!is_small(settings.path))
        return;
    status = infer_open(&settings, &m, &err);

    fuzz_check_error(status, &err);
    if (status == PARE_OK)
        run(m);
    infer_free(m);
}

const struct fuzz_target fuzz_target = {.one = one,
                                        .memory_bytes = 96 << 20,
                                        .memory_factor = 300000,
                                        .seconds = 2.0,
                                        .seconds_a_mib = 10000.0};
