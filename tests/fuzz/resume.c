/* SPDX-License-Identifier: Apache-2.0 */
/* A run folder whose journal a stranger has written, with right checksums: the run is
 * gone on with, and its schedule asks the journal for every verb. The lines of the
 * input are records; a line that is no record is left out. */

#include "base/hash.h"
#include "run/folder.h"
#include "run/journal.h"
#include "run/replay.h"
#include "run/steps.h"
#include "script/script.h"
#include "tiny.h"
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { BYTES_MAX = 1 << 16 };

static struct run run;
static char dir[256];

static void start(void)
{
    tiny_open(&run);
    value_drop(run.experiment->root, "args");
    snprintf(dir, sizeof dir, "%s/run", fuzz_folder());
}

/* Each line of the input as a record with its checksum. */
static size_t sealed(const uint8_t *data, size_t size, char *out)
{
    size_t n = 0;

    for (size_t at = 0; at < size;) {
        const uint8_t *end = memchr(data + at, '\n', size - at);
        size_t length = (end ? (size_t)(end - data) : size) - at;

        if (n + length + 40 > BYTES_MAX)
            break;
        if (length > 1 && data[at + length - 1] == '}') {
            memcpy(out + n, data + at, length - 1);
            n += length - 1;
            n += (size_t)sprintf(out + n, ",\"crc\":\"%08x\"}\n",
                                 hash_crc32(0, data + at, length - 1));
        }
        at = end ? (size_t)(end - data) + 1 : size;
    }
    return n;
}

static void one(const uint8_t *data, size_t size_bytes)
{
    const struct script_limits limits = {.memory_bytes = 2 << 20, .instructions = 30000};
    static char text[BYTES_MAX];
    struct pare_error err = {0};
    int status = PARE_OK;

    run.journal =
        journal_open(fuzz_file(0, (const uint8_t *)text, sealed(data, size_bytes, text)), &err);
    if (!run.journal) {
        fuzz_check_error(err.status, &err);
        return;
    }
    run.dir = strdup(dir);
    run.told = value_new(VALUE_GROUP, NULL, "run", 0);
    run.plugins = value_new(VALUE_GROUP, NULL, "run", 0);
    run.metrics = fopen("/dev/null", "we");
    if (journal_count(run.journal) > 1 && journal_at(run.journal, 0)->kind == JOURNAL_START)
        status = folder_replay(&run, &err);
    if (status == PARE_OK && run.replay)
        status = script_run(&run, &limits, &err);
    fuzz_check_error(status, &err);
    fclose(run.metrics);
    run.metrics = NULL;
    replay_close(&run);
    steps_close(run.steps);
    journal_close(run.journal);
    value_free(run.plugins);
    free(run.dir);
    run.steps = NULL;
    run.journal = NULL;
    run.plugins = NULL;
    run.dir = NULL;
    tiny_reset(&run);
}

const struct fuzz_target fuzz_target = {.start = start,
                                        .one = one,
                                        .memory_bytes = 8 << 20,
                                        .memory_factor = 2000,
                                        .seconds = 3.0,
                                        .seconds_a_mib = 60.0};
