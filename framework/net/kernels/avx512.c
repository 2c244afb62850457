/* SPDX-License-Identifier: Apache-2.0 */

/* The kernels for AVX-512; compiled with -mavx512f and more, see CMakeLists.txt. */

#include "net/kernels/kernels.h"

#ifdef __AVX512F__
#include <immintrin.h>

#define LANES 16
#define ROWS 6
#define VECS 4
#define RUN_SUMS 28
#define NAME "avx512"
#define SET kernels_avx512
typedef __m512 vec;
#define vec_load _mm512_loadu_ps
#define vec_store _mm512_storeu_ps
#define vec_set _mm512_set1_ps
#define vec_fma _mm512_fmadd_ps

/* The first n of a vector, n < LANES; the rest is 0. */
static inline vec vec_load_few(const float *from, size_t n)
{
    return _mm512_maskz_loadu_ps((__mmask16)((1U << n) - 1), from);
}

static inline float vec_sum(vec v)
{
    __m256 half = _mm256_add_ps(_mm512_castps512_ps256(v), _mm512_extractf32x8_ps(v, 1));
    __m128 s = _mm_add_ps(_mm256_castps256_ps128(half), _mm256_extractf128_ps(half, 1));

    s = _mm_add_ps(s, _mm_movehl_ps(s, s));
    return _mm_cvtss_f32(_mm_add_ss(s, _mm_movehdup_ps(s)));
}

/* sum_runs of 8: half a vector a row, since most loads cross a cache line. */
#define SHORT_RUNS
static void sum_short(size_t height, const float *from, size_t step, const struct kernel_term *term,
                      size_t terms, float *sum)
{
    enum { ROWS_AT_ONCE = 5 };

    for (size_t row = 0; row < height; row += ROWS_AT_ONCE) {
        size_t rows = height - row < ROWS_AT_ONCE ? height - row : ROWS_AT_ONCE;
        __m256 s[ROWS_AT_ONCE];

        for (size_t r = 0; r < rows; r++)
            s[r] = _mm256_loadu_ps(sum + (row + r) * 8);
        for (size_t i = 0; i < terms; i++) {
            const float *run = from + term[i].offset + row * step;
            __m256 factor = _mm256_set1_ps(term[i].factor);

            if (rows == ROWS_AT_ONCE) /* the sums stay in registers */
                _Pragma("GCC unroll 8") for (size_t r = 0; r < ROWS_AT_ONCE; r++) s[r] =
                    _mm256_fmadd_ps(factor, _mm256_loadu_ps(run + r * step), s[r]);
            else
                for (size_t r = 0; r < rows; r++)
                    s[r] = _mm256_fmadd_ps(factor, _mm256_loadu_ps(run + r * step), s[r]);
        }
        for (size_t r = 0; r < rows; r++)
            _mm256_storeu_ps(sum + (row + r) * 8, s[r]);
    }
}

#include "net/kernels/all.h"
#else
const struct kernels kernels_avx512 = {.name = NULL};
#endif
