/* SPDX-License-Identifier: Apache-2.0 */
/* Four IDX files as a data set: those that do not belong together are refused, and of
 * those that do every sample can be read. The last two bytes say how many of the
 * classes there are and which samples are held out; before them stand the lengths of
 * three of the files. */

#include "datasets/idx/search.h"
#include "fuzz.h"
#include <math.h>
#include <string.h>

extern const struct pare_plugin *const pare_plugin_entry;

static void start(void)
{
    fuzz_link("train-images-idx3-ubyte", 0);
    fuzz_link("train-labels-idx1-ubyte", 1);
    fuzz_link("t10k-images-idx3-ubyte", 2);
    fuzz_link("t10k-labels-idx1-ubyte", 3);
}

static void read_all(const struct pare_dataset *set, void *self, const struct pare_dataset_info *in,
                     size_t classes)
{
    size_t values = in->shape[0] * in->shape[1] * in->shape[2];
    float *x = malloc((values + 1) * sizeof *x);
    struct pare_error err = {0};

    FUZZ_CHECK(x && in->classes == classes);
    for (int split = 0; split < PARE_SPLIT_COUNT; split++)
        for (size_t i = 0; i < in->count[split] && i < 64; i++) {
            uint32_t index = (uint32_t)(i < 63 ? i : in->count[split] - 1);
            uint16_t y = 65535;
            FUZZ_CHECK(set->read(self, split, &index, 1, x, &y, &err) == PARE_OK);
            FUZZ_CHECK(y < classes);
            for (size_t k = 0; k < values; k++)
                FUZZ_CHECK(isfinite(x[k]));
        }
    free(x);
}

static void one(const uint8_t *data, size_t size_bytes)
{
    static const char *const names[] = {"train-images-idx3-ubyte", "train-labels-idx1-ubyte",
                                        "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"};
    const struct pare_dataset *set = (const void *)pare_plugin_entry;
    const char *dirs[] = {fuzz_folder(), NULL};
    struct pare_dataset_info info = {0};
    struct pare_error err = {0};
    char *self = calloc(1, pare_plugin_entry->self_size);
    size_t classes = 2 + (size_t)fuzz_take(data, &size_bytes, 1) % 16;
    int64_t held = (int64_t)fuzz_take(data, &size_bytes, 1) % 4;
    int status;

    for (unsigned i = 0; i < 4; i++) {
        size_t part = i < 3 ? (size_t)fuzz_take(data, &size_bytes, 2) : size_bytes;
        part = part < size_bytes ? part : size_bytes;
        fuzz_file(i, data, part);
        data += part;
        size_bytes -= part;
    }
    FUZZ_CHECK(self);
    for (const struct pare_option *o = pare_plugin_entry->options; o->name; o++) {
        void *field = self + o->offset;
        if (o->type == PARE_OPTION_TEXT)
            for (size_t i = 0; i < 4; i++)
                if (strcmp(o->preset, names[i]) == 0)
                    *(const char **)field = names[i];
        if (o->type == PARE_OPTION_REAL)
            *(double *)field = strcmp(o->name, "mean") == 0 ? 0.0 : 1.0;
        if (o->type == PARE_OPTION_INT)
            *(int64_t *)field = strcmp(o->name, "classes") == 0      ? (int64_t)classes
                                : strcmp(o->name, "validation") == 0 ? held
                                                                     : INT64_MIN;
    }
    FUZZ_CHECK(pare_plugin_entry->setup(self, &err) == PARE_OK);
    status = set->open(self, dirs, &info, &err);
    fuzz_check_error(status, &err);
    if (status == PARE_OK)
        read_all(set, self, &info, classes);
    pare_plugin_entry->cleanup(self);
    free(self);
}

const struct fuzz_target fuzz_target = {.start = start,
                                        .one = one,
                                        .memory_bytes = 8 << 20,
                                        .memory_factor = 1100,
                                        .seconds = 1.0,
                                        .seconds_a_mib = 100.0};
