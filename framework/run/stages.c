/* SPDX-License-Identifier: Apache-2.0 */
/* Stages of a run. The bytes of a pruned or shared stage are not an estimate: the
 * net is formatted in memory, with every stream at a fixed width; what entropy coding
 * adds shows in the last stage, the file. */

#include "run/stages.h"
#include "base/profile.h"
#include "format/size.h"
#include "run/encoding.h"
#include "run/moments.h"
#include "run/record.h"
#include "run/tree.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *const names[] = {"trained", "pruned", "shared", "coded"};

const char *stages_name(const char *name)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i], name) == 0)
            return names[i];
    return names[0];
}

void stages_weights(const struct pare_net *net, size_t *kept, size_t *weights)
{
    *kept = *weights = 0;
    for (size_t i = 0; i < net->params; i++) {
        if (pare_param_is_bias(&net->param[i]))
            continue;
        *weights += net->param[i].count;
        *kept += pare_param_kept(&net->param[i]);
    }
}

enum stage stages_of(const struct pare_net *net)
{
    enum stage stage = STAGE_TRAINED;
    for (size_t i = 0; i < net->params; i++) {
        const struct pare_param *p = &net->param[i];
        if (pare_param_is_bias(p))
            continue;
        if (p->centroid)
            return STAGE_SHARED;
        if (p->keep)
            stage = STAGE_PRUNED;
    }
    return stage;
}

void stages_changed(struct run *run)
{
    run->net_error = NAN;
}

int stages_error(struct run *run, double *percent, struct pare_error *err)
{
    if (isnan(run->net_error) && !run->dry) {
        struct test_result result = {0};
        int status =
            test(run->net, &run->data, run->pool, PARE_SPLIT_TEST, run->loss, &result, err);
        if (status != PARE_OK)
            return status;
        run->net_error = result.error_percent;
    }
    *percent = run->net_error;
    return PARE_OK;
}

static enum stage rank(const struct run_stage *s)
{
    enum stage stage = STAGE_TRAINED;
    while (s->name != names[stage])
        stage++;
    return stage;
}

/* Stages stand in their order; a new one puts an end to those after it. */
static void add(struct run *run, const struct pare_net *net, enum stage stage, double error_percent,
                size_t bytes)
{
    while (run->stages && rank(&run->stage[run->stages - 1]) >= stage)
        run->stages--;
    struct run_stage *s = &run->stage[run->stages++];
    *s = (struct run_stage){.name = names[stage], .error_percent = error_percent, .bytes = bytes};
    stages_weights(net, &s->kept, &s->weights);
}

int stages_bytes(const struct run *run, size_t *bytes, struct pare_error *err)
{
    uint8_t *file = NULL;

    /* Layout inline needs shared values; before there are any, the cheapest other. */
    struct value *call = tree_group();
    if (stages_of(run->net) != STAGE_SHARED)
        tree_text(call, "layout", "auto");
    int status = encoding_write(run, call, &file, bytes, err);
    value_free(call);
    free(file);
    return status;
}

int stages_record(struct run *run, struct pare_error *err)
{
    enum stage stage = stages_of(run->net);
    double error_percent = NAN;
    size_t bytes = 0;
    int status = stages_error(run, &error_percent, err);

    if (status == PARE_OK && stage == STAGE_TRAINED)
        bytes = size_dense_bytes(run->net);
    else if (status == PARE_OK) {
        enum profile_part was = profile_switch(run->net->profile, PROFILE_CODING);
        status = encoding_fixed_bytes(run, &bytes, err);
        profile_switch(run->net->profile, was);
    }
    if (status != PARE_OK)
        return pare_fail_in(err, "stage '%s'", names[stage]);
    add(run, run->net, stage, error_percent, bytes);

    const struct run_stage *s = &run->stage[run->stages - 1];
    struct value *line = tree_group();
    tree_text(line, "stage", s->name);
    tree_real(line, "error", s->error_percent);
    tree_size(line, "kept", s->kept);
    tree_size(line, "weights", s->weights);
    tree_size(line, "bytes", s->bytes);
    struct value *record = tree_group();
    value_merge(tree_add_group(record, "result"), line);
    status = record_add(run, JOURNAL_STAGE, record, NULL, err);
    if (status == PARE_OK)
        status = record_metrics(run, "stage", line, err);
    value_free(record);
    value_free(line);
    return status;
}

int stages_leave(struct run *run, enum stage next, struct pare_error *err)
{
    enum stage stage = stages_of(run->net);

    if (stage >= next || !run->trained)
        return PARE_OK;
    /* Before an encode it is the verb that looks: the net goes on from its checkpoint. */
    if (next < STAGE_CODED && run->journal)
        moments_take(&run->moments, run->net, (enum moment_name)stage);
    return stages_record(run, err);
}

void stages_coded(struct run *run, const struct pare_net *net, double error_percent,
                  size_t file_bytes)
{
    add(run, net, STAGE_CODED, error_percent, file_bytes);
}
