/* SPDX-License-Identifier: Apache-2.0 */
/* One thread a checkpoint. It does what checkpoint_write and record_add would, in
 * their order, the file before the record, and alone: a crash leaves the same as it
 * would there, a checkpoint earlier. Waiting for the disk is most of it. */

#include "run/beside.h"
#include "base/alloc.h"
#include "base/file.h"
#include "run/checkpoint.h"
#include "run/record.h"
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

struct beside {
    pthread_t thread;
    bool started;
    struct checkpoint_file made;
    struct journal *journal;
    struct value *line;
    double seconds; /* of a processor */
    struct pare_error failed;
};

static void *write_out(void *context)
{
    struct beside *b = context;
    struct timespec spent = {0};

    if (file_write(b->made.path, b->made.bytes, b->made.size_bytes, &b->failed) == PARE_OK)
        journal_add(b->journal, b->line, true, &b->failed);
    if (b->started && clock_gettime(CLOCK_THREAD_CPUTIME_ID, &spent) == 0)
        b->seconds = (double)spent.tv_sec + (double)spent.tv_nsec * 1e-9;
    return NULL;
}

static void free_beside(struct beside *b)
{
    checkpoint_free(&b->made);
    value_free(b->line);
    free(b);
}

int beside_start(struct run *run, const struct trainer *trainer, const struct value *group,
                 struct beside **beside, struct pare_error *err)
{
    struct beside *b = xcalloc(1, sizeof *b);
    int status = checkpoint_make(run, trainer, &b->made, err);

    if (status == PARE_OK && !(b->line = record_line(run, JOURNAL_EPOCH, group, b->made.name, err)))
        status = err->status;
    if (status != PARE_OK) {
        run->broken = *err;
        free_beside(b);
        return status;
    }
    b->journal = run->journal;
    b->started = true;
    if (pthread_create(&b->thread, NULL, write_out, b) != 0) {
        b->started = false;
        write_out(b);
    }
    *beside = b;
    return PARE_OK;
}

int beside_wait(struct beside *beside, struct run *run, struct pare_error *err)
{
    const double started = record_clock();
    int status;

    if (!beside)
        return PARE_OK;
    if (beside->started)
        pthread_join(beside->thread, NULL);
    status = beside->failed.status;
    if (status == PARE_OK)
        steps_settle(run->steps, beside->made.name);
    else
        *err = run->broken = beside->failed;
    steps_spend(run->steps, record_clock() - started + beside->seconds);
    free_beside(beside);
    return status;
}
