/* SPDX-License-Identifier: Apache-2.0 */
/* The verbs test, snapshot and restore; the others have files of their own,
 * verb_*.c. */

#include "run/verbs.h"
#include "run/asked.h"
#include "run/record.h"
#include "run/stages.h"
#include "run/tree.h"

int verb_test(struct run *run, const struct verb_call *call, struct value **result,
              struct pare_error *err)
{
    struct test_options options = {0};
    struct test_result got = {0};
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
    status = test(run->net, &run->data, run->pool, split, run->loss, &got, err);
    if (status != PARE_OK)
        goto out;
    if (split == PARE_SPLIT_TEST)
        run->net_error = got.error_percent;

    struct value *group = tree_group();
    tree_size(group, "samples", got.samples);
    tree_real(group, "error", got.error_percent);
    tree_real(group, "accuracy", got.accuracy);
    tree_real(group, "loss", got.loss);
    struct value *asked = record_options(run, &whole, NULL);
    status = record_end(run, "test", asked, group, err);
    value_free(asked);
    if (status == PARE_OK)
        *result = group;
    else
        value_free(group);
out:
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
