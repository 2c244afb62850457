/* SPDX-License-Identifier: Apache-2.0 */
/* The kernels that belong to those of net/kernels/, which knows the machine. */

#include "infer/kernels/kernels.h"
#include "net/kernels/kernels.h"

#include <string.h>

const struct infer_kernels *infer_kernels_named(const char *name)
{
    static const struct infer_kernels *const all[KERNELS_COUNT] = {
        [KERNELS_PORTABLE] = &infer_portable,
        [KERNELS_AVX2] = &infer_avx2,
        [KERNELS_AVX512] = &infer_avx512,
    };

    for (int set = 0; set < KERNELS_COUNT; set++)
        if (all[set]->one && kernels_get((enum kernels_set)set) &&
            strcmp(all[set]->name, name ? name : kernels_best()->name) == 0)
            return all[set];
    return name ? NULL : &infer_portable;
}
