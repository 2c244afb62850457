/* SPDX-License-Identifier: Apache-2.0 */
/* For every machine: vectors of four, which all have, or the compiler splits. */

enum { LANES = 4, VECS = 8 };
#define EACH_LANE(x) x, x, x, x
#define EACH_PLANE_LANE(x) x, x, x, x
#define EVEN_PLANE_LANES 0, 2, 4, 6
#define ODD_PLANE_LANES 1, 3, 5, 7
#include "infer/kernels/body.h"

const struct infer_kernels infer_portable = {.name = "portable",
                                             .tile = TILE,
                                             .block_columns = 24 << 10 >> 7,
                                             .one = one,
                                             .many = many,
                                             .plane_lanes = PLANE_LANES,
                                             .plane = plane,
                                             .pool2 = pool2,
                                             .turn = turn};
