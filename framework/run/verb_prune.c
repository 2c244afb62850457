/* SPDX-License-Identifier: Apache-2.0 */
/* The verb prune: which parameters, with which pruner and how much of each, then
 * compress/select.c, then what was asked against what was got. */

#include "base/alloc.h"
#include "compress/dead.h"
#include "run/asked.h"
#include "run/dry.h"
#include "run/record.h"
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
    bool *undone; /* an event took the pruning back */
    size_t n;     /* that are open */
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
        if (status != PARE_OK || one->skip) {
            asked_close(one);
            if (status != PARE_OK)
                return status;
            continue;
        }
        record_own(asked, p, one);
        parts->item[parts->n] = (struct prune_item){
            .param = p, .options = &parts->options[parts->n], .pruner = one->use[0]};
        parts->n++;
        status = state_restore(run, p, &one->use[0], err);
        if (status != PARE_OK)
            return status;
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
}

static int select_weights(struct run *run, struct call_parts *parts, struct pare_error *err)
{
    int status = PARE_OK;
    bool needs_grad = false;

    for (size_t i = 0; i < parts->n; i++) {
        const void *pruner = parts->item[i].pruner.plugin;
        needs_grad |= ((const struct pare_pruner *)pruner)->needs_grad;
    }
    if (needs_grad && run->dry)
        dry_gradient(run);
    else if (needs_grad)
        status = train_gradient(run->net, &run->data, run->pool, run->loss, err);
    if (status == PARE_OK)
        status = select_prune(parts->item, parts->n, &run->prune, err);
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
    if (status == PARE_OK)
        status = events->pruned(events->context, item, err);
    if (status > 0) {
        status = snapshot_restore(before, run->net, SNAPSHOT_ALL, want, err);
        parts->undone[i] = true;
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
    status = select_weights(run, parts, err);
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

static int check_requests(struct run *run, const struct call_parts *parts, struct pare_error *err)
{
    for (size_t i = 0; i < parts->n; i++) {
        const struct prune_item *item = &parts->item[i];
        size_t more = item->kept > item->kept_wanted ? item->kept - item->kept_wanted
                                                     : item->kept_wanted - item->kept;
        if (more > 1 && !parts->undone[i])
            request_missed(run, VERB_PRUNE, item->param, item->kept_wanted, item->kept);
    }
    return request_fail(run, err);
}

/* Neurons without inputs or outputs lose what they still have. */
static int prune_dead(struct run *run, const struct verb_call *call, const struct value *asked,
                      struct value **group, struct pare_error *err)
{
    struct dead_layer *layer = xcalloc(run->net->layers, sizeof *layer);
    size_t layers = 0, kept, weights;

    record_start(run, "prune", "dead neurons");
    stages_changed(run);
    int status = dead_remove(run->net, call->want, layer, &layers, err);
    if (status == PARE_OK) {
        *group = tree_group();
        stages_weights(run->net, &kept, &weights);
        tree_size(*group, "kept", kept);
        tree_size(*group, "count", weights);
        tree_real(*group, "sparsity", weights ? 1.0 - (double)kept / (double)weights : 0.0);
        struct value *list = tree_add_list(*group, "layers");
        for (size_t i = 0; i < layers; i++) {
            struct value *line = tree_add_group(list, NULL);
            tree_text(line, "name", run->net->layer[layer[i].layer].desc.name);
            tree_size(line, "neurons", layer[i].neurons);
            tree_size(line, "no_input", layer[i].no_input);
            tree_size(line, "no_output", layer[i].no_output);
            tree_size(line, "removed", layer[i].removed);
            tree_size(line, "left", layer[i].left);
        }
        status = record_end(run, "prune", asked, *group, err);
    }
    free(layer);
    return status;
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
        status = stages_leave(run, STAGE_PRUNED, err);
    if (status != PARE_OK)
        goto out;

    request_clear(run);
    record_start(run, "prune", "%zu parameter%s", parts.n, parts.n == 1 ? "" : "s");
    if (parts.n == 0)
        record_note(run, "prune: nothing to do: every selected parameter is skipped");
    stages_changed(run);
    status = prune_parts(run, call, &parts, err);
    if (status != PARE_OK)
        goto out;
    group = result_of(&parts);
    status = record_end(run, "prune", asked, group, err);
    if (status == PARE_OK)
        status = check_requests(run, &parts, err);
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
