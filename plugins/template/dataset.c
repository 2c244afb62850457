/* SPDX-License-Identifier: Apache-2.0 */
/* skeleton: points about the corners of a square, one class a corner, made on
 * the spot. Replace this by what your data set is and where it comes from. */

#include <pare/dataset.h>
#include <pare/rng.h>
#include <stdio.h>

/* The options first, then what open finds and read needs. */
struct skeleton {
    double noise;
    int64_t samples;
};

/* Field, lowest, highest, preset as one would write it, help. */
static const struct pare_option options[] = {
    PARE_REAL(skeleton, noise, 0.0, 10.0, "0.5", "standard deviation about the corners"),
    PARE_INT(skeleton, samples, 1, 1000000, "1000", "samples in each split"),
    PARE_OPTIONS_END,
};

/* With files: look for them in dirs [ended by NULL], check that they are what they
 * claim (sizes, ranges) before memory is taken, load them into a field of self,
 * free that in .cleanup, fill sha256 by pare_sha256_*; where there are none, return
 * pare_fail(err, PARE_EIO, "no skeleton.bin in %s", ...). */
static int find(void *self, const char *const *dirs, struct pare_dataset_info *info,
                struct pare_error *err)
{
    const struct skeleton *d = self;

    (void)dirs, (void)err;
    *info = (struct pare_dataset_info){.shape = {1, 1, 2}, .classes = 4};
    info->count[PARE_SPLIT_TRAIN] = (size_t)d->samples;
    info->count[PARE_SPLIT_TEST] = (size_t)d->samples;
    snprintf(info->source, sizeof info->source, "made by skeleton");
    return PARE_OK;
}

/* A sample depends on its split and index alone, whatever was read before. */
static int read_samples(void *self, enum pare_split split, const uint32_t *index, size_t n,
                        float *x, uint16_t *y, struct pare_error *err)
{
    const struct skeleton *d = self;

    (void)err;
    for (size_t i = 0; i < n; i++) {
        struct pare_rng rng =
            pare_rng_stream(index[i], split == PARE_SPLIT_TRAIN ? "train" : "test");

        y[i] = (uint16_t)pare_rng_below(&rng, 4);
        x[2 * i] = (float)((y[i] & 1 ? 1.0 : -1.0) + d->noise * pare_rng_normal(&rng));
        x[2 * i + 1] = (float)((y[i] & 2 ? 1.0 : -1.0) + d->noise * pare_rng_normal(&rng));
    }
    return PARE_OK;
}

static const struct pare_dataset plugin = {
    .head = PARE_DATASET(skeleton, .summary = "points about the corners of a square",
                         PARE_SELF(skeleton, options)),
    .open = find,
    .read = read_samples,
};
PARE_EXPORT(plugin);
