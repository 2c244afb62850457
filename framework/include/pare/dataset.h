/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PARE_DATASET_H
#define PARE_DATASET_H

/* Data sets: labelled samples in three splits. */

#include <pare/plugin.h>

enum pare_split { PARE_SPLIT_TRAIN, PARE_SPLIT_VALIDATION, PARE_SPLIT_TEST, PARE_SPLIT_COUNT };

/* Filled by open. */
struct pare_dataset_info {
    size_t shape[3]; /* channels, height, width of one sample */
    size_t classes;
    size_t count[PARE_SPLIT_COUNT]; /* samples; validation may be 0 */
    char source[512];               /* where it was found, for people */
    char sha256[65];                /* over the SHA-256 of each unzipped file, hex */
};

struct pare_dataset {
    struct pare_plugin head;
    /* Finds, checks and loads. dirs: folders to look in, in order, ended by
     * NULL; which options matter beside them is the plugin's own. */
    int (*open)(void *self, const char *const *dirs, struct pare_dataset_info *info,
                struct pare_error *err);
    /* Writes samples index[0..n) of split: x [n][channels][height][width], scaled
     * for the network, and y [n], each below classes. index may repeat. */
    int (*read)(void *self, enum pare_split split, const uint32_t *index, size_t n, float *x,
                uint16_t *y, struct pare_error *err);
};
#define PARE_DATASET(NAME, ...) PARE_HEAD(PARE_KIND_DATASET, pare_dataset, NAME, __VA_ARGS__)

/* SHA-256 in pieces, for open. state is opaque and holds no memory. */
struct pare_sha256 {
    _Alignas(16) unsigned char state[256];
};
PARE_API void pare_sha256_start(struct pare_sha256 *hash);
PARE_API void pare_sha256_add(struct pare_sha256 *hash, const void *data, size_t size_bytes);
/* Writes 64 hex digits and a NUL. */
PARE_API void pare_sha256_end(struct pare_sha256 *hash, char hex[65]);

#endif
