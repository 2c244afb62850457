/* SPDX-License-Identifier: Apache-2.0 */
/* The verb encode. Nothing is reported before the file on disk was read back and
 * every tensor found equal, bit for bit. */

#include "base/file.h"
#include "base/profile.h"
#include "format/read.h"
#include "format/size.h"
#include "net/param.h"
#include "run/dry.h"
#include "run/encoding.h"
#include "run/figure.h"
#include "run/record.h"
#include "run/replay.h"
#include "run/rundir.h"
#include "run/stages.h"
#include "run/tree.h"
#include "run/verbs.h"
#include <stdlib.h>

static int compare(const struct pare_net *net, const struct model_file *file,
                   struct pare_error *err)
{
    if (file->net->params != net->params)
        return pare_fail(err, PARE_EFORMAT,
                         "%zu parameters written, %zu read back; this is a "
                         "defect of pare",
                         net->params, file->net->params);
    for (size_t i = 0; i < net->params; i++) {
        const char *where = "";
        struct pare_param ours = net->param[i];

        ours.latent = NULL; /* of training alone; a model file has none */
        if (!param_equal(&ours, &file->net->param[i], &where))
            return pare_fail(err, PARE_EFORMAT,
                             "%s: %s read back is not what was written; this is "
                             "a defect of pare or of its encoder",
                             net->param[i].name, where);
    }
    return PARE_OK;
}

static int write_and_compare(struct run *run, const char *path, const uint8_t *bytes,
                             size_t size_bytes, struct pare_error *err)
{
    struct model_file file = {0};
    int status = PARE_OK;

    if (run->dry) {
        status = format_read(bytes, size_bytes, path, &file, err);
    } else {
        status = file_write(path, bytes, size_bytes, err);
        if (status == PARE_OK)
            status = format_read_path(path, &file, err);
    }
    if (status == PARE_OK)
        status = compare(run->net, &file, err);
    if (status == PARE_OK && run->dry)
        dry_encoded(run, &file);
    if (status == PARE_OK && run->journal)
        status = figures_net(run, &file, err);
    model_file_free(&file);
    return status;
}

static struct value *result_of(const struct run *run)
{
    struct value *group = tree_group();
    double dense = (double)size_dense_bytes(run->net), bytes = (double)run->file_bytes;
    char *name = rundir_model(".");

    tree_size(group, "bytes", run->file_bytes);
    tree_real(group, "ratio", dense / bytes);
    tree_real(group, "bits_per_weight", 32.0 * bytes / dense);
    tree_text(group, "path", name);
    free(name);
    return group;
}

static int do_encode(struct run *run, const struct verb_call *call, struct pare_error *err)
{
    uint8_t *bytes = NULL;
    size_t size_bytes = 0;
    char *path = rundir_model(run->dry ? "." : run->dir);
    double error_percent = 0.0;

    int status = stages_leave(run, STAGE_CODED, err);
    if (status == PARE_OK)
        status = stages_error(run, &error_percent, err);
    if (status != PARE_OK)
        goto out;
    record_start(run, "encode", "%s", path);
    status = encoding_write(run, call->options, &bytes, &size_bytes, err);
    if (status == PARE_OK)
        status = write_and_compare(run, path, bytes, size_bytes, err);
    if (status != PARE_OK)
        goto out;
    free(run->model_path);
    run->model_path = path;
    path = NULL;
    run->file_bytes = size_bytes;
    run->encoded_error = error_percent;
out:
    free(bytes);
    free(path);
    return status;
}

int verb_encode(struct run *run, const struct verb_call *call, struct value **result,
                struct pare_error *err)
{
    struct record record = {.verb = "encode"};
    struct value *asked = NULL;
    bool done = false;

    int status = encoding_options(run, call->options, &asked, err);
    if (status == PARE_OK)
        status = replay_verb(run, "encode", asked, &done, result, err);
    if (status != PARE_OK || done)
        goto out;
    record.options = asked;
    enum profile_part was = profile_switch(run->net->profile, PROFILE_CODING);
    status = do_encode(run, call, err);
    profile_switch(run->net->profile, was);
    if (status != PARE_OK) {
        status = record_failed(run, &record, err);
        goto out;
    }
    record.result = result_of(run);
    status = record_end(run, &record, err);
    if (status == PARE_OK)
        *result = record.result;
    else
        value_free(record.result);
out:
    value_free(asked);
    return status;
}
