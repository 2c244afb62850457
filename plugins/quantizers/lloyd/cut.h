/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LLOYD_CUT_H
#define LLOYD_CUT_H

/* Work for centroids that have lost all their weights. */

#include "sorted.h"

/* Cuts the cluster with the largest sum of squares (of equal ones the lower) at its mean,
 * halves among them, until there are k or none can be cut: in the optimum of many
 * clusters the sums are equal (Gersho 1979, "Asymptotically optimal block
 * quantization"). cluster: room for k, the first *used ascending, before and after.
 * Returns whether any was cut. */
bool cut_clusters(const struct sorted *l, struct cluster *cluster, size_t *used, size_t k);

#endif
