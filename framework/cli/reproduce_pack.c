/* SPDX-License-Identifier: Apache-2.0 */
/* What a pack holds: its experiment files, a job for each of their seeds, and the
 * results that are there. */

#include "cli/reproduce.h"

#include "base/alloc.h"
#include "base/file.h"
#include "run/recipe.h"
#include "run/run.h"
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { DIGITS = 12 };

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The .cfg files of a folder in the order of their names, or path itself. */
static char **find_configs(const char *path, size_t *n, struct pare_error *err)
{
    char **found = NULL;
    struct stat st;
    DIR *dir;

    *n = 0;
    if (stat(path, &st) != 0 || !S_ISDIR(st.st_mode)) {
        found = xrealloc(NULL, 1, sizeof *found);
        found[(*n)++] = xstrdup(path);
        return found;
    }
    dir = opendir(path);
    if (!dir)
        pare_fail_at(err, PARE_EIO, path, 0, "cannot open: %s", strerror(errno));
    for (struct dirent *entry; dir && (entry = readdir(dir));) {
        size_t length = strlen(entry->d_name);

        if (length < 5 || *entry->d_name == '.' || strcmp(entry->d_name + length - 4, ".cfg") != 0)
            continue;
        found = xrealloc(found, *n + 1, sizeof *found);
        found[(*n)++] = file_join(path, entry->d_name);
    }
    if (dir)
        closedir(dir);
    if (*n)
        qsort(found, *n, sizeof *found, by_name);
    return found;
}

/* "han2016" for configs/han2016/ and for configs/han2016/lenet300.cfg. What it cannot
 * find out is an error: under another name it would run everything once more. */
static char *pack_name(const char *path, struct pare_error *err)
{
    struct stat st;
    bool is_there = stat(path, &st) == 0, is_folder = is_there && S_ISDIR(st.st_mode);
    char *folder = is_folder ? xstrdup(path) : file_dir(path);
    char *real = is_there ? realpath(folder, NULL) : NULL;

    if (!real && (is_there || errno != ENOENT))
        pare_fail_at(err, PARE_EIO, path, 0, "cannot open: %s", strerror(errno));
    const char *slash = real ? strrchr(real, '/') : NULL;
    char *name = xstrdup(slash && slash[1] ? slash + 1 : "pack");

    free(real);
    free(folder);
    return name;
}

static char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path;
    const char *dot = strrchr(base, '.');

    return xstrndup(base, dot && dot > base ? (size_t)(dot - base) : strlen(base));
}

/* Opens the file's experiment and adds a job for each seed. */
static int read_file(struct reproduce_file *file, const struct reproduce_wanted *wanted,
                     const char *root, struct problems *problems, struct pare_error *err)
{
    struct run run = {0};
    struct run_settings settings = {.config = file->config,
                                    .set = wanted->common->set,
                                    .sets = wanted->common->sets,
                                    .seed = -1,
                                    .data = wanted->common->data,
                                    .threads = 1};
    int status = run_open_dry(&run, &settings, problems, err);
    char hex[65];

    file->stem = base_name(file->config);
    if (status == PARE_OK) {
        file->expect = expected_read(run.experiment->root, &file->expects);
        file->name = xstrdup(run.experiment->name);
        file->jobs = file->expects ? wanted->seeds : 0;
        file->job = xcalloc(file->jobs + 1, sizeof *file->job);
    }
    for (size_t i = 0; status == PARE_OK && i < file->jobs; i++, run.experiment->seed++) {
        struct reproduce_job *job = &file->job[i];

        status = recipe_identity(&run, hex, err);
        if (status != PARE_OK)
            break;
        job->config = file->config;
        job->seed = run.experiment->seed;
        job->dir =
            xasprintf("%s/%s-seed%lld-%.*s", root, file->stem, (long long)job->seed, DIGITS, hex);
        recipe_made(&run, job->dir, job->made, sizeof job->made);
        job->anew = wanted->fresh && *job->made;
        job->result = job->anew ? NULL : reproduce_stored(job->dir);
        job->stored = job->result != NULL;
    }
    run_close(&run);
    return status;
}

/* Takes the seeds without a result out of the experiment. */
static void keep_stored(struct reproduce_file *file)
{
    size_t kept = 0;

    for (size_t i = 0; i < file->jobs; i++) {
        struct reproduce_job swap = file->job[kept];

        if (!file->job[i].result)
            continue;
        file->job[kept++] = file->job[i];
        file->job[i] = swap;
    }
    for (size_t i = kept; i < file->jobs; i++)
        free(file->job[i].dir);
    file->jobs = kept;
}

static void free_file(struct reproduce_file *file)
{
    expected_free(file->expect, file->expects);
    for (size_t i = 0; i < file->jobs; i++) {
        free(file->job[i].dir);
        value_free(file->job[i].result);
    }
    free(file->job);
    free(file->config);
    free(file->name);
    free(file->stem);
}

/* Files that expect nothing are not in the tables. */
static void keep_expecting(struct reproduce_pack *pack)
{
    size_t kept = 0;

    for (size_t f = 0; f < pack->files; f++)
        if (pack->file[f].expects)
            pack->file[kept++] = pack->file[f];
        else
            free_file(&pack->file[f]);
    pack->files = kept;
}

int reproduce_open(struct reproduce_pack *pack, const struct reproduce_wanted *wanted,
                   struct problems *problems, struct pare_error *err)
{
    int status;

    pack->name = pack_name(wanted->path, err);
    pack->root = file_join(wanted->out ? wanted->out : "runs", pack->name);
    char **config = err->status ? NULL : find_configs(wanted->path, &pack->files, err);
    pack->file = xcalloc(pack->files + 1, sizeof *pack->file);
    for (size_t f = 0; f < pack->files; f++)
        pack->file[f].config = config[f];
    free(config);
    status = err->status;
    for (size_t f = 0; f < pack->files && (status == PARE_OK || problems->count); f++)
        status = read_file(&pack->file[f], wanted, pack->root, problems, err);
    if (status != PARE_OK || problems->count)
        return status;
    keep_expecting(pack);
    for (size_t f = 0; f < pack->files && wanted->stored; f++)
        keep_stored(&pack->file[f]);
    if (!pack->files)
        status = pare_fail_at(err, PARE_EUSER, wanted->path, 0,
                              "no experiment file in it has an expect list");
    return status;
}

void reproduce_close(struct reproduce_pack *pack)
{
    for (size_t f = 0; f < pack->files; f++)
        free_file(&pack->file[f]);
    free(pack->file);
    free(pack->root);
    free(pack->name);
}
