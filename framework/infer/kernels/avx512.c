/* SPDX-License-Identifier: Apache-2.0 */
/* For x86-64 with AVX-512, whose permutation of two registers by a third looks up
 * 16 numbers out of 32 at once. */

#include "infer/kernels/kernels.h"

#ifdef __AVX512F__
enum { LANES = 16, VECS = 4 };
#define EACH_LANE(x) x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x
#define EACH_PLANE_LANE(x) x, x, x, x, x, x, x, x
#define EVEN_PLANE_LANES 0, 2, 4, 6, 8, 10, 12, 14
#define ODD_PLANE_LANES 1, 3, 5, 7, 9, 11, 13, 15
#include "infer/kernels/body.h"
#include <immintrin.h>

/* Code of each lane to its weight; bits above it do not matter. */
static inline __m512 look_up(const __m512 book[4], __m512i code, bool large)
{
    __m512 low = _mm512_permutex2var_ps(book[0], code, book[1]);

    if (!large)
        return low;
    return _mm512_mask_mov_ps(low, _mm512_test_epi32_mask(code, _mm512_set1_epi32(32)),
                              _mm512_permutex2var_ps(book[2], code, book[3]));
}

static inline __attribute__((always_inline)) __m512 step(const struct infer_packed *p, size_t s,
                                                         const float *room, const __m512 book[4],
                                                         __m512i word, __m512 sum, bool large)
{
    const float *input = room + (size_t)p->input[s] * PACK_PLACES;
    __m512 x = _mm512_permutex2var_ps(_mm512_loadu_ps(input), word, _mm512_loadu_ps(input + 16));

    return _mm512_fmadd_ps(look_up(book, _mm512_srli_epi32(word, PACK_PLACE_BITS), large), x, sum);
}

static inline __attribute__((always_inline)) void run(const struct infer_packed *p,
                                                      const float *room, float *y, bool large)
{
    __m512 book[4];

    for (size_t i = 0; i < 4; i++)
        book[i] = _mm512_loadu_ps(p->book + 16 * i);
    for (size_t g = 0; g < p->groups; g++) {
        __m512 even = _mm512_loadu_ps(p->bias + g * PACK_LANES), odd = _mm512_setzero_ps();
        float done[PACK_LANES];

        for (size_t s = p->start[g]; s < p->start[g + 1]; s += 2) {
            __m512i pair = _mm512_loadu_si512(p->word + s * PACK_LANES);

            even = step(p, s, room, book, pair, even, large);
            odd = step(p, s + 1, room, book, _mm512_srli_epi32(pair, 16), odd, large);
        }
        even = _mm512_add_ps(even, odd);
        if (p->relu) /* NaN stays: it is not below 0 */
            even = _mm512_mask_mov_ps(even, _mm512_cmplt_ps_mask(even, _mm512_setzero_ps()),
                                      _mm512_setzero_ps());
        _mm512_storeu_ps(done, even);
        for (size_t i = 0; i < PACK_LANES; i++)
            y[p->row[g * PACK_LANES + i]] = done[i];
    }
}

static void packed(const struct infer_packed *p, const float *x, float *room, float *y)
{
    for (size_t i = 0, at = 0; i < p->columns; i += PACK_INPUTS, at += PACK_PLACES) {
        size_t n = p->columns - i < PACK_INPUTS ? p->columns - i : PACK_INPUTS;

        memset(room + at, 0, PACK_PLACES * sizeof *room);
        memcpy(room + at, x + i, n * sizeof *room);
    }
    if (p->large)
        run(p, room, y, true);
    else
        run(p, room, y, false);
}

const struct infer_kernels infer_avx512 = {.name = "avx512",
                                           .tile = TILE,
                                           .block_columns = 24 << 10 >> 8,
                                           .one = one,
                                           .many = many,
                                           .plane_lanes = PLANE_LANES,
                                           .plane = plane,
                                           .pool2 = pool2,
                                           .packed = packed,
                                           .turn = turn};
#else
const struct infer_kernels infer_avx512 = {.name = NULL};
#endif
