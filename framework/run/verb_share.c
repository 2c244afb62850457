/* SPDX-License-Identifier: Apache-2.0 */
/* The verb share: each selected parameter through compress/share.c. */

#include "base/profile.h"
#include "compress/share.h"
#include "run/asked.h"
#include "run/moments.h"
#include "run/record.h"
#include "run/replay.h"
#include "run/request.h"
#include "run/stages.h"
#include "run/tree.h"
#include "run/verbs.h"

/* Shares one parameter unless it is skipped, and adds a line to params. */
static int share_one(struct run *run, struct pare_param *p, const struct verb_call *call,
                     struct value *params, struct pare_error *err)
{
    struct share_options options = {0};
    struct share_result got = {0};
    struct asked one;

    int status = asked_open(&one, run, VERB_SHARE, p, call->options, &options, err);
    if (status != PARE_OK || one.skip)
        goto out;
    status = share_param(p, &options, &one.use[0], &one.use[1], &run->share, &got, err);
    if (status != PARE_OK) {
        pare_fail_in(err, "share");
        goto out;
    }
    if (got.centroids < got.distinct && got.centroids < got.centroids_wanted)
        request_missed(run, VERB_SHARE, p, got.centroids_wanted, got.centroids);
    else if (got.centroids < got.centroids_wanted)
        record_note(run,
                    "share: %s: %zu shared values, %zu asked: it has no more kept weights "
                    "that differ",
                    p->name, got.centroids, got.centroids_wanted);
    if (run->journal)
        moments_share(&run->moments, run->net, (size_t)(p - run->net->param));
    struct value *line = tree_add_group(params, NULL);
    tree_text(line, "name", p->name);
    tree_size(line, "centroids", got.centroids);
    tree_size(line, "wanted", got.centroids_wanted);
    tree_real(line, "inertia", got.inertia);
out:
    asked_close(&one);
    return status;
}

/* Shares all that is wanted. */
static int do_share(struct run *run, const struct verb_call *call, struct value *params,
                    struct pare_error *err)
{
    int status = stages_leave(run, STAGE_SHARED, err);

    if (status != PARE_OK)
        return status;
    request_clear(run);
    stages_changed(run);
    for (size_t i = 0; i < run->net->params && status == PARE_OK; i++)
        if (!call->want || call->want[i])
            status = share_one(run, &run->net->param[i], call, params, err);
    if (status == PARE_OK && !params->child)
        record_note(run, "share: nothing to do: every selected parameter is skipped");
    return status;
}

/* Adds to asked what differs from the call as a whole. */
static int own_options(const struct run *run, const struct verb_call *call, struct value *asked,
                       struct pare_error *err)
{
    int status = PARE_OK;

    for (size_t i = 0; i < run->net->params && status == PARE_OK; i++) {
        const struct pare_param *p = &run->net->param[i];
        struct share_options options = {0};
        struct asked one;

        if (call->want && !call->want[i])
            continue;
        status = asked_open(&one, run, VERB_SHARE, p, call->options, &options, err);
        if (status == PARE_OK)
            record_own(asked, p, &one);
        asked_close(&one);
    }
    return status;
}

int verb_share(struct run *run, const struct verb_call *call, struct value **result,
               struct pare_error *err)
{
    struct share_options options = {0};
    struct record record = {.verb = "share", .changed = true};
    struct value *asked = NULL, *group = NULL;
    struct asked whole;
    bool done = false;

    int status = asked_open(&whole, run, VERB_SHARE, NULL, call->options, &options, err);
    if (status != PARE_OK)
        goto out;
    record.options = asked = record_options(run, &whole, call->want);
    status = own_options(run, call, asked, err);
    if (status == PARE_OK)
        status = replay_verb(run, "share", asked, &done, &group, err);
    if (status == PARE_OK && !done) {
        record_start(run, "share", "%s, then %s", options.initializer, options.quantizer);
        record.result = group = tree_group();
        enum profile_part was = profile_switch(run->net->profile, PROFILE_SHARING);
        status = do_share(run, call, tree_add_list(group, "params"), err);
        profile_switch(run->net->profile, was);
        status =
            status == PARE_OK ? record_end(run, &record, err) : record_failed(run, &record, err);
    }
    if (status == PARE_OK)
        status = request_fail(run, err);
out:
    if (status == PARE_OK)
        *result = group;
    else
        value_free(group);
    value_free(asked);
    asked_close(&whole);
    return status;
}
