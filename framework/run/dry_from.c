/* SPDX-License-Identifier: Apache-2.0 */
/* What an earlier run recorded: tests and trainings of its journal, in order, and the
 * error of its result. */

#include "base/alloc.h"
#include "base/file.h"
#include "run/dry.h"
#include "run/json.h"
#include "run/rundir.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { JOURNAL_BYTES_MAX = 1 << 28 };

static double number(const struct value *group, const char *name)
{
    const struct value *v = value_get(group, name);
    return v && v->kind == VALUE_REAL  ? v->real
           : v && v->kind == VALUE_INT ? (double)v->integer
                                       : (double)NAN;
}

static void add(struct dry_from *from, const char *verb, const struct value *result)
{
    double error = number(result, "error"), loss = number(result, "loss");

    if (isnan(error)) /* a call that failed */
        return;
    if (strcmp(verb, "test") == 0) {
        from->test = xrealloc(from->test, from->tests + 1, sizeof *from->test);
        from->test[from->tests++] = (struct test_result){
            .error_percent = error, .accuracy = number(result, "accuracy"), .loss = loss};
    } else if (strcmp(verb, "train") == 0) {
        from->train = xrealloc(from->train, from->trains + 1, sizeof *from->train);
        from->train[from->trains++] =
            (struct train_stub){.loss = loss,
                                .error_percent = error,
                                .validation_error_percent = number(result, "validation_error")};
    }
}

/* Its last line may be torn, where the run was broken off. */
static int read_journal(struct dry_from *from, const char *path, struct pare_error *err)
{
    size_t size = 0;
    char *text = file_read(path, JOURNAL_BYTES_MAX, &size, err);
    int status = text ? PARE_OK : err->status;

    for (char *at = text, *end; at && status == PARE_OK && (end = strchr(at, '\n')); at = end + 1) {
        struct value *record = json_parse(at, (size_t)(end - at), path, err);
        const struct value *verb = value_get(record, "verb");
        if (!record)
            status = err->status;
        else if (verb && verb->kind == VALUE_TEXT)
            add(from, verb->text, value_get(record, "result"));
        value_free(record);
    }
    free(text);
    return status;
}

int dry_from_read(struct dry_from *from, const char *dir, struct pare_error *err)
{
    char *journal = rundir_journal(dir), *result = rundir_result(dir);
    size_t size = 0;
    char *text = NULL;
    int status = read_journal(from, journal, err);

    if (status == PARE_OK && file_exists(result)) { /* none: it did not come to its end */
        text = file_read(result, JOURNAL_BYTES_MAX, &size, err);
        struct value *root = text ? json_parse(text, size, result, err) : NULL;
        if (root)
            from->error = number(root, "test_error_percent");
        else
            status = err->status;
        value_free(root);
    }
    if (status == PARE_OK && from->tests + from->trains == 0)
        status = pare_fail_at(err, PARE_EUSER, journal, 0, "records no test and no training");
    free(text);
    free(result);
    free(journal);
    return status;
}

void dry_from_free(struct dry_from *from)
{
    free(from->test);
    free(from->train);
    *from = (struct dry_from){0};
}
