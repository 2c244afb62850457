/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NET_CONVPOOL_H
#define NET_CONVPOOL_H

/* A convolution and the max pooling after it as one. */

#include "net/layer.h"

extern const struct layer_ops layer_convpool;

/* How many of the layers after this one it can do too; layers: those from this one
 * to the end of the net. 0: none, and layer_convpool is not for it. */
size_t convpool_joins(const struct layer *layer, size_t layers);

#endif
