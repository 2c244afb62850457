/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NET_PEAK_H
#define NET_PEAK_H

/* What the machine computes at most, measured: what a speed is a share of. */

#include "base/pool.h"

/* Operations a second, two a multiply-add, of all threads of pool together with the
 * widest vectors there are: the best of some tries that take about seconds in all. */
double peak_flops(struct pool *pool, double seconds);

/* The name of those vectors' kernels. */
const char *peak_vectors(void);

#endif
