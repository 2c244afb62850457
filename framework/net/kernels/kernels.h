/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NET_KERNELS_KERNELS_H
#define NET_KERNELS_KERNELS_H

/* The inner loops of training, once for each instruction set and chosen when the
 * program runs. Every element is computed by the same operations in the same order
 * however the work is cut; only between instruction sets do sums round differently.
 * The loops know nothing of nets, threads or memory. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Numbers in the longest vector. What is read as vectors may be read up to
 * KERNEL_SLACK numbers past its end. */
enum { KERNEL_LANES = 16, KERNEL_SLACK = 64 };

/* c [m][n] = a [m][k] b [k][n]: a one number at a time, b and c by vectors of n.
 * Row l of b starts at b + b_row[l]; b_row NULL: at b + l * b_step. */
struct kernel_product {
    size_t m, n, k;
    const float *a;
    size_t a_row, a_column; /* steps */
    const float *b;
    const uint32_t *b_row;
    size_t b_step;
    float *c;
    size_t c_row, c_column; /* steps; one of them is 1 */
    const float *bias;      /* [m] or NULL: each row of c starts from it */
    bool add;               /* c starts from what it was; no bias then */
};

/* y [m][n] = x [m][k] w^T of w [n][k], for few m; w is read as it lies. Nothing is read
 * past an end. */
struct kernel_dots {
    size_t m, n, k;
    const float *x, *w;
    const float *bias; /* [n] or NULL */
    float *y;
    size_t y_step;
};

/* One number times the run that starts at offset. */
struct kernel_term {
    uint32_t offset;
    float factor;
};

/* One step of an optimizer over a part of a vector; see net/optimizer.c. uses and
 * keep may be NULL; what is not kept becomes 0. */
struct kernel_step {
    size_t n;
    float *x, *m, *v;
    const float *grad, *uses;
    const uint8_t *keep;
    float rate, decay, l1, momentum, beta1, beta2, epsilon, scale2;
};

struct kernels {
    const char *name;
    void (*product)(const struct kernel_product *p);
    void (*dots)(const struct kernel_dots *d);
    /* to [columns][to_step] = from [rows][from_step] the other way round; the rest
     * of to's rows up to filled becomes 0. */
    void (*transpose)(size_t rows, size_t columns, const float *from, size_t from_step, float *to,
                      size_t to_step, size_t filled);
    /* sum [height][n] += factor * from[offset + row * step ...] over the terms; n is
     * 8 or a multiple of KERNEL_LANES. */
    void (*sum_runs)(size_t height, size_t n, const float *from, size_t step,
                     const struct kernel_term *term, size_t terms, float *sum);
    /* y [height/2][width/2]: the largest of each 2 x 2 of x [height][width]; at: which
     * of the four in reading order, the first of equal ones. */
    void (*pool2)(size_t height, size_t width, const float *x, float *y, uint8_t *at);
    void (*sgd)(const struct kernel_step *s);
    void (*adam)(const struct kernel_step *s);
    /* As many multiply-adds as the machine can do, rounds times and for nothing; returns
     * the operations, two a multiply-add. */
    size_t (*peak)(size_t rounds, float *out);
};

enum kernels_set { KERNELS_PORTABLE, KERNELS_AVX2, KERNELS_AVX512, KERNELS_COUNT };

/* NULL where this machine cannot run them. */
const struct kernels *kernels_get(enum kernels_set set);
/* The best that the machine can run; PARE_KERNELS=portable|avx2|avx512 in the
 * environment asks for one of the lesser. */
const struct kernels *kernels_best(void);

extern const struct kernels kernels_portable, kernels_avx2, kernels_avx512;

#endif
