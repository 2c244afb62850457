/* SPDX-License-Identifier: Apache-2.0 */
/* Checkpoints: chunks of a file whose checksum fits, into a run of 4-3-2; and then a
 * training step with what came of it. */

#include "run/checkpoint.h"
#include "frame.h"
#include "net/train.h"
#include "run/journal.h"
#include "tiny.h"
#include <string.h>

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
    return frame_mutate(data, size, max_size, seed);
}

static struct run run;

static void start(void)
{
    tiny_open(&run);
    fuzz_link("001.pare", 7);
    run.steps = steps_open(fuzz_folder(), 1);
}

/* Numbers out of every stream, and an optimizer from the state. */
static void use(struct model_chunk *chunk)
{
    static const enum optimizer_kind kinds[] = {OPTIMIZER_SGD, OPTIMIZER_ADAM};

    for (int i = 0; i < 9; i++) {
        pare_rng_u32(&run.order);
        pare_rng_u32(&run.dropout);
        pare_rng_u32(&run.prune);
        pare_rng_u32(&run.share);
    }
    for (size_t i = 0; chunk->bytes && i < 2; i++) {
        const struct optimizer_rule rule = {
            .kind = kinds[i], .momentum = 0.9, .beta1 = 0.9, .beta2 = 0.999, .epsilon = 1e-8};
        struct optimizer_step step[8] = {{0}};
        struct pare_error err = {0};
        struct optimizer *o = optimizer_new(run.net, &rule, &err);
        int status;

        FUZZ_CHECK(o && run.net->params <= 8);
        status = optimizer_restore(o, chunk->bytes, chunk->size_bytes, &err);
        fuzz_check_error(status, &err);
        for (size_t p = 0; p < run.net->params; p++)
            step[p] = (struct optimizer_step){.rate = 0.01};
        if (status == PARE_OK)
            fuzz_check_error(optimizer_step(o, run.net, NULL, step, &err), &err);
        optimizer_free(o);
    }
}

static void one(const uint8_t *data, size_t size_bytes)
{
    struct model_chunk optimizer = {0};
    struct pare_error err = {0};
    int status;

    fuzz_file(7, data, size_bytes);
    status = checkpoint_load(&run, "001.pare", &optimizer, &err);
    fuzz_check_error(status, &err);
    FUZZ_CHECK(steps_check(run.steps, "001.pare") || status != PARE_OK);
    if (status == PARE_OK)
        use(&optimizer);
    free(optimizer.bytes);
    tiny_reset(&run);
}

const struct fuzz_target fuzz_target = {.start = start,
                                        .one = one,
                                        .memory_bytes = 64 << 20,
                                        .memory_factor = 200000,
                                        .seconds = 2.0,
                                        .seconds_a_mib = 10000.0};
