/* SPDX-License-Identifier: Apache-2.0 */
/* Grids and curves of a pack's experiment: the mean over its seeds with least and most,
 * beside the paper's value; a panel for each quantity. */

#include "base/alloc.h"
#include "cli/plot.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { WIDE = 760, HIGH = 400, COLORS = sizeof plot_colors / sizeof *plot_colors };

/* A place, and something to show there. */
static bool in_series(const struct csv *csv, size_t row)
{
    return !isnan(csv_real(csv, row, "x")) &&
           !(isnan(csv_real(csv, row, "mean")) && isnan(csv_real(csv, row, "paper")));
}

/* Do both rows hold the same texts in the first n of these columns? */
static bool alike(const struct csv *csv, size_t a, size_t b, size_t n)
{
    static const char *const columns[] = {"quantity", "unit", "x_name", "series"};

    for (size_t i = 0; i < n; i++)
        if (!csv_is(csv, a, columns[i], csv_text(csv, b, columns[i])))
            return false;
    return in_series(csv, a) && in_series(csv, b);
}
enum { PANEL = 3, SERIES = 4 }; /* so many columns are alike */

/* The first row from this one on that is like none before it, or rows. */
static size_t next_kind(const struct csv *csv, size_t row, size_t n)
{
    for (; row < csv->rows; row++) {
        size_t before = 1;

        while (before < row && !alike(csv, before, row, n))
            before++;
        if (before == row && in_series(csv, row))
            break;
    }
    return row;
}

static size_t count_series(const struct csv *csv, size_t panel)
{
    size_t n = 0;

    for (size_t i = next_kind(csv, 1, SERIES); i < csv->rows; i = next_kind(csv, i + 1, SERIES))
        n += alike(csv, panel, i, PANEL);
    return n;
}

/* What the columns of a panel have between them: the least and the most number, and
 * the least distance of two that are not the same. */
struct extent {
    double least, most, gap;
};

static struct extent extent_of(const struct csv *csv, size_t panel, const char *const columns[3])
{
    struct extent e = {INFINITY, -INFINITY, INFINITY};

    for (size_t i = 1; i < csv->rows; i++)
        for (size_t c = 0; c < 3 && alike(csv, panel, i, PANEL); c++) {
            double x = csv_real(csv, i, columns[c]);

            for (size_t k = 1; k < csv->rows && !isnan(x); k++) {
                double other = csv_real(csv, k, columns[c]);

                if (alike(csv, panel, k, PANEL) && other > x)
                    e.gap = fmin(e.gap, other - x);
            }
            e.least = fmin(e.least, x);
            e.most = fmax(e.most, x);
        }
    return e;
}

/* The series of this row, each place moved by so much: x mean min max paper. */
static void put_series(const struct plot *plot, const struct csv *csv, size_t first, double aside,
                       size_t number)
{
    fprintf(plot->script, "$series%zu << E\n", number);
    for (size_t i = 1; i < csv->rows; i++)
        if (alike(csv, first, i, SERIES))
            fprintf(plot->script, "%.9g %.9g %.9g %.9g %.9g\n", csv_real(csv, i, "x") + aside,
                    csv_real(csv, i, "mean"), csv_real(csv, i, "min"), csv_real(csv, i, "max"),
                    csv_real(csv, i, "paper"));
    fputs("E\n", plot->script);
}

/* Tics at the places that there are; along sizes, as gnuplot likes. */
static void put_places(const struct plot *plot, const struct csv *csv, size_t panel, bool by_size)
{
    const char *between = "set xtics (";

    if (by_size) {
        fputs("set xtics auto\nset xtics add (2, 3, 5, 20, 30, 50)\n", plot->script);
        return;
    }
    for (size_t i = 1; i < csv->rows; i++)
        if (alike(csv, panel, i, PANEL)) {
            fprintf(plot->script, "%s%s", between, csv_text(csv, i, "x"));
            between = ", ";
        }
    fputs(")\n", plot->script);
}

/* Means with their ranges joined by a line, and the paper's values hollow beside. */
static void put_lines(const struct plot *plot, const struct csv *csv, size_t panel)
{
    const char *between = "plot ";
    size_t n = 0;
    bool paper = false;

    for (size_t i = next_kind(csv, 1, SERIES); i < csv->rows; i = next_kind(csv, i + 1, SERIES)) {
        const char *color = plot_colors[n % COLORS];

        if (!alike(csv, panel, i, PANEL))
            continue;
        fprintf(plot->script,
                "%s$series%zu using 1:2 smooth unique with lines lw 1.0 lc rgb '%s' notitle, "
                "$series%zu using 1:2:3:4 with yerrorbars pt 7 ps 0.6 lw 1.4 lc rgb '%s' title ",
                between, n, color, n, color);
        plot_quote(plot, csv_is(csv, i, "series", "") ? csv_text(csv, i, "quantity")
                                                      : csv_text(csv, i, "series"));
        fprintf(plot->script,
                ", $series%zu using 1:5 with points pt 4 ps 1.0 lw 1.2 lc rgb '%s' notitle", n,
                color);
        between = ", ";
        n++;
    }
    for (size_t i = 1; i < csv->rows; i++)
        paper = paper || (alike(csv, panel, i, PANEL) && !isnan(csv_real(csv, i, "paper")));
    if (paper)
        fputs(", NaN with points pt 4 ps 1.0 lw 1.2 lc rgb '#404040' title 'the paper'",
              plot->script);
    fputc('\n', plot->script);
}

static void put_panel(const struct plot *plot, const struct csv *csv, size_t panel)
{
    static const char *const of_x[3] = {"x", "x", "x"}, *const of_y[3] = {"min", "max", "paper"};
    struct extent x = extent_of(csv, panel, of_x), y = extent_of(csv, panel, of_y);
    bool by_size = csv_is(csv, panel, "x_name", "percent");
    size_t series = count_series(csv, panel), n = 0;
    double step = by_size || isinf(x.gap) ? 0.0 : 0.4 * x.gap / (double)series;
    double margin = by_size || isinf(x.gap) ? 0.0 : 0.3 * x.gap;
    char label[160];

    snprintf(label, sizeof label, "%s%s%s", csv_text(csv, panel, "quantity"),
             csv_is(csv, panel, "unit", "") ? "" : ", ", csv_text(csv, panel, "unit"));
    plot_set(plot, "ylabel", label);
    plot_set(plot, "xlabel", by_size ? "size, %" : csv_text(csv, panel, "x_name"));
    fprintf(plot->script,
            "set key outside right\nset offsets %.9g, %.9g, graph 0.05, graph 0.05\n"
            "unset logscale\n%s%s",
            margin, margin, by_size && x.least > 0.0 ? "set logscale x\n" : "",
            y.least > 0.0 && y.most > 20.0 * y.least ? "set logscale y\n" : "");
    put_places(plot, csv, panel, by_size);
    for (size_t i = next_kind(csv, 1, SERIES); i < csv->rows; i = next_kind(csv, i + 1, SERIES))
        if (alike(csv, panel, i, PANEL)) {
            put_series(plot, csv, i, step * ((double)n - (double)(series - 1) / 2.0), n);
            n++;
        }
    put_lines(plot, csv, panel);
}

void plot_series(struct plot *plot, const char *data, const char *what)
{
    struct csv *csv = plot_table(plot, data);
    char *name = xasprintf("%s-series", data);
    size_t panels = 0;

    for (size_t i = csv ? next_kind(csv, 1, PANEL) : 0; csv && i < csv->rows;
         i = next_kind(csv, i + 1, PANEL))
        panels++;
    if (panels) {
        plot_begin(plot, name, what, panels, 1, WIDE, (unsigned)panels * HIGH);
        for (size_t i = next_kind(csv, 1, PANEL); i < csv->rows; i = next_kind(csv, i + 1, PANEL))
            put_panel(plot, csv, i);
        plot_end(plot);
    }
    free(name);
    csv_free(csv);
}
