/* SPDX-License-Identifier: Apache-2.0 */
/* The encoded file, tested as a user would get it. It runs on the weights that it
 * keeps where that pays. Two classes that are equal but for rounding may part the
 * engines: an error that is not the one before encoding is measured once more as an
 * ordinary net, whose word counts. */

#include "run/readback.h"

#include "infer/infer.h"
#include "run/stages.h"
#include <math.h>

enum { BATCH = 256 };

/* The file on the weights that it keeps, where that pays; *percent stays where not. */
static int test_compressed(struct run *run, double *percent, struct pare_error *err)
{
    const struct infer_settings settings = {
        .path = run->model_path, .batch = BATCH, .engine = INFER_COMPRESSED};
    struct infer_result got;
    struct infer *m = NULL;
    int status = infer_open(&settings, &m, err);

    if (status == PARE_ESTATE || (status == PARE_OK && !infer_pays(m))) {
        infer_free(m);
        return PARE_OK;
    }
    if (status == PARE_OK)
        status = infer_test(m, NULL, &run->data, run->pool, PARE_SPLIT_TEST, &got, err);
    if (status == PARE_OK)
        *percent = got.error_percent;
    infer_free(m);
    return status;
}

int readback_test(struct run *run, struct model_file *file, struct pare_error *err)
{
    double percent = NAN;
    struct test_result got = {0};
    int status = format_read_path(run->model_path, file, err);

    if (status == PARE_OK)
        status = test_compressed(run, &percent, err);
    if (status == PARE_OK && percent != run->encoded_error) {
        status = test(file->net, &run->data, run->pool, PARE_SPLIT_TEST, run->loss, &got, err);
        percent = got.error_percent;
    }
    if (status != PARE_OK)
        return status;
    run->test_error_percent = percent;
    stages_coded(run, file->net, percent, file->size_bytes);
    if (run->encoded_error != percent)
        return pare_fail_at(err, PARE_EFORMAT, run->model_path, 0,
                            "test error %.4f %%, but %.4f %% before it was encoded; this is a "
                            "defect of pare",
                            percent, run->encoded_error);
    return PARE_OK;
}
