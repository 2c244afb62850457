/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INFER_KERNELS_KERNELS_H
#define INFER_KERNELS_KERNELS_H

/* The inner loops of inference on kept weights, once for each instruction set and
 * chosen when the program runs. Sums round differently between them, and between
 * one sample and many; each alone always gives the same bytes. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What is read or written as vectors may be so up to this many numbers past its
 * end. */
enum { INFER_SLACK = 128 };

/* The kept weights of a layer, output by output, in blocks of columns: those of
 * output r in block b are start[b * rows + r] up to the next start. A column is an
 * input of a dense layer; of a convolution channel * kernel^2 + place in the window. */
struct infer_rows {
    size_t rows, columns, blocks, kept;
    uint32_t *start;  /* [blocks * rows + 1] */
    uint16_t *column; /* [kept] */
    uint8_t *code;    /* [kept] into book; NULL: value */
    float *book;      /* [256] */
    float *value;     /* [kept] */
    float *bias;      /* [rows] */
    bool relu;
};

/* The same for one sample by look-up in registers. Sixteen outputs are computed
 * together, one in each lane, 31 inputs at a time: a step is one kept weight of each,
 * an input's place and a code. Place 31 is 0, for outputs that have no more there. */
enum { PACK_LANES = 16, PACK_INPUTS = 31, PACK_PLACES = 32, PACK_PLACE_BITS = 5 };
struct infer_packed {
    size_t rows, columns, groups;
    uint32_t *start; /* [groups + 1] steps; each group an even number */
    uint16_t *word;  /* [steps / 2][PACK_LANES][2] place | code << PACK_PLACE_BITS */
    uint16_t *input; /* [steps] which PACK_INPUTS */
    uint16_t *row;   /* [groups][PACK_LANES] output, rows: none */
    float *bias;     /* [groups][PACK_LANES] */
    float book[64];
    bool large; /* more than 32 in book */
    bool relu;
};

/* One output of a convolution: y[i][j] = bias + sum over the output's weights of weight
 * * x[i * pitch + j + offset[column]]; no relu. Rows of y are written, and of x read, in
 * whole vectors. */
struct infer_plane {
    const struct infer_rows *weights; /* blocks is 1 */
    size_t unit;
    const uint32_t *offset; /* [columns] */
    const float *x;
    float *y;
    size_t height, width, pitch, y_pitch;
};

struct infer_kernels {
    const char *name;
    size_t tile;          /* samples that many takes */
    size_t block_columns; /* that many likes best in a block */
    /* x [columns] -> y [rows]; blocks is 1. */
    void (*one)(const struct infer_rows *w, const float *x, float *y);
    /* x [columns][tile] -> y [rows][tile]. */
    void (*many)(const struct infer_rows *w, const float *x, float *y);
    size_t plane_lanes;
    void (*plane)(const struct infer_plane *p);
    /* y [height][width]: the largest of each 2 x 2 of x, whose rows are pitch apart.
     * Both in whole vectors: what stands behind a row of y is written over. */
    void (*pool2)(const float *x, size_t pitch, size_t height, size_t width, float *y);
    /* room [columns / PACK_INPUTS + 1][PACK_PLACES]. NULL: this set cannot. */
    void (*packed)(const struct infer_packed *p, const float *x, float *room, float *y);
    /* to [columns][to_step] = from [rows][columns] the other way round. */
    void (*turn)(size_t rows, size_t columns, const float *from, float *to, size_t to_step);
};

extern const struct infer_kernels infer_portable, infer_avx2, infer_avx512;
/* name: that one, NULL where this machine cannot run it; NULL: as kernels_best. */
const struct infer_kernels *infer_kernels_named(const char *name);

#endif
