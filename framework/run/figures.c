/* SPDX-License-Identifier: Apache-2.0 */
/* The table of figures, and their files. */

#include "base/alloc.h"
#include "base/file.h"
#include "base/text.h"
#include "run/figure.h"
#include "run/rundir.h"
#include "run/stages.h"
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct line {
    const char *name;
    bool (*write)(const struct figure *f, FILE *out);
    bool each; /* a file for each weight, name-LAYER */
};

static const struct line of_net[] = {
    {"layers", figure_layers, false},       {"weights", figure_weights, false},
    {"centroids", figure_centroids, false}, {"gaps", figure_gaps, false},
    {"storage", figure_storage, false},     {"mask", figure_mask, true},
};

static const struct line of_past[] = {
    {"epochs", figure_epochs, false},
    {"events", figure_events, false},
    {"grid", figure_grid, false},
    {"tradeoff", figure_tradeoff, false},
};

void figure_real(double real, FILE *out)
{
    char text[32] = "";

    if (isfinite(real))
        text_real(real, text);
    fprintf(out, ",%s", text);
}

static int write_one(const struct figure *f, const struct line *line, struct pare_error *err)
{
    const char *param = line->each ? f->net->param[f->param].name : NULL;
    char *path = rundir_figure(f->run->dir, line->name, param), *text = NULL;
    size_t size = 0;
    FILE *out = xmemstream(&text, &size);
    int status = PARE_OK;

    bool any = line->write(f, out);
    fclose(out);
    if (any)
        status = file_write(path, text, size, err);
    else if (unlink(path) != 0 && errno != ENOENT)
        status = pare_fail_at(err, PARE_EIO, path, 0, "cannot remove: %s", strerror(errno));
    free(text);
    free(path);
    return status;
}

static int write_all(struct figure *f, const struct line *line, size_t n, struct pare_error *err)
{
    char *dir = rundir_figures(f->run->dir);
    int status = file_make_dir(dir, err);

    free(dir);
    for (size_t i = 0; i < n && status == PARE_OK; i++) {
        size_t files = line[i].each ? f->net->params : 1;

        for (f->param = 0; f->param < files && status == PARE_OK; f->param++)
            if (!line[i].each || !pare_param_is_bias(&f->net->param[f->param]))
                status = write_one(f, &line[i], err);
    }
    return status;
}

int figures_net(const struct run *run, const struct model_file *file, struct pare_error *err)
{
    struct moments *moments = moments_copy(run->moments);
    struct figure f = {.run = run, .net = file ? file->net : run->net, .file = file};

    if (run->trained)
        moments_take(&moments, run->net, (enum moment_name)stages_of(run->net));
    f.moments = moments;
    int status = write_all(&f, of_net, sizeof of_net / sizeof *of_net, err);
    moments_free(moments);
    return status;
}

int figures_past(const struct run *run, struct pare_error *err)
{
    struct figure f = {.run = run, .net = run->net};

    return write_all(&f, of_past, sizeof of_past / sizeof *of_past, err);
}
