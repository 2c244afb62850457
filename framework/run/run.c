/* SPDX-License-Identifier: Apache-2.0 */
/* From an experiment file to a net that can be trained, and the run folder that
 * says what was meant before anything is done. */

#include "run/run.h"
#include "base/alloc.h"
#include "base/profile.h"
#include "compress/select.h"
#include "compress/share.h"
#include "format/write.h"
#include "run/after.h"
#include "run/asked.h"
#include "run/checkpoint.h"
#include "run/curve.h"
#include "run/dry.h"
#include "run/folder.h"
#include "run/journal.h"
#include "run/moments.h"
#include "run/record.h"
#include "run/replay.h"
#include "run/rundir.h"
#include "run/state.h"
#include <math.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

enum { THREADS_DEFAULT_MAX = 8 };

unsigned run_threads(unsigned asked)
{
    cpu_set_t set;
    if (asked)
        return asked;
    if (sched_getaffinity(0, sizeof set, &set) != 0)
        return 1;
    int n = CPU_COUNT(&set);
    return n < 1 ? 1 : n > THREADS_DEFAULT_MAX ? THREADS_DEFAULT_MAX : (unsigned)n;
}

static int build_net(struct run *run, struct problems *problems, struct pare_error *err)
{
    const struct experiment *e = run->experiment;
    const struct pare_plugin *plugin = registry_get(PARE_KIND_MODEL, e->model.plugin, err);
    const void *model = plugin;
    struct plugin_use use = {0};

    if (!plugin)
        return err->status;
    int status = plugin_use_open(&use, plugin, value_get(e->root, "model"), "model", model_options,
                                 problems, err);
    if (status != PARE_OK)
        goto out;
    run->net = net_new(run->data.info.shape, run->data.info.classes, err);
    status =
        run->net ? ((const struct pare_model *)model)->build(use.self, run->net, err) : err->status;
    if (status == PARE_OK)
        status = net_finish(run->net, err);
    if (status != PARE_OK)
        pare_fail_in(err, "model '%s'", plugin->name);
    if (status == PARE_EUSER) {
        const struct value *place = value_find(e->root, "model.plugin");

        problems_add(problems, place->file, place->line, "%s", err->text);
    } else if (status == PARE_OK)
        net_init(run->net, (enum net_init)e->model.init, (uint64_t)e->seed);
out:
    plugin_use_close(&use);
    return status;
}

static void check_rules(const struct run *run, struct problems *problems)
{
    const char **names = xcalloc(run->net->params + 1, sizeof *names);
    for (size_t i = 0; i < run->net->params; i++)
        names[i] = run->net->param[i].name;
    experiment_check_rules(run->experiment, names, run->net->params, problems);
    free(names);
}

static void open_streams(struct run *run)
{
    uint64_t seed = (uint64_t)run->experiment->seed;
    run->order = pare_rng_stream(seed, "order");
    run->dropout = pare_rng_stream(seed, "dropout");
    run->script = pare_rng_stream(seed, "script");
    run->prune = pare_rng_stream(seed, "prune");
    run->share = pare_rng_stream(seed, "share");
}

/* Every verb's options for every parameter, so that a wrong one is found before
 * hours of training and not after. */
static int check_options(struct run *run, struct pare_error *err)
{
    union {
        struct train_options train;
        struct test_options test;
        struct prune_options prune;
        struct share_options share;
        struct encode_options encode;
    } options;

    for (int verb = 0; verb < VERB_COUNT; verb++) {
        for (size_t i = 0; i < run->net->params; i++) {
            struct asked asked;
            memset(&options, 0, sizeof options);
            int status =
                asked_open(&asked, run, (enum verb)verb, &run->net->param[i], NULL, &options, err);
            asked_close(&asked);
            if (status != PARE_OK)
                return status;
        }
    }
    return PARE_OK;
}

/* The loss that tests report is the one that the train group names. */
static int read_loss(struct run *run, struct pare_error *err)
{
    struct train_options options = {0};
    struct asked asked;
    int status = asked_open(&asked, run, VERB_TRAIN, NULL, NULL, &options, err);
    run->loss = (enum net_loss)options.loss;
    asked_close(&asked);
    return status;
}

static int open_common(struct run *run, const struct run_settings *s, struct problems *problems,
                       struct pare_error *err)
{
    *run = (struct run){
        .watch = s->watch, .net_error = NAN, .test_error_percent = NAN, .started = record_clock()};
    run->experiment = experiment_load(s->config, s->set, s->sets, s->seed, problems);
    if (!run->experiment || (problems->count && !run->experiment->sound))
        return problems_status(problems, err);
    enum profile_part was = profile_switch(s->profile, PROFILE_DATA);
    int status =
        data_open(&run->data, value_get(run->experiment->root, "data"), s->data, problems, err);
    profile_switch(s->profile, was);
    if (status == PARE_OK)
        status = build_net(run, problems, err);
    if (status == PARE_OK) {
        run->net->profile = s->profile;
        check_rules(run, problems);
    }
    if (problems->count)
        return problems_status(problems, err);
    if (status != PARE_OK)
        return status;
    open_streams(run);
    status = check_options(run, err);
    if (status == PARE_OK)
        status = read_loss(run, err);
    if (status != PARE_OK)
        return status;
    run->decided = xcalloc(run->net->params, sizeof *run->decided);
    after_look(run);
    run->pool = pool_new(run_threads(s->threads), err);
    return run->pool ? PARE_OK : err->status;
}

int run_open_dry(struct run *run, const struct run_settings *settings, struct problems *problems,
                 struct pare_error *err)
{
    return open_common(run, settings, problems, err);
}

int run_open(struct run *run, const struct run_settings *settings, struct problems *problems,
             struct pare_error *err)
{
    int status = open_common(run, settings, problems, err);

    if (status == PARE_OK && settings->look)
        status = settings->look(run, err);
    return status == PARE_OK ? folder_open(run, settings->out, settings->force_new, err) : status;
}

void run_close(struct run *run)
{
    if (run->metrics)
        fclose(run->metrics);
    if (run->replay)
        rundir_clean(run->dir); /* metrics that go no further */
    replay_close(run);
    steps_close(run->steps);
    journal_close(run->journal);
    value_free(run->told);
    value_free(run->plugins);
    value_free(run->stored);
    free(run->decided);
    value_free(run->misses);
    value_free(run->missed);
    value_free(run->tally);
    value_free(run->measured);
    state_free(run);
    moments_free(run->moments);
    curve_free(run->curve);
    dry_close(run);
    pool_free(run->pool);
    net_free(run->net);
    data_close(&run->data);
    experiment_free(run->experiment);
    free(run->model_path);
    free(run->dir);
    *run = (struct run){0};
}
