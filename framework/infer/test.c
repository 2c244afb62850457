/* SPDX-License-Identifier: Apache-2.0 */
/* A file on a split of a data set, by one engine or by two side by side. */

#include "base/alloc.h"
#include "infer/step.h"
#include "net/layer.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct batch {
    size_t room;
    uint32_t *index;
    uint16_t *label, *class, *other;
    float *x;
};

/* A test under way; other: NULL: none. */
struct tester {
    struct infer *m, *other;
    struct pool *pool;
    struct batch batch;
    struct pare_sha256 hash;
    double largest, difference; /* of logits */
    struct infer_result *result;
};

static int batch_new(struct batch *b, const struct infer *m, struct pare_error *err)
{
    b->index = alloc_zero(b->room, sizeof *b->index, "a batch", err);
    b->label = alloc_zero(b->room, sizeof *b->label, "a batch", err);
    b->class = alloc_zero(b->room, sizeof *b->class, "a batch", err);
    b->other = alloc_zero(b->room, sizeof *b->other, "a batch", err);
    b->x = alloc_zero(b->room, layer_size(m->file.net->input) * sizeof *b->x, "a batch", err);
    return b->index && b->label && b->class && b->other && b->x ? PARE_OK : PARE_ENOMEM;
}

static void batch_free(struct batch *b)
{
    free(b->index);
    free(b->label);
    free(b->class);
    free(b->other);
    free(b->x);
}

static void compare(struct tester *t, const float *logits, size_t n)
{
    size_t classes = t->m->file.net->classes;
    const float *theirs = infer_forward(t->other, t->pool, t->batch.x, n);

    for (size_t i = 0; i < n * classes; i++) {
        t->largest = fmax(t->largest, fabs((double)theirs[i]));
        t->difference = fmax(t->difference, fabs((double)theirs[i] - (double)logits[i]));
    }
    net_classify(theirs, n, classes, t->batch.other);
    for (size_t i = 0; i < n; i++)
        t->result->classes_differ += t->batch.other[i] != t->batch.class[i];
}

/* The n samples that were read. */
static void test_batch(struct tester *t, size_t n)
{
    struct batch *b = &t->batch;
    const float *logits = infer_forward(t->m, t->pool, b->x, n);

    net_classify(logits, n, t->m->file.net->classes, b->class);
    for (size_t i = 0; i < n; i++) {
        const uint8_t bytes[2] = {(uint8_t)b->class[i], (uint8_t)(b->class[i] >> 8)};
        pare_sha256_add(&t->hash, bytes, sizeof bytes);
        t->result->wrong += b->class[i] != b->label[i];
    }
    t->result->samples += n;
    if (t->other)
        compare(t, logits, n);
}

int infer_test(struct infer *m, struct infer *other, struct data *data, struct pool *pool,
               enum pare_split split, struct infer_result *result, struct pare_error *err)
{
    size_t count = data->info.count[split];
    size_t batch = other && other->batch < m->batch ? other->batch : m->batch;
    struct tester t = {.m = m, .other = other, .pool = pool, .batch.room = batch, .result = result};
    struct batch *b = &t.batch;
    int status = batch_new(b, m, err);

    *result = (struct infer_result){0};
    pare_sha256_start(&t.hash);
    while (result->samples < count && status == PARE_OK) {
        size_t left = count - result->samples, n = left < b->room ? left : b->room;
        for (size_t i = 0; i < n; i++)
            b->index[i] = (uint32_t)(result->samples + i);
        status = data_read(data, split, b->index, n, b->x, b->label, err);
        if (status == PARE_OK)
            test_batch(&t, n);
    }
    pare_sha256_end(&t.hash, result->sha256);
    if (result->samples > 0)
        result->error_percent = 100.0 * (double)result->wrong / (double)result->samples;
    result->logits_difference = t.largest > 0.0 ? t.difference / t.largest : t.difference;
    batch_free(b);
    return status;
}
