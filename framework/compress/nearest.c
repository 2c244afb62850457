/* SPDX-License-Identifier: Apache-2.0 */
/* Edges are found by the definition of "nearer", in double, so that they agree with it
 * to the last bit; cells only narrow the search and need not be exact. */

#include "compress/nearest.h"

#include "base/alloc.h"
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

/* Of few values nearly all cells have no edge and are not searched; of many, few have
 * more than one. */
enum { CELLS_OF_FEW = 1 << 14, CELLS_PER_VALUE = 4 };

static bool is_lower(float x, float low, float high)
{
    return (double)x - (double)low <= (double)high - (double)x;
}

static float edge_between(float low, float high)
{
    float x = (float)(((double)low + (double)high) / 2);

    while (!is_lower(x, low, high))
        x = nextafterf(x, low);
    while (is_lower(nextafterf(x, high), low, high))
        x = nextafterf(x, high);
    return x;
}

int nearest_open(struct nearest *n, const float *value, size_t k, struct pare_error *err)
{
    size_t edges = k - 1, cell = 0;

    *n = (struct nearest){.k = k, .cells = k * CELLS_PER_VALUE * CELLS_PER_VALUE};
    if (n->cells > CELLS_OF_FEW)
        n->cells = k * CELLS_PER_VALUE > CELLS_OF_FEW ? k * CELLS_PER_VALUE : CELLS_OF_FEW;
    n->last = (double)(n->cells - 1);
    n->edge = alloc_zero(k, sizeof(*n->edge), "edges between centroids", err);
    n->below = alloc_zero(n->cells + 1, sizeof(*n->below), "edges between centroids", err);
    if (n->edge == NULL || n->below == NULL)
        return PARE_ENOMEM;
    for (size_t j = 0; j < edges; j++)
        n->edge[j] = edge_between(value[j], value[j + 1]);
    if (edges > 1) {
        n->origin = (double)n->edge[0];
        n->scale = n->last / ((double)n->edge[edges - 1] - n->origin);
    }
    for (size_t j = 0; j < edges; j++)
        for (size_t to = nearest_cell(n, n->edge[j]); cell < to; cell++)
            n->below[cell + 1] = (uint32_t)j;
    for (; cell < n->cells; cell++)
        n->below[cell + 1] = (uint32_t)edges;
    return PARE_OK;
}

void nearest_close(struct nearest *n)
{
    free(n->edge);
    free(n->below);
    *n = (struct nearest){0};
}
