/* SPDX-License-Identifier: Apache-2.0 */
/* How fast this machine trains this net: some steps on the real data with a rate of
 * 0, which leave the weights as they are. */

#include "base/alloc.h"
#include "run/dry.h"
#include "run/record.h"
#include <stdlib.h>
#include <string.h>

static const double seconds_each = 0.6, seconds_all = 2.0;
enum { STEPS_MAX = 100 };

struct watch {
    double first, last, room; /* seconds: ends of the first and the last step; allowed */
    int64_t steps;
};

static int on_step(void *context, const struct train_progress *at, struct pare_error *err)
{
    struct watch *w = context;

    (void)at, (void)err;
    w->last = record_clock();
    if (w->steps++ == 0)
        w->first = w->last;
    return w->steps >= STEPS_MAX || w->last - w->first > w->room;
}

static int measure(struct run *run, const struct train_options *options,
                   const struct train_options *own, double *images_per_second,
                   struct pare_error *err)
{
    uint64_t seed = (uint64_t)run->experiment->seed;
    struct pare_rng order = pare_rng_stream(seed, "plan order");
    struct pare_rng dropout = pare_rng_stream(seed, "plan dropout");
    struct watch watch = {.room = seconds_each};
    const struct train_events events = {.context = &watch, .step = on_step};
    struct train_options still = *options;
    struct train_options *each = xcalloc(run->net->params + 1, sizeof *each);

    still.rate = 0.0;
    for (size_t i = 0; i < run->net->params; i++) {
        each[i] = own[i];
        each[i].rate = 0.0;
    }
    double started = record_clock();
    struct trainer *t =
        trainer_new(run->net, &run->data, run->pool, &still, each, &order, &dropout, err);
    int status = t ? trainer_epoch(t, &events, err) : err->status;
    if (status == PARE_OK) {
        bool one = watch.steps < 2; /* then its preparation counts as well */
        double images = (double)t->options.batch * (double)(one ? 1 : watch.steps - 1);
        double seconds = watch.last - (one ? started : watch.first);
        *images_per_second = images / (seconds > 1e-9 ? seconds : 1e-9);
    }
    run->dry->speed_seconds += record_clock() - started;
    run->dry->clock += record_clock() - started; /* no part of the step */
    trainer_free(t);
    free(each);
    return status;
}

/* What a step's time depends on. */
static struct dry_speed key_of(const struct run *run, const struct train_options *options,
                               const struct train_options *own)
{
    struct dry_speed key = {.batch = options->batch, .optimizer = options->optimizer};

    for (size_t i = 0; i < run->net->params; i++) {
        key.frozen += own[i].frozen;
        key.shared |= run->net->param[i].centroid != NULL;
    }
    return key;
}

int dry_speed_of(struct run *run, const struct train_options *options,
                 const struct train_options *own, double *images_per_second, struct pare_error *err)
{
    struct dry *dry = run->dry;
    struct dry_speed key = key_of(run, options, own);

    key.images_per_second = dry->settings.speed;
    for (size_t i = 0; i < dry->speeds; i++) {
        const struct dry_speed *s = &dry->speed[i];
        bool same = s->batch == key.batch && s->optimizer == key.optimizer &&
                    s->frozen == key.frozen && s->shared == key.shared;
        bool enough = dry->speeds == DRY_SPEEDS_MAX || dry->speed_seconds > seconds_all;
        if (same || (enough && i + 1 == dry->speeds)) {
            *images_per_second = s->images_per_second;
            return PARE_OK;
        }
    }
    if (!(key.images_per_second > 0.0)) {
        int status = measure(run, options, own, &key.images_per_second, err);
        if (status != PARE_OK)
            return status;
    }
    dry->speed[dry->speeds++] = key;
    *images_per_second = key.images_per_second;
    return PARE_OK;
}
