/* SPDX-License-Identifier: Apache-2.0 */

/* Data sets in the format of MNIST: four IDX files, images and labels for training
 * and for testing, raw or gzipped. Bytes stay bytes in memory and are scaled when
 * they are read: (byte * scale - mean) / std. */

#include "idx/search.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct idx {
    int name;
    char *train_images, *train_labels, *test_images, *test_labels;
    int64_t samples, validation, classes;
    double scale, mean, std;

    struct idx_set *set;
    size_t values; /* of one sample */
    size_t used;   /* training samples, */
    size_t held;   /* those not held out */
};

static const struct pare_option options[] = {
    PARE_CHOICE(
        idx, name, "any|mnist|fashion-mnist", "any",
        "which set; one by name must have its published content, any takes the first found"),
    PARE_TEXT(idx, train_images, "train-images-idx3-ubyte", "file name, raw or with .gz"),
    PARE_TEXT(idx, train_labels, "train-labels-idx1-ubyte", "file name, raw or with .gz"),
    PARE_TEXT(idx, test_images, "t10k-images-idx3-ubyte", "file name, raw or with .gz"),
    PARE_TEXT(idx, test_labels, "t10k-labels-idx1-ubyte", "file name, raw or with .gz"),
    PARE_INT(idx, samples, 1, UINT32_MAX, "none",
             "the first so many training samples alone; those held out among them",
             .flags = PARE_OPTION_MAY_BE_NONE),
    PARE_INT(idx, validation, 0, UINT32_MAX, "0",
             "samples held out from the end of the training set for validation"),
    PARE_INT(idx, classes, 2, 256, "10", "labels are 0 to classes - 1"),
    PARE_REAL(idx, scale, 1e-9, 1e9, "0.00392156862745098", "factor of each byte; preset 1/255"),
    PARE_REAL(idx, mean, -1e9, 1e9, "0", "taken away after scaling"),
    PARE_REAL(idx, std, 1e-9, 1e9, "1", "divided by at the end"),
    PARE_OPTIONS_END,
};

static int setup(void *self, struct pare_error *err)
{
    struct idx *d = self;

    d->set = calloc(1, sizeof *d->set);
    return d->set ? PARE_OK : pare_fail(err, PARE_ENOMEM, "no memory");
}

static void cleanup(void *self)
{
    struct idx *d = self;

    if (d->set)
        idx_set_free(d->set);
    free(d->set);
}

/* One half of the set, for training or for testing. */
static int check_pair(const struct idx *d, int images, int labels, struct pare_error *err)
{
    const struct idx_file *x = &d->set->file[images], *y = &d->set->file[labels];
    const char *x_path = d->set->path[images], *y_path = d->set->path[labels];

    if (x->rank == 1 && y->rank > 1)
        return pare_fail_at(err, PARE_EFORMAT, x_path, 0,
                            "holds labels, and %s images; the two names are swapped", y_path);
    if (x->rank == 1)
        return pare_fail_at(err, PARE_EFORMAT, x_path, 0, "has 1 dimension, images have 2 to 4");
    if (y->rank != 1)
        return pare_fail_at(err, PARE_EFORMAT, y_path, 0, "has %u dimensions, labels have 1",
                            y->rank);
    if (x->dim[0] != y->dim[0])
        return pare_fail_at(err, PARE_EFORMAT, y_path, 0, "has %zu labels for the %zu images of %s",
                            y->dim[0], x->dim[0], x_path);
    for (size_t i = 0; i < y->size; i++)
        if (y->data[i] >= d->classes)
            return pare_fail_at(err, PARE_EFORMAT, y_path, 0,
                                "label %zu is %u, but data.classes is %lld", i, y->data[i],
                                (long long)d->classes);
    return PARE_OK;
}

/* Images are [n][width], [n][height][width] or [n][channels][height][width]. */
static void sample_shape(const struct idx_file *x, size_t shape[3])
{
    for (unsigned d = 0; d < 3; d++)
        shape[d] = d + x->rank < 4 ? 1 : x->dim[d + x->rank - 3];
}

static int check_set(struct idx *d, struct pare_error *err)
{
    const struct idx_set *set = d->set;
    const struct idx_file *train = &set->file[IDX_TRAIN_IMAGES];
    const struct idx_file *test = &set->file[IDX_TEST_IMAGES];
    size_t a[3], b[3];
    int status = check_pair(d, IDX_TRAIN_IMAGES, IDX_TRAIN_LABELS, err);

    if (status == PARE_OK)
        status = check_pair(d, IDX_TEST_IMAGES, IDX_TEST_LABELS, err);
    if (status != PARE_OK)
        return status;
    sample_shape(train, a);
    sample_shape(test, b);
    if (memcmp(a, b, sizeof a) != 0)
        return pare_fail_at(err, PARE_EFORMAT, set->path[IDX_TEST_IMAGES], 0,
                            "images of %zu x %zu x %zu, those for training are %zu x %zu x %zu",
                            b[0], b[1], b[2], a[0], a[1], a[2]);
    if (d->samples != INT64_MIN && (uint64_t)d->samples > train->dim[0])
        return pare_fail(err, PARE_EUSER,
                         "data.samples is %lld, but there are only %zu training samples",
                         (long long)d->samples, train->dim[0]);
    d->used = d->samples != INT64_MIN ? (size_t)d->samples : train->dim[0];
    if ((uint64_t)d->validation >= d->used)
        return pare_fail(err, PARE_EUSER,
                         "data.validation is %lld, but there are only %zu training samples",
                         (long long)d->validation, d->used);
    return PARE_OK;
}

static int open(void *self, const char *const *dirs, struct pare_dataset_info *info,
                struct pare_error *err)
{
    struct idx *d = self;
    const char *const names[IDX_FILES] = {d->train_images, d->train_labels, d->test_images,
                                          d->test_labels};
    const struct idx_file *file = d->set->file;
    struct pare_sha256 hash;
    int status = idx_set_find(d->set, dirs, (enum idx_name)d->name, names, err);

    if (status == PARE_OK)
        status = check_set(d, err);
    if (status != PARE_OK)
        return status;
    sample_shape(&file[IDX_TRAIN_IMAGES], info->shape);
    d->values = info->shape[0] * info->shape[1] * info->shape[2];
    d->held = d->used - (size_t)d->validation;
    info->classes = (size_t)d->classes;
    info->count[PARE_SPLIT_TRAIN] = d->held;
    info->count[PARE_SPLIT_VALIDATION] = (size_t)d->validation;
    info->count[PARE_SPLIT_TEST] = file[IDX_TEST_IMAGES].dim[0];
    snprintf(info->source, sizeof info->source, "%.*s", (int)sizeof info->source - 1,
             d->set->folder);
    pare_sha256_start(&hash);
    for (int i = 0; i < IDX_FILES; i++)
        pare_sha256_add(&hash, file[i].sha256, 64);
    pare_sha256_end(&hash, info->sha256);
    return PARE_OK;
}

static int read(void *self, enum pare_split split, const uint32_t *index, size_t n, float *x,
                uint16_t *y, struct pare_error *err)
{
    const struct idx *d = self;
    bool test = split == PARE_SPLIT_TEST;
    const struct idx_file *images = &d->set->file[test ? IDX_TEST_IMAGES : IDX_TRAIN_IMAGES];
    const struct idx_file *labels = &d->set->file[test ? IDX_TEST_LABELS : IDX_TRAIN_LABELS];
    size_t start = split == PARE_SPLIT_VALIDATION ? d->held : 0;
    size_t count = test ? images->dim[0] : split == PARE_SPLIT_TRAIN ? d->held : d->used - start;
    size_t values = d->values;
    float scale = (float)(d->scale / d->std), shift = (float)(d->mean / d->std);

    for (size_t i = 0; i < n; i++) {
        const uint8_t *restrict from = images->data + (start + index[i]) * values;
        float *restrict to = x + i * values;

        if (index[i] >= count)
            return pare_fail(err, PARE_EPLUGIN, "sample %u of %zu", index[i], count);
        for (size_t k = 0; k < values; k++)
            to[k] = (float)from[k] * scale - shift;
        y[i] = labels->data[start + index[i]];
    }
    return PARE_OK;
}

static const struct pare_dataset plugin = {
    .head =
        PARE_DATASET(idx, .summary = "images and labels in IDX files: MNIST, Fashion-MNIST, own",
                     PARE_SELF(idx, options), .setup = setup, .cleanup = cleanup),
    .open = open,
    .read = read,
};
PARE_EXPORT(plugin);
