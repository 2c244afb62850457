/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUN_DIFFERENCE_H
#define RUN_DIFFERENCE_H

/* Where two trees of results part. */

#include "config/value.h"

struct difference {
    char field[160]; /* "params[fc1.weight].kept" */
    char first[96], second[96];
};

/* The first leaf that is not the same in both, with its values as JSON; what one of
 * them lacks is "nothing". field: what stands before its name, may be "". Either tree
 * may be NULL. False: they are the same. */
PARE_API bool difference_find(const struct value *first, const struct value *second,
                              const char *field, struct difference *difference);
/* Fills in two texts that differ. */
PARE_API void difference_set(struct difference *difference, const char *field, const char *first,
                             const char *second);

#endif
