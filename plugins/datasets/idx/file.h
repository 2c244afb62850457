/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IDX_FILE_H
#define IDX_FILE_H

/* One IDX file of unsigned bytes in memory. */

#include <pare/dataset.h>

enum { IDX_RANK_MAX = 4 };

struct idx_file {
    unsigned rank;
    size_t dim[IDX_RANK_MAX];
    size_t size;           /* of data: the product of dim */
    uint8_t *bytes, *data; /* the whole unzipped file, and in it what follows the header */
    char sha256[65];       /* of the whole unzipped file */
};

/* Reads path, raw or gzipped, and checks that it is exactly as long as its header
 * says. Free with idx_file_free, also after a failure. */
int idx_file_load(struct idx_file *file, const char *path, struct pare_error *err);
void idx_file_free(struct idx_file *file);

#endif
