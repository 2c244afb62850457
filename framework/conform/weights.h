/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONFORM_WEIGHTS_H
#define CONFORM_WEIGHTS_H

/* The weights that initializers and quantizers are tried on. */

#include <pare/base.h>

enum { WEIGHTS_KS = 6 };

struct weights {
    const char *name;
    float *sorted; /* [n], ascending; freed by the caller */
    size_t n;
    size_t k[WEIGHTS_KS]; /* the numbers of centroids to ask for, ended by 0; none
                             above the number of distinct values */
};

/* Set number i; false when there is none. */
bool weights_new(size_t i, struct weights *w);

#endif
