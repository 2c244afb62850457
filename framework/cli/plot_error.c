/* SPDX-License-Identifier: Apache-2.0 */
/* Errors from epoch to epoch, with the phases behind them and the tests between. */

#include "cli/plot.h"
#include <math.h>
#include <string.h>

enum { WIDE = 1000, HIGH = 380 };

static const struct phase {
    const char *name, *color;
} phases[] = {
    {"train", "#EEF4FA"}, {"prune", "#FBEBDD"}, {"retrain", "#E7F3EE"}, {"tune", "#F7ECF3"}};

static const char *color_of(const char *phase)
{
    for (size_t i = 0; i < sizeof phases / sizeof *phases; i++)
        if (strcmp(phases[i].name, phase) == 0)
            return phases[i].color;
    return "#FFFFFF";
}

/* One band for each stretch of epochs of the same phase; its name where it has room. */
static void put_phases(const struct plot *plot, const struct csv *epochs)
{
    size_t all = epochs->rows - 1;

    for (size_t from = 1, to; from < epochs->rows; from = to) {
        const char *phase = csv_text(epochs, from, "phase");

        for (to = from + 1; to < epochs->rows && csv_is(epochs, to, "phase", phase); to++)
            continue;
        fprintf(plot->script,
                "set object rectangle from first %zu, graph 0 to first %zu, graph 1 behind fc rgb "
                "'%s' fs solid 1 noborder\n"
                "set arrow from first %zu, graph 0 to first %zu, graph 1 nohead back lw 0.6 lc rgb "
                "'#B0B0B0'\n",
                from - 1, to - 1, color_of(phase), to - 1, to - 1);
        if (strlen(phase) * all > (to - from) * 90)
            continue;
        fprintf(plot->script, "set label ");
        plot_quote(plot, phase);
        fprintf(plot->script,
                " at first %.9g, graph 1.035 center noenhanced font ',11' tc rgb '#606060'\n",
                (double)(from - 1 + to - 1) / 2.0);
    }
}

/* The least error that is not 0: below, the axis has no place. */
static double least_error(const struct csv *csv, const char *column, double least)
{
    for (size_t i = 1; csv && i < csv->rows; i++) {
        double error = csv_real(csv, i, column);

        if (error > 0.0)
            least = fmin(least, error);
    }
    return least;
}

static void put_curve(const struct plot *plot, const char *block, const struct csv *csv,
                      const char *column, const char *only)
{
    fprintf(plot->script, "$%s << E\n", block);
    for (size_t i = 1; csv && i < csv->rows; i++) {
        double error = csv_real(csv, i, column);

        if (!isnan(error) && csv_is(csv, i, "what", only))
            fprintf(plot->script, "%s %.9g\n", csv_text(csv, i, "epoch"), error);
    }
    fputs("E\n", plot->script);
}

static bool has_any(const struct csv *csv, const char *column, const char *only)
{
    for (size_t i = 1; csv && i < csv->rows; i++)
        if (!isnan(csv_real(csv, i, column)) && csv_is(csv, i, "what", only))
            return true;
    return false;
}

static void put_events(const struct plot *plot, const struct csv *events)
{
    static const struct {
        const char *what, *title, *color;
        int point;
    } kinds[] = {{"test", "test", PLOT_GRAY, 6},
                 {"trained", "test: trained", PLOT_BLUE, 7},
                 {"pruned", "test: pruned, retrained", PLOT_GREEN, 5},
                 {"shared", "test: shared, tuned", PLOT_RED, 9},
                 {"encode", "test: encoded file", PLOT_PURPLE, 12}};

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (!has_any(events, "test_error_percent", kinds[i].what))
            continue;
        put_curve(plot, kinds[i].what, events, "test_error_percent", kinds[i].what);
        fprintf(plot->script,
                "points = points . \", $%s using 1:(floored($2)) with points pt %d ps 1.1 lc rgb "
                "'%s' title '%s'\"\n",
                kinds[i].what, kinds[i].point, kinds[i].color, kinds[i].title);
    }
}

void plot_error(struct plot *plot)
{
    struct csv *epochs = plot_table(plot, "epochs"), *events = plot_table(plot, "events");
    double least = 100.0, floor_at;

    if (!epochs)
        goto out;
    least = least_error(epochs, "error_percent", least);
    least = least_error(epochs, "validation_error_percent", least);
    least = least_error(events, "test_error_percent", least);
    floor_at = fmax(pow(10.0, floor(log10(least))), 0.01);
    plot_begin(plot, "error", "error by epoch", 1, 1, WIDE, HIGH);
    plot_set(plot, "xlabel", "epoch");
    plot_set(plot, "ylabel", "error (%)");
    put_phases(plot, epochs);
    put_curve(plot, "training", epochs, "error_percent", NULL);
    put_curve(plot, "validation", epochs, "validation_error_percent", NULL);
    fprintf(plot->script,
            "set tmargin 4\nset logscale y\nset yrange [%.9g:*]\nset xrange [0:%zu]\n"
            "set ytics add ('\u2264 %.9g' %.9g)\nset key outside right top vertical\n"
            "floored(x) = x < %.9g ? %.9g : x\n"
            "points = \"\"\n",
            floor_at, epochs->rows - 1, floor_at, floor_at, floor_at, floor_at);
    put_events(plot, events);
    if (has_any(epochs, "validation_error_percent", NULL))
        fprintf(
            plot->script,
            "points = \", $validation using 1:(floored($2)) with lines lw 1.6 lc rgb '%s' title "
            "'validation'\" . points\n",
            PLOT_ORANGE);
    fprintf(plot->script,
            "eval \"plot $training using 1:(floored($2)) with lines lw 1.6 lc rgb '#404040' title "
            "'training samples'\" . points\n");
    plot_end(plot);
out:
    csv_free(epochs);
    csv_free(events);
}
