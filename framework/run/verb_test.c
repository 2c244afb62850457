/* SPDX-License-Identifier: Apache-2.0 */
/* The verb test. */

#include "base/alloc.h"
#include "compress/dead.h"
#include "net/layer.h"
#include "run/asked.h"
#include "run/dry.h"
#include "run/record.h"
#include "run/replay.h"
#include "run/tree.h"
#include "run/verbs.h"
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

static struct value *result_of(const struct test_result *got, enum pare_split split)
{
    static const char *const names[] = {[PARE_SPLIT_TRAIN] = "train",
                                        [PARE_SPLIT_VALIDATION] = "validation",
                                        [PARE_SPLIT_TEST] = "test"};
    struct value *group = tree_group();

    tree_text(group, "split", names[split]);
    tree_size(group, "samples", got->samples);
    tree_real(group, "error", got->error_percent);
    tree_real(group, "accuracy", got->accuracy);
    tree_real(group, "loss", got->loss);
    return group;
}

static int do_test(struct run *run, const struct test_options *options, struct value **result,
                   struct pare_error *err)
{
    enum pare_split split = (enum pare_split)options->split;
    struct test_result got = {0};

    if (run->data.info.count[split] == 0)
        return pare_fail(err, PARE_EUSER,
                         "test: the data set has no samples in this split; "
                         "hold some out, or test on another");
    record_start(run, "test", "%zu samples", run->data.info.count[split]);
    struct test_layer *layer = xcalloc(run->net->layers, sizeof *layer);
    size_t layers = options->layers ? test_layer_list(run->net, layer) : 0;
    int status = PARE_OK;
    if (run->dry)
        dry_test(run, split, &got, layer, layers);
    else
        status = test_with_layers(run->net, &run->data, run->pool, split, run->loss, &got, layer,
                                  layers, err);
    if (status == PARE_OK) {
        if (split == PARE_SPLIT_TEST)
            run->net_error = got.error_percent;
        *result = result_of(&got, split);
        if (options->layers)
            add_layers(run, layer, layers, *result);
    }
    free(layer);
    return status;
}

int verb_test(struct run *run, const struct verb_call *call, struct value **result,
              struct pare_error *err)
{
    struct test_options options = {0};
    struct record record = {.verb = "test"};
    struct value *asked = NULL;
    struct asked whole;
    bool done = false;
    int status = asked_open(&whole, run, VERB_TEST, NULL, call->options, &options, err);

    if (status == PARE_OK) {
        record.options = asked = record_options(run, &whole, NULL);
        status = replay_verb(run, "test", asked, &done, result, err);
    }
    if (status != PARE_OK || done)
        goto out;
    status = do_test(run, &options, &record.result, err);
    if (status != PARE_OK) {
        status = record_failed(run, &record, err);
        goto out;
    }
    status = record_end(run, &record, err);
    if (status == PARE_OK)
        *result = record.result;
    else
        value_free(record.result);
out:
    value_free(asked);
    asked_close(&whole);
    return status;
}
