/* SPDX-License-Identifier: Apache-2.0 */
/* mask-LAYER.csv: which weights of a dense layer are kept, a line an output and a
 * column an input, without a header (Han et al. 2015, figure 4: 28 bands for the rows
 * of a digit). Beyond 1,024 lines or columns several share a cell, which then counts
 * its kept weights. */

#include "base/alloc.h"
#include "run/figure.h"
#include <stdlib.h>
#include <string.h>

enum { CELLS_MAX = 1024 }; /* a side */

static bool is_dense(const struct pare_net *net, size_t param)
{
    for (size_t i = 0; i < net->layers; i++)
        if (net->layer[i].weight == param)
            return net->layer[i].desc.kind == LAYER_DENSE;
    return false;
}

static void put_line(const uint32_t *cell, size_t n, FILE *out)
{
    for (size_t i = 0; i < n; i++) {
        if (i)
            fputc(',', out);
        if (cell[i] < 10)
            fputc((int)('0' + cell[i]), out);
        else
            fprintf(out, "%u", cell[i]);
    }
    fputc('\n', out);
}

bool figure_mask(const struct figure *f, FILE *out)
{
    const struct pare_param *p = &f->net->param[f->param];

    if (!p->keep || p->count == 0 || !is_dense(f->net, f->param))
        return false;
    size_t rows = p->shape[0], columns = p->count / rows;
    size_t high = (rows - 1) / CELLS_MAX + 1, wide = (columns - 1) / CELLS_MAX + 1;
    size_t cells = (columns - 1) / wide + 1;
    uint32_t *cell = xcalloc(cells, sizeof *cell);

    for (size_t row = 0; row < rows; row++) {
        for (size_t i = 0; i < columns; i++)
            cell[i / wide] += p->keep[row * columns + i] != 0;
        if ((row + 1) % high && row + 1 < rows)
            continue;
        put_line(cell, cells, out);
        memset(cell, 0, cells * sizeof *cell);
    }
    free(cell);
    return true;
}
