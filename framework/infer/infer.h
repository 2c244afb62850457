/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INFER_INFER_H
#define INFER_INFER_H

/* Running a .pare file on what it keeps: kept weights and codes, never the whole
 * matrices. Logits differ from net_forward's by the rounding of sums, a few parts in
 * a million of the largest; tests hold the classes of real test sets to be the same. */

#include "base/pool.h"
#include "format/read.h"
#include "net/data.h"

struct infer;

enum infer_engine { INFER_AUTO, INFER_DENSE, INFER_COMPRESSED };

struct infer_settings {
    const char *path;
    size_t batch; /* the most samples that infer_forward takes; few have a form of their own */
    /* Compressed: a net that does not fit (a layer of more than 65,536 inputs or taps, or
     * whose padding makes it huge) is PARE_ESTATE. Dense: the file as an ordinary net. Auto:
     * compressed where few weights are kept, see infer_pays. */
    enum infer_engine engine;
    const char *kernels; /* "avx512", "avx2", "portable"; NULL: the best here */
};

PARE_API int infer_open(const struct infer_settings *settings, struct infer **m,
                        struct pare_error *err);
PARE_API void infer_free(struct infer *m);

/* Layers and shapes and the data group; the net cannot run where the engine is
 * compressed. */
PARE_API const struct model_file *infer_file(const struct infer *m);
PARE_API enum infer_engine infer_engine(const struct infer *m); /* not INFER_AUTO */
/* Whether auto would take this compressed one: a dense net's multiply-adds are more than
 * three times those of kept weights; of dense layers that are run without vectors, ten
 * times. */
PARE_API bool infer_pays(const struct infer *m);
PARE_API const char *infer_kernels_name(const struct infer *m);
/* Of what stands for weights and biases while running. */
PARE_API size_t infer_weight_bytes(const struct infer *m);

/* x [n][input] -> logits [n][classes], owned by m, until the next call. A sample's do
 * not depend on the number of threads. pool may be NULL. */
PARE_API const float *infer_forward(struct infer *m, struct pool *pool, const float *x, size_t n);

struct infer_result {
    size_t samples, wrong;
    double error_percent;
    char sha256[65]; /* of the predicted classes, 2 bytes each, the low one first */
    /* Beside the other engine: samples of another class, and the largest difference of
     * two logits, as a part of the largest of the other's. */
    size_t classes_differ;
    double logits_difference;
};

/* The whole of a split, batch by batch. other: what m is compared with, the same file;
 * may be NULL. */
PARE_API int infer_test(struct infer *m, struct infer *other, struct data *data, struct pool *pool,
                        enum pare_split split, struct infer_result *result, struct pare_error *err);

#endif
