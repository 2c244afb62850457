/* SPDX-License-Identifier: Apache-2.0 */
/* The verb prune: which parameters, with which pruner and how much of each, then
 * compress/select.c, then what was asked against what was got. */

#include "base/alloc.h"
#include "base/profile.h"
#include "compress/dead.h"
#include "run/after.h"
#include "run/asked.h"
#include "run/dry.h"
#include "run/record.h"
#include "run/replay.h"
#include "run/request.h"
#include "run/stages.h"
#include "run/state.h"
#include "run/tree.h"
#include "run/verbs.h"
#include <math.h>
#include <stdlib.h>

/* One call's parts; the arrays have room for every parameter of the net. */
struct call_parts {
    struct asked *asked;
    struct prune_options *options;
    struct prune_item *item;
    bool *undone;        /* an event took the pruning back */
    size_t n;            /* that are open */
    struct value *shown; /* what events saw: ( {kept, wanted, cut} ); NULL: no events */
};

static int open_parts(struct run *run, const struct verb_call *call, struct call_parts *parts,
                      struct value *asked, struct pare_error *err)
{
    for (size_t i = 0; i < run->net->params; i++) {
        struct pare_param *p = &run->net->param[i];
        struct asked *one = &parts->asked[parts->n];
        if (call->want && !call->want[i])
            continue;
        int status =
            asked_open(one, run, VERB_PRUNE, p, call->options, &parts->options[parts->n], err);
        if (status == PARE_OK)
            record_own(asked, p, one);
        if (status != PARE_OK || one->skip) {
            asked_close(one);
            if (status != PARE_OK)
                return status;
            continue;
        }
        parts->item[parts->n] = (struct prune_item){
            .param = p, .options = &parts->options[parts->n], .pruner = one->use[0]};
        parts->n++;
    }
    return PARE_OK;
}

static void close_parts(struct call_parts *parts)
{
    for (size_t i = 0; i < parts->n; i++)
        asked_close(&parts->asked[i]);
    free(parts->asked);
    free(parts->options);
    free(parts->item);
    free(parts->undone);
    value_free(parts->shown);
}

static int select_weights(struct run *run, struct call_parts *parts, struct pare_error *err)
{
    int status = PARE_OK;
    bool needs_grad = false;

    for (size_t i = 0; i < parts->n; i++) {
        const void *pruner = parts->item[i].pruner.plugin;
        needs_grad |= ((const struct pare_pruner *)pruner)->needs_grad;
    }
    for (size_t i = 0; i < parts->n && status == PARE_OK; i++)
        status = state_restore(run, parts->item[i].param, &parts->item[i].pruner, err);
    if (needs_grad && run->dry)
        dry_gradient(run);
    else if (needs_grad && status == PARE_OK)
        status = train_gradient(run->net, &run->data, run->pool, run->loss, err);
    if (status == PARE_OK)
        status = select_prune(parts->item, parts->n, &run->prune, err);
    return status;
}

/* The event itself. What it calls is inside the prune, whose record comes later. */
static int call_event(struct run *run, struct call_parts *parts, size_t i,
                      const struct prune_events *events, struct pare_error *err)
{
    const struct prune_item *item = &parts->item[i];
    struct value *line = tree_add_group(parts->shown, NULL);
    const struct run_hook hook = run->hook;
    bool outer = run->inside;

    tree_size(line, "kept", item->kept);
    tree_size(line, "wanted", item->kept_wanted);
    tree_real(line, "cut", item->cut);
    run->inside = true;
    run->hook = (struct run_hook){"on_prune", (int64_t)i};
    int status = events->pruned(events->context, item, err);
    run->inside = outer;
    run->hook = hook;
    parts->undone[i] = status > 0;
    if (status > 0)
        tree_bool(line, "undone", true);
    return status;
}

/* Shows one item to the event: pruned as in after, or put back as in before. */
static int show_item(struct run *run, struct call_parts *parts, size_t i,
                     const struct prune_events *events, const struct snapshot *before,
                     const struct snapshot *after, struct pare_error *err)
{
    struct prune_item *item = &parts->item[i];
    bool *want = xcalloc(run->net->params, sizeof *want);
    want[item->param - run->net->param] = true;

    int status = snapshot_restore(after, run->net, SNAPSHOT_ALL, want, err);
    stages_changed(run);
    after_look(run);
    if (status == PARE_OK)
        status = call_event(run, parts, i, events, err);
    if (status > 0) {
        status = snapshot_restore(before, run->net, SNAPSHOT_ALL, want, err);
        item->kept = pare_param_kept(item->param);
    }
    free(want);
    return status;
}

/* Goes from before to the net as it is, an item at a time, so that the event sees
 * what each pruning does by itself. */
static int show_items(struct run *run, struct call_parts *parts, const struct prune_events *events,
                      const struct snapshot *before, struct pare_error *err)
{
    struct snapshot *after = snapshot_take(run->net, err);
    if (!after)
        return err->status;
    int status = snapshot_restore(before, run->net, SNAPSHOT_ALL, NULL, err);
    for (size_t i = 0; i < parts->n && status == PARE_OK; i++)
        status = show_item(run, parts, i, events, before, after, err);
    if (status != PARE_OK)
        snapshot_restore(before, run->net, SNAPSHOT_ALL, NULL, NULL);
    stages_changed(run);
    snapshot_free(after);
    return status;
}

static int prune_parts(struct run *run, const struct verb_call *call, struct call_parts *parts,
                       struct pare_error *err)
{
    struct snapshot *before = NULL;
    int status = PARE_OK;

    if (call->prune_events && !(before = snapshot_take(run->net, err)))
        return err->status;
    enum profile_part was = profile_switch(run->net->profile, PROFILE_PRUNING);
    status = select_weights(run, parts, err);
    profile_switch(run->net->profile, was);
    if (status == PARE_OK && before)
        status = show_items(run, parts, call->prune_events, before, err);
    for (size_t i = 0; i < parts->n && status == PARE_OK; i++)
        if (!parts->undone[i])
            status = state_save(run, parts->item[i].param, &parts->item[i].pruner, err);
    snapshot_free(before);
    return status;
}

static struct value *result_of(const struct call_parts *parts)
{
    struct value *group = tree_group();
    size_t kept = 0, count = 0;

    for (size_t i = 0; i < parts->n; i++) {
        kept += parts->item[i].kept;
        count += parts->item[i].param->count;
    }
    tree_size(group, "kept", kept);
    tree_size(group, "count", count);
    tree_real(group, "sparsity", count ? 1.0 - (double)kept / (double)count : 0.0);
    struct value *params = tree_add_list(group, "params");
    for (size_t i = 0; i < parts->n; i++) {
        const struct prune_item *item = &parts->item[i];
        struct value *line = tree_add_group(params, NULL);
        tree_text(line, "name", item->param->name);
        tree_size(line, "kept", item->kept);
        tree_size(line, "count", item->param->count);
        tree_size(line, "wanted", item->kept_wanted);
        tree_real(line, "cut", item->cut);
        if (parts->undone[i])
            tree_bool(line, "undone", true);
    }
    return group;
}

/* Remembers what is off by more than one weight. */
static void compare_requests(struct run *run, const struct call_parts *parts)
{
    for (size_t i = 0; i < parts->n; i++) {
        const struct prune_item *item = &parts->item[i];
        size_t more = item->kept > item->kept_wanted ? item->kept - item->kept_wanted
                                                     : item->kept_wanted - item->kept;
        if (more > 1 && !parts->undone[i])
            request_missed(run, VERB_PRUNE, item->param, item->kept_wanted, item->kept);
    }
}

static struct value *result_of_dead(const struct run *run, const struct dead_layer *layer,
                                    size_t layers)
{
    struct value *group = tree_group();
    size_t kept, weights;

    stages_weights(run->net, &kept, &weights);
    tree_size(group, "kept", kept);
    tree_size(group, "count", weights);
    tree_real(group, "sparsity", weights ? 1.0 - (double)kept / (double)weights : 0.0);
    struct value *list = tree_add_list(group, "layers");
    for (size_t i = 0; i < layers; i++) {
        struct value *line = tree_add_group(list, NULL);
        tree_text(line, "name", run->net->layer[layer[i].layer].desc.name);
        tree_size(line, "neurons", layer[i].neurons);
        tree_size(line, "no_input", layer[i].no_input);
        tree_size(line, "no_output", layer[i].no_output);
        tree_size(line, "removed", layer[i].removed);
        tree_size(line, "left", layer[i].left);
    }
    return group;
}

/* Neurons without inputs or outputs lose what they still have. */
static int prune_dead(struct run *run, const struct verb_call *call, const struct value *asked,
                      struct value **group, struct pare_error *err)
{
    struct record record = {.verb = "prune", .options = asked, .changed = true};
    struct dead_layer *layer = xcalloc(run->net->layers, sizeof *layer);
    size_t layers = 0;
    bool done = false;
    int status = replay_verb(run, "prune", asked, &done, group, err);

    if (status != PARE_OK || done)
        goto out;
    record_start(run, "prune", "dead neurons");
    stages_changed(run);
    status = dead_remove(run->net, call->want, layer, &layers, err);
    if (status == PARE_OK) {
        record.result = *group = result_of_dead(run, layer, layers);
        status = record_end(run, &record, err);
    } else {
        status = record_failed(run, &record, err);
    }
out:
    free(layer);
    return status;
}

/* The work itself, on parts that are open. */
static int do_prune(struct run *run, const struct verb_call *call, struct call_parts *parts,
                    struct pare_error *err)
{
    int status = stages_leave(run, STAGE_PRUNED, err);

    if (status != PARE_OK)
        return status;
    request_clear(run);
    record_start(run, "prune", "%zu parameter%s", parts->n, parts->n == 1 ? "" : "s");
    if (parts->n == 0)
        record_note(run, "prune: nothing to do: every selected parameter is skipped");
    stages_changed(run);
    return prune_parts(run, call, parts, err);
}

/* Shows the event what the record says that it saw. */
static int replay_events(struct run *run, const struct prune_events *events,
                         struct call_parts *parts, struct pare_error *err)
{
    struct value *record = NULL;
    int status = replay_ahead(run, "prune", &record, err);
    const struct value *shown = record ? value_get(record, "shown") : NULL;
    const struct value *line = shown ? shown->child : NULL;

    for (size_t i = 0; i < parts->n && line && status == PARE_OK; i++, line = line->next) {
        struct prune_item *item = &parts->item[i];
        const struct value *cut = value_get(line, "cut");
        size_t before = run->decided[item->param - run->net->param].kept;

        item->kept = (size_t)value_get(line, "kept")->integer;
        item->kept_wanted = (size_t)value_get(line, "wanted")->integer;
        item->cut = cut && cut->kind == VALUE_REAL ? cut->real : NAN;
        run->decided[item->param - run->net->param].kept = item->kept;
        status = call_event(run, parts, i, events, err);
        if (status != 0)
            run->decided[item->param - run->net->param].kept = before;
        status = status > 0 ? PARE_OK : status;
    }
    value_free(record);
    return run->broken.status != PARE_OK ? run->broken.status : PARE_OK;
}

/* A prune whose options are known: out of the journal, or done. */
static int prune(struct run *run, const struct verb_call *call, struct call_parts *parts,
                 const struct value *asked, struct value **group, struct pare_error *err)
{
    struct record record = {.verb = "prune", .options = asked, .changed = true};
    bool done = false;
    int status = PARE_OK;

    if (call->prune_events) {
        parts->shown = value_new(VALUE_LIST, "shown", "result", 0);
        status = replay_events(run, call->prune_events, parts, err);
    }
    if (status == PARE_OK)
        status = replay_verb(run, "prune", asked, &done, group, err);
    if (status != PARE_OK)
        return status;
    if (!done) {
        status = do_prune(run, call, parts, err);
        record.shown = parts->shown;
        if (status != PARE_OK)
            return record_failed(run, &record, err);
        record.result = *group = result_of(parts);
        compare_requests(run, parts);
        status = record_end(run, &record, err);
    }
    return status == PARE_OK ? request_fail(run, err) : status;
}

int verb_prune(struct run *run, const struct verb_call *call, struct value **result,
               struct pare_error *err)
{
    struct prune_options options = {0};
    struct call_parts parts = {0};
    struct value *asked = NULL, *group = NULL;
    struct asked whole;
    size_t room = run->net->params + 1;
    int status;

    if (run->dry && dry_prune(run, call, result, &status, err))
        return status;
    status = asked_open(&whole, run, VERB_PRUNE, NULL, call->options, &options, err);
    if (status != PARE_OK)
        goto out;
    asked = record_options(run, &whole, call->want);
    if (options.dead) {
        status = prune_dead(run, call, asked, &group, err);
        goto out;
    }
    parts.asked = xcalloc(room, sizeof *parts.asked);
    parts.options = xcalloc(room, sizeof *parts.options);
    parts.item = xcalloc(room, sizeof *parts.item);
    parts.undone = xcalloc(room, sizeof *parts.undone);
    status = open_parts(run, call, &parts, asked, err);
    if (status == PARE_OK)
        status = prune(run, call, &parts, asked, &group, err);
out:
    if (status == PARE_OK)
        *result = group;
    else
        value_free(group);
    close_parts(&parts);
    value_free(asked);
    asked_close(&whole);
    return status;
}
