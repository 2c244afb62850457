/* SPDX-License-Identifier: Apache-2.0 */

/* The kernels for AVX2 and FMA; compiled with -mavx2 -mfma, see CMakeLists.txt. */

#include "net/kernels/kernels.h"

#ifdef __AVX2__
#include <immintrin.h>

#define LANES 8
#define ROWS 6
#define VECS 2
#define RUN_SUMS 14
#define NAME "avx2"
#define SET kernels_avx2
typedef __m256 vec;
#define vec_load _mm256_loadu_ps
#define vec_store _mm256_storeu_ps
#define vec_set _mm256_set1_ps
#define vec_fma _mm256_fmadd_ps

#include "net/kernels/all.h"
#else
const struct kernels kernels_avx2 = {.name = NULL};
#endif
