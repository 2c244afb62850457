/* SPDX-License-Identifier: Apache-2.0 */
/* Run folders: where each file of a run stands. A folder is claimed by the mkdir
 * that made it, so two runs started at once never share one. */

#include "run/rundir.h"
#include "base/alloc.h"
#include "base/file.h"
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TRIES_MAX = 10000 };

/* name with everything but letters, digits, '.', '_' and '-' made a '-'; a name
 * may not leave the folder or hide. */
static char *safe_name(const char *name)
{
    char *safe = xstrdup(*name ? name : "run");
    for (char *c = safe; *c; c++)
        if (!isalnum((unsigned char)*c) && !strchr("._-", *c))
            *c = '-';
    if (*safe == '.')
        *safe = '-';
    return safe;
}

/* Folder number i of those with this name and hash. */
static char *numbered(const char *out, const char *safe, const char *hash, int i)
{
    char *leaf = i == 1 ? xasprintf("%s-%s", safe, hash) : xasprintf("%s-%s-%d", safe, hash, i);
    char *dir = file_join(out, leaf);

    free(leaf);
    return dir;
}

char *rundir_last(const char *out, const char *name, const char *hash)
{
    char *safe = safe_name(name), *last = NULL;

    for (int i = 1; i <= TRIES_MAX; i++) {
        char *dir = numbered(out, safe, hash, i);

        if (!file_exists(dir)) {
            free(dir);
            break;
        }
        free(last);
        last = dir;
    }
    free(safe);
    return last;
}

char *rundir_make(const char *out, const char *name, const char *hash, struct pare_error *err)
{
    if (file_make_dir(out, err) != PARE_OK)
        return NULL;

    char *safe = safe_name(name), *dir = NULL;
    int status = PARE_OK;
    for (int i = 1; i <= TRIES_MAX && !dir; i++) {
        dir = numbered(out, safe, hash, i);
        if (mkdir(dir, 0777) == 0) {
            status = file_sync_dir(dir, err);
        } else if (errno != EEXIST) {
            status = pare_fail_at(err, PARE_EIO, dir, 0, "cannot make the run folder: %s",
                                  strerror(errno));
        } else {
            free(dir);
            dir = NULL;
        }
    }
    if (!dir)
        status =
            pare_fail_at(err, PARE_EIO, out, 0, "%d runs of '%s-%s' are there already; remove some",
                         TRIES_MAX, safe, hash);
    free(safe);
    if (status == PARE_OK)
        return dir;
    free(dir);
    return NULL;
}

static void clean_folder(const char *dir)
{
    DIR *folder = opendir(dir);
    const struct dirent *entry;

    while (folder && (entry = readdir(folder))) {
        char *path = file_join(dir, entry->d_name);

        if (strstr(entry->d_name, ".tmp"))
            unlink(path);
        free(path);
    }
    if (folder)
        closedir(folder);
}

void rundir_clean(const char *dir)
{
    char *figures = rundir_figures(dir);

    clean_folder(dir);
    clean_folder(figures);
    free(figures);
}

static size_t folder_bytes(const char *dir)
{
    DIR *folder = opendir(dir);
    const struct dirent *entry;
    size_t bytes = 0;

    while (folder && (entry = readdir(folder))) {
        char *path = file_join(dir, entry->d_name);
        struct stat info;

        if (stat(path, &info) == 0 && S_ISREG(info.st_mode))
            bytes += (size_t)info.st_size;
        free(path);
    }
    if (folder)
        closedir(folder);
    return bytes;
}

size_t rundir_bytes(const char *dir)
{
    char *figures = rundir_figures(dir);
    size_t bytes = folder_bytes(dir) + folder_bytes(figures);

    free(figures);
    return bytes;
}

char *rundir_config(const char *dir)
{
    return file_join(dir, "config.cfg");
}

char *rundir_schedule(const char *dir)
{
    return file_join(dir, "schedule.lua");
}

char *rundir_module(const char *dir, const char *name)
{
    if (strcmp(name, "schedule") == 0)
        return NULL;
    char *leaf = xasprintf("%s.lua", name);
    char *path = file_join(dir, leaf);
    free(leaf);
    return path;
}

char *rundir_journal(const char *dir)
{
    return file_join(dir, "journal.jsonl");
}

char *rundir_metrics(const char *dir)
{
    return file_join(dir, "metrics.jsonl");
}

char *rundir_metrics_new(const char *dir)
{
    return file_join(dir, "metrics.jsonl.tmp");
}

char *rundir_steps(const char *dir)
{
    return file_join(dir, "steps");
}

char *rundir_model(const char *dir)
{
    return file_join(dir, "model.pare");
}

char *rundir_report(const char *dir)
{
    return file_join(dir, "report.txt");
}

char *rundir_result(const char *dir)
{
    return file_join(dir, "result.json");
}

char *rundir_figures(const char *dir)
{
    return file_join(dir, "figures");
}

char *rundir_figure(const char *dir, const char *name, const char *param)
{
    int layer = param ? (int)strcspn(param, ".") : 0;
    char *folder = rundir_figures(dir);
    char *leaf = xasprintf("%s%s%.*s.csv", name, param ? "-" : "", layer, param ? param : "");
    char *path = file_join(folder, leaf);

    free(leaf);
    free(folder);
    return path;
}
