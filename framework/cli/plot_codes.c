/* SPDX-License-Identifier: Apache-2.0 */
/* What is coded: how often each shared value and each gap stands in the file (Han, Mao,
 * Dally 2016, figure 5), and what the bytes are for (figure 11). */

#include "base/text.h"
#include "cli/plot.h"
#include <math.h>
#include <string.h>

enum { PANEL_WIDE = 440, PANEL_HIGH = 220, BAR_HIGH = 40, TITLE_HIGH = 34, LAYERS_MAX = 64 };

static bool has_param(const struct csv *csv, const char *param)
{
    for (size_t i = 1; csv && i < csv->rows; i++)
        if (csv_is(csv, i, "param", param))
            return true;
    return false;
}

/* Bars over whole numbers; one that is a filler in another color. */
static void put_bars(const struct plot *plot, const struct csv *csv, const char *param,
                     const char *x, const char *y)
{
    double most = 0.0, high = 0.0;
    bool filler = false;

    fputs("$bars << E\n", plot->script);
    for (size_t i = 1; i < csv->rows; i++) {
        bool is_filler = csv_is(csv, i, "filler", "1");

        if (!csv_is(csv, i, "param", param))
            continue;
        fprintf(plot->script, "%.9g %.9g %d\n", csv_real(csv, i, x), csv_real(csv, i, y),
                is_filler);
        most = fmax(most, csv_real(csv, i, x));
        high = fmax(high, csv_real(csv, i, y));
        filler |= is_filler;
    }
    fprintf(plot->script,
            "E\nset xrange [-0.7:%.9g]\nset yrange [0:%.9g]\nset xtics %s\n"
            "plot $bars using 1:($3 == 0 ? $2 : NaN):(0.8) with boxes lc rgb '%s' notitle",
            most + 0.7, 1.25 * high, most < 13.0 ? "1" : "autofreq", PLOT_BLUE);
    if (filler)
        fprintf(plot->script,
                ", $bars using 1:($3 == 1 ? $2 : NaN):(0.8) with boxes lc rgb '%s' notitle",
                PLOT_ORANGE);
    fputc('\n', plot->script);
}

static void put_panel(const struct plot *plot, const struct csv *csv, const char *param,
                      const char *title, const char *x, const char *y)
{
    char text[128];

    if (!has_param(csv, param)) {
        fputs("set multiplot next\n", plot->script);
        return;
    }
    snprintf(text, sizeof text, "%s: %s", param, title);
    plot_set(plot, "title", text);
    if (strcmp(x, "gap") == 0)
        plot_set(plot, "xlabel", "gap (pruned weights passed over)");
    else
        plot_set(plot, "xlabel", "code (number of the shared value)");
    plot_set(plot, "ylabel", y);
    put_bars(plot, csv, param, x, y);
}

void plot_codes(struct plot *plot)
{
    struct csv *codes = plot_table(plot, "centroids"), *gaps = plot_table(plot, "gaps");
    const struct csv *all = gaps ? gaps : codes;
    size_t n = 0;

    for (size_t i = all ? csv_next_new(all, 0, "param") : 0; all && i < all->rows;
         i = csv_next_new(all, i, "param"))
        n++;
    if (n) {
        plot_begin(plot, "codes", "codes and gaps in the file", n, 2, 2 * PANEL_WIDE,
                   TITLE_HIGH + (unsigned)n * PANEL_HIGH);
        for (size_t i = csv_next_new(all, 0, "param"); i < all->rows;
             i = csv_next_new(all, i, "param")) {
            put_panel(plot, codes, csv_text(all, i, "param"), "shared values", "code", "weights");
            put_panel(plot, gaps, csv_text(all, i, "param"), "gaps (orange: fillers)", "gap",
                      "entries");
        }
        plot_end(plot);
    }
    csv_free(codes);
    csv_free(gaps);
}

/* The parts of the ledger, by what people ask of them. */
static const struct use {
    const char *what, *parts, *color;
} uses[] = {
    {"values or codes of weights", "values|codes", PLOT_BLUE},
    {"indices", "gaps|fillers", PLOT_ORANGE},
    {"codebook", "codebook", PLOT_GREEN},
    {"code tables", "tables", PLOT_PURPLE},
    {"biases", "biases", PLOT_SKY},
    {"names, framing, checksum", "names|framing|checksum", PLOT_GRAY},
};
enum { USES = sizeof uses / sizeof *uses };

struct bar {
    char name[64];
    double bytes[USES], all;
};

/* Adds a line of the ledger to the layer's bar, and to that of the file, the first. */
static size_t add_line(const struct csv *csv, size_t row, struct bar *bar, size_t n)
{
    const char *param = csv_text(csv, row, "param"), *part = csv_text(csv, row, "part");
    double bytes = csv_real(csv, row, "bytes");
    int length = (int)strcspn(param, ".");
    char name[64];
    size_t i = 1, use = 0;

    snprintf(name, sizeof name, "%.*s", length, param);
    while (i < n && strcmp(bar[i].name, name) != 0)
        i++;
    if (i == n && *name && n < LAYERS_MAX)
        snprintf(bar[n++].name, sizeof bar[i].name, "%s", name);
    while (use < USES - 1 && text_choice(uses[use].parts, part) < 0)
        use++;
    bar[0].bytes[use] += bytes;
    bar[0].all += bytes;
    if (*name && i < n) {
        bar[i].bytes[use] += bytes;
        bar[i].all += bytes;
    }
    return n;
}

/* Rectangles in percent, one block a use; then names at the left and bytes at the right. */
static void put_stacks(const struct plot *plot, const struct bar *bar, size_t n)
{
    char count[32], text[96];

    for (size_t use = 0; use < USES; use++) {
        fprintf(plot->script, "$use%zu << E\n", use);
        for (size_t i = 0; i < n; i++) {
            double from = 0.0;

            for (size_t k = 0; k < use; k++)
                from += bar[i].bytes[k];
            if (bar[i].all > 0.0)
                fprintf(plot->script, "%.9g %zu %.9g %.9g\n", 100.0 * from / bar[i].all, i,
                        100.0 * from / bar[i].all, 100.0 * (from + bar[i].bytes[use]) / bar[i].all);
        }
        fputs("E\n", plot->script);
    }
    for (size_t i = 0; i < n; i++) {
        snprintf(text, sizeof text, "%s bytes", text_count((size_t)bar[i].all, count));
        fprintf(plot->script, "set label %zu at 101.5,%zu ", i + 1, i);
        plot_quote(plot, text);
        fputs(" left noenhanced tc rgb '#404040'\n", plot->script);
        fputs(i ? "set ytics add (" : "set ytics (", plot->script);
        plot_quote(plot, bar[i].name);
        fprintf(plot->script, " %zu)\n", i);
    }
}

void plot_storage(struct plot *plot)
{
    struct csv *csv = plot_table(plot, "storage");
    struct bar bar[LAYERS_MAX] = {{.name = "file"}};
    size_t n = 1;

    if (!csv)
        return;
    for (size_t i = 1; i < csv->rows; i++)
        n = add_line(csv, i, bar, n);
    plot_begin(plot, "storage", "where the bytes of the file go", 1, 1, 760,
               TITLE_HIGH + 110 + (unsigned)n * BAR_HIGH);
    plot_set(plot, "xlabel", "part of the bytes (%)");
    put_stacks(plot, bar, n);
    fprintf(plot->script,
            "set rmargin 16\nset bmargin 8\nset xrange [0:100]\nset yrange [%zu.5:-0.5]\n"
            "set grid noytics xtics lc rgb '#E4E4E4' lw 0.6 lt 1\nset key outside below center "
            "horizontal width 1\nplot ",
            n - 1);
    for (size_t use = 0; use < USES; use++) {
        if (!(bar[0].bytes[use] > 0.0))
            continue;
        fprintf(plot->script,
                "$use%zu using 1:2:3:4:($2-0.36):($2+0.36) with boxxyerror lc rgb '%s' title ", use,
                uses[use].color);
        plot_quote(plot, uses[use].what);
        fputs(", ", plot->script);
    }
    fputs("NaN notitle\n", plot->script);
    plot_end(plot);
    csv_free(csv);
}
