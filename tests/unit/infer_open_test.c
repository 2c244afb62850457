/* SPDX-License-Identifier: Apache-2.0 */
/* What opening a file for inference decides and takes: memory, the choice between the
 * engines, and files that are broken. */

#include "support/support.h"

#include "support/container.h"

#include "support/scratch.h"

#include "base/alloc.h"
#include "base/file.h"
#include "infer/infer.h"
#include "infer/kernels/kernels.h"
#include "net/layer.h"
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

static const char *const sets[] = {"portable", "avx2", "avx512"};
static char *folder, *path;

static int make_folder(void **state)
{
    (void)state;
    folder = scratch_make();
    path = xasprintf("%s/net.pare", folder);
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    free(path);
    scratch_remove(folder);
    return 0;
}

static void put_net(const struct pare_net *net, int layout)
{
    struct bytes file = test_write(net, "huffman", layout, INT64_MIN, NULL);
    struct pare_error err = {0};

    ASSERT_OK(file_write(path, file.at, file.size, &err), err);
    free(file.at);
}

/* Prunes and shares every weight. */
static void compress(struct pare_net *net, double density, uint32_t k, uint64_t seed)
{
    struct pare_rng rng = pare_rng_stream(seed, "compress");

    for (size_t i = 0; i < net->params; i++) {
        struct pare_param *p = &net->param[i];
        if (pare_param_is_bias(p))
            continue;
        if (density < 1.0)
            test_prune(p, density, &rng);
        if (k > 0)
            test_share(p, k, &rng);
        pare_param_project(p);
    }
}

static const struct layer_desc lenet300[] = {
    {.kind = LAYER_FLATTEN}, {.kind = LAYER_DENSE, .name = "fc1", .units = 300},
    {.kind = LAYER_RELU},    {.kind = LAYER_DENSE, .name = "fc2", .units = 100},
    {.kind = LAYER_RELU},    {.kind = LAYER_DENSE, .name = "fc3", .units = 10},
    {.kind = LAYER_NONE}};
static const struct layer_desc lenet5[] = {
    {.kind = LAYER_CONV, .name = "conv1", .units = 20, .kernel = 5, .stride = 1},
    {.kind = LAYER_MAXPOOL, .kernel = 2, .stride = 2},
    {.kind = LAYER_CONV, .name = "conv2", .units = 50, .kernel = 5, .stride = 1},
    {.kind = LAYER_MAXPOOL, .kernel = 2, .stride = 2},
    {.kind = LAYER_DENSE, .name = "fc1", .units = 500},
    {.kind = LAYER_RELU},
    {.kind = LAYER_DENSE, .name = "fc2", .units = 10},
    {.kind = LAYER_NONE}};
static const size_t digit[3] = {1, 28, 28};

/* One sample of a net like the papers': the weights in use are an eighth or less. */
static void test_memory(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++)
        for (size_t batch = 1; batch < 100; batch += 98)
            for (size_t k = 0; k < sizeof sets / sizeof *sets; k++) {
                struct infer_settings settings = {path, batch, INFER_COMPRESSED, sets[k]};
                struct pare_net *net = test_net(digit, 10, i ? lenet5 : lenet300, 1);
                struct pare_error err = {0};
                struct infer *m = NULL;
                if (infer_kernels_named(sets[k])) {
                    compress(net, 0.08, 32, 1);
                    put_net(net, TEST_AUTO);
                    ASSERT_OK(infer_open(&settings, &m, &err), err);
                    assert_in_range(infer_weight_bytes(m), 1, size_dense_bytes(net) / 8);
                    assert_null(infer_file(m)->net->param[0].value);
                    infer_free(m);
                }
                net_free(net);
            }
}

static enum infer_engine chosen(struct pare_net *net, size_t batch)
{
    struct infer_settings settings = {path, batch, INFER_AUTO, NULL};
    struct pare_error err = {0};
    struct infer *m = NULL;

    put_net(net, TEST_AUTO);
    net_free(net);
    ASSERT_OK(infer_open(&settings, &m, &err), err);
    enum infer_engine engine = infer_engine(m);
    if (engine == INFER_DENSE)
        assert_int_equal(infer_weight_bytes(m), size_dense_bytes(infer_file(m)->net));
    infer_free(m);
    return engine;
}

static void test_auto(void **state)
{
    static const size_t wide[3] = {1, 1, 65537};
    static const struct layer_desc one[] = {{.kind = LAYER_DENSE, .name = "fc1", .units = 2},
                                            {.kind = LAYER_NONE}};
    static const size_t tall[3] = {1, 40000, 1};
    static const struct layer_desc padded[] = {{.kind = LAYER_CONV,
                                                .name = "conv1",
                                                .units = 1,
                                                .kernel = 1024,
                                                .stride = 40000,
                                                .pad = 1023},
                                               {.kind = LAYER_NONE}};
    struct infer_settings settings = {path, 1, INFER_COMPRESSED, NULL};
    struct pare_net *net = test_net(digit, 10, lenet300, 1);
    struct pare_error err = {0};
    struct infer *m = NULL;

    (void)state;
    compress(net, 0.1, 32, 1);
    assert_int_equal(chosen(net, 100), INFER_COMPRESSED);
    assert_int_equal(chosen(test_net(digit, 10, lenet300, 1), 100), INFER_DENSE);
    for (size_t i = 0; i < 4; i++) { /* a third, a tenth: to either side of them */
        static const double density[] = {0.35, 0.31, 0.11, 0.09};
        net = test_net(digit, 10, lenet300, 1);
        compress(net, density[i], 0, 1);
        assert_int_equal(chosen(net, i < 2 ? 100 : 1), i % 2 ? INFER_COMPRESSED : INFER_DENSE);
    }
    net = test_net(wide, 2, one, 1);
    compress(net, 0.1, 32, 1);
    assert_int_equal(chosen(net, 100), INFER_DENSE); /* and compressed it does not fit: */
    assert_int_equal(infer_open(&settings, &m, &err), PARE_ESTATE);
    assert_null(m);
    assert_non_null(strstr(err.text, "fc1.weight: 65537 inputs"));
    net = test_net(tall, 2, padded, 1);
    compress(net, 0.01, 4, 1);
    assert_int_equal(chosen(net, 1), INFER_DENSE);
    assert_int_equal(infer_open(&settings, &m, &err), PARE_ESTATE);
    assert_non_null(strstr(err.text, "an input of 1 x 42046 x 2047 with its padding"));
    settings.kernels = "sse9";
    assert_int_equal(infer_open(&settings, &m, &err), PARE_EUSER);
}

/* Broken files fail as they do when they are read into a net. */
static void test_broken_files(void **state)
{
    char *broken = xasprintf("%s/golden/broken", TEST_SOURCE_DIR);
    DIR *dir = opendir(broken);
    size_t seen = 0;

    (void)state;
    assert_non_null(dir);
    for (const struct dirent *entry; (entry = readdir(dir));) {
        char *name = file_join(broken, entry->d_name);
        struct infer_settings settings = {name, 1, INFER_COMPRESSED, NULL};
        struct pare_error dense = {0}, compressed = {0};
        struct model_file file;
        struct infer *m = NULL;
        if (strstr(entry->d_name, ".pare")) {
            assert_true(format_read_path(name, &file, &dense) != PARE_OK);
            assert_int_equal(infer_open(&settings, &m, &compressed), dense.status);
            assert_string_equal(compressed.text, dense.text);
            seen++;
        }
        free(name);
    }
    assert_true(seen > 20);
    closedir(dir);
    free(broken);
}

static int open_bytes(const struct bytes *file, enum infer_engine engine, struct infer **m,
                      struct pare_error *err)
{
    struct infer_settings settings = {path, 1, engine, NULL};

    *m = NULL;
    *err = (struct pare_error){0};
    ASSERT_OK(file_write(path, file->at, file->size, err), *err);
    return infer_open(&settings, m, err);
}

/* A byte or two changed and the checksum put right: what cannot be read is refused in the
 * same words by both engines, what can runs on both. */
static void test_forged_files(void **state)
{
    enum { NETS = 8 };
    struct bytes good[NETS];
    size_t read = 0;

    (void)state;
    for (uint64_t i = 0; i < NETS; i++) {
        struct pare_net *net = test_random_net(i);
        good[i] = test_write(net, "huffman", TEST_AUTO, INT64_MIN, NULL);
        net_free(net);
    }
    for (uint64_t seed = 0; seed < 600; seed++) {
        struct pare_rng rng = pare_rng_stream(seed, "forge");
        struct bytes file = {0};
        bytes_put(&file, good[seed % NETS].at, good[seed % NETS].size);
        struct pare_error err[2];
        struct infer *m[2];
        size_t head = file.size < 200 ? file.size : 200; /* where what matters most is */
        file.at[6 + pare_rng_below(&rng, (uint32_t)head - 6)] ^=
            (uint8_t)(1 + pare_rng_below(&rng, 255));
        if (seed % 2)
            file.at[6 + pare_rng_below(&rng, (uint32_t)file.size - 6)] ^=
                (uint8_t)(1 + pare_rng_below(&rng, 255));
        test_fix_checksum(file.at, file.size);
        int dense = open_bytes(&file, INFER_DENSE, &m[0], &err[0]);
        int compressed = open_bytes(&file, INFER_COMPRESSED, &m[1], &err[1]);
        if (dense != PARE_OK) {
            assert_int_equal(compressed, dense);
            assert_string_equal(err[1].text, err[0].text);
        } else if (compressed != PARE_OK) {
            assert_int_equal(compressed, PARE_ESTATE); /* does not fit */
        } else {
            float *x = alloc_zero(layer_size(infer_file(m[0])->net->input), sizeof *x, "x", NULL);
            infer_forward(m[1], NULL, x, 1);
            free(x);
            read++;
        }
        infer_free(m[0]);
        infer_free(m[1]);
        free(file.at);
    }
    for (size_t i = 0; i < NETS; i++)
        free(good[i].at);
    assert_true(read > 50);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_memory),
        cmocka_unit_test(test_auto),
        cmocka_unit_test(test_broken_files),
        cmocka_unit_test(test_forged_files),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
