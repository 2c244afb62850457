/* SPDX-License-Identifier: Apache-2.0 */

/* Which kernels this machine runs. */

#include "net/kernels/kernels.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static bool runs(enum kernels_set set)
{
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (set == KERNELS_AVX512)
        return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
               __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
    if (set == KERNELS_AVX2)
        return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#endif
    return set == KERNELS_PORTABLE;
}

const struct kernels *kernels_get(enum kernels_set set)
{
    static const struct kernels *const all[KERNELS_COUNT] = {
        [KERNELS_PORTABLE] = &kernels_portable,
        [KERNELS_AVX2] = &kernels_avx2,
        [KERNELS_AVX512] = &kernels_avx512,
    };

    return all[set]->product && runs(set) ? all[set] : NULL;
}

static pthread_once_t once = PTHREAD_ONCE_INIT;
static const struct kernels *best;

static void choose(void)
{
    const char *asked = getenv("PARE_KERNELS");

    for (int set = 0; set < KERNELS_COUNT; set++) {
        const struct kernels *k = kernels_get((enum kernels_set)set);

        if (k)
            best = k;
        if (k && asked && strcmp(asked, k->name) == 0)
            break;
    }
}

const struct kernels *kernels_best(void)
{
    pthread_once(&once, choose);
    return best;
}
