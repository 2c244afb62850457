/* SPDX-License-Identifier: Apache-2.0 */

/* Products of a few samples with a matrix that is read once, where it lies; included
 * by the file of an instruction set. Each element is a chain of fused additions for
 * every lane, and vec_sum of them: the same however the work is cut. */

enum { DOT_SUMS = 8, DOT_SAMPLES = 4 };

static inline __attribute__((always_inline)) void
dots_of(const struct kernel_dots *d, const size_t samples, const size_t rows, size_t row)
{
    const float *x = d->x, *w = d->w + row * d->k;
    size_t k = d->k, whole = k / LANES * LANES;
    vec sum[DOT_SAMPLES][DOT_SUMS];

    UNROLL
    for (size_t i = 0; i < samples; i++)
        UNROLL
    for (size_t r = 0; r < rows; r++)
        sum[i][r] = vec_set(0.0F);
    for (size_t l = 0; l < whole; l += LANES)
        UNROLL
    for (size_t r = 0; r < rows; r++) {
        vec weight = vec_load(w + r * k + l);

        UNROLL
        for (size_t i = 0; i < samples; i++)
            sum[i][r] = vec_fma(weight, vec_load(x + i * k + l), sum[i][r]);
    }
    for (size_t r = 0; r < rows && whole < k; r++) {
        vec weight = vec_load_few(w + r * k + whole, k - whole);

        for (size_t i = 0; i < samples; i++)
            sum[i][r] = vec_fma(weight, vec_load_few(x + i * k + whole, k - whole), sum[i][r]);
    }
    for (size_t i = 0; i < samples; i++)
        for (size_t r = 0; r < rows; r++)
            d->y[i * d->y_step + row + r] =
                vec_sum(sum[i][r]) + (d->bias ? d->bias[row + r] : 0.0F);
}

/* As many rows at a time as there are sums for. */
#define DOTS(samples)                                                                              \
    static void dots_##samples(const struct kernel_dots *d)                                        \
    {                                                                                              \
        const size_t rows = DOT_SUMS / (samples);                                                  \
        size_t row = 0;                                                                            \
                                                                                                   \
        for (; row + rows <= d->n; row += rows)                                                    \
            dots_of(d, samples, rows, row);                                                        \
        for (; row < d->n; row++)                                                                  \
            dots_of(d, samples, 1, row);                                                           \
    }
DOTS(1)
DOTS(2)
DOTS(3)
DOTS(4)

static void dots(const struct kernel_dots *all)
{
    static void (*const of[DOT_SAMPLES])(const struct kernel_dots *) = {dots_1, dots_2, dots_3,
                                                                        dots_4};
    struct kernel_dots d = *all;

    for (size_t left = all->m; left > 0; left -= d.m) {
        d.m = left < DOT_SAMPLES ? left : DOT_SAMPLES;
        of[d.m - 1](&d);
        d.x += d.m * d.k;
        d.y += d.m * d.y_step;
    }
}
