/* SPDX-License-Identifier: Apache-2.0 */
/* Masks of dense layers as they lie in memory, an output a line (Han, Pool, Tran, Dally
 * 2015, figure 4). */

#include "base/alloc.h"
#include "base/file.h"
#include "base/text.h"
#include "cli/plot.h"
#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    WIDE = 860,
    HIGH_LEAST = 110,
    HIGH_MOST = 860,
    FRAME_HIGH = 100,
    FRAME_WIDE = 90,
    DOTS = 1200
};

/* Each cell is drawn by so many dots a side, lest a viewer blur it. */
static size_t dots_of(const struct csv *csv)
{
    return (DOTS - 1) / csv->columns + 1;
}

/* The greatest cell: 1 where each weight has a cell of its own. */
static double put_cells(const struct plot *plot, const struct csv *csv, double *kept)
{
    size_t dots = dots_of(csv);
    double most = 1.0;

    *kept = 0.0;
    fputs("$mask << E\n", plot->script);
    for (size_t row = 0; row < csv->rows * dots; row++) {
        for (size_t i = 0; i < csv->columns; i++) {
            const char *field = csv->field[row / dots * csv->columns + i];
            double cell = strtod(field, NULL);

            *kept += row % dots == 0 ? cell : 0.0;
            most = fmax(most, cell);
            for (size_t k = 0; k < dots; k++)
                fprintf(plot->script, "%.9g ", cell);
        }
        fputc('\n', plot->script);
    }
    fputs("E\n", plot->script);
    return most;
}

static void plot_mask(struct plot *plot, const char *name)
{
    struct csv *csv = plot_table(plot, name);
    const char *layer = strchr(name, '-') + 1;
    char title[160], count[32];
    double kept, most;

    if (!csv)
        return;
    double high = (double)(WIDE - FRAME_WIDE) * (double)csv->rows / (double)csv->columns;
    unsigned height = (unsigned)fmin(fmax(high, HIGH_LEAST), HIGH_MOST) + FRAME_HIGH;
    snprintf(title, sizeof title, "kept weights of %s, %zu x %zu", layer, csv->rows, csv->columns);
    plot_begin(plot, name, title, 1, 1, WIDE, height);
    most = put_cells(plot, csv, &kept);
    snprintf(title, sizeof title, "%s kept weights (black)", text_count((size_t)kept, count));
    plot_set(plot, "title", title);
    plot_set(plot, "xlabel", "input");
    plot_set(plot, "ylabel", "output");
    fprintf(
        plot->script,
        "unset grid\nset border 15 lw 0.8\nunset colorbox\nunset key\n"
        "set palette defined (0 'white', 1 'black')\nset cbrange [0:%.9g]\n"
        "set xrange [-0.5:%zu.5]\nset yrange [%zu.5:-0.5]\n"
        "plot $mask matrix using ((2*$1+1-%zu)/(2.0*%zu)):((2*$2+1-%zu)/(2.0*%zu)):3 with image\n",
        most, csv->columns - 1, csv->rows - 1, dots_of(csv), dots_of(csv), dots_of(csv),
        dots_of(csv));
    plot_end(plot);
    csv_free(csv);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

void plot_masks(struct plot *plot)
{
    DIR *folder = opendir(plot->folder);
    char **name = NULL;
    size_t n = 0;

    if (!folder && errno != ENOENT && plot->failed->status == PARE_OK)
        pare_fail_at(plot->failed, PARE_EIO, plot->folder, 0, "cannot open: %s", strerror(errno));
    for (struct dirent *entry; folder && (entry = readdir(folder));) {
        size_t length = strlen(entry->d_name);

        if (strncmp(entry->d_name, "mask-", 5) != 0 || length < 10 ||
            strcmp(entry->d_name + length - 4, ".csv") != 0)
            continue;
        name = xrealloc(name, n + 1, sizeof *name);
        name[n++] = xstrndup(entry->d_name, length - 4);
    }
    if (folder)
        closedir(folder);
    if (n)
        qsort(name, n, sizeof *name, by_name);
    for (size_t i = 0; i < n; i++) {
        if (plot->pictures < PLOT_PICTURES_MAX / 2)
            plot_mask(plot, name[i]);
        free(name[i]);
    }
    free(name);
}
