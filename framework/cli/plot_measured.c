/* SPDX-License-Identifier: Apache-2.0 */
/* Tables that a schedule has measured: accuracy by bits for each initializer, and error
 * by size for each way to come by it. */

#include "cli/plot.h"
#include <stdio.h>
#include <string.h>

enum { WIDE = 640, HIGH = 440, COLORS = sizeof plot_colors / sizeof *plot_colors };

/* The rows with this name and stage, the one after the other. */
static void put_line(const struct plot *plot, const struct csv *csv, size_t like,
                     const char *const by[2], const char *x, const char *y, size_t number)
{
    fprintf(plot->script, "$line%zu << E\n", number);
    for (size_t i = 1; i < csv->rows; i++)
        if (csv_is(csv, i, by[0], csv_text(csv, like, by[0])) &&
            csv_is(csv, i, by[1], csv_text(csv, like, by[1])))
            fprintf(plot->script, "%s %s\n", csv_text(csv, i, x), csv_text(csv, i, y));
    fputs("E\n", plot->script);
}

/* Is it the first of its line? */
static bool is_first(const struct csv *csv, size_t row, const char *const by[2])
{
    for (size_t i = 1; i < row; i++)
        if (csv_is(csv, i, by[0], csv_text(csv, row, by[0])) &&
            csv_is(csv, i, by[1], csv_text(csv, row, by[1])))
            return false;
    return true;
}

/* How many texts of the column come before this one's first. */
static size_t rank(const struct csv *csv, size_t row, const char *column)
{
    size_t n = 0;

    for (size_t i = csv_next_new(csv, 0, column);
         i < csv->rows && !csv_is(csv, i, column, csv_text(csv, row, column));
         i = csv_next_new(csv, i, column))
        n++;
    return n;
}

/* A line for each pair of the columns by: the first gives the color, the second how it
 * is dashed. */
static void put_lines(const struct plot *plot, const struct csv *csv, const char *const by[2],
                      const char *x, const char *y)
{
    size_t number = 0;

    for (size_t i = 1; i < csv->rows; i++)
        if (is_first(csv, i, by))
            put_line(plot, csv, i, by, x, y, number++);
    fputs("plot ", plot->script);
    number = 0;
    for (size_t i = 1; i < csv->rows; i++) {
        const char *stage = csv_text(csv, i, by[1]);
        char title[160];

        if (!is_first(csv, i, by))
            continue;
        snprintf(title, sizeof title, "%s%s%s", csv_text(csv, i, by[0]),
                 *stage && strcmp(by[0], by[1]) != 0 ? ", " : "",
                 strcmp(by[0], by[1]) != 0 ? stage : "");
        fprintf(
            plot->script,
            "%s$line%zu using 1:2 with linespoints lw 1.6 pt %zu ps 0.7 dt %zu lc rgb '%s' title ",
            number ? ", " : "", number, 5 + 2 * (rank(csv, i, by[0]) % 4),
            1 + rank(csv, i, by[1]) % 4 * (strcmp(by[0], by[1]) != 0),
            plot_colors[rank(csv, i, by[0]) % COLORS]);
        plot_quote(plot, title);
        number++;
    }
    fputc('\n', plot->script);
}

void plot_grid(struct plot *plot)
{
    static const char *const by[2] = {"name", "stage"};
    struct csv *csv = plot_table(plot, "grid");

    if (!csv)
        return;
    plot_begin(plot, "grid", "accuracy by bits", 1, 1, WIDE, HIGH);
    plot_set(plot, "xlabel", "bits of a code");
    plot_set(plot, "ylabel", "accuracy on the test samples (%)");
    fputs("set xtics 1\nset offsets 0.2, 0.2, graph 0.05, graph 0.05\nset key outside right\n",
          plot->script);
    put_lines(plot, csv, by, "bits", "accuracy_percent");
    plot_end(plot);
    csv_free(csv);
}

void plot_tradeoff(struct plot *plot)
{
    static const char *const by[2] = {"way", "way"};
    struct csv *csv = plot_table(plot, "tradeoff");

    if (!csv)
        return;
    plot_begin(plot, "tradeoff", "error by size", 1, 1, WIDE, HIGH);
    plot_set(plot, "xlabel", "size (% of the dense float32 bytes)");
    plot_set(plot, "ylabel", "error on the test samples (%)");
    fputs("set logscale xy\nset format x '%g'\nset xtics add (2, 3, 5, 20, 30, 50)\n"
          "set ytics add (1.5, 2, 3, 5, 20, 50)\nset key top right\n",
          plot->script);
    put_lines(plot, csv, by, "percent", "error_percent");
    plot_end(plot);
    csv_free(csv);
}
