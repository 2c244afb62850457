/* SPDX-License-Identifier: Apache-2.0 */
/* Writes the golden files of the present format version into v1/, with the digests
 * of their values in v1/values.txt, and broken ones into broken/, with what must be
 * said of them in broken/errors.txt. Old files are never written again: give a new
 * version a folder of its own. */
#include "support/support.h"

#include "support/container.h"

#include "base/file.h"
#include "format/container.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const size_t input[3] = {1, 6, 5};
static const struct layer_desc dense[] = {{.kind = LAYER_DENSE, .name = "fc1", .units = 20},
                                          {.kind = LAYER_RELU},
                                          {.kind = LAYER_DENSE, .name = "out", .units = 3},
                                          {.kind = LAYER_NONE}};
static const struct layer_desc conv[] = {
    {.kind = LAYER_CONV, .name = "conv1", .units = 4, .kernel = 3, .stride = 1, .pad = 1},
    {.kind = LAYER_MAXPOOL, .kernel = 2, .stride = 1},
    {.kind = LAYER_RELU},
    {.kind = LAYER_CONV, .name = "conv2", .units = 6, .kernel = 2, .stride = 2},
    {.kind = LAYER_AVGPOOL, .kernel = 2, .stride = 2},
    {.kind = LAYER_FLATTEN},
    {.kind = LAYER_DROPOUT, .rate = 0.5},
    {.kind = LAYER_DENSE, .name = "fc1", .units = 20},
    {.kind = LAYER_DROPOUT, .rate = 1.0 / 3.0},
    {.kind = LAYER_DENSE, .name = "fc2", .units = 3},
    {.kind = LAYER_NONE}};

/* Enough weights for the parts of a long stream. */
static const struct layer_desc wide[] = {{.kind = LAYER_DENSE, .name = "fc1", .units = 400},
                                         {.kind = LAYER_DENSE, .name = "out", .units = 3},
                                         {.kind = LAYER_NONE}};

struct recipe {
    const char *name;
    const struct layer_desc *layers;
    double density; /* of every weight; 1: not pruned */
    uint32_t k;     /* 0: not shared */
    const char *encoder;
    int layout;
    int64_t span;
    const char *data_text;
};

static const struct recipe recipes[] = {
    {"dense_raw", dense, 1.0, 0, "raw", TEST_AUTO, INT64_MIN, NULL},
    {"dense_huffman", dense, 1.0, 0, "huffman", TEST_AUTO, INT64_MIN, NULL},
    {"pruned_raw", dense, 0.1, 0, "raw", TEST_GAP, 3, NULL},
    {"pruned_huffman", dense, 0.1, 0, "huffman", TEST_GAP, 1, NULL},
    {"nothing_kept", dense, 0.0, 0, "huffman", TEST_AUTO, INT64_MIN, NULL},
    {"shared_raw", dense, 1.0, 6, "raw", TEST_AUTO, INT64_MIN, NULL},
    {"shared_huffman", dense, 1.0, 2, "huffman", TEST_AUTO, INT64_MIN, NULL},
    {"many_centroids", dense, 1.0, 300, "huffman", TEST_AUTO, INT64_MIN, NULL},
    {"gap_raw", dense, 0.2, 8, "raw", TEST_GAP, 2, "name = \"mnist\";"},
    {"gap_huffman", dense, 0.2, 8, "huffman", TEST_GAP, 4, "name = \"mnist\";"},
    {"inline_raw", dense, 0.6, 8, "raw", TEST_INLINE, INT64_MIN, NULL},
    {"inline_huffman", dense, 0.6, 8, "huffman", TEST_INLINE, INT64_MIN, NULL},
    {"parts_huffman", wide, 0.8, 6, "huffman", TEST_GAP, 1, NULL},
    {"layers", conv, 0.3, 16, "huffman", TEST_AUTO, INT64_MIN, NULL},
};

static struct pare_net *cook(const struct recipe *r)
{
    struct pare_net *net = test_net(input, 3, r->layers, 2026);
    struct pare_rng rng = pare_rng_stream(2026, r->name);

    for (size_t i = 0; i < net->params; i++) {
        struct pare_param *p = &net->param[i];
        if (pare_param_is_bias(p))
            continue;
        if (r->density < 1.0)
            test_prune(p, r->density, &rng);
        if (r->k)
            test_share(p, r->k, &rng);
        /* Low codes more often, so that Huffman's are worth their table. */
        for (size_t j = 0; r->k && j < p->count; j++)
            p->code[j] = (uint16_t)(p->code[j] * pare_rng_real(&rng) * pare_rng_real(&rng));
        pare_param_project(p);
    }
    net->param[1].value[0] = -0.0f;
    net->param[1].value[1] = container_float(0x7fc12345);
    net->param[1].value[2] = -INFINITY;
    net->param[1].value[3] = 1e-45f;
    return net;
}

static void put_file(const char *folder, const char *name, const void *data, size_t size)
{
    struct pare_error err = {0};
    char path[4096];

    snprintf(path, sizeof path, "%s/%s/%s", GOLDEN_DIR, folder, name);
    ASSERT_OK(file_write(path, data, size, &err), err);
}

static void put_good(const struct recipe *r, FILE *values)
{
    struct pare_net *net = cook(r);
    struct bytes file = test_write(net, r->encoder, r->layout, r->span, r->data_text);
    struct pare_error err = {0};
    char name[64], hex[65];

    snprintf(name, sizeof name, "%s.pare", r->name);
    put_file("v1", name, file.at, file.size);
    for (size_t i = 0; i < net->params; i++) {
        ASSERT_OK(size_digest(&net->param[i], hex, &err), err);
        fprintf(values, "%s %s %s\n", name, net->param[i].name, hex);
    }
    free(file.at);
    net_free(net);
}

static void make_good(void **state)
{
    char *text = NULL;
    size_t size = 0;
    FILE *values = open_memstream(&text, &size);

    (void)state;
    for (size_t i = 0; i < sizeof recipes / sizeof recipes[0]; i++)
        put_good(&recipes[i], values);
    fclose(values);
    put_file("v1", "values.txt", text, size);
    free(text);
}

/* Cuts out size bytes at offset at, puts others there, and makes the checksum right. */
static struct bytes edited(const struct bytes *file, size_t at, size_t size, const char *with,
                           size_t with_size)
{
    struct bytes out = {0};

    bytes_put(&out, file->at, at);
    bytes_put(&out, with, with_size);
    bytes_put(&out, file->at + at + size, file->size - at - size);
    test_fix_checksum(out.at, out.size);
    return out;
}

struct fault {
    const char *name, *error;
    size_t at, size; /* what is cut out of the sample */
    const char *with;
    size_t with_size;
};
#define WITH(TEXT) TEXT, sizeof(TEXT) - 1

/* The sample: 0 magic, 4 version, 5 L (7 bytes), 14 P (17), 33 P (9), 44 d (11), 57 Z */
static const struct fault faults[] = {
    {"magic", "byte 0: not a .pare file", 0, 4, WITH("PARC")},
    {"version", "byte 4: the file has format version 2, this pare reads 1", 4, 1, WITH("\2")},
    {"no_layers", "byte 5: chunk 'P' is out of place", 5, 9, WITH("")},
    {"layer_kind", "byte 11: the kind of a layer: 9 is outside 1..7", 11, 1, WITH("\11")},
    {"classes", "the last layer has 2 outputs, but there are 5 classes", 10, 1, WITH("\5")},
    {"bomb", "more weights than the", 6, 8, WITH("\12\1\200\1\200\1\2\1\0\200\100")},
    {"huge", "fc1.weight: more weights than the", 6, 8, WITH("\12\1\1\6\2\1\0\377\377\377\7")},
    {"overlong", "a number in more bytes than it needs", 6, 8, WITH("\10\201\0\1\6\2\1\0\2")},
    {"unknown_chunk", "byte 14: chunk 'Q' is not known", 14, 0, WITH("Q\0")},
    {"late_encoders", "byte 33: chunk 'E' is out of place", 33, 0, WITH("E\10\7huffman")},
    {"unknown_encoder", "encoder 'nope'", 14, 0, WITH("E\5\4nope")},
    {"bad_encoder", "an encoder's name that is no identifier", 14, 0, WITH("E\4\3../")},
    {"flags", "byte 16: flags 0x27: a span without gaps", 16, 1, WITH("\47")},
    {"kept", "byte 17: the number of kept weights: 13 is outside 0..12", 17, 1, WITH("\15")},
    {"fillers", "byte 18: the number of fillers: 3 is outside 0..2", 18, 1, WITH("\3")},
    {"centroids", "byte 19: the number of centroids: 0 is outside 1..65536", 19, 1, WITH("\0")},
    {"past_end", "gap: position 12 of 12", 29, 2, WITH("\161\20")},
    {"last_filler", "a filler after the last kept weight", 29, 2, WITH("\104\100")},
    {"symbol", "symbol 7 in an alphabet of 5", 29, 2, WITH("\161\160")},
    {"padding", "bits left over", 32, 1, WITH("\101")},
    {"stream", "byte 32: a stream: 9 bytes expected, 1 are left", 31, 1, WITH("\11")},
    {"long_param", "1 bytes too many at the end of the parameter", 34, 1, WITH("\12")},
    {"missing_param", "byte 33: chunk 'd' is out of place", 33, 11, WITH("")},
    {"twice", "byte 57: chunk 'd' is there twice", 57, 0, WITH("d\1x")},
    {"behind_end", "at the end of the file", 63, 0, WITH("more")},
};

static void put_bad(const struct bytes *file, const char *name, const char *error, FILE *errors)
{
    char path[64];

    snprintf(path, sizeof path, "%s.pare", name);
    put_file("broken", path, file->at, file->size);
    fprintf(errors, "%s %s\n", path, error);
}

/* The example of docs/format.md. */
static struct bytes sample(void)
{
    static const size_t shape[3] = {1, 1, 6};
    static const uint8_t keep[12] = {[2] = 1, [9] = 1, [10] = 1};
    const struct layer_desc layers[] = {{.kind = LAYER_DENSE, .name = "fc1", .units = 2},
                                        {.kind = LAYER_NONE}};
    struct pare_rng rng = pare_rng_stream(1, "sample");
    struct pare_net *net = test_net(shape, 2, layers, 1);
    struct pare_param *w = &net->param[0];
    struct bytes file;

    test_prune(w, 0.0, &rng);
    memcpy(w->keep, keep, sizeof keep);
    test_share(w, 2, &rng);
    memset(w->code, 0, 12 * sizeof *w->code);
    w->code[9] = 1;
    pare_param_project(w);
    file = test_write(net, "raw", TEST_GAP, 2, "name = \"x\";");
    net_free(net);
    return file;
}

static void make_broken(void **state)
{
    struct bytes file = sample(), cut = {0};
    char *text = NULL;
    size_t size = 0;
    FILE *errors = open_memstream(&text, &size);

    (void)state;
    assert_int_equal(file.size, 63);
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        const struct fault *f = &faults[i];
        struct bytes bad = edited(&file, f->at, f->size, f->with, f->with_size);
        put_bad(&bad, f->name, f->error, errors);
        free(bad.at);
    }
    bytes_put(&cut, file.at, file.size / 2);
    put_bad(&cut, "cut", "checksum does not match: the file is damaged", errors);
    free(cut.at);
    file.at[30] ^= 4;
    put_bad(&file, "flipped", "checksum does not match: the file is damaged", errors);
    fclose(errors);
    put_file("broken", "errors.txt", text, size);
    free(text);
    free(file.at);
}

int main(void)
{
    const struct CMUnitTest steps[] = {cmocka_unit_test(make_good), cmocka_unit_test(make_broken)};

    return cmocka_run_group_tests(steps, NULL, NULL);
}
