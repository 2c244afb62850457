/* SPDX-License-Identifier: Apache-2.0 */
/* The verb encode. Nothing is reported before the file on disk was read back and
 * every tensor found equal, bit for bit. */

#include "base/file.h"
#include "format/read.h"
#include "format/size.h"
#include "net/param.h"
#include "run/dry.h"
#include "run/encoding.h"
#include "run/record.h"
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
        if (!param_equal(&net->param[i], &file->net->param[i], &where))
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
    model_file_free(&file);
    return status;
}

int verb_encode(struct run *run, const struct verb_call *call, struct value **result,
                struct pare_error *err)
{
    uint8_t *bytes = NULL;
    size_t size_bytes = 0;
    struct value *asked = NULL, *group = NULL;
    char *path = rundir_model(run->dry ? "." : run->dir);
    double error_percent = 0.0;

    int status = stages_leave(run, STAGE_CODED, err);
    if (status == PARE_OK)
        status = stages_error(run, &error_percent, err);
    if (status != PARE_OK)
        goto out;
    record_start(run, "encode", "%s", path);
    status = encoding_write(run, call->options, &bytes, &size_bytes, &asked, err);
    if (status == PARE_OK)
        status = write_and_compare(run, path, bytes, size_bytes, err);
    if (status != PARE_OK)
        goto out;

    free(run->model_path);
    run->model_path = path;
    path = NULL;
    run->file_bytes = size_bytes;
    run->encoded_error = error_percent;

    double dense = (double)size_dense_bytes(run->net);
    group = tree_group();
    tree_size(group, "bytes", size_bytes);
    tree_real(group, "ratio", dense / (double)size_bytes);
    tree_real(group, "bits_per_weight", 32.0 * (double)size_bytes / dense);
    tree_text(group, "path", run->model_path);
    status = record_end(run, "encode", asked, group, err);
out:
    if (status == PARE_OK)
        *result = group;
    else
        value_free(group);
    value_free(asked);
    free(bytes);
    free(path);
    return status;
}
