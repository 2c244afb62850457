/* SPDX-License-Identifier: Apache-2.0 */
/* The folder of checkpoints and the snapshots that schedules hold in it. A file is
 * removed when neither of the last two settled states needs it: the last may turn
 * out damaged, and then a resume begins at the one before, with the snapshots that
 * were held there. */

#include "run/steps.h"
#include "base/alloc.h"
#include "base/file.h"
#include "base/hash.h"
#include "format/container.h"
#include "run/checkpoint.h"
#include "run/moments.h"
#include "run/rundir.h"
#include <ctype.h>
#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct held {
    struct snapshot *state;  /* NULL: in the file alone, or let go */
    struct moments *moments; /* of the same moment as state */
    char *file;              /* NULL: in memory alone */
    unsigned number;
    bool free;         /* let go by the schedule */
    unsigned released; /* in which round of settling */
    struct steps *steps;
    struct held *next;
};

struct steps {
    char *dir;
    unsigned next, round;
    char *last, *before;
    struct held *held;
    size_t most_bytes;
    double seconds;
};

struct steps *steps_open(const char *dir, unsigned next)
{
    struct steps *steps = xcalloc(1, sizeof *steps);

    steps->dir = xstrdup(dir);
    steps->next = next;
    return steps;
}

static void free_held(struct held *h)
{
    snapshot_free(h->state);
    moments_free(h->moments);
    free(h->file);
    free(h);
}

void steps_close(struct steps *steps)
{
    if (!steps)
        return;
    while (steps->held) {
        struct held *h = steps->held;
        steps->held = h->next;
        free_held(h);
    }
    free(steps->before);
    free(steps->last);
    free(steps->dir);
    free(steps);
}

unsigned steps_number(const char *name)
{
    char *end = NULL;
    unsigned long number = name && isdigit((unsigned char)*name) ? strtoul(name, &end, 10) : 0;

    return end && strcmp(end, ".pare") == 0 && number <= UINT_MAX ? (unsigned)number : 0;
}

char *steps_path(const struct steps *steps, const char *name)
{
    return file_join(steps->dir, name);
}

int steps_new(struct steps *steps, char **name, struct pare_error *err)
{
    int status = file_make_dir(steps->dir, err);

    if (status == PARE_OK)
        *name = xasprintf("%03u.pare", steps->next++);
    return status;
}

bool steps_check(const struct steps *steps, const char *name)
{
    char *path = steps_path(steps, name);
    size_t size = 0;
    char *bytes = file_read(path, CONTAINER_BYTES_MAX, &size, NULL);
    bool good = bytes && size > CONTAINER_CHECKSUM_BYTES;

    if (good) {
        size_t rest = size - CONTAINER_CHECKSUM_BYTES;
        uint32_t crc = hash_crc32(0, bytes, rest);

        for (size_t i = 0; i < CONTAINER_CHECKSUM_BYTES; i++)
            good = good && (uint8_t)bytes[rest + i] == (uint8_t)(crc >> 8 * i);
    }
    free(bytes);
    free(path);
    return good;
}

static bool is_needed(const struct steps *steps, const char *name)
{
    if ((steps->last && strcmp(steps->last, name) == 0) ||
        (steps->before && strcmp(steps->before, name) == 0))
        return true;
    for (const struct held *h = steps->held; h; h = h->next)
        if (h->file && strcmp(h->file, name) == 0)
            return true;
    return false;
}

/* Forgets snapshots that were let go before the state that is now the one before. */
static void forget_held(struct steps *steps)
{
    for (struct held **at = &steps->held; *at;) {
        struct held *h = *at;

        if (h->free && (!h->file || h->released + 2 <= steps->round)) {
            *at = h->next;
            free_held(h);
        } else {
            at = &h->next;
        }
    }
}

static void sweep(struct steps *steps)
{
    DIR *folder = opendir(steps->dir);
    const struct dirent *entry;
    size_t bytes = 0;

    while (folder && (entry = readdir(folder))) {
        char *path = file_join(steps->dir, entry->d_name);
        struct stat info;

        if (stat(path, &info) == 0 && S_ISREG(info.st_mode)) {
            bytes += (size_t)info.st_size;
            if (!is_needed(steps, entry->d_name))
                unlink(path);
        }
        free(path);
    }
    if (folder)
        closedir(folder);
    if (bytes > steps->most_bytes)
        steps->most_bytes = bytes;
}

void steps_settle(struct steps *steps, const char *name)
{
    if (name) {
        free(steps->before);
        steps->before = steps->last;
        steps->last = xstrdup(name);
        steps->round++;
    }
    forget_held(steps);
    sweep(steps);
}

const char *steps_last(const struct steps *steps)
{
    return steps->last;
}

void steps_remove(const char *dir)
{
    struct steps none = {.dir = rundir_steps(dir)};

    sweep(&none);
    rmdir(none.dir);
    free(none.dir);
}

void steps_spend(struct steps *steps, double seconds)
{
    steps->seconds += seconds;
}

void steps_cost(const struct steps *steps, size_t *bytes, double *seconds)
{
    *bytes = steps->most_bytes;
    *seconds = steps->seconds;
}

struct held *held_new(struct run *run, const char *name, bool replayed, unsigned number,
                      struct pare_error *err)
{
    struct snapshot *state = replayed ? NULL : snapshot_take(run->net, err);

    if (!state && !replayed)
        return NULL;
    struct held *h = xcalloc(1, sizeof *h);
    h->state = state;
    h->moments = replayed ? NULL : moments_copy(run->moments);
    h->file = name ? xstrdup(name) : NULL;
    h->number = number;
    h->steps = run->steps;
    if (run->steps) {
        h->next = run->steps->held;
        run->steps->held = h;
    }
    return h;
}

unsigned held_number(const struct held *held)
{
    return held->number;
}

/* From its file, on first use. */
static int held_load(struct held *held, struct run *run, struct pare_error *err)
{
    struct model_file file = {0};
    int status;

    if (!held->file)
        return pare_fail(err, PARE_ESTATE, "the snapshot of step %u was not kept", held->number);
    status = checkpoint_read(run, held->file, &file, err);
    if (status == PARE_OK && !(held->state = snapshot_take(file.net, err)))
        status = err->status;
    if (status == PARE_OK)
        status = checkpoint_moments(&file, &held->moments, err);
    model_file_free(&file);
    return status;
}

int held_restore(struct held *held, struct run *run, enum snapshot_what what, const bool *want,
                 struct pare_error *err)
{
    int status = held->state ? PARE_OK : held_load(held, run, err);

    if (status == PARE_OK)
        status = snapshot_restore(held->state, run->net, what, want, err);
    if (status == PARE_OK && what == SNAPSHOT_ALL)
        moments_restore(&run->moments, held->moments, run->net->params, want);
    return status;
}

void held_free(struct held *held)
{
    if (!held)
        return;
    if (!held->steps) {
        free_held(held);
        return;
    }
    snapshot_free(held->state);
    moments_free(held->moments);
    held->state = NULL;
    held->moments = NULL;
    held->free = true;
    held->released = held->steps->round;
}
