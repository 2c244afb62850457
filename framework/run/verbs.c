/* SPDX-License-Identifier: Apache-2.0 */
/* The verbs snapshot and restore, and the query size; the others have files of
 * their own, verb_*.c. */

#include "run/verbs.h"
#include "base/alloc.h"
#include "run/checkpoint.h"
#include "run/record.h"
#include "run/replay.h"
#include "run/stages.h"
#include "run/tree.h"
#include <stdlib.h>

/* The checkpoint for a snapshot of the net as it is: between two verbs there is one,
 * unless nothing was done yet. The caller frees it. */
static int find_checkpoint(struct run *run, char **name, struct pare_error *err)
{
    const char *last = run->steps && !run->inside ? steps_last(run->steps) : NULL;

    if (last)
        *name = xstrdup(last);
    return last || !run->steps ? PARE_OK : checkpoint_write(run, NULL, name, err);
}

static int replayed_snapshot(struct run *run, const struct value *found, struct held **held,
                             struct pare_error *err)
{
    struct value *none = tree_group();
    const struct value *file = value_get(found, "snapshot");
    int status;

    run->verbs--; /* if it differs, at this step */
    status = replay_same(run, found, "snapshot", none, err);
    run->verbs += status == PARE_OK;
    if (status == PARE_OK)
        *held = held_new(run, file ? file->text : NULL, true, run->verbs, err);
    if (status == PARE_OK)
        status = record_metrics(run, "snapshot", NULL, err);
    value_free(none);
    return status;
}

int verb_snapshot(struct run *run, struct held **held, struct pare_error *err)
{
    struct record record = {.verb = "snapshot"};
    struct value *found = NULL;
    char *name = NULL;
    int status = replay_next(run, JOURNAL_VERB, &found, err);

    *held = NULL;
    if (found)
        status = replayed_snapshot(run, found, held, err);
    value_free(found);
    if (status != PARE_OK || *held)
        return status;
    status = find_checkpoint(run, &name, err);
    if (status == PARE_OK)
        *held = held_new(run, name, false, run->verbs + 1, err);
    record.snapshot = name;
    if (!*held)
        status = record_failed(run, &record, err);
    else
        status = record_end(run, &record, err);
    if (status != PARE_OK) {
        held_free(*held);
        *held = NULL;
    }
    free(name);
    return status;
}

int verb_restore(struct run *run, struct held *held, const bool *want, enum snapshot_what what,
                 struct pare_error *err)
{
    static const char *const words[] = {
        [SNAPSHOT_ALL] = "all", [SNAPSHOT_WEIGHTS] = "weights", [SNAPSHOT_MASKS] = "masks"};
    struct value *options = tree_group(), *unused = NULL;
    const struct record record = {.verb = "restore", .options = options, .changed = true};
    bool done = false;

    tree_text(options, "what", words[what]);
    tree_int(options, "snapshot", held_number(held));
    if (want) {
        struct value *params = tree_add_list(options, "params");
        for (size_t i = 0; i < run->net->params; i++)
            if (want[i])
                tree_text(params, NULL, run->net->param[i].name);
    }
    int status = replay_verb(run, "restore", options, &done, &unused, err);
    value_free(unused);
    if (status == PARE_OK && !done) {
        status = held_restore(held, run, what, want, err);
        if (status == PARE_OK) {
            stages_changed(run);
            status = record_end(run, &record, err);
        } else {
            status = record_failed(run, &record, err);
        }
    }
    value_free(options);
    return status;
}

int verb_size(struct run *run, size_t *bytes, struct pare_error *err)
{
    struct value *found = NULL, *line;
    int status = replay_next(run, JOURNAL_SIZE, &found, err);

    if (status == PARE_OK && found) {
        *bytes = (size_t)value_get(found, "bytes")->integer;
    } else if (status == PARE_OK) {
        status = stages_bytes(run, bytes, err);
        line = tree_group();
        tree_size(line, "bytes", *bytes);
        if (status == PARE_OK)
            status = record_add(run, JOURNAL_SIZE, line, NULL, err);
        value_free(line);
    }
    value_free(found);
    return status;
}
