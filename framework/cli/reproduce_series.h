/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_REPRODUCE_SERIES_H
#define CLI_REPRODUCE_SERIES_H

/* Where a cell of a pack stands in a picture, known by the name of its metric alone:
 * the first word that is a number is its place on the x axis, what is left of the name
 * its series. docs/figures.md has the rule. */

#include "cli/reproduce.h"

struct series_place {
    char *quantity; /* the first word: "accuracy" */
    char *series;   /* the words behind it, without the number and what is counted */
    char *x_name;   /* what is counted: "bits"; "percent" where that was measured; or "" */
    double x;       /* NaN: the name has no number */
};

/* The places of all cells of an experiment, [file->expects]; x is NaN where a cell is
 * alone in its series. Free with series_free. */
struct series_place *series_places(const struct reproduce_file *file);
void series_free(struct series_place *place, size_t n);

/* A line for each cell that can be measured, with its place and what came out. */
void series_csv(const struct reproduce_file *file, FILE *out);

#endif
