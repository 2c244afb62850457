/* SPDX-License-Identifier: Apache-2.0 */

/* All kernels for the instruction set whose file includes this. */

#include <math.h>
#include <string.h>

#ifdef __clang__
#define UNROLL _Pragma("clang loop unroll(full)")
#else
#define UNROLL _Pragma("GCC unroll 16")
#endif

#include "net/kernels/dots.h"
#include "net/kernels/elements.h"
#include "net/kernels/peak.h"
#include "net/kernels/product.h"
#include "net/kernels/runs.h"

const struct kernels SET = {
    .name = NAME,
    .product = product,
    .dots = dots,
    .transpose = transpose,
    .sum_runs = sum_runs,
    .pool2 = pool2,
    .sgd = sgd,
    .adam = adam,
    .peak = peak,
};
