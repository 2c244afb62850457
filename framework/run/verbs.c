/* SPDX-License-Identifier: Apache-2.0 */
/* The verbs test, snapshot and restore; the others have files of their own,
 * verb_*.c. */

#include "run/verbs.h"
#include "base/alloc.h"
#include "compress/dead.h"
#include "net/layer.h"
#include "run/asked.h"
#include "run/dry.h"
#include "run/record.h"
#include "run/stages.h"
#include "run/tree.h"
#include <stdlib.h>

/* Han 2015, table 3: a multiply-add is left where the weight is kept and its input
 * is not zero; those of the first layer count as all there. */
static void add_layers(const struct run *run, const struct test_layer *layer, size_t n,
                       struct value *group)
{
    struct dead_layer *dead = xcalloc(run->net->layers, sizeof *dead);
    struct value *list = tree_add_list(group, "layers");
    double all = 0.0, left = 0.0;

    dead_count(run->net, dead);
    for (size_t i = 0; i < n; i++) {
        const struct layer *l = &run->net->layer[layer[i].layer];
        const struct pare_param *w = &run->net->param[l->weight];
        double kept = (double)pare_param_kept(w) / (double)w->count;
        double flops = kept * (i > 0 ? layer[i - 1].output_nonzero : 1.0);
        struct value *line = tree_add_group(list, NULL);

        tree_text(line, "name", l->desc.name);
        tree_size(line, "macs", l->ops->macs(l));
        tree_real(line, "kept", kept);
        tree_real(line, "flops", flops);
        tree_real(line, "active", layer[i].output_nonzero);
        tree_size(line, "neurons", dead[i].neurons);
        tree_size(line, "no_input", dead[i].no_input);
        tree_size(line, "no_output", dead[i].no_output);
        all += (double)l->ops->macs(l);
        left += flops * (double)l->ops->macs(l);
    }
    tree_real(group, "flops", all > 0.0 ? left / all : 1.0);
    free(dead);
}

int verb_test(struct run *run, const struct verb_call *call, struct value **result,
              struct pare_error *err)
{
    struct test_options options = {0};
    struct test_result got = {0};
    struct test_layer *layer = NULL;
    struct asked whole;
    int status = asked_open(&whole, run, VERB_TEST, NULL, call->options, &options, err);
    if (status != PARE_OK)
        goto out;

    enum pare_split split = (enum pare_split)options.split;
    if (run->data.info.count[split] == 0) {
        status = pare_fail(err, PARE_EUSER,
                           "test: the data set has no samples in this split; "
                           "hold some out, or test on another");
        goto out;
    }
    record_start(run, "test", "%zu samples", run->data.info.count[split]);
    layer = xcalloc(run->net->layers, sizeof *layer);
    size_t layers = options.layers ? test_layer_list(run->net, layer) : 0;
    if (run->dry)
        dry_test(run, split, &got, layer, layers);
    else
        status = test_with_layers(run->net, &run->data, run->pool, split, run->loss, &got, layer,
                                  layers, err);
    if (status != PARE_OK)
        goto out;
    if (split == PARE_SPLIT_TEST)
        run->net_error = got.error_percent;

    struct value *group = tree_group();
    tree_size(group, "samples", got.samples);
    tree_real(group, "error", got.error_percent);
    tree_real(group, "accuracy", got.accuracy);
    tree_real(group, "loss", got.loss);
    if (options.layers)
        add_layers(run, layer, layers, group);
    struct value *asked = record_options(run, &whole, NULL);
    status = record_end(run, "test", asked, group, err);
    value_free(asked);
    if (status == PARE_OK)
        *result = group;
    else
        value_free(group);
out:
    free(layer);
    asked_close(&whole);
    return status;
}

int verb_snapshot(struct run *run, struct snapshot **snapshot, struct pare_error *err)
{
    *snapshot = snapshot_take(run->net, err);
    if (!*snapshot)
        return err->status;
    int status = record_end(run, "snapshot", NULL, NULL, err);
    if (status != PARE_OK) {
        snapshot_free(*snapshot);
        *snapshot = NULL;
    }
    return status;
}

int verb_restore(struct run *run, const struct snapshot *snapshot, const bool *want,
                 enum snapshot_what what, struct pare_error *err)
{
    static const char *const words[] = {
        [SNAPSHOT_ALL] = "all", [SNAPSHOT_WEIGHTS] = "weights", [SNAPSHOT_MASKS] = "masks"};
    int status = snapshot_restore(snapshot, run->net, what, want, err);
    if (status != PARE_OK)
        return status;
    stages_changed(run);

    struct value *options = tree_group();
    tree_text(options, "what", words[what]);
    if (want) {
        struct value *params = tree_add_list(options, "params");
        for (size_t i = 0; i < run->net->params; i++)
            if (want[i])
                tree_text(params, NULL, run->net->param[i].name);
    }
    status = record_end(run, "restore", options, NULL, err);
    value_free(options);
    return status;
}
