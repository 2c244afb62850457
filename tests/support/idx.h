/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_IDX_H
#define TEST_IDX_H

/* A small data set that a small net learns in a second, as four IDX files with
 * the names of MNIST: 8 x 8 bytes, 4 classes, 600 samples to train on and 200 to
 * test on. A sample is its class's pattern with a share of the pixels drawn anew,
 * so a few samples stay hard. The same bytes every time. */

enum { IDX_SIDE = 8, IDX_CLASSES = 4, IDX_TRAIN = 600, IDX_TEST = 200 };

/* Returns 0, or -1 with errno. dir must be there. */
int idx_make(const char *dir);

#endif
