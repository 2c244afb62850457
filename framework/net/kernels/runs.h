/* SPDX-License-Identifier: Apache-2.0 */

/* Sums of scaled runs, for convolutions whose gradient is mostly zero; included by
 * the file of an instruction set. The sums stay in registers over all terms. */

enum { RUN_ROWS = 5, RUN_VECS = 7 };

static inline __attribute__((always_inline)) void sum_block(const size_t rows, const size_t vecs,
                                                            const float *from, size_t step,
                                                            const struct kernel_term *term,
                                                            size_t terms, float *to, size_t n)
{
    vec sum[RUN_ROWS][RUN_VECS];

    UNROLL
    for (size_t r = 0; r < rows; r++)
        UNROLL
    for (size_t v = 0; v < vecs; v++)
        sum[r][v] = vec_load(to + r * n + v * LANES);
    for (size_t i = 0; i < terms; i++) {
        const float *run = from + term[i].offset;
        vec factor = vec_set(term[i].factor);

        UNROLL
        for (size_t r = 0; r < rows; r++)
            UNROLL
        for (size_t v = 0; v < vecs; v++)
            sum[r][v] = vec_fma(factor, vec_load(run + r * step + v * LANES), sum[r][v]);
    }
    UNROLL
    for (size_t r = 0; r < rows; r++)
        UNROLL
    for (size_t v = 0; v < vecs; v++)
        vec_store(to + r * n + v * LANES, sum[r][v]);
}

#define BLOCK(rows, vecs)                                                                          \
    static void block_##rows##x##vecs(const float *from, size_t step,                              \
                                      const struct kernel_term *term, size_t terms, float *to,     \
                                      size_t n)                                                    \
    {                                                                                              \
        sum_block(rows, vecs, from, step, term, terms, to, n);                                     \
    }
#define BLOCKS(rows)                                                                               \
    BLOCK(rows, 1)                                                                                 \
    BLOCK(rows, 2) BLOCK(rows, 3) BLOCK(rows, 4) BLOCK(rows, 5) BLOCK(rows, 6) BLOCK(rows, 7)
#define BLOCK_NAMES(rows)                                                                          \
    {                                                                                              \
        block_##rows##x1, block_##rows##x2, block_##rows##x3, block_##rows##x4, block_##rows##x5,  \
            block_##rows##x6, block_##rows##x7                                                     \
    }
BLOCKS(1)
BLOCKS(2)
BLOCKS(3)
BLOCKS(4)
BLOCKS(5)

static void (*const blocks[RUN_ROWS][RUN_VECS])(const float *, size_t, const struct kernel_term *,
                                                size_t, float *, size_t) = {
    BLOCK_NAMES(1), BLOCK_NAMES(2), BLOCK_NAMES(3), BLOCK_NAMES(4), BLOCK_NAMES(5)};

/* Cut in groups of vectors and then of rows, as many sums at a time as there are
 * registers for. */
static void sum_runs(size_t height, size_t n, const float *from, size_t step,
                     const struct kernel_term *term, size_t terms, float *sum)
{
    struct cut groups, rows;

#ifdef SHORT_RUNS
    if (n < LANES) {
        sum_short(height, from, step, term, terms, sum);
        return;
    }
#endif
    if (height == 1 && n <= RUN_VECS * LANES) { /* the usual one, without divisions */
        blocks[0][n / LANES - 1](from, step, term, terms, sum, n);
        return;
    }
    groups = cut_of(n / LANES, RUN_VECS);
    for (size_t g = 0, at = 0; g < groups.parts; g++) {
        size_t wide = cut_size(&groups, g), row = 0;

        rows = cut_of(height, RUN_SUMS / wide < RUN_ROWS ? RUN_SUMS / wide : RUN_ROWS);
        for (size_t i = 0; i < rows.parts; i++) {
            size_t high = cut_size(&rows, i);

            blocks[high - 1][wide - 1](from + row * step + at, step, term, terms,
                                       sum + row * n + at, n);
            row += high;
        }
        at += wide * LANES;
    }
}
