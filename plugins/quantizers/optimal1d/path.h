/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OPTIMAL1D_PATH_H
#define OPTIMAL1D_PATH_H

/* Paths through the borders of the different weights on a line, each step a
 * cluster that costs its sum of squared distances from its mean. */

#include "wide.h"
#include <pare/base.h>

/* Sums over the weights below a border, measured from the middle weight. Costs are
 * small differences of such sums. */
struct border {
    double count;
    struct wide sum, square;
};

struct line {
    size_t values; /* different ones; borders are 0..values */
    float *value;  /* [values], ascending */
    double middle;
    struct border *border; /* [values + 1] */
    /* path_cheapest's: the cost of reaching each border, its best last step, and
     * the queue of steps that are best from some border on. */
    double *cost;
    uint32_t *from, *start, *until;
};

struct path {
    size_t steps;
    uint32_t *border; /* [steps + 1] from 0 to values; owned, free() */
    double cost;
};

/* sorted: ascending. Free with line_free, also after a failure. */
int line_new(struct line *l, const float *sorted, size_t n, struct pare_error *err);
void line_free(struct line *l);
/* The mean of the weights between two borders, within them. */
float line_mean(const struct line *l, size_t first, size_t end);

/* A path of equal steps. */
int path_even(const struct line *l, size_t steps, struct path *path, struct pare_error *err);
/* The path that is cheapest when each step costs price more. */
int path_cheapest(struct line *l, double price, struct path *path, struct pare_error *err);

#endif
