/* SPDX-License-Identifier: Apache-2.0 */

/* The kernels in plain C with vectors of four, which every compiler maps to what
 * the machine has. Multiplies and adds are rounded apart. */

#include "net/kernels/kernels.h"

#include <string.h>

#define LANES 4
#define ROWS 6
#define VECS 2
#define RUN_SUMS 8
#define NAME "portable"
#define SET kernels_portable
typedef float vec __attribute__((vector_size(16)));

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
    return (vec){x, x, x, x};
}

static inline vec vec_fma(vec a, vec b, vec c)
{
    return a * b + c;
}

/* The first n of a vector, n < LANES; the rest is 0. */
static inline vec vec_load_few(const float *from, size_t n)
{
    vec v = {0};

    memcpy(&v, from, n * sizeof *from);
    return v;
}

static inline float vec_sum(vec v)
{
    return (v[0] + v[2]) + (v[1] + v[3]);
}

#include "net/kernels/all.h"
