/* SPDX-License-Identifier: Apache-2.0 */

/* All but the look-up in registers, for the instruction set whose file includes this
 * and defines LANES and VECS, numbers in a vector and vectors that many keeps sums in,
 * and lists: x for each lane, and for convolutions, which have vectors of at most
 * eight, the same and the even and odd lanes of two vectors. */

#include "infer/kernels/kernels.h"
#include <string.h>

typedef float vec __attribute__((vector_size(4 * LANES)));
typedef int32_t vec_int __attribute__((vector_size(4 * LANES)));

#ifdef __clang__
#define UNROLL _Pragma("clang loop unroll(full)")
#else
#define UNROLL _Pragma("GCC unroll 16")
#endif

enum { TILE = LANES * VECS, PLANE_LANES = LANES < 8 ? LANES : 8, PLANE_SUMS = 12 };

typedef float plane_vec __attribute__((vector_size(4 * PLANE_LANES)));
typedef int32_t plane_int __attribute__((vector_size(4 * PLANE_LANES)));

static inline plane_vec plane_set(float x)
{
    return (plane_vec){EACH_PLANE_LANE(x)};
}

static inline vec vec_load(const float *from)
{
    vec v;

    memcpy(&v, from, sizeof v);
    return v;
}

static inline void vec_store(float *to, vec v)
{
    memcpy(to, &v, sizeof v);
}

static inline vec vec_set(float x)
{
    return (vec){EACH_LANE(x)};
}

/* As rectify. */
static inline vec vec_rectify(vec v)
{
    return (vec)((vec_int)v & ~(v < vec_set(0.0F)));
}

static inline float weight_of(const struct infer_rows *w, size_t k)
{
    return w->code ? w->book[w->code[k]] : w->value[k];
}

static inline float rectify(float x)
{
    return x < 0.0F ? 0.0F : x; /* NaN stays */
}

static inline __attribute__((always_inline)) float dot(const struct infer_rows *w, size_t k,
                                                       size_t end, const float *x, bool coded)
{
    const uint16_t *column = w->column;
    float sum[4] = {0.0F, 0.0F, 0.0F, 0.0F};

    for (; k + 4 <= end; k += 4) {
        UNROLL
        for (size_t i = 0; i < 4; i++)
            sum[i] += (coded ? w->book[w->code[k + i]] : w->value[k + i]) * x[column[k + i]];
    }
    for (; k < end; k++)
        sum[0] += weight_of(w, k) * x[column[k]];
    return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

static void one(const struct infer_rows *w, const float *x, float *y)
{
    for (size_t r = 0; r < w->rows; r++) {
        size_t k = w->start[r], end = w->start[r + 1];
        float sum = w->bias[r] + (w->code ? dot(w, k, end, x, true) : dot(w, k, end, x, false));

        y[r] = w->relu ? rectify(sum) : sum;
    }
}

static void many_block(const struct infer_rows *w, size_t b, const float *x, float *y)
{
    const uint32_t *start = w->start + b * w->rows;
    bool relu = w->relu && b + 1 == w->blocks;

    for (size_t r = 0; r < w->rows; r++, y += TILE) {
        vec sum[VECS];

        UNROLL
        for (size_t v = 0; v < VECS; v++)
            sum[v] = b == 0 ? vec_set(w->bias[r]) : vec_load(y + v * LANES);
        for (size_t k = start[r]; k < start[r + 1]; k++) {
            const float *from = x + (size_t)w->column[k] * TILE;
            vec weight = vec_set(weight_of(w, k));

            UNROLL
            for (size_t v = 0; v < VECS; v++)
                sum[v] += weight * vec_load(from + v * LANES);
        }
        UNROLL
        for (size_t v = 0; v < VECS; v++)
            vec_store(y + v * LANES, relu ? vec_rectify(sum[v]) : sum[v]);
    }
}

static void many(const struct infer_rows *w, const float *x, float *y)
{
    for (size_t b = 0; b < w->blocks; b++)
        many_block(w, b, x, y);
}

/* Convolutions go by vectors of PLANE_LANES, which fit small planes better than
 * longer ones: rows x vecs of them at a time, both known when this is compiled. */
static inline __attribute__((always_inline)) void plane_part(const struct infer_plane *p,
                                                             size_t row, size_t first,
                                                             const size_t rows, const size_t vecs)
{
    const struct infer_rows *w = p->weights;
    const float *x = p->x + row * p->pitch + first * PLANE_LANES;
    float *y = p->y + row * p->y_pitch + first * PLANE_LANES;
    plane_vec sum[PLANE_SUMS];

    UNROLL
    for (size_t i = 0; i < rows * vecs; i++)
        sum[i] = plane_set(w->bias[p->unit]);
    for (size_t k = w->start[p->unit]; k < w->start[p->unit + 1]; k++) {
        const float *from = x + p->offset[w->column[k]];
        plane_vec weight = plane_set(weight_of(w, k));

        UNROLL
        for (size_t i = 0; i < rows * vecs; i++) {
            plane_vec v;
            memcpy(&v, from + i / vecs * p->pitch + i % vecs * PLANE_LANES, sizeof v);
            sum[i] += weight * v;
        }
    }
    UNROLL
    for (size_t i = 0; i < rows * vecs; i++)
        memcpy(y + i / vecs * p->y_pitch + i % vecs * PLANE_LANES, &sum[i], sizeof sum[i]);
}

/* A column of vecs vectors over all rows. */
static inline __attribute__((always_inline)) void plane_column(const struct infer_plane *p,
                                                               size_t first, const size_t vecs)
{
    const size_t rows = vecs == 1 ? 8 : PLANE_SUMS / vecs, fewer = vecs == 1 ? 4 : 2;
    size_t row = 0;

    for (; row + rows <= p->height; row += rows)
        plane_part(p, row, first, rows, vecs);
    for (; row + fewer <= p->height; row += fewer)
        plane_part(p, row, first, fewer, vecs);
    for (; row < p->height; row++)
        plane_part(p, row, first, 1, vecs);
}

static void plane(const struct infer_plane *p)
{
    size_t vecs = (p->width + PLANE_LANES - 1) / PLANE_LANES, first = 0;

    for (; vecs - first > 4 || vecs - first == 3; first += 3)
        plane_column(p, first, 3);
    if (vecs - first == 4)
        plane_column(p, first, 4);
    else if (vecs - first == 2)
        plane_column(p, first, 2);
    else if (vecs - first == 1)
        plane_column(p, first, 1);
}

static inline plane_vec plane_larger(plane_vec a, plane_vec b)
{
    plane_int take = b > a;

    return (plane_vec)(((plane_int)b & take) | ((plane_int)a & ~take));
}

/* The larger of neighbors, over two vectors. */
static inline plane_vec larger_neighbors(plane_vec a, plane_vec b)
{
    return plane_larger(__builtin_shufflevector(a, b, EVEN_PLANE_LANES),
                        __builtin_shufflevector(a, b, ODD_PLANE_LANES));
}

static void pool2(const float *x, size_t pitch, size_t height, size_t width, float *y)
{
    for (size_t i = 0; i < height; i++, x += 2 * pitch, y += width)
        for (size_t j = 0; j < width; j += PLANE_LANES) {
            plane_vec v[4], most;

            memcpy(v, x + 2 * j, 2 * sizeof *v);
            memcpy(v + 2, x + pitch + 2 * j, 2 * sizeof *v);
            most = larger_neighbors(plane_larger(v[0], v[2]), plane_larger(v[1], v[3]));
            memcpy(y + j, &most, sizeof most);
        }
}

typedef float four __attribute__((vector_size(16)));

static inline void turn_four(const float *from, size_t from_step, float *to, size_t to_step)
{
    four row[4], pair[4];

    for (size_t i = 0; i < 4; i++)
        memcpy(&row[i], from + i * from_step, sizeof row[i]);
    pair[0] = __builtin_shufflevector(row[0], row[1], 0, 4, 1, 5);
    pair[1] = __builtin_shufflevector(row[2], row[3], 0, 4, 1, 5);
    pair[2] = __builtin_shufflevector(row[0], row[1], 2, 6, 3, 7);
    pair[3] = __builtin_shufflevector(row[2], row[3], 2, 6, 3, 7);
    for (size_t i = 0; i < 4; i += 2) {
        row[i] = __builtin_shufflevector(pair[i], pair[i + 1], 0, 1, 4, 5);
        row[i + 1] = __builtin_shufflevector(pair[i], pair[i + 1], 2, 3, 6, 7);
    }
    for (size_t i = 0; i < 4; i++)
        memcpy(to + i * to_step, &row[i], sizeof row[i]);
}

/* In strips of columns that are one line of the cache wide. */
static void turn(size_t rows, size_t columns, const float *from, float *to, size_t to_step)
{
    size_t high = rows / 4 * 4, wide = columns / 4 * 4;

    for (size_t strip = 0; strip < wide; strip += 16)
        for (size_t i = 0; i < high; i += 4)
            for (size_t j = strip; j < wide && j < strip + 16; j += 4)
                turn_four(from + i * columns + j, columns, to + j * to_step + i, to_step);
    for (size_t j = 0; j < columns; j++)
        for (size_t i = j < wide ? high : 0; i < rows; i++)
            to[j * to_step + i] = from[i * columns + j];
}
