/* SPDX-License-Identifier: Apache-2.0 */
/* Pictures of a pack, in the folder figures/ beside its tables: the data of each
 * experiment as CSV, and what gnuplot makes of it. */

#include "cli/reproduce.h"

#include "base/alloc.h"
#include "base/file.h"
#include "cli/plot.h"
#include "cli/reproduce_series.h"
#include <stdlib.h>

static int write_data(const struct reproduce_file *file, const char *folder, struct pare_error *err)
{
    char *leaf = xasprintf("%s.csv", file->stem), *path = file_join(folder, leaf), *text = NULL;
    size_t size = 0;
    FILE *out = xmemstream(&text, &size);

    series_csv(file, out);
    fclose(out);
    int status = file_write(path, text, size, err);
    free(text);
    free(path);
    free(leaf);
    return status;
}

/* Of what was run: the paper alone makes no picture. */
static void begin_pictures(struct plot *plot, const struct reproduce_file *file)
{
    size_t seeds = 0;

    for (size_t i = 0; i < file->jobs; i++)
        seeds += file->job[i].result != NULL;
    char *what =
        xasprintf("%s, mean and range of %zu seed%s", file->stem, seeds, seeds == 1 ? "" : "s");
    if (seeds && plot->pictures + 2 <= PLOT_PICTURES_MAX) {
        plot_series(plot, file->stem, what);
        plot_cells(plot, file->stem, what);
    }
    free(what);
}

/* What cannot be drawn spoils nothing. */
static void draw(const struct reproduce_file *file, size_t n, const char *pack, const char *folder)
{
    struct pare_error err = {0};
    struct plot plot = {.folder = folder, .run = pack, .failed = &err};
    char *text = NULL;
    size_t size = 0;
    bool absent = false;

    plot.script = xmemstream(&text, &size);
    for (size_t f = 0; f < n; f++)
        begin_pictures(&plot, &file[f]);
    fputs("set output\n", plot.script);
    fclose(plot.script);
    if (err.status == PARE_OK && plot.pictures)
        plot_draw(&plot, text, size, folder, &absent, &err);
    if (absent)
        fprintf(stderr, "gnuplot is not here: %zu figures are not drawn\n", plot.pictures);
    else if (err.status != PARE_OK)
        fprintf(stderr, "figures are not drawn: %s\n", err.text);
    for (size_t i = 0; i < plot.pictures; i++)
        free(plot.name[i]);
    free(text);
}

int reproduce_figures(const struct reproduce_pack *pack, bool drawn, struct pare_error *err)
{
    char *folder = file_join(pack->root, "figures");
    int status = file_make_dir(folder, err);

    for (size_t f = 0; f < pack->files && status == PARE_OK; f++)
        status = write_data(&pack->file[f], folder, err);
    if (status == PARE_OK && drawn)
        draw(pack->file, pack->files, pack->name, folder);
    free(folder);
    return status;
}
