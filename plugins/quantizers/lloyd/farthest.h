/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LLOYD_FARTHEST_H
#define LLOYD_FARTHEST_H

/* Outliers for centroids that have lost all their weights. */

#include "sorted.h"

/* Makes the weight that lies farthest from its cluster's mean (of equally far ones the
 * least), and those that equal it, a cluster of its own, until there are k or each weight
 * is its cluster's mean. After scikit-learn's k-means, which takes no equals along. cluster:
 * room for k, the first *used ascending, before and after. Returns whether any was made. */
bool split_farthest(const struct sorted *l, struct cluster *cluster, size_t *used, size_t k);

#endif
