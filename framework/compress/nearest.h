/* SPDX-License-Identifier: Apache-2.0 */
#ifndef COMPRESS_NEAREST_H
#define COMPRESS_NEAREST_H

/* Which of k ascending values is nearest to a number, for many numbers: between two
 * values lies an edge, the greatest float that belongs to the lower one, and a grid over
 * the edges leaves few of them to search. */

#include <stddef.h>
#include <stdint.h>

struct pare_error;

struct nearest {
    size_t k;
    float *edge;     /* [k - 1] */
    uint32_t *below; /* [cells + 1]: edges in the cells before this one */
    size_t cells;
    double origin, scale; /* x is in the cell (x - origin) * scale, */
    double last;          /* cells - 1 at most */
};

/* value: [k], k >= 1, finite, strictly ascending. Fails with PARE_ENOMEM; free it then too. */
int nearest_open(struct nearest *nearest, const float *value, size_t k, struct pare_error *err);
void nearest_close(struct nearest *nearest);

/* x's cell; what is not in the grid is in its first or last. Never decreases with x. */
static inline size_t nearest_cell(const struct nearest *n, float x)
{
    double at = ((double)x - n->origin) * n->scale;

    return at <= 0.0 ? 0 : at >= n->last ? n->cells - 1 : (size_t)at;
}

/* Index of the value nearest to x, of two equally near the lower. x is finite. */
static inline size_t nearest_index(const struct nearest *n, float x)
{
    size_t cell = nearest_cell(n, x);
    size_t first = n->below[cell], end = n->below[cell + 1];

    while (first < end) {
        size_t middle = first + (end - first) / 2;
        if (n->edge[middle] < x)
            first = middle + 1;
        else
            end = middle;
    }
    return first;
}

#endif
