/* SPDX-License-Identifier: Apache-2.0 */
/* The cells of a pack's experiment that are in no series, as parts of the paper's value:
 * the mean over its seeds with least and most, over the band that counts as reproduced. */

#include "base/alloc.h"
#include "cli/plot.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { WIDE = 760, LINE_HIGH = 22, FRAME_HIGH = 130 };

/* A cell that stands alone and can be taken as a part of the paper's value. */
static bool is_beside(const struct csv *csv, size_t row)
{
    return isnan(csv_real(csv, row, "x")) && csv_real(csv, row, "paper") > 0.0 &&
           !isnan(csv_real(csv, row, "mean"));
}

/* As a part of the paper's value. */
static double part(const struct csv *csv, size_t row, const char *column)
{
    return csv_real(csv, row, column) / csv_real(csv, row, "paper");
}

/* From where to where a value counts as reproduced; open ends go to the border. */
static void put_band(const struct plot *plot, const struct csv *csv, size_t row, double at)
{
    double low = part(csv, row, "low"), high = part(csv, row, "high");

    if (isnan(low) && isnan(high))
        return;
    fprintf(plot->script, "set object rectangle from %s %.9g, first %.9g to %s %.9g, first %.9g ",
            isnan(low) ? "graph" : "first", isnan(low) ? 0.0 : low, at - 0.36,
            isnan(high) ? "graph" : "first", isnan(high) ? 1.0 : high, at + 0.36);
    fputs("behind fc rgb '#E8EEF2' fs solid 1 noborder\n", plot->script);
}

/* A tic's label: gnuplot takes it for a format. */
static void put_label(const struct plot *plot, const char *text)
{
    char *label = xcalloc(2 * strlen(text) + 1, 1);

    for (char *to = label; *text; text++) {
        if (*text == '%')
            *to++ = '%';
        *to++ = *text;
    }
    plot_quote(plot, label);
    free(label);
}

/* The names on the left, what came out and the paper's value on the right. */
static void put_tics(const struct plot *plot, const struct csv *csv, size_t cells)
{
    const char *const sides[] = {"ytics", "y2tics"};

    for (size_t side = 0; side < 2; side++) {
        fprintf(plot->script, "set %s scale 0 noenhanced (", sides[side]);
        for (size_t i = 1, n = 0; i < csv->rows; i++) {
            char text[160];

            if (!is_beside(csv, i))
                continue;
            if (side == 0)
                snprintf(text, sizeof text, "%s", csv_text(csv, i, "metric"));
            else
                snprintf(text, sizeof text, "%.4g (%.4g) %s", csv_real(csv, i, "mean"),
                         csv_real(csv, i, "paper"), csv_text(csv, i, "unit"));
            fputs(n ? ", " : "", plot->script);
            put_label(plot, text);
            fprintf(plot->script, " %zu", cells - ++n);
        }
        fputs(")\n", plot->script);
    }
}

static void put_cells(const struct plot *plot, const struct csv *csv, size_t cells)
{
    static const struct {
        const char *verdicts[2], *color, *title;
    } kinds[] = {{{"reproduced", "better"}, PLOT_BLUE, "reproduced or better"},
                 {{"not reproduced", "missing"}, PLOT_RED, "not reproduced"},
                 {{"reported", "reported"}, PLOT_GRAY, "not judged"}};
    double least = 1.0, most = 1.0;
    const char *between = "plot ";

    for (size_t i = 1, n = 0; i < csv->rows; i++)
        if (is_beside(csv, i)) {
            put_band(plot, csv, i, (double)(cells - ++n));
            least = fmin(least, part(csv, i, "min"));
            most = fmax(most, part(csv, i, "max"));
        }
    put_tics(plot, csv, cells);
    plot_set(plot, "xlabel", "here, as a part of the paper's (right: here, and the paper's)");
    fprintf(plot->script,
            "set xlabel offset 0, 0.5\nset grid noy\nset key outside bottom center horizontal\nset "
            "yrange [-0.7:%zu.7]\n"
            "set y2range [-0.7:%zu.7]\nset xrange [%.9g:%.9g]\n"
            "set arrow from 1, graph 0 to 1, graph 1 nohead lw 1 lc rgb '#404040'\n",
            cells - 1, cells - 1, least - 0.05 - 0.05 * (most - least),
            most + 0.05 + 0.05 * (most - least));
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        bool any = false;

        fprintf(plot->script, "$cells%zu << E\n", k);
        for (size_t i = 1, n = 0; i < csv->rows; i++) {
            bool mine = is_beside(csv, i) && (csv_is(csv, i, "verdict", kinds[k].verdicts[0]) ||
                                              csv_is(csv, i, "verdict", kinds[k].verdicts[1]));
            n += is_beside(csv, i);
            any = any || mine;
            if (mine)
                fprintf(plot->script, "%.9g %zu %.9g %.9g\n", part(csv, i, "mean"), cells - n,
                        part(csv, i, "min"), part(csv, i, "max"));
        }
        fprintf(plot->script, "E\nshown%zu = %d\n", k, any);
    }
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++, between = ", ")
        fprintf(plot->script,
                "%sfor [i=1:shown%zu] $cells%zu using 1:2:3:4 with xerrorbars pt 7 ps 0.7 lw 1.4 "
                "lc rgb '%s' title '%s'",
                between, k, k, kinds[k].color, kinds[k].title);
    fputc('\n', plot->script);
}

void plot_cells(struct plot *plot, const char *data, const char *what)
{
    struct csv *csv = plot_table(plot, data);
    char *name = xasprintf("%s-cells", data);
    size_t cells = 0;

    for (size_t i = 1; csv && i < csv->rows; i++)
        cells += is_beside(csv, i);
    if (cells) {
        plot_begin(plot, name, what, 1, 1, WIDE, FRAME_HIGH + (unsigned)cells * LINE_HIGH);
        put_cells(plot, csv, cells);
        plot_end(plot);
    }
    free(name);
    csv_free(csv);
}
