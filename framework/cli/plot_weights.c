/* SPDX-License-Identifier: Apache-2.0 */
/* Weights: their distribution before and after pruning with the deviations, cumulative
 * distributions, and shared values over them (Han, Mao, Dally 2016, figure 4). */

#include "base/text.h"
#include "cli/plot.h"
#include <math.h>
#include <string.h>

enum { PANEL_WIDE = 400, PANEL_HIGH = 230, TITLE_HIGH = 34 };

static const struct moment_line {
    const char *name, *what, *color;
} moments[] = {
    {"trained", "before pruning", PLOT_GRAY},
    {"pruned", "pruned, retrained", PLOT_BLUE},
    {"shared", "shared, tuned", PLOT_RED},
};
enum { MOMENTS_ALL = sizeof moments / sizeof *moments };

/* The row of a parameter and a moment; 0: none. */
static size_t row_of(const struct csv *csv, const char *param, const char *moment)
{
    for (size_t i = 1; i < csv->rows; i++)
        if (csv_is(csv, i, "param", param) && csv_is(csv, i, "moment", moment))
            return i;
    return 0;
}

static bool has_moment(const struct csv *csv, const char *moment)
{
    return row_of(csv, NULL, moment) != 0;
}

static size_t count_params(const struct csv *csv)
{
    size_t n = 0;

    for (size_t i = csv_next_new(csv, 0, "param"); i < csv->rows; i = csv_next_new(csv, i, "param"))
        n++;
    return n;
}

/* "$NAME << E": the bins, as middle, weights, width, end and cumulative part. */
static void put_bins(const struct plot *plot, const char *block, const struct csv *bins,
                     const char *param, const char *moment)
{
    fprintf(plot->script, "$%s << E\n", block);
    for (size_t i = 1; i < bins->rows; i++) {
        double low = csv_real(bins, i, "low"), high = csv_real(bins, i, "high");

        if (csv_is(bins, i, "param", param) && csv_is(bins, i, "moment", moment))
            fprintf(plot->script, "%.9g %.9g %.9g %.9g %.9g\n", (low + high) / 2.0,
                    csv_real(bins, i, "weights"), high - low, high,
                    csv_real(bins, i, "cumulative"));
    }
    fputs("E\n", plot->script);
}

/* Upright lines at the mean and one deviation to each side. */
static void put_deviation(const struct plot *plot, double mean, double deviation)
{
    static const struct {
        double side;
        const char *dash;
    } lines[] = {{-1.0, "(6,4)"}, {0.0, "(1,0)"}, {1.0, "(6,4)"}};

    for (size_t i = 0; i < 3; i++)
        fprintf(plot->script,
                "set arrow from first %.9g, graph 0 to first %.9g, graph 1 nohead lw %s lc rgb "
                "'%s' dt %s front\n",
                mean + lines[i].side * deviation, mean + lines[i].side * deviation,
                lines[i].side != 0.0 ? "1.2" : "0.8", PLOT_RED, lines[i].dash);
}

static void put_distribution(const struct plot *plot, const struct csv *layers,
                             const struct csv *bins, const char *param,
                             const struct moment_line *moment)
{
    size_t row = row_of(layers, param, moment->name);
    char text[256], kept[32];
    double n = row ? csv_real(layers, row, "kept") : 0.0, all = csv_real(layers, row, "weights");

    if (!row || !(n > 0.0)) {
        fputs("set multiplot next\n", plot->script);
        return;
    }
    double deviation = csv_real(layers, row, "deviation");
    snprintf(text, sizeof text, "%s, %s: %s weights (%.3g %%), \u03c3 = %.3g", param, moment->what,
             text_count((size_t)n, kept), 100.0 * n / all, deviation);
    plot_set(plot, "title", text);
    put_bins(plot, "bins", bins, param, moment->name);
    put_deviation(plot, csv_real(layers, row, "mean"), deviation);
    fprintf(
        plot->script,
        "set yrange [0:*]\nplot $bins using 1:2:3 with boxes lc rgb '%s' notitle\nunset arrow\n",
        moment->color);
}

void plot_weights(struct plot *plot)
{
    struct csv *layers = plot_table(plot, "layers"), *bins = plot_table(plot, "weights");
    size_t shown = 0, first = 0, params;

    if (!layers || !bins)
        goto out;
    /* Sharing leaves a few values: they are in another picture, but where there is
     * nothing between it and the training. */
    for (size_t k = 0; k < MOMENTS_ALL; k++)
        if (has_moment(layers, moments[k].name) && shown < 2) {
            first = shown++ ? first : k;
        }
    params = count_params(layers);
    plot_begin(plot, "weights", "weights (dashed: mean \u00b1 standard deviation)", params, shown,
               (unsigned)shown * PANEL_WIDE * 6 / 5, TITLE_HIGH + (unsigned)params * PANEL_HIGH);
    plot_set(plot, "xlabel", "weight");
    plot_set(plot, "ylabel", "weights a bin");
    for (size_t i = csv_next_new(layers, 0, "param"); i < layers->rows;
         i = csv_next_new(layers, i, "param")) {
        const char *param = csv_text(layers, i, "param");
        size_t drawn = 0;

        for (size_t k = first; k < MOMENTS_ALL && drawn < shown; k++)
            if (has_moment(layers, moments[k].name)) {
                put_distribution(plot, layers, bins, param, &moments[k]);
                drawn++;
            }
    }
    plot_end(plot);
out:
    csv_free(layers);
    csv_free(bins);
}

void plot_cumulative(struct plot *plot)
{
    struct csv *bins = plot_table(plot, "weights");
    size_t params, columns;

    if (!bins)
        return;
    params = count_params(bins);
    columns = plot_columns(params);
    plot_begin(plot, "cumulative", "cumulative distribution of the kept weights",
               (params - 1) / columns + 1, columns, (unsigned)columns * PANEL_WIDE,
               TITLE_HIGH + (unsigned)((params - 1) / columns + 1) * (PANEL_HIGH + 60));
    plot_set(plot, "xlabel", "weight");
    plot_set(plot, "ylabel", "part of the kept weights below");
    fputs("set key bottom right\nset yrange [0:1]\n", plot->script);
    for (size_t i = csv_next_new(bins, 0, "param"); i < bins->rows;
         i = csv_next_new(bins, i, "param")) {
        const char *param = csv_text(bins, i, "param"), *between = "plot ";

        plot_set(plot, "title", param);
        for (size_t k = 0; k < MOMENTS_ALL; k++)
            if (row_of(bins, param, moments[k].name))
                put_bins(plot, moments[k].name, bins, param, moments[k].name);
        for (size_t k = 0; k < MOMENTS_ALL; k++) {
            if (!row_of(bins, param, moments[k].name))
                continue;
            fprintf(plot->script, "%s$%s using 4:5 with steps lw 1.6 lc rgb '%s' title '%s'",
                    between, moments[k].name, moments[k].color, moments[k].what);
            between = ", ";
        }
        fputc('\n', plot->script);
    }
    plot_end(plot);
    csv_free(bins);
}

/* The distribution that was shared: that before the last. */
static const struct moment_line *before_sharing(const struct csv *bins, const char *param)
{
    if (bins && row_of(bins, param, "pruned"))
        return &moments[1];
    return bins && row_of(bins, param, "trained") ? &moments[0] : NULL;
}

static void put_values(const struct plot *plot, const struct csv *values, const char *param)
{
    fputs("$values << E\n", plot->script);
    for (size_t i = 1; i < values->rows; i++) {
        double chosen = csv_real(values, i, "shared"), tuned = csv_real(values, i, "tuned");

        if (csv_is(values, i, "param", param))
            fprintf(plot->script, "%.9g %.9g\n", isnan(chosen) ? tuned : chosen, tuned);
    }
    fputs("E\n", plot->script);
}

static void put_shared(const struct plot *plot, const struct csv *values, const struct csv *bins,
                       const char *param)
{
    const struct moment_line *under = before_sharing(bins, param);

    plot_set(plot, "title", param);
    if (under)
        put_bins(plot, "bins", bins, param, under->name);
    put_values(plot, values, param);
    fputs("plot ", plot->script);
    if (under)
        fprintf(plot->script, "$bins using 1:2:3 axes x1y1 with boxes lc rgb '%s' notitle, ",
                PLOT_LIGHT);
    fprintf(plot->script,
            "$values using 1:(0.90):($2-$1):(-0.10) axes x1y2 with vectors nohead lw 0.8 lc rgb "
            "'%s' notitle, $values using 1:(0.90) axes x1y2 with points pt 2 ps 0.55 lw 1.4 lc rgb "
            "'%s' notitle, $values using 2:(0.80) axes x1y2 with points pt 7 ps 0.45 lc rgb '%s' "
            "notitle\n",
            PLOT_GRAY, PLOT_GREEN, PLOT_RED);
}

void plot_centroids(struct plot *plot)
{
    struct csv *values = plot_table(plot, "centroids"), *bins = plot_table(plot, "weights");

    if (values) {
        size_t n = count_params(values), columns = plot_columns(n), rows = (n - 1) / columns + 1;

        plot_begin(plot, "centroids",
                   "shared values (\u00d7 as chosen, \u25cf trained) over the weights", rows,
                   columns, (unsigned)columns * PANEL_WIDE,
                   TITLE_HIGH + (unsigned)rows * (PANEL_HIGH + 30));
        plot_set(plot, "xlabel", "weight");
        plot_set(plot, "ylabel", "weights a bin");
        fputs("set y2range [0:1]\nset yrange [0:*]\nset offsets 0, 0, graph 0.35, 0\n",
              plot->script);
        for (size_t i = csv_next_new(values, 0, "param"); i < values->rows;
             i = csv_next_new(values, i, "param"))
            put_shared(plot, values, bins, csv_text(values, i, "param"));
        plot_end(plot);
    }
    csv_free(values);
    csv_free(bins);
}
