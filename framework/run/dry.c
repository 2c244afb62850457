/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of the verbs that a dry run does otherwise. Weights are normal numbers as
 * wide as their layer's initialization, and stay what they are; a training gives
 * those that were pruned and are free again a value. */

#include "run/dry.h"
#include "base/alloc.h"
#include "run/asked.h"
#include "run/record.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Forward and backward pass against a forward pass alone. */
static const double test_speedup = 3.0;
static const double bias_spread = 0.05;
/* So long hooks may prune in earnest; then prunes are put off. */
static const double walk_seconds_max = 3.0, brief_seconds_max = 0.1;

static double squares(const struct pare_param *p)
{
    double sum = 0.0;
    for (size_t j = 0; j < p->count; j++)
        sum += (double)p->value[j] * (double)p->value[j];
    return sum;
}

static void draw_weights(struct run *run)
{
    struct dry *dry = run->dry;

    for (size_t i = 0; i < run->net->params; i++) {
        struct pare_param *p = &run->net->param[i];
        double sum = squares(p);
        dry->spread[i] = sum > 0.0 ? sqrt(sum / (double)p->count) : bias_spread;
        for (size_t j = 0; j < p->count; j++)
            p->value[j] = (float)(dry->spread[i] * pare_rng_normal(&dry->draw));
        dry->square[i] = squares(p);
    }
}

/* Training moves weights that are let loose again off zero. */
static void draw_freed(struct run *run, const struct train_options *own)
{
    struct dry *dry = run->dry;

    for (size_t i = 0; i < run->net->params; i++) {
        struct pare_param *p = &run->net->param[i];
        for (size_t j = 0; j < p->count && !own[i].frozen && !p->centroid && !p->latent; j++)
            if (p->value[j] == 0.0f && (!p->keep || p->keep[j])) {
                p->value[j] = (float)(dry->spread[i] * pare_rng_normal(&dry->draw));
                dry->moved = true;
            }
    }
}

int dry_open(struct run *run, const struct dry_settings *settings, struct pare_error *err)
{
    struct dry *dry = run->dry = xcalloc(1, sizeof *dry);
    size_t params = run->net->params;

    dry->settings = *settings;
    dry->steps = value_new(VALUE_LIST, "steps", "result", 0);
    dry->kept = xcalloc(params + 1, sizeof *dry->kept);
    dry->centroids = xcalloc(params + 1, sizeof *dry->centroids);
    dry->by = xcalloc(params + 1, sizeof *dry->by);
    dry->spread = xcalloc(params + 1, sizeof *dry->spread);
    dry->square = xcalloc(params + 1, sizeof *dry->square);
    dry->draw = pare_rng_stream((uint64_t)run->experiment->seed, "plan");
    dry->bytes = NAN;
    dry->clock = record_clock();
    draw_weights(run);
    for (size_t i = 0; i < params; i++)
        dry->kept[i] = run->net->param[i].count;
    dry->from.error = NAN;
    return settings->from ? dry_from_read(&dry->from, settings->from, err) : PARE_OK;
}

static void free_late(struct dry *dry)
{
    while (dry->late) {
        struct dry_late *late = dry->late;
        dry->late = late->next;
        free(late->want);
        value_free(late->options);
        value_free(late->result);
        free(late);
    }
}

void dry_close(struct run *run)
{
    struct dry *dry = run->dry;

    if (!dry)
        return;
    free_late(dry);
    dry_from_free(&dry->from);
    model_file_free(&dry->file);
    value_free(dry->steps);
    value_free(dry->within);
    free(dry->kept);
    free(dry->centroids);
    free(dry->by);
    free(dry->spread);
    free(dry->square);
    free(dry);
    run->dry = NULL;
}

static double assumed_error(const struct dry *dry)
{
    return isnan(dry->settings.error) ? 0.0 : dry->settings.error;
}

/* The part of the squared weights that is gone, averaged over the parameters: a loss
 * that rises with pruning, so that a schedule can weigh one amount against another. */
static double assumed_loss(const struct run *run)
{
    double sum = 0.0;
    size_t n = 0;

    for (size_t i = 0; i < run->net->params; i++) {
        const struct pare_param *p = &run->net->param[i];
        if (pare_param_is_bias(p))
            continue;
        sum += fmax(1.0 - squares(p) / run->dry->square[i], 0.0);
        n++;
    }
    return n ? sum / (double)n : 0.0;
}

/* Answer i, where n are recorded: says at the step which are not of the record. */
static void note_beyond(struct dry *dry, size_t i, size_t n)
{
    if (dry->settings.from && i >= n)
        dry->from.beyond = n ? "not recorded: the last recorded answer of its kind stands for it"
                             : "not recorded: it answers the assumed error";
}

/* What a training shall be said to have come to. */
static struct train_stub stub_of(const struct run *run)
{
    const struct dry *dry = run->dry;
    const struct dry_from *from = &dry->from;
    size_t i = run->dry->from.trained++;

    note_beyond(run->dry, i, from->trains);
    if (from->trains > 0)
        return from->train[i < from->trains ? i : from->trains - 1];
    return (struct train_stub){.loss = assumed_loss(run),
                               .error_percent = assumed_error(dry),
                               .validation_error_percent = assumed_error(dry)};
}

static struct dry_late *late_of(struct run *run, const struct verb_call *call)
{
    size_t size = run->net->params * sizeof *call->want;
    struct dry_late *late = run->dry->late;

    while (late && !(!late->want && !call->want) &&
           !(late->want && call->want && memcmp(late->want, call->want, size) == 0))
        late = late->next;
    if (late)
        return late;
    late = xcalloc(1, sizeof *late);
    if (call->want) {
        late->want = xcalloc(run->net->params + 1, sizeof *late->want);
        memcpy(late->want, call->want, size);
    }
    late->next = run->dry->late;
    return run->dry->late = late;
}

static int prune_now(struct run *run, const struct verb_call *call, struct value **result,
                     struct pare_error *err)
{
    run->dry->pruning = true;
    int status = verb_prune(run, call, result, err);
    run->dry->pruning = false;
    return status;
}

bool dry_prune(struct run *run, const struct verb_call *call, struct value **result, int *status,
               struct pare_error *err)
{
    struct dry *dry = run->dry;

    if (!dry->inside || dry->pruning || call->prune_events)
        return false;
    struct dry_late *late = late_of(run, call);
    double spent = dry->walk_seconds + record_clock() - dry->walk_started;
    late->pending =
        late->result && spent > (dry->settings.brief ? brief_seconds_max : walk_seconds_max);
    value_free(late->options);
    late->options = call->options ? value_clone(call->options) : NULL;
    if (late->pending) {
        dry->predicted += dry->prune_seconds / (double)dry->pruned;
        dry->put_off++;
        *result = value_clone(late->result);
        *status = PARE_OK;
        dry_record(run, "prune", NULL, *result);
        return true;
    }
    double started = record_clock();
    *status = prune_now(run, call, result, err);
    dry->prune_seconds += record_clock() - started;
    dry->pruned++;
    value_free(late->result);
    late->result = *status == PARE_OK ? value_clone(*result) : NULL;
    return true;
}

/* The prunes that were put off, now. */
static int catch_up(struct run *run, struct pare_error *err)
{
    int status = PARE_OK;

    run->dry->catching_up = true;
    for (struct dry_late *late = run->dry->late; late && status == PARE_OK; late = late->next) {
        const struct verb_call call = {.want = late->want, .options = late->options};
        struct value *result = NULL;
        if (!late->pending)
            continue;
        status = prune_now(run, &call, &result, err);
        value_free(result);
    }
    run->dry->catching_up = false;
    return status;
}

/* Steps are counted, hooks are called. */
static int walk(struct run *run, struct trainer *t, const struct train_events *events,
                struct train_result *result, struct pare_error *err)
{
    struct dry *dry = run->dry;
    int status = PARE_OK;

    dry->inside = true;
    dry->walk_started = record_clock();
    while (status == PARE_OK && t->epoch < t->options.epochs && !t->result.stopped)
        status = trainer_epoch(t, events, err);
    dry->walk_seconds += record_clock() - dry->walk_started;
    dry->inside = false;
    if (status == PARE_OK)
        status = catch_up(run, err);
    free_late(dry);
    *result = t->result;
    return status;
}

static int training_seconds(struct run *run, const struct train_options *options,
                            const struct train_options *own, const struct train_result *result,
                            struct pare_error *err)
{
    const size_t *count = run->data.info.count;
    double speed, images = (double)result->epochs * (double)count[PARE_SPLIT_TRAIN];
    int status = dry_speed_of(run, options, own, &speed, err);

    if (status != PARE_OK)
        return status;
    if (result->stopped)
        images = fmin((double)result->steps * (double)options->batch,
                      (double)options->epochs * (double)count[PARE_SPLIT_TRAIN]);
    images += (double)result->epochs * (double)count[PARE_SPLIT_VALIDATION] / test_speedup;
    run->dry->predicted += images / speed;
    return PARE_OK;
}

int dry_train(struct run *run, const struct train_options *options, const struct train_options *own,
              const struct train_events *events, bool hooks, struct train_result *result,
              struct pare_error *err)
{
    struct train_stub stub = stub_of(run);
    struct trainer *t =
        trainer_new(run->net, &run->data, run->pool, options, own, &run->order, &run->dropout, err);
    int status = PARE_OK;

    if (!t)
        return err->status;
    if (run->data.info.count[PARE_SPLIT_VALIDATION] == 0)
        stub.validation_error_percent = NAN;
    t->stub = &stub;
    if (hooks) {
        status = walk(run, t, events, result, err);
    } else {
        *result = (struct train_result){.epochs = options->epochs,
                                        .steps = options->epochs * t->steps,
                                        .loss = stub.loss,
                                        .error_percent = stub.error_percent,
                                        .validation_error_percent = stub.validation_error_percent};
    }
    trainer_free(t);
    draw_freed(run, own);
    if (status == PARE_OK)
        status = training_seconds(run, options, own, result, err);
    return status;
}

void dry_test(struct run *run, enum pare_split split, struct test_result *result,
              struct test_layer *layer, size_t n)
{
    struct dry *dry = run->dry;
    size_t samples = run->data.info.count[split];
    double error = assumed_error(dry);

    *result = (struct test_result){.samples = samples,
                                   .wrong = (size_t)lround(error / 100.0 * (double)samples),
                                   .error_percent = error,
                                   .accuracy = 1.0 - error / 100.0,
                                   .loss = assumed_loss(run)};
    if (dry->from.tests > 0) {
        size_t i = dry->from.tested < dry->from.tests ? dry->from.tested : dry->from.tests - 1;
        *result = dry->from.test[i];
        result->samples = samples;
    }
    note_beyond(dry, dry->from.tested++, dry->from.tests);
    for (size_t i = 0; i < n; i++)
        layer[i].input_nonzero = layer[i].output_nonzero = 1.0;
    if (dry->speeds > 0)
        dry->predicted +=
            (double)samples / (test_speedup * dry->speed[dry->speeds - 1].images_per_second);
}

void dry_gradient(struct run *run)
{
    struct pare_rng rng = pare_rng_stream((uint64_t)run->experiment->seed, "plan gradient");

    for (size_t i = 0; i < run->net->params; i++)
        for (size_t j = 0; j < run->net->param[i].count; j++)
            run->net->param[i].grad[j] = (float)pare_rng_normal(&rng);
}

void dry_encoded(struct run *run, struct model_file *file)
{
    model_file_free(&run->dry->file);
    run->dry->file = *file;
    *file = (struct model_file){0};
    run->dry->encoded = true;
}
