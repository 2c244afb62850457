/* SPDX-License-Identifier: Apache-2.0 */
/* The journal: one JSON object a line, each on disk before the next verb begins.
 * Numbers count up from 1; the only field that a clock touches is "seconds". */

#include "run/journal.h"
#include "base/alloc.h"
#include "base/file.h"
#include "run/json.h"
#include <stdlib.h>
#include <string.h>

struct journal {
    char *path;
    unsigned lines;
};

struct journal *journal_open(const char *path, struct pare_error *err)
{
    if (file_exists(path)) {
        pare_fail_at(err, PARE_EIO, path, 0, "a journal is there already");
        return NULL;
    }
    if (file_append(path, "", 0, err) != PARE_OK)
        return NULL;
    struct journal *journal = xcalloc(1, sizeof *journal);
    journal->path = xstrdup(path);
    return journal;
}

void journal_close(struct journal *journal)
{
    if (!journal)
        return;
    free(journal->path);
    free(journal);
}

int journal_add(struct journal *journal, const char *verb, const struct value *options,
                const struct value *result, struct pare_error *err)
{
    char *asked = options ? json_line(options) : xstrdup("{}");
    char *got = result ? json_line(result) : xstrdup("{}");
    char *line = xasprintf("{\"number\":%u,\"verb\":\"%s\",\"options\":%s,\"result\":%s}\n",
                           journal->lines + 1, verb, asked, got);
    int status = file_append(journal->path, line, strlen(line), err);
    if (status == PARE_OK)
        journal->lines++;
    free(line);
    free(got);
    free(asked);
    return status;
}
