/* SPDX-License-Identifier: Apache-2.0 */
#include "support/net_support.h"

#include "base/alloc.h"
#include "base/hash.h"
#include "support/support.h"
#include <math.h>
#include <stdlib.h>

struct fake {
    size_t values, classes, count[PARE_SPLIT_COUNT];
    float *pattern; /* [classes][values] */
    uint64_t seed;
};

void net_support_numbers(float *out, size_t n, uint64_t seed)
{
    struct pare_rng rng = pare_rng_stream(seed, "test numbers");

    for (size_t i = 0; i < n; i++)
        out[i] = (float)pare_rng_normal(&rng);
}

void net_support_labels(uint16_t *out, size_t n, size_t classes, uint64_t seed)
{
    struct pare_rng rng = pare_rng_stream(seed, "test labels");

    for (size_t i = 0; i < n; i++)
        out[i] = (uint16_t)pare_rng_below(&rng, classes);
}

struct pare_net *net_support_make(size_t channels, size_t height, size_t width, size_t classes,
                                  void (*build)(struct pare_net *net), uint64_t seed)
{
    struct pare_error err = {0};
    const size_t input[3] = {channels, height, width};
    struct pare_net *net = net_new(input, classes, &err);

    assert_non_null(net);
    build(net);
    ASSERT_OK(net_finish(net, &err), err);
    net_init(net, NET_INIT_HE, seed);
    for (size_t p = 0; p < net->params; p++)
        if (pare_param_is_bias(&net->param[p]))
            net_support_numbers(net->param[p].value, net->param[p].count, seed + p);
    return net;
}

static int fake_open(void *self, const char *const *dirs, struct pare_dataset_info *info,
                     struct pare_error *err)
{
    (void)self, (void)dirs, (void)info, (void)err;
    return PARE_OK;
}

static int fake_read(void *self, enum pare_split split, const uint32_t *index, size_t n, float *x,
                     uint16_t *y, struct pare_error *err)
{
    const struct fake *f = self;

    for (size_t i = 0; i < n; i++) {
        float *to = x + i * f->values;

        if (index[i] >= f->count[split])
            return pare_fail(err, PARE_EPLUGIN, "sample %u of %zu", index[i], f->count[split]);
        net_support_numbers(to, f->values,
                            f->seed + 1000003U * (unsigned)split + (uint64_t)index[i]);
        y[i] = (uint16_t)(index[i] % f->classes);
        for (size_t k = 0; k < f->values; k++)
            to[k] = 0.3F * to[k] + f->pattern[y[i] * f->values + k];
    }
    return PARE_OK;
}

static const struct pare_dataset fake_plugin = {
    .head = {.abi = PARE_ABI,
             .size = sizeof fake_plugin,
             .kind = PARE_KIND_DATASET,
             .name = "fake"},
    .open = fake_open,
    .read = fake_read,
};

struct data net_support_data(const size_t count[PARE_SPLIT_COUNT], size_t channels, size_t height,
                             size_t width, size_t classes, uint64_t seed)
{
    struct data data = {.use = {.plugin = &fake_plugin.head}};
    struct fake *f = xcalloc(1, sizeof *f);

    f->values = channels * height * width;
    f->classes = classes;
    f->seed = seed;
    f->pattern = xcalloc(classes * f->values, sizeof *f->pattern);
    net_support_numbers(f->pattern, classes * f->values, seed);
    data.use.self = f;
    data.info.shape[0] = channels;
    data.info.shape[1] = height;
    data.info.shape[2] = width;
    data.info.classes = classes;
    for (int s = 0; s < PARE_SPLIT_COUNT; s++)
        data.info.count[s] = f->count[s] = count[s];
    return data;
}

void net_support_data_free(struct data *data)
{
    struct fake *f = data->use.self;

    free(f->pattern);
    free(f);
    *data = (struct data){0};
}

struct train_options net_support_options(void)
{
    return (struct train_options){.epochs = 3,
                                  .batch = 16,
                                  .rate = 0.05,
                                  .momentum = 0.9,
                                  .beta1 = 0.9,
                                  .beta2 = 0.999,
                                  .epsilon = 1e-8,
                                  .step_epochs = 1,
                                  .step_factor = 0.1,
                                  .dropout = NAN};
}

uint32_t net_support_sum(const struct pare_net *net)
{
    uint32_t crc = 0;

    for (size_t p = 0; p < net->params; p++)
        crc = hash_crc32(crc, net->param[p].value, net->param[p].count * sizeof(float));
    return crc;
}
