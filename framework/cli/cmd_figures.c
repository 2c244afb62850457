/* SPDX-License-Identifier: Apache-2.0 */
/* pare figures: pictures of what a run shows. */

#include "base/alloc.h"
#include "base/file.h"
#include "cli/cli.h"
#include "cli/plot.h"
#include "run/rundir.h"
#include <stdlib.h>
#include <string.h>

/* Every figure; what there is no data for begins no picture. */
static void (*const figures[])(struct plot *plot) = {
    plot_weights, plot_cumulative, plot_centroids, plot_codes,    plot_storage,
    plot_masks,   plot_error,      plot_grid,      plot_tradeoff,
};

/* The last part of a path. */
static char *name_of(const char *path)
{
    char *real = realpath(path, NULL);
    const char *slash = real ? strrchr(real, '/') : NULL;
    char *name = xstrdup(slash && slash[1] ? slash + 1 : path);

    free(real);
    return name;
}

int figures_draw(const char *run, const char *out, size_t *pictures, bool *absent,
                 struct pare_error *err)
{
    char *folder = rundir_figures(run), *name = name_of(run), *text = NULL;
    struct plot plot = {.folder = folder, .run = name, .failed = err};
    size_t size = 0;
    int status = PARE_OK;

    *absent = false;
    plot.script = xmemstream(&text, &size);
    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++)
        figures[i](&plot);
    fputs("set output\n", plot.script);
    fclose(plot.script);
    status = err->status;
    *pictures = plot.pictures;
    if (status == PARE_OK && plot.pictures)
        status = plot_draw(&plot, text, size, out ? out : folder, absent, err);
    for (size_t i = 0; i < plot.pictures; i++)
        free(plot.name[i]);
    free(text);
    free(name);
    free(folder);
    return status;
}

struct arguments {
    const char *run, *out;
};

enum { KEY_OUT = 0x200 };

static const struct argp_option options[] = {
    {"out", KEY_OUT, "DIR", 0, "leave the pictures in DIR (default: RUN/figures)", 0},
    {0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct arguments *a = state->input;

    switch (key) {
    case KEY_OUT:
        a->out = arg;
        return 0;
    default:
        return cli_one_argument(key, arg, state, &a->run, "run folder");
    }
}

static const struct argp argp = {
    .options = options,
    .parser = parse,
    .args_doc = "RUN",
    .doc = "Draws the figures of the run in the folder RUN by gnuplot, from the CSV files in "
           "RUN/figures: weights before and after pruning, shared values, codes and gaps, where "
           "the bytes go, masks, and the error by epoch. Without gnuplot it says so and draws "
           "nothing."
           "\vExit status: 0 done, 1 there is nothing to draw or it failed, 2 the command line is "
           "wrong.",
};

int cmd_figures(int argc, char **argv)
{
    struct arguments a = {0};
    struct pare_error err = {0};
    size_t pictures = 0;
    bool absent;

    cli_parse(&argp, argc, argv, &a);
    int status = figures_draw(a.run, a.out, &pictures, &absent, &err);
    if (absent) {
        printf("gnuplot is not here: %zu figures are not drawn\n", pictures);
        return CLI_DONE;
    }
    if (status == PARE_OK && pictures == 0)
        status = pare_fail_at(&err, PARE_EIO, a.run, 0, "it has no figures/ with data to draw");
    if (status != PARE_OK)
        return cli_fail(&err);
    char *folder = a.out ? xstrdup(a.out) : rundir_figures(a.run);
    printf("%s: %zu figures\n", folder, pictures);
    free(folder);
    return CLI_DONE;
}
