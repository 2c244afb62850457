/* SPDX-License-Identifier: Apache-2.0 */
/* A file on a split of a data set. */

#include "base/alloc.h"
#include "infer/step.h"
#include "net/layer.h"
#include <stdlib.h>

struct batch {
    size_t room;
    uint32_t *index;
    uint16_t *label, *class;
    float *x;
};

static int batch_new(struct batch *b, const struct infer *m, struct pare_error *err)
{
    b->index = alloc_zero(b->room, sizeof *b->index, "a batch", err);
    b->label = alloc_zero(b->room, sizeof *b->label, "a batch", err);
    b->class = alloc_zero(b->room, sizeof *b->class, "a batch", err);
    b->x = alloc_zero(b->room, layer_size(m->file.net->input) * sizeof *b->x, "a batch", err);
    return b->index && b->label && b->class && b->x ? PARE_OK : PARE_ENOMEM;
}

static void batch_free(struct batch *b)
{
    free(b->index);
    free(b->label);
    free(b->class);
    free(b->x);
}

/* The classes of n samples into the result. */
static void add_classes(const struct batch *b, size_t n, struct pare_sha256 *hash,
                        struct infer_result *result)
{
    for (size_t i = 0; i < n; i++) {
        const uint8_t bytes[2] = {(uint8_t)b->class[i], (uint8_t)(b->class[i] >> 8)};
        pare_sha256_add(hash, bytes, sizeof bytes);
        result->wrong += b->class[i] != b->label[i];
    }
    result->samples += n;
}

int infer_test(struct infer *m, struct data *data, struct pool *pool, enum pare_split split,
               struct infer_result *result, struct pare_error *err)
{
    const struct pare_net *net = m->file.net;
    size_t count = data->info.count[split];
    struct batch b = {.room = m->batch};
    struct pare_sha256 hash;
    int status = batch_new(&b, m, err);

    *result = (struct infer_result){0};
    pare_sha256_start(&hash);
    while (result->samples < count && status == PARE_OK) {
        size_t left = count - result->samples, n = left < b.room ? left : b.room;
        for (size_t i = 0; i < n; i++)
            b.index[i] = (uint32_t)(result->samples + i);
        status = data_read(data, split, b.index, n, b.x, b.label, err);
        if (status != PARE_OK)
            break;
        net_classify(infer_forward(m, pool, b.x, n), n, net->classes, b.class);
        add_classes(&b, n, &hash, result);
    }
    pare_sha256_end(&hash, result->sha256);
    batch_free(&b);
    return status;
}
