/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_SHOW_H
#define CLI_SHOW_H

/* What pare show knows of a file, for its two ways to say it. */

#include "format/read.h"

struct show {
    const char *path;
    struct model_file file;
    size_t dense_bytes;
    size_t gzip_bytes, zstd_bytes; /* 0: not measured */
};

/* All bytes of a param over its weights. */
double show_bits(const struct show *s, size_t param);
/* Weight and bias of a layer together. */
struct size_stages show_stages(const struct show *s, const struct layer *layer);

void show_print(const struct show *s);

#endif
