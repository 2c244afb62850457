/* SPDX-License-Identifier: Apache-2.0 */
/* For x86-64 with AVX2 and FMA. */

#include "infer/kernels/kernels.h"

#ifdef __AVX2__
enum { LANES = 8, VECS = 8 };
#define EACH_LANE(x) x, x, x, x, x, x, x, x
#define EACH_PLANE_LANE(x) x, x, x, x, x, x, x, x
#define EVEN_PLANE_LANES 0, 2, 4, 6, 8, 10, 12, 14
#define ODD_PLANE_LANES 1, 3, 5, 7, 9, 11, 13, 15
#include "infer/kernels/body.h"

const struct infer_kernels infer_avx2 = {.name = "avx2",
                                         .tile = TILE,
                                         .block_columns = 24 << 10 >> 8,
                                         .one = one,
                                         .many = many,
                                         .plane_lanes = PLANE_LANES,
                                         .plane = plane,
                                         .pool2 = pool2,
                                         .turn = turn};
#else
const struct infer_kernels infer_avx2 = {.name = NULL};
#endif
