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

/* The first n of a vector, n < LANES; the rest is 0. */
static inline vec vec_load_few(const float *from, size_t n)
{
    const __m256i lane = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);

    return _mm256_maskload_ps(from, _mm256_cmpgt_epi32(_mm256_set1_epi32((int)n), lane));
}

static inline float vec_sum(vec v)
{
    __m128 s = _mm_add_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1));

    s = _mm_add_ps(s, _mm_movehl_ps(s, s));
    return _mm_cvtss_f32(_mm_add_ss(s, _mm_movehdup_ps(s)));
}

#include "net/kernels/all.h"
#else
const struct kernels kernels_avx2 = {.name = NULL};
#endif
