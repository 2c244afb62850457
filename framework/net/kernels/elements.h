/* SPDX-License-Identifier: Apache-2.0 */

/* Loops over elements in plain C, which the compiler makes vectors of for the
 * instruction set whose file includes this. All sets give the same bytes. */

/* What is read and written in blocks of this side stays in the cache. */
enum { SIDE = 16 };
typedef float four __attribute__((vector_size(16)));

static inline void turn_four(const float *from, size_t from_step, float *to, size_t to_step)
{
    four a, b, c, d, ac, bd, out;

    memcpy(&a, from, sizeof a);
    memcpy(&b, from + from_step, sizeof b);
    memcpy(&c, from + 2 * from_step, sizeof c);
    memcpy(&d, from + 3 * from_step, sizeof d);
    ac = __builtin_shufflevector(a, c, 0, 4, 1, 5);
    bd = __builtin_shufflevector(b, d, 0, 4, 1, 5);
    out = __builtin_shufflevector(ac, bd, 0, 4, 1, 5);
    memcpy(to, &out, sizeof out);
    out = __builtin_shufflevector(ac, bd, 2, 6, 3, 7);
    memcpy(to + to_step, &out, sizeof out);
    ac = __builtin_shufflevector(a, c, 2, 6, 3, 7);
    bd = __builtin_shufflevector(b, d, 2, 6, 3, 7);
    out = __builtin_shufflevector(ac, bd, 0, 4, 1, 5);
    memcpy(to + 2 * to_step, &out, sizeof out);
    out = __builtin_shufflevector(ac, bd, 2, 6, 3, 7);
    memcpy(to + 3 * to_step, &out, sizeof out);
}

static inline void turn_block(size_t rows, size_t columns, const float *from, size_t from_step,
                              float *to, size_t to_step)
{
    size_t high = rows / 4 * 4, wide = columns / 4 * 4;

    for (size_t j = 0; j < wide; j += 4)
        for (size_t i = 0; i < high; i += 4)
            turn_four(from + i * from_step + j, from_step, to + j * to_step + i, to_step);
    for (size_t j = 0; j < columns; j++)
        for (size_t i = j < wide ? high : 0; i < rows; i++)
            to[j * to_step + i] = from[i * from_step + j];
}

static void transpose(size_t rows, size_t columns, const float *from, size_t from_step, float *to,
                      size_t to_step, size_t filled)
{
    for (size_t i = 0; i < rows; i += SIDE)
        for (size_t j = 0; j < columns; j += SIDE)
            turn_block(rows - i < SIDE ? rows - i : SIDE, columns - j < SIDE ? columns - j : SIDE,
                       from + i * from_step + j, from_step, to + j * to_step + i, to_step);
    for (size_t j = 0; filled > rows && j < columns; j++)
        for (size_t i = rows; i < filled; i++)
            to[j * to_step + i] = 0.0F;
}

/* Pooling goes in two steps over a stretch that stays in the cache: down, row by row,
 * and across, which needs no rows. No branches: which is larger is anybody's guess. */
enum { STRETCH = 512, EIGHT = 8 };
typedef float floats __attribute__((vector_size(4 * EIGHT)));
typedef int32_t ints __attribute__((vector_size(4 * EIGHT)));

/* most [n]: the larger of a and b, below: 1 where that is b. */
static inline void pool_down(size_t n, const float *restrict a, const float *restrict b,
                             float *restrict most, int32_t *restrict below)
{
    size_t i = 0;

    for (; i + EIGHT <= n; i += EIGHT) {
        floats upper, lower;
        ints take, up, down;

        memcpy(&upper, a + i, sizeof upper);
        memcpy(&lower, b + i, sizeof lower);
        take = lower > upper;
        memcpy(&up, &upper, sizeof up);
        memcpy(&down, &lower, sizeof down);
        up = (take & down) | (~take & up);
        take = -take;
        memcpy(most + i, &up, sizeof up);
        memcpy(below + i, &take, sizeof take);
    }
    for (; i < n; i++) {
        below[i] = b[i] > a[i];
        most[i] = b[i] > a[i] ? b[i] : a[i];
    }
}

/* Of equal ones the upper wins, and then the left one. */
static inline void pool_across(size_t n, const float *restrict most, const int32_t *restrict below,
                               float *restrict y, uint8_t *restrict at)
{
    for (size_t i = 0; i < n; i++) {
        float left = most[2 * i], right = most[2 * i + 1];
        int32_t down = below[2 * i], right_down = below[2 * i + 1];
        int32_t take = (int32_t)(right > left) | ((int32_t)(right == left) & (down & ~right_down));

        y[i] = right > left ? right : left;
        at[i] = (uint8_t)(2 * down + take * (1 + 2 * (right_down - down)));
    }
}

static void pool2(size_t height, size_t width, const float *x, float *y, uint8_t *at)
{
    size_t half = width / 2, in_stretch = half > 0 && half <= STRETCH / 2 ? STRETCH / 2 / half : 0;
    float most[STRETCH];
    int32_t below[STRETCH];

    for (size_t row = 0; in_stretch > 0 && row < height / 2;) { /* narrow: some rows at once */
        size_t rows = height / 2 - row < in_stretch ? height / 2 - row : in_stretch;

        for (size_t r = 0; r < rows; r++) {
            const float *from = x + 2 * (row + r) * width;

            pool_down(2 * half, from, from + width, most + r * 2 * half, below + r * 2 * half);
        }
        pool_across(rows * half, most, below, y + row * half, at + row * half);
        row += rows;
    }
    for (size_t row = 0; in_stretch == 0 && row < height / 2; row++) /* wide: a row in pieces */
        for (size_t i = 0; i < half; i += STRETCH / 2) {
            size_t n = half - i < STRETCH / 2 ? half - i : STRETCH / 2;
            const float *from = x + 2 * row * width + 2 * i;

            pool_down(2 * n, from, from + width, most, below);
            pool_across(n, most, below, y + row * half + i, at + row * half + i);
        }
}

/* The gradient of a number x with both penalties; it stands for uses weights, each
 * of which is penalized. */
static inline float slope(float x, float grad, float uses, float decay, float l1)
{
    return grad + uses * (decay * x + l1 * (float)((x > 0.0F) - (x < 0.0F)));
}

/* Each rule is made for every set of arguments that may be NULL, so that its loop has
 * no conditions. What is not kept becomes and stays zero. */

static inline __attribute__((always_inline)) void sgd_loop(const struct kernel_step *s,
                                                           const bool has_uses, const bool has_keep)
{
    float *restrict x = s->x, *restrict m = s->m;
    const float *restrict grad = s->grad, *restrict uses = s->uses;
    const uint8_t *restrict keep = s->keep;
    float rate = s->rate, momentum = s->momentum, decay = s->decay, l1 = s->l1;

    for (size_t i = 0; i < s->n; i++) {
        float v = momentum * m[i] + slope(x[i], grad[i], has_uses ? uses[i] : 1.0F, decay, l1);
        float moved = x[i] - rate * v;

        m[i] = has_keep && !keep[i] ? 0.0F : v;
        x[i] = has_keep && !keep[i] ? 0.0F : moved;
    }
}

static inline __attribute__((always_inline)) void
adam_loop(const struct kernel_step *s, const bool has_uses, const bool has_keep)
{
    const struct kernel_step w = *s;
    float *restrict x = w.x, *restrict mean = w.m, *restrict square = w.v;
    const float *restrict grad = w.grad, *restrict uses = w.uses;
    const uint8_t *restrict keep = w.keep;

    for (size_t i = 0; i < w.n; i++) {
        float g = slope(x[i], grad[i], has_uses ? uses[i] : 1.0F, w.decay, w.l1);
        float m = w.beta1 * mean[i] + (1.0F - w.beta1) * g;
        float v = w.beta2 * square[i] + (1.0F - w.beta2) * g * g;
        float moved = x[i] - w.rate * m / (sqrtf(v * w.scale2) + w.epsilon);

        mean[i] = has_keep && !keep[i] ? 0.0F : m;
        square[i] = has_keep && !keep[i] ? 0.0F : v;
        x[i] = has_keep && !keep[i] ? 0.0F : moved;
    }
}

#define RULE(rule)                                                                                 \
    static void rule(const struct kernel_step *s)                                                  \
    {                                                                                              \
        if (s->uses && s->keep)                                                                    \
            rule##_loop(s, true, true);                                                            \
        else if (s->uses)                                                                          \
            rule##_loop(s, true, false);                                                           \
        else if (s->keep)                                                                          \
            rule##_loop(s, false, true);                                                           \
        else                                                                                       \
            rule##_loop(s, false, false);                                                          \
    }
RULE(sgd)
RULE(adam)
