/* SPDX-License-Identifier: Apache-2.0 */
/* The data set plugin idx on small sets written here, whole and broken in every
 * way, and on the real ones where they are. */

#include "base/alloc.h"
#include "base/file.h"
#include "config/conffile.h"
#include "net/data.h"
#include "support/support.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

enum { TRAIN = 9, TEST = 5, HEIGHT = 3, WIDTH = 4, PIXELS = HEIGHT * WIDTH, HEAD = 16 };

static const char *const file_names[4] = {"train-images-idx3-ubyte", "train-labels-idx1-ubyte",
                                          "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"};

struct set {
    char dir[64];
    unsigned char bytes[4][HEAD + TRAIN * PIXELS + 1];
    size_t size[4];
};

static unsigned char pixel(int file, size_t i)
{
    return (unsigned char)(i * 37 + (size_t)file * 11);
}

static void put_size(unsigned char *at, size_t n)
{
    for (int i = 0; i < 4; i++)
        at[i] = (unsigned char)(n >> (24 - 8 * i));
}

static void fill(struct set *s)
{
    for (int f = 0; f < 4; f++) {
        unsigned char *b = s->bytes[f];
        size_t n = f < 2 ? TRAIN : TEST;

        memset(b, 0, sizeof s->bytes[f]);
        b[2] = 8;
        b[3] = f % 2 ? 1 : 3;
        put_size(b + 4, n);
        if (f % 2 == 0) {
            put_size(b + 8, HEIGHT);
            put_size(b + 12, WIDTH);
            for (size_t i = 0; i < n * PIXELS; i++)
                b[HEAD + i] = pixel(f, i);
            s->size[f] = HEAD + n * PIXELS;
        } else {
            for (size_t i = 0; i < n; i++)
                b[8 + i] = (unsigned char)(i % 10);
            s->size[f] = 8 + n;
        }
    }
}

static void save(const struct set *s, int file, const char *name, bool gzip)
{
    struct pare_error err = {0};
    char *path = file_join(s->dir, name);

    if (gzip) {
        gzFile out = gzopen(path, "wb");

        assert_non_null(out);
        assert_int_equal(gzwrite(out, s->bytes[file], (unsigned)s->size[file]), (int)s->size[file]);
        gzclose(out);
    } else {
        ASSERT_OK(file_write(path, s->bytes[file], s->size[file], &err), err);
    }
    free(path);
}

static void save_all(const struct set *s)
{
    for (int f = 0; f < 4; f++)
        save(s, f, file_names[f], false);
}

static int set_up(void **state)
{
    struct set *s = xcalloc(1, sizeof *s);

    strcpy(s->dir, "/tmp/idx_test.XXXXXX");
    assert_non_null(mkdtemp(s->dir));
    fill(s);
    save_all(s);
    unsetenv("PARE_DATA");
    *state = s;
    return 0;
}

static int tear_down(void **state)
{
    struct set *s = *state;
    char *command = xasprintf("rm -r '%s'", s->dir);
    int status = system(command);

    free(command);
    free(s);
    return status;
}

static int open_text(struct data *data, const char *dir, const char *text, struct pare_error *err)
{
    struct problems problems = {0};
    struct value *group = conffile_parse(text, strlen(text), "test.cfg", &problems);
    int status;

    *err = (struct pare_error){0};
    assert_non_null(group);
    status = data_open(data, group, dir, &problems, err);
    value_free(group);
    problems_free(&problems);
    return status;
}

static void refused(const struct set *s, const char *options, int status, const char *file,
                    const char *text)
{
    struct pare_error err;
    struct data data;

    assert_int_equal(open_text(&data, s->dir, options, &err), status);
    if (!strstr(err.text, text))
        fail_msg("'%s' lacks '%s'", err.text, text);
    if (file && (strncmp(err.place, s->dir, strlen(s->dir)) != 0 || !strstr(err.place, file)))
        fail_msg("'%s' is not the place of %s", err.place, file);
    assert_null(strchr(err.text, '\n'));
}

static void check_read(const struct set *s, const char *options, float scale, float shift)
{
    static const uint32_t index[4] = {3, 0, 3, 4};
    float x[4 * PIXELS];
    struct pare_error err;
    struct data data;
    uint16_t y[4];

    ASSERT_OK(open_text(&data, s->dir, options, &err), err);
    assert_string_equal(data.info.source, s->dir);
    assert_true(data.info.shape[0] == 1 && data.info.shape[1] == HEIGHT &&
                data.info.shape[2] == WIDTH && data.info.classes == 10);
    for (int split = 0; split < PARE_SPLIT_COUNT; split++) {
        size_t first = split == PARE_SPLIT_VALIDATION ? data.info.count[PARE_SPLIT_TRAIN] : 0;

        if (data.info.count[split] < 5)
            continue;
        ASSERT_OK(data_read(&data, (enum pare_split)split, index, 4, x, y, &err), err);
        for (size_t i = 0; i < 4; i++) {
            size_t sample = first + index[i];

            assert_int_equal(y[i], sample % 10);
            for (size_t k = 0; k < PIXELS; k++) {
                int file = split == PARE_SPLIT_TEST ? 2 : 0;
                float wanted = (float)pixel(file, sample * PIXELS + k) * scale + shift;

                assert_float_equal(x[i * PIXELS + k], wanted, 1e-6);
            }
        }
    }
    data_close(&data);
}

static void test_read(void **state)
{
    const struct set *s = *state;

    check_read(s, "plugin = \"idx\";", 1.0F / 255.0F, 0.0F);
    check_read(s, "scale = 0.5; mean = 2.0; std = 4.0;", 0.125F, -0.5F);
    check_read(s, "validation = 5;", 1.0F / 255.0F, 0.0F);
}

/* Every form of a name; the sum is over the content, so it is the same for all. */
static void test_forms(void **state)
{
    struct set *s = *state;
    struct pare_error err;
    struct data data;
    char sum[65];

    ASSERT_OK(open_text(&data, s->dir, "", &err), err);
    strcpy(sum, data.info.sha256);
    data_close(&data);
    for (int f = 0; f < 4; f++) {
        char *path = file_join(s->dir, file_names[f]);

        unlink(path);
        free(path);
    }
    save(s, 0, "train-images-idx3-ubyte.gz", true);
    save(s, 1, "train-labels.idx1-ubyte", false);
    save(s, 2, "t10k-images.idx3-ubyte.gz", true);
    save(s, 3, "t10k-labels-idx1-ubyte.gz", true);
    check_read(s, "", 1.0F / 255.0F, 0.0F);
    save(s, 3, "mine", false);
    check_read(s, "test_labels = \"mine\";", 1.0F / 255.0F, 0.0F);
    ASSERT_OK(open_text(&data, s->dir, "", &err), err);
    assert_string_equal(data.info.sha256, sum);
    data_close(&data);
}

/* Channels, height and width by the number of dimensions. */
static void test_shapes(void **state)
{
    struct set *s = *state;
    struct pare_error err;
    struct data data;

    for (int f = 0; f < 4; f += 2) { /* [n][3][4] as [n][12] */
        s->bytes[f][3] = 2;
        put_size(s->bytes[f] + 8, PIXELS);
        memmove(s->bytes[f] + 12, s->bytes[f] + HEAD, s->size[f] - HEAD);
        s->size[f] -= 4;
    }
    save_all(s);
    ASSERT_OK(open_text(&data, s->dir, "", &err), err);
    assert_true(data.info.shape[0] == 1 && data.info.shape[1] == 1 && data.info.shape[2] == PIXELS);
    data_close(&data);
}

static void test_splits(void **state)
{
    const struct set *s = *state;
    struct pare_error err;
    struct data data;

    ASSERT_OK(open_text(&data, s->dir, "validation = 8;", &err), err);
    assert_int_equal(data.info.count[PARE_SPLIT_TRAIN], 1);
    assert_int_equal(data.info.count[PARE_SPLIT_VALIDATION], 8);
    assert_int_equal(data.info.count[PARE_SPLIT_TEST], TEST);
    data_close(&data);
    ASSERT_OK(open_text(&data, s->dir, "samples = 6; validation = 2;", &err), err);
    assert_int_equal(data.info.count[PARE_SPLIT_TRAIN], 4);
    assert_int_equal(data.info.count[PARE_SPLIT_VALIDATION], 2);
    assert_int_equal(data.info.count[PARE_SPLIT_TEST], TEST);
    data_close(&data);
    refused(s, "samples = 10;", PARE_EUSER, NULL,
            "data.samples is 10, but there are only 9 training samples");
    refused(s, "samples = 6; validation = 6;", PARE_EUSER, NULL,
            "data.validation is 6, but there are only 6 training samples");
    refused(s, "validation = 9;", PARE_EUSER, NULL,
            "data.validation is 9, but there are only 9 training samples");
    refused(s, "validation = -1;", PARE_EUSER, NULL, "data.validation");
    refused(s, "clases = 10;", PARE_EUSER, NULL, "did you mean 'classes'");
    refused(s, "plugin = \"idy\";", PARE_EUSER, NULL, "idx");
}

/* Writes file f with one byte changed and puts it back after. */
static void refused_byte(struct set *s, int f, size_t at, unsigned char byte, const char *text)
{
    unsigned char before = s->bytes[f][at];

    s->bytes[f][at] = byte;
    save(s, f, file_names[f], false);
    refused(s, "", PARE_EFORMAT, file_names[f], text);
    s->bytes[f][at] = before;
    save(s, f, file_names[f], false);
}

static void test_broken(void **state)
{
    struct set *s = *state;
    size_t size = s->size[0];

    refused_byte(s, 0, 0, 1, "it starts with the bytes 01 00");
    refused_byte(s, 0, 2, 0x0d, "values of type 0x0d");
    refused_byte(s, 0, 3, 0, "0 dimensions");
    refused_byte(s, 0, 3, 5, "5 dimensions");
    refused_byte(s, 1, 3, 2, "promises more than");
    refused_byte(s, 0, 4, 0xff, "promises more than a file of");
    refused_byte(s, 0, 7, 10, "truncated: the header promises 120 bytes after it, there are 108");
    refused_byte(s, 0, 7, 8, "longer than the 96 bytes");
    refused_byte(s, 0, 11, 0, "dimension 2 is 0");
    refused_byte(s, 1, 8 + 4, 10, "label 4 is 10, but data.classes is 10");
    for (size_t cut = 0; cut < size; cut++) { /* everywhere */
        s->size[0] = cut;
        save(s, 0, file_names[0], false);
        refused(s, "", PARE_EFORMAT, file_names[0], cut < 4 ? "too short" : "truncated");
    }
    s->size[0] = size + 1;
    save(s, 0, file_names[0], false);
    refused(s, "", PARE_EFORMAT, file_names[0], "longer than");
}

static void test_broken_gzip(void **state)
{
    struct set *s = *state;
    char *raw = file_join(s->dir, file_names[0]);
    char *path = xasprintf("%s.gz", raw);
    struct pare_error err;
    struct data data;
    size_t size, means_nothing = 0;
    char *bytes, sum[65];

    save(s, 0, "train-images-idx3-ubyte.gz", true);
    unlink(raw);
    ASSERT_OK(open_text(&data, s->dir, "", &err), err);
    strcpy(sum, data.info.sha256);
    data_close(&data);
    bytes = file_read(path, 1 << 20, &size, &err);
    for (size_t cut = 1; cut < size; cut++) {
        ASSERT_OK(file_write(path, bytes, cut, &err), err);
        refused(s, "", PARE_EFORMAT, file_names[0], "");
    }
    for (size_t at = 10; at < size; at++) { /* after the name and time in the header */
        bytes[at] ^= 0x10;
        ASSERT_OK(file_write(path, bytes, size, &err), err);
        if (open_text(&data, s->dir, "", &err) == PARE_OK) { /* a bit that means nothing */
            assert_string_equal(data.info.sha256, sum);
            data_close(&data);
            means_nothing++;
        } else {
            assert_int_equal(err.status, PARE_EFORMAT);
        }
        bytes[at] ^= 0x10;
    }
    assert_true(means_nothing < 4);
    free(bytes);
    free(raw);
    free(path);
}

static void test_mixed_up(void **state)
{
    struct set *s = *state;

    refused(s,
            "train_images = \"train-labels-idx1-ubyte\";"
            "train_labels = \"train-images-idx3-ubyte\";",
            PARE_EFORMAT, "train-labels", "the two names are swapped");
    refused(s, "train_images = \"train-labels-idx1-ubyte\";", PARE_EFORMAT, "train-labels",
            "has 1 dimension, images have");
    refused(s, "train_labels = \"train-images-idx3-ubyte\";", PARE_EFORMAT, "train-images",
            "has 3 dimensions, labels have 1");
    refused(s, "test_labels = \"train-labels-idx1-ubyte\";", PARE_EFORMAT, "train-labels",
            "has 9 labels for the 5 images of");
    put_size(s->bytes[2] + 8, WIDTH);
    put_size(s->bytes[2] + 12, HEIGHT);
    save_all(s);
    refused(s, "", PARE_EFORMAT, "t10k-images",
            "images of 1 x 4 x 3, those for training are 1 x 3 x 4");
}

/* A set by name must have that set's content, wherever it is found. */
static void test_names(void **state)
{
    struct set *s = *state;
    struct pare_error err;
    struct data data;
    char *sub = file_join(s->dir, "mnist");

    refused(s, "name = \"mnist\";", PARE_EIO, NULL, "(holds another set)");
    refused(s, "name = \"mnist\";", PARE_EIO, NULL, "scripts/fetch-mnist");
    refused(s, "name = \"kmnist\";", PARE_EUSER, NULL, "fashion-mnist");
    refused(s, "test_labels = \"none\";", PARE_EIO, NULL, "(has no none)");
    ASSERT_OK(file_make_dir(sub, &err), err);
    for (int f = 0; f < 4; f++) { /* a set in a subfolder of that name is found too */
        char *from = file_join(s->dir, file_names[f]), *to = file_join(sub, file_names[f]);

        assert_int_equal(rename(from, to), 0);
        free(from);
        free(to);
    }
    ASSERT_OK(open_text(&data, s->dir, "", &err), err);
    assert_string_equal(data.info.source, sub);
    data_close(&data);
    free(sub);
}

/* --data before PARE_DATA before data.path. */
static void test_order(void **state)
{
    struct set *s = *state;
    char *with_path = xasprintf("path = \"%s\";", s->dir);
    struct set other = *s;
    struct pare_error err;
    struct data data;

    strcpy(other.dir, "/tmp/idx_test.XXXXXX");
    assert_non_null(mkdtemp(other.dir));
    save_all(&other);
    ASSERT_OK(open_text(&data, NULL, with_path, &err), err);
    assert_string_equal(data.info.source, s->dir);
    data_close(&data);
    setenv("PARE_DATA", other.dir, 1);
    ASSERT_OK(open_text(&data, NULL, with_path, &err), err);
    assert_string_equal(data.info.source, other.dir);
    data_close(&data);
    ASSERT_OK(open_text(&data, s->dir, with_path, &err), err);
    assert_string_equal(data.info.source, s->dir);
    data_close(&data);
    unsetenv("PARE_DATA");
    free(with_path);
    with_path = xasprintf("rm -r '%s'", other.dir);
    assert_int_equal(system(with_path), 0);
    free(with_path);
}

static char real_data[4096];

/* The known first and last labels of a real set, and who it is not. */
static void check_real(const char *dir, const char *name, const char *other,
                       const uint16_t wanted[4])
{
    static const uint32_t index[4] = {0, 1, 2, 59999};
    static float x[4 * 784];
    char *mine = xasprintf("name = \"%s\";", name), *others = xasprintf("name = \"%s\";", other);
    struct pare_error err;
    struct data data;
    uint16_t y[4];

    ASSERT_OK(open_text(&data, dir, mine, &err), err);
    assert_true(data.info.count[PARE_SPLIT_TRAIN] == 60000);
    assert_true(data.info.count[PARE_SPLIT_TEST] == 10000);
    ASSERT_OK(data_read(&data, PARE_SPLIT_TRAIN, index, 4, x, y, &err), err);
    assert_memory_equal(y, wanted, sizeof y);
    data_close(&data);
    if (open_text(&data, dir, others, &err) == PARE_OK) {
        assert_null(strstr(data.info.source, dir)); /* found elsewhere */
        data_close(&data);
    } else {
        assert_non_null(strstr(err.text, "(holds "));
    }
    free(mine);
    free(others);
}

static void test_real(void **state)
{
    (void)state;
    if (!file_exists("/usr/share/datasets/fashion-mnist"))
        skip();
    check_real("/usr/share/datasets/fashion-mnist", "fashion-mnist", "mnist",
               (const uint16_t[4]){9, 0, 0, 5});
    if (!*real_data)
        skip();
    check_real(real_data, "mnist", "fashion-mnist", (const uint16_t[4]){5, 0, 4, 8});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_read, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_forms, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_shapes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_splits, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_broken, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_broken_gzip, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_mixed_up, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_names, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_order, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_real, set_up, tear_down),
    };
    const char *home = getenv("PARE_DATA");

    snprintf(real_data, sizeof real_data, "%s", home ? home : "");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
