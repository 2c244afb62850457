/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUN_FIGURE_H
#define RUN_FIGURE_H

/* The data of a run's figures: CSV files in the folder figures/, which depend on no
 * clock. Pictures are made of them by the command alone. docs/figures.md says what is
 * in each. */

#include "format/read.h"
#include "run/moments.h"
#include "run/run.h"

/* Those of the net as it is, when it is encoded: file is what was read back; NULL: it
 * is not encoded. Writes them anew and removes what there is nothing for any more. */
int figures_net(const struct run *run, const struct model_file *file, struct pare_error *err);
/* Those of what has happened. */
int figures_past(const struct run *run, struct pare_error *err);

/* What a figure is made from. */
struct figure {
    const struct run *run;
    const struct pare_net *net;    /* the file's, where there is one */
    const struct model_file *file; /* may be NULL */
    const struct moments *moments; /* the present one included */
    size_t param;                  /* of those with a file for each parameter */
};

/* One file each; with a header but for masks. false: there is nothing to show. */
bool figure_layers(const struct figure *f, FILE *out);
bool figure_weights(const struct figure *f, FILE *out);
bool figure_centroids(const struct figure *f, FILE *out);
bool figure_gaps(const struct figure *f, FILE *out);
bool figure_storage(const struct figure *f, FILE *out);
bool figure_mask(const struct figure *f, FILE *out);
bool figure_epochs(const struct figure *f, FILE *out);
bool figure_events(const struct figure *f, FILE *out);
bool figure_grid(const struct figure *f, FILE *out);
bool figure_tradeoff(const struct figure *f, FILE *out);

/* A comma and the number, so that it reads back as the same; NaN: nothing. */
void figure_real(double real, FILE *out);

#endif
