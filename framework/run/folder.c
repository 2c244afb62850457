/* SPDX-License-Identifier: Apache-2.0 */
/* Which folder a run works in and how it begins there. The journal is opened first,
 * since it is the lock; a folder whose journal has no record yet is begun anew. */

#include "run/folder.h"
#include "base/alloc.h"
#include "base/file.h"
#include "run/checkpoint.h"
#include "run/identity.h"
#include "run/journal.h"
#include "run/json.h"
#include "run/record.h"
#include "run/replay.h"
#include "run/rundir.h"
#include "run/tree.h"
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SCHEDULE_BYTES_MAX = 1 << 20, RESULT_BYTES_MAX = 1 << 20 };

/* config.cfg: what the run means, complete; running it again is running this. */
static int write_config(const struct run *run, struct pare_error *err)
{
    char *text = NULL, *path = rundir_config(run->dir);
    size_t size = 0;
    FILE *out = xmemstream(&text, &size);
    int status = experiment_print(run->experiment, out, err);
    fclose(out);
    if (status == PARE_OK)
        status = file_write(path, text, size, err);
    free(path);
    free(text);
    return status;
}

static int copy_schedule(const struct run *run, struct pare_error *err)
{
    size_t size = 0;
    char *text = file_read(run->experiment->schedule, SCHEDULE_BYTES_MAX, &size, err);
    if (!text)
        return err->status;
    char *path = rundir_schedule(run->dir);
    int status = file_write(path, text, size, err);
    free(path);
    free(text);
    return status;
}

static int open_metrics(struct run *run, char *path, struct pare_error *err)
{
    int status = PARE_OK;

    run->metrics = fopen(path, "we");
    if (!run->metrics)
        status = pare_fail_at(err, PARE_EIO, path, 0, "%s", strerror(errno));
    free(path);
    return status;
}

/* Those that the journal knows of. */
static void know_plugins(struct run *run, const struct value *start)
{
    const struct value *plugins = value_get(start, "plugins");

    for (const struct value *m = plugins ? plugins->child : NULL; m; m = m->next)
        tree_bool(run->plugins, m->name, true);
}

static int begin(struct run *run, struct pare_error *err)
{
    struct value *start = identity_now(run, err);
    char *dir = rundir_steps(run->dir);
    int status = start ? journal_cut(run->journal, 0, err) : err->status;

    steps_remove(run->dir);
    run->steps = steps_open(dir, 1);
    free(dir);
    if (status == PARE_OK)
        status = write_config(run, err);
    if (status == PARE_OK)
        status = copy_schedule(run, err);
    if (status == PARE_OK)
        status = open_metrics(run, rundir_metrics(run->dir), err);
    if (status == PARE_OK)
        status = journal_add(run->journal, start, true, err);
    if (start)
        know_plugins(run, start);
    value_free(start);
    return status;
}

/* The plugins of records that are still there were checked and are known. */
static int know_later_plugins(struct run *run, struct pare_error *err)
{
    for (size_t i = 0; i < journal_count(run->journal); i++) {
        if (journal_at(run->journal, i)->kind != JOURNAL_PLUGIN)
            continue;
        struct value *record = journal_read(run->journal, i, err);
        if (!record)
            return err->status;
        tree_bool(run->plugins, value_get(record, "plugin")->text, true);
        value_free(record);
    }
    return PARE_OK;
}

int folder_replay(struct run *run, struct pare_error *err)
{
    int status = replay_open(run, err);

    return status == PARE_OK ? know_later_plugins(run, err) : status;
}

static int go_on(struct run *run, const struct value *start, struct pare_error *err)
{
    if (journal_torn(run->journal))
        record_note(run, "the last record of the journal was not written in full; it is dropped");
    int status = folder_replay(run, err);
    if (status == PARE_OK)
        status = open_metrics(run, rundir_metrics_new(run->dir), err);
    know_plugins(run, start);
    return status;
}

static int read_result(struct run *run, char *path, struct pare_error *err)
{
    size_t size = 0;
    char *text = file_read(path, RESULT_BYTES_MAX, &size, err);

    run->stored = text ? json_parse(text, size, path, err) : NULL;
    free(text);
    if (!run->stored)
        return err->status;
    run->finished = true;
    steps_remove(run->dir); /* a kill may have come before */
    return run_take_stored(run, err);
}

/* The folder has a journal with records: is it of the same run, and over? */
static int look(struct run *run, struct pare_error *err)
{
    struct value *start = journal_read(run->journal, 0, err);
    char *result = rundir_result(run->dir);
    int status = start ? PARE_OK : err->status;

    if (status == PARE_OK && journal_at(run->journal, 0)->kind != JOURNAL_START)
        status = pare_fail_at(err, PARE_EFORMAT, run->dir, 0,
                              "its journal has no beginning; --force-new starts over in another "
                              "folder");
    if (status == PARE_OK)
        status = identity_check(run, start, err);
    if (status == PARE_OK && file_exists(result))
        status = read_result(run, result, err);
    else if (status == PARE_OK)
        status = go_on(run, start, err);
    free(result);
    value_free(start);
    return status;
}

int folder_open(struct run *run, const char *out, bool force_new, struct pare_error *err)
{
    const char *name = run->experiment->name;
    char hex[9], *path;
    int status = experiment_identity(run->experiment, hex, err);

    if (status != PARE_OK)
        return status;
    out = out ? out : "runs";
    run->told = tree_group();
    run->plugins = tree_group();
    run->dir = force_new ? NULL : rundir_last(out, name, hex);
    if (!run->dir)
        run->dir = rundir_make(out, name, hex, err);
    if (!run->dir)
        return err->status;
    path = rundir_journal(run->dir);
    run->journal = journal_open(path, err);
    free(path);
    if (!run->journal)
        return err->status;
    rundir_clean(run->dir);
    return journal_count(run->journal) > 0 ? look(run, err) : begin(run, err);
}
