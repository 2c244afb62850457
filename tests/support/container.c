/* SPDX-License-Identifier: Apache-2.0 */
#include "support/support.h"

#include "support/container.h"

#include "base/alloc.h"
#include "base/hash.h"
#include "format/container.h"
#include "net/param.h"
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct plugin_use test_encoder(const char *name)
{
    struct pare_error err = {0};
    struct problems problems = {0};
    struct plugin_use use;
    const struct pare_plugin *plugin = registry_get(PARE_KIND_ENCODER, name, &err);

    if (!plugin)
        fail_msg("encoder %s: %s", name, err.text);
    ASSERT_OK(plugin_use_open(&use, plugin, NULL, "encode", NULL, &problems, &err), err);
    problems_free(&problems);
    return use;
}

struct pare_net *test_net(const size_t input[3], size_t classes, const struct layer_desc *layers,
                          uint64_t seed)
{
    struct pare_error err = {0};
    struct pare_rng rng = pare_rng_stream(seed, "values");
    struct pare_net *net = net_new(input, classes, &err);

    assert_non_null(net);
    for (; layers->kind != LAYER_NONE; layers++)
        net_add(net, layers);
    ASSERT_OK(net_finish(net, &err), err);
    for (size_t i = 0; i < net->params; i++)
        for (size_t j = 0; j < net->param[i].count; j++)
            net->param[i].value[j] = (float)(0.1 * pare_rng_normal(&rng));
    return net;
}

static void *room(size_t count, size_t size)
{
    void *at = alloc_zero(count, size, "test", NULL);

    assert_non_null(at);
    return at;
}

void test_prune(struct pare_param *p, double density, struct pare_rng *rng)
{
    p->keep = room(p->count, sizeof *p->keep);
    for (size_t i = 0; i < p->count; i++)
        p->keep[i] = pare_rng_real(rng) < density;
    pare_param_project(p);
}

void test_share(struct pare_param *p, uint32_t k, struct pare_rng *rng)
{
    p->centroid = room(k, sizeof *p->centroid);
    p->code = room(p->count, sizeof *p->code);
    p->centroids = k;
    for (uint32_t i = 0; i < k; i++)
        p->centroid[i] = (float)pare_rng_normal(rng);
    for (size_t i = 0; i < p->count; i++)
        p->code[i] = (uint16_t)pare_rng_below(rng, k);
    pare_param_project(p);
}

static void random_state(struct pare_param *p, struct pare_rng *rng)
{
    static const double density[] = {0.0, 0.01, 0.1, 0.5, 1.0};
    static const uint32_t k[] = {1, 2, 3, 16, 300, 65535, 65536};

    if (pare_rng_below(rng, 3) > 0)
        test_prune(p, density[pare_rng_below(rng, 5)], rng);
    if (pare_rng_below(rng, 3) > 0)
        test_share(p, k[pare_rng_below(rng, pare_rng_below(rng, 8) ? 5 : 7)], rng);
    if (!p->centroid && pare_rng_below(rng, 4) == 0)
        for (size_t i = 0; i < p->count; i++)
            if (!p->keep || p->keep[i])
                p->value[i] = container_float(pare_rng_u32(rng));
}

struct pare_net *test_random_net(uint64_t seed)
{
    struct pare_rng rng = pare_rng_stream(seed, "net");
    size_t input[3] = {1 + pare_rng_below(&rng, 3), 8, 8};
    size_t classes = 1 + pare_rng_below(&rng, 12);
    struct layer_desc layers[] = {
        {.kind = LAYER_CONV, .name = "conv1", .units = 4, .kernel = 3, .stride = 1, .pad = 1},
        {.kind = pare_rng_below(&rng, 2) ? LAYER_MAXPOOL : LAYER_AVGPOOL, .kernel = 2, .stride = 2},
        {.kind = LAYER_RELU},
        {.kind = LAYER_CONV, .name = "second", .units = 5, .kernel = 2, .stride = 2},
        {.kind = LAYER_FLATTEN},
        {.kind = LAYER_DENSE, .name = "fc1", .units = 1 + pare_rng_below(&rng, 60)},
        {.kind = LAYER_DROPOUT, .rate = (double)pare_rng_below(&rng, 100) / 100.0},
        {.kind = LAYER_DENSE, .name = "hidden_2", .units = 17},
        {.kind = LAYER_DROPOUT, .rate = pare_rng_real(&rng)},
        {.kind = LAYER_DENSE, .name = "fc3", .units = classes},
        {.kind = LAYER_NONE},
    };
    struct pare_net *net = test_net(input, classes, layers, seed);

    for (size_t i = 0; i < net->params; i++)
        random_state(&net->param[i], &rng);
    return net;
}

struct bytes test_write(const struct pare_net *net, const char *encoder, int layout, int64_t span,
                        const char *data_text)
{
    struct encode_options options = {.plugin = NULL, .layout = layout, .span = span};
    struct plugin_use raw = test_encoder("raw"), use = test_encoder(encoder);
    struct write_item *item = room(net->params, sizeof *item);
    struct pare_error err = {0};
    struct bytes file = {0};

    for (size_t i = 0; i < net->params; i++)
        item[i] = (struct write_item){&options, use};
    ASSERT_OK(format_write(net, item, &raw, data_text, &file.at, &file.size, &err), err);
    plugin_use_close(&raw);
    plugin_use_close(&use);
    free(item);
    return file;
}

void test_file_begin(struct bytes *file)
{
    bytes_put(file, CONTAINER_MAGIC, CONTAINER_MAGIC_BYTES);
    bytes_put_u8(file, CONTAINER_VERSION);
}

void test_file_end(struct bytes *file)
{
    bytes_put_u8(file, CHUNK_END);
    bytes_put_u8(file, CONTAINER_CHECKSUM_BYTES);
    bytes_put_u32(file, hash_crc32(0, file->at, file->size));
}

void test_fix_checksum(uint8_t *file, size_t size_bytes)
{
    uint32_t crc;

    assert_true(size_bytes >= CONTAINER_CHECKSUM_BYTES);
    crc = hash_crc32(0, file, size_bytes - CONTAINER_CHECKSUM_BYTES);
    for (size_t i = 0; i < CONTAINER_CHECKSUM_BYTES; i++)
        file[size_bytes - CONTAINER_CHECKSUM_BYTES + i] = (uint8_t)(crc >> 8 * i);
}

void test_same_net(const struct pare_net *a, const struct pare_net *b)
{
    assert_memory_equal(a->input, b->input, sizeof a->input);
    assert_int_equal(a->classes, b->classes);
    assert_int_equal(a->layers, b->layers);
    for (size_t i = 0; i < a->layers; i++) {
        const struct layer_desc *x = &a->layer[i].desc, *y = &b->layer[i].desc;
        assert_int_equal(x->kind, y->kind);
        assert_string_equal(x->name, y->name);
        assert_int_equal(x->units, y->units);
        assert_int_equal(x->kernel, y->kernel);
        assert_int_equal(x->stride, y->stride);
        assert_int_equal(x->pad, y->pad);
        assert_memory_equal(&x->rate, &y->rate, sizeof x->rate);
    }
    assert_int_equal(a->params, b->params);
    for (size_t i = 0; i < a->params; i++) {
        const char *where = "";
        if (!param_equal(&a->param[i], &b->param[i], &where))
            fail_msg("%s differs in %s", a->param[i].name, where);
    }
}

/* What the program prints, as JSON. */
static json_t *run_json(const char *command)
{
    FILE *pipe = popen(command, "r");
    json_error_t error;
    json_t *root;

    assert_non_null(pipe);
    root = json_loadf(pipe, 0, &error);
    if (pclose(pipe) != 0 || !root)
        fail_msg("%s: failed", command);
    return root;
}

static void same_shape(const json_t *shape, const struct pare_param *p)
{
    assert_int_equal(json_array_size(shape), p->rank);
    for (unsigned d = 0; d < p->rank; d++)
        assert_int_equal(json_integer_value(json_array_get(shape, d)), p->shape[d]);
}

static void same_params(const json_t *params, const struct pare_net *net)
{
    assert_int_equal(json_array_size(params), net->params);
    for (size_t i = 0; i < net->params; i++) {
        const json_t *one = json_array_get(params, i);
        const struct pare_param *p = &net->param[i];
        struct pare_error err = {0};
        char hex[65];
        ASSERT_OK(size_digest(p, hex, &err), err);
        assert_string_equal(json_string_value(json_object_get(one, "name")), p->name);
        same_shape(json_object_get(one, "shape"), p);
        assert_int_equal(json_integer_value(json_object_get(one, "kept")), pare_param_kept(p));
        assert_int_equal(json_integer_value(json_object_get(one, "centroids")), p->centroids);
        assert_string_equal(json_string_value(json_object_get(one, "sha256")), hex);
    }
}

/* The command that decodes file, which is put at path, a pattern for mkstemp. */
static char *second_decoder(const struct bytes *file, char *path)
{
    int fd = mkstemp(path);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, file->at, file->size), file->size);
    close(fd);
    return xasprintf("python3 -I -S %s/decode_pare.py %s", TEST_SUPPORT_DIR, path);
}

void test_second_decoder(const struct bytes *file, const struct pare_net *net)
{
    char path[] = "/tmp/pare-test-XXXXXX";
    char *command = second_decoder(file, path);
    json_t *root = run_json(command);

    same_params(json_object_get(root, "params"), net);
    json_decref(root);
    free(command);
    unlink(path);
}

bool test_second_refuses(const struct bytes *file)
{
    char path[] = "/tmp/pare-test-XXXXXX";
    char *decode = second_decoder(file, path);
    char *command = xasprintf("%s 2>&1", decode);
    char said[1000];
    FILE *pipe = popen(command, "r");
    size_t size;
    bool failed;

    assert_non_null(pipe);
    size = fread(said, 1, sizeof said - 1, pipe);
    said[size] = '\0';
    failed = pclose(pipe) != 0;
    unlink(path);
    free(command);
    free(decode);
    /* One line that begins with the path, not a traceback. */
    return failed && strncmp(said, path, strlen(path)) == 0;
}
