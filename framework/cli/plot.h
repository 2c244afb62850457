/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_PLOT_H
#define CLI_PLOT_H

/* Pictures of a run's or a pack's figures, drawn by gnuplot. Every picture is a part of one
 * script, with its data in it, so that gnuplot is started once and sees no file. */

#include "cli/csv.h"
#include <stdio.h>

enum { PLOT_PICTURES_MAX = 256 };

/* The colors of all pictures: Okabe and Ito's, which the color-blind can tell apart. */
#define PLOT_BLUE "#0072B2"
#define PLOT_ORANGE "#E69F00"
#define PLOT_GREEN "#009E73"
#define PLOT_RED "#D55E00"
#define PLOT_PURPLE "#CC79A7"
#define PLOT_SKY "#56B4E9"
#define PLOT_GRAY "#8A8A8A"
#define PLOT_LIGHT "#D8D8D8"
extern const char *const plot_colors[7];

struct plot {
    FILE *script;
    const char *folder; /* of the CSV files */
    const char *run;    /* what the titles begin with: the run, the pack */
    char *name[PLOT_PICTURES_MAX];
    size_t pictures;
    struct pare_error *failed; /* the first error of a file that is there; asked at the end */
};

/* NAME.csv; NULL: it is not there, holds nothing, or cannot be read. */
struct csv *plot_table(const struct plot *plot, const char *name);
/* Begins NAME.svg, of so many panels and pixels, under the title "WHAT, RUN". */
void plot_begin(struct plot *plot, const char *name, const char *what, size_t rows, size_t columns,
                unsigned width, unsigned height);
void plot_end(struct plot *plot);
/* The text between single quotes, fit for gnuplot. */
void plot_quote(const struct plot *plot, const char *text);
/* "set title/xlabel/ylabel 'text'". */
void plot_set(const struct plot *plot, const char *what, const char *text);
/* How many panels stand side by side. */
size_t plot_columns(size_t panels);

/* Draws each picture of the script into out/NAME.svg. *absent: there is no gnuplot. */
int plot_draw(const struct plot *plot, const char *script, size_t size_bytes, const char *out,
              bool *absent, struct pare_error *err);

/* The figures; each begins as many pictures as there is data for. */
void plot_weights(struct plot *plot);
void plot_cumulative(struct plot *plot);
void plot_centroids(struct plot *plot);
void plot_codes(struct plot *plot);
void plot_storage(struct plot *plot);
void plot_masks(struct plot *plot);
void plot_error(struct plot *plot);
void plot_grid(struct plot *plot);
void plot_tradeoff(struct plot *plot);
/* Those of a pack's experiment, from DATA.csv: DATA-series.svg and DATA-cells.svg. */
void plot_series(struct plot *plot, const char *data, const char *what);
void plot_cells(struct plot *plot, const char *data, const char *what);

/* All pictures of the folder RUN: out NULL: beside the data. *pictures: drawn. */
int figures_draw(const char *run, const char *out, size_t *pictures, bool *absent,
                 struct pare_error *err);

#endif
