/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LLOYD_SORTED_H
#define LLOYD_SORTED_H

/* Sorted weights, what stretches of them add up to, and where one lies nearer to the
 * next of two centers. */

#include <stdbool.h>
#include <stddef.h>

/* Of the first weights: their sum and that of their squares. One is kept for every
 * STRIDE weights, and those between are added up when they are asked for, in the same
 * order: memory that is new costs more than that. */
struct sums {
    double sum, square;
};
enum { STRIDE = 16 };

/* A stretch first..end-1 of the sorted weights, and its sum of squared distances from
 * its mean. */
struct cluster {
    size_t first, end;
    struct sums low, high; /* of the first `first` weights, and of the first `end` */
    double mean, inertia;
    bool moved; /* it is not what it was in the step before */
};

struct sorted {
    const float *weight; /* [n], ascending */
    size_t n;
    struct sums *sums; /* [n / STRIDE + 1] */
};

/* sorted: [n]; stays the caller's. Returns whether there was memory; free sums at
 * the end. */
bool sorted_open(struct sorted *weights, const float *sorted, size_t n);
/* first < end. low: the sums of the weights before first. */
struct cluster sorted_cluster(const struct sorted *weights, struct sums low, size_t first,
                              size_t end);
/* The first place in first..end that lies nearer to high than to low. guess: where it
 * may be. */
size_t sorted_border(const struct sorted *weights, size_t first, size_t end, size_t guess,
                     double low, double high);

#endif
