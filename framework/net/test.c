/* SPDX-License-Identifier: Apache-2.0 */

/* A pass through a whole split in its natural order: its error, or the mean
 * gradient. Batches have a fixed size, so that a net gives the same result
 * whatever it was trained with. */

#include "net/train.h"

#include "base/alloc.h"
#include "base/profile.h"
#include "net/layer.h"
#include <stdlib.h>
#include <string.h>

enum { BATCH = 256 };

struct batch {
    size_t n;
    uint32_t index[BATCH];
    uint16_t y[BATCH];
    float *x;
};

static struct batch *batch_new(struct pare_net *net, struct pare_error *err)
{
    struct batch *b = alloc_zero(1, sizeof *b, "a batch", err);

    if (!b)
        return NULL;
    b->x = alloc_zero(BATCH * net->input[0], net->input[1] * net->input[2] * sizeof *b->x,
                      "a batch", err);
    if (b->x && net_reserve(net, BATCH, err) == PARE_OK)
        return b;
    free(b->x);
    free(b);
    return NULL;
}

static void batch_free(struct batch *b)
{
    if (!b)
        return;
    free(b->x);
    free(b);
}

/* Reads samples first.. of split, runs them forward and adds up. */
static int forward(struct batch *b, struct pare_net *net, struct data *data, struct pool *pool,
                   enum pare_split split, size_t first, enum net_loss loss, struct test_result *sum,
                   struct pare_error *err)
{
    size_t left = data->info.count[split] - first, wrong;
    int status;

    b->n = left < BATCH ? left : BATCH;
    for (size_t i = 0; i < b->n; i++)
        b->index[i] = (uint32_t)(first + i);
    status = data_read(data, split, b->index, b->n, b->x, b->y, err);
    if (status != PARE_OK)
        return status;
    net_forward(net, pool, b->x, b->n, NULL);
    sum->loss += net_loss(net, b->y, b->n, loss, &wrong) * (double)b->n;
    sum->samples += b->n;
    sum->wrong += wrong;
    return PARE_OK;
}

static const char *split_word(enum pare_split split)
{
    return split == PARE_SPLIT_TRAIN  ? "training"
           : split == PARE_SPLIT_TEST ? "test"
                                      : "validation";
}

size_t test_layer_list(const struct pare_net *net, struct test_layer *layer)
{
    size_t n = 0;

    for (size_t i = 0; i < net->layers; i++)
        if (net->layer[i].weight != SIZE_MAX)
            layer[n++] = (struct test_layer){.layer = i};
    return n;
}

static double count_nonzero(const float *x, size_t n)
{
    size_t count = 0;

    for (size_t i = 0; i < n; i++)
        count += x[i] != 0.0F;
    return (double)count;
}

/* Adds this batch's numbers of values other than zero. */
static void add_nonzero(const struct batch *b, const struct pare_net *net, struct test_layer *layer,
                        size_t n)
{
    for (size_t i = 0; i < n; i++) {
        size_t at = layer[i].layer, next = i + 1 < n ? layer[i + 1].layer : net->layers;

        layer[i].input_nonzero +=
            count_nonzero(net_layer_input(net, at, b->x), b->n * layer_size(net->layer[at].in));
        layer[i].output_nonzero += count_nonzero(net_layer_input(net, next, b->x),
                                                 b->n * layer_size(net->layer[next - 1].out));
    }
}

static void finish_nonzero(const struct pare_net *net, size_t samples, struct test_layer *layer,
                           size_t n)
{
    for (size_t i = 0; i < n; i++) {
        size_t at = layer[i].layer, next = i + 1 < n ? layer[i + 1].layer : net->layers;

        layer[i].input_nonzero /= (double)(samples * layer_size(net->layer[at].in));
        layer[i].output_nonzero /= (double)(samples * layer_size(net->layer[next - 1].out));
    }
}

int test_with_layers(struct pare_net *net, struct data *data, struct pool *pool,
                     enum pare_split split, enum net_loss loss, struct test_result *result,
                     struct test_layer *layer, size_t n, struct pare_error *err)
{
    struct test_result sum = {0};
    enum profile_part was;
    int status = PARE_OK;
    struct batch *b;

    if (data->info.count[split] == 0)
        return pare_fail(err, PARE_EUSER, "the data set has no %s samples%s", split_word(split),
                         split == PARE_SPLIT_VALIDATION ? "; hold some out by its options" : "");
    b = batch_new(net, err);
    if (!b)
        return PARE_ENOMEM;
    was = profile_switch(net->profile, PROFILE_TEST);
    for (size_t i = 0; i < data->info.count[split] && status == PARE_OK; i += BATCH) {
        status = forward(b, net, data, pool, split, i, loss, &sum, err);
        if (status == PARE_OK)
            add_nonzero(b, net, layer, n);
    }
    if (net->profile)
        profile_count(net->profile, 2.0 * (double)sum.samples * (double)net_macs(net, false));
    profile_switch(net->profile, was);
    batch_free(b);
    if (status != PARE_OK)
        return status;
    finish_nonzero(net, sum.samples, layer, n);
    sum.loss /= (double)sum.samples;
    sum.error_percent = 100.0 * (double)sum.wrong / (double)sum.samples;
    sum.accuracy = (double)(sum.samples - sum.wrong) / (double)sum.samples;
    *result = sum;
    return PARE_OK;
}

int test(struct pare_net *net, struct data *data, struct pool *pool, enum pare_split split,
         enum net_loss loss, struct test_result *result, struct pare_error *err)
{
    return test_with_layers(net, data, pool, split, loss, result, NULL, 0, err);
}

int train_gradient(struct pare_net *net, struct data *data, struct pool *pool, enum net_loss loss,
                   struct pare_error *err)
{
    size_t samples = data->info.count[PARE_SPLIT_TRAIN], values = 0, at;
    struct test_result sum = {0};
    struct batch *b = batch_new(net, err);
    double *total;
    int status = PARE_OK;

    for (size_t p = 0; p < net->params; p++)
        values += net->param[p].count;
    total = b ? alloc_zero(values, sizeof *total, "gradients", err) : NULL;
    if (!total) {
        batch_free(b);
        return PARE_ENOMEM;
    }
    for (size_t i = 0; i < samples && status == PARE_OK; i += BATCH) {
        status = forward(b, net, data, pool, PARE_SPLIT_TRAIN, i, loss, &sum, err);
        if (status != PARE_OK)
            break;
        net_backward(net, pool, b->x, b->n, NULL);
        at = 0;
        for (size_t p = 0; p < net->params; p++)
            for (size_t k = 0; k < net->param[p].count; k++)
                total[at++] += (double)net->param[p].grad[k] * (double)b->n;
    }
    at = 0;
    for (size_t p = 0; p < net->params && status == PARE_OK; p++)
        for (size_t k = 0; k < net->param[p].count; k++)
            net->param[p].grad[k] = (float)(total[at++] / (double)samples);
    free(total);
    batch_free(b);
    return status;
}
