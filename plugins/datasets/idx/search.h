/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IDX_SEARCH_H
#define IDX_SEARCH_H

/* Finds the four files of a set, and tells the well-known sets apart: MNIST and
 * Fashion-MNIST use the same file names. */

#include "file.h"

enum { IDX_TRAIN_IMAGES, IDX_TRAIN_LABELS, IDX_TEST_IMAGES, IDX_TEST_LABELS, IDX_FILES };

/* In the order of the words of the option name. */
enum idx_name { IDX_ANY, IDX_MNIST, IDX_FASHION_MNIST, IDX_NAMES };

enum { IDX_PATH_BYTES = 4096 };

struct idx_set {
    char folder[IDX_PATH_BYTES];
    char path[IDX_FILES][IDX_PATH_BYTES];
    struct idx_file file[IDX_FILES];
    enum idx_name name; /* what it was recognized as; IDX_ANY: another set */
};

/* Looks in each of dirs and its subfolders mnist and fashion-mnist for files called
 * as names say, raw or .gz, and loads the first set that is what is wanted. */
int idx_set_find(struct idx_set *set, const char *const *dirs, enum idx_name wanted,
                 const char *const names[IDX_FILES], struct pare_error *err);
void idx_set_free(struct idx_set *set);

#endif
