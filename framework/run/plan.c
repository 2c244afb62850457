/* SPDX-License-Identifier: Apache-2.0 */
/* A plan, from a dry run that has been. Amounts and shared values come out as they
 * will; bytes as for zeros at independent places, which trained networks beat; what
 * a quality or a threshold keeps, as of normal weights. */

#include "run/plan.h"
#include "base/alloc.h"
#include "base/text.h"
#include "format/size.h"
#include "run/dry.h"
#include "run/request.h"
#include "run/stages.h"
#include "run/tree.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A prediction may be so much off before a request is called missed: LeNet-300-100 at 8 %
 * and 32 shared values takes 27,202 bytes by it, 21,510 when trained (Fashion-MNIST). */
static const double slack = 1.5;

int plan_open(struct run *run, const struct plan_settings *settings, struct pare_error *err)
{
    const struct dry_settings dry = {settings->error, settings->speed, settings->from,
                                     settings->brief};
    return dry_open(run, &dry, err);
}

/* What a plan can be held to. */
struct certainty {
    bool density; /* every pruned parameter by an amount: known exactly */
    bool any;     /* nothing by threshold */
};

static unsigned bits_of(const struct pare_param *p)
{
    unsigned bits = 0;
    if (!p->centroid)
        return 32;
    while ((1u << bits) < p->centroids)
        bits++;
    return bits;
}

static void add_param(const struct dry *dry, const struct pare_param *p, size_t i,
                      struct certainty *certain, struct value *list)
{
    const char *by = p->keep && dry->by[i] ? dry->by[i] : "all";
    bool unknown = strcmp(by, "threshold") == 0;
    struct value *line = tree_add_group(list, NULL);

    certain->any &= !unknown;
    certain->density &=
        strcmp(by, "all") == 0 || strcmp(by, "amount") == 0 || strcmp(by, "global") == 0;
    tree_text(line, "name", p->name);
    struct value *shape = tree_add_list(line, "shape");
    for (unsigned d = 0; d < p->rank; d++)
        tree_size(shape, NULL, p->shape[d]);
    tree_size(line, "count", p->count);
    tree_text(line, "by", by);
    tree_real(line, "density", (double)pare_param_kept(p) / (double)p->count);
    tree_size(line, "centroids", p->centroids);
    tree_size(line, "bits", bits_of(p));
    if (dry->encoded)
        tree_size(line, "bytes", ledger_param_bytes(&dry->file.ledger, i));
    else
        tree_text(line, "bytes", NULL);
}

/* Loose: what is missed by no more than a prediction may be off. */
static const char *verdict_of(const struct value *line, const struct certainty *certain)
{
    const char *request = value_get(line, "request")->text;
    double wanted = value_get(line, "wanted")->real, got = value_get(line, "got")->real;
    bool ratio = strcmp(request, "ratio") == 0, density = strcmp(request, "density") == 0;
    bool near = ratio ? got >= wanted / slack : got <= wanted * slack;

    if (value_get(line, "met")->boolean)
        return "met";
    if (strcmp(request, "error") == 0)
        return isnan(got) ? "unknown" : "missed";
    if (isnan(got))
        return "missed"; /* nothing is encoded */
    if (!certain->any)
        return "unknown";
    return near && !(density && certain->density) ? "near" : "missed";
}

static void add_requests(const struct run *run, const struct certainty *certain,
                         const struct reached *reached, struct value *plan)
{
    struct value *lines = value_new(VALUE_LIST, NULL, "result", 0);
    struct value *list = tree_add_list(plan, "requests");

    for (const struct value *m = run->missed ? run->missed->child : NULL; m; m = m->next) {
        struct value *line = tree_add_group(list, NULL);
        tree_text(line, "request", value_get(m, "request")->text);
        tree_text(line, "param", value_get(m, "param")->text);
        tree_int(line, "wanted", value_get(m, "wanted")->integer);
        tree_int(line, "predicted", value_get(m, "got")->integer);
        tree_text(line, "verdict", "missed");
    }
    request_compare(&run->experiment->request, reached, lines);
    for (const struct value *m = lines->child; m; m = m->next) {
        struct value *line = tree_add_group(list, NULL);
        tree_text(line, "request", value_get(m, "request")->text);
        tree_real(line, "wanted", value_get(m, "wanted")->real);
        tree_real(line, "predicted", value_get(m, "got")->real);
        tree_text(line, "verdict", verdict_of(m, certain));
    }
    value_free(lines);
}

static void note(struct value *notes, const char *format, ...) PARE_PRINTF(2, 3);
static void note(struct value *notes, const char *format, ...)
{
    char text[512];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    tree_text(notes, NULL, text);
}

static void note_tests(const struct dry *dry, struct value *notes)
{
    const struct dry_from *from = &dry->from;
    double error = isnan(dry->settings.error) ? 0.0 : dry->settings.error;

    if (!from->tested && !from->trained)
        return;
    if (from->tests + from->trains == 0) {
        note(notes,
             "nothing was trained: tests and trainings answer an error of %g %%%s, and as loss the "
             "part of the squared weights that is pruned",
             error, isnan(dry->settings.error) ? " (see --assume-error, --from)" : "");
        return;
    }
    note(notes, "tests and trainings answer what %s recorded, in order", dry->settings.from);
    if (from->tested > from->tests)
        note(notes, "%zu tests asked, %zu recorded: %s", from->tested, from->tests,
             from->tests ? "the last stands for the rest" : "the rest answer the assumed error");
    if (from->trained > from->trains)
        note(notes, "%zu trainings asked, %zu recorded: %s", from->trained, from->trains,
             from->trains ? "the last stands for the rest" : "the rest answer the assumed error");
}

static void add_notes(const struct run *run, const struct certainty *certain, struct value *plan)
{
    const struct dry *dry = run->dry;
    struct value *notes = tree_add_list(plan, "notes");
    char count[32];

    note(notes, "weights are normal numbers as wide as each layer's initialization: trained ones "
                "mostly take fewer bytes");
    if (!certain->any)
        note(notes, "what an absolute threshold keeps depends on the trained weights: here it is "
                    "a guess");
    else if (!certain->density)
        note(notes, "what other than amounts keeps (quality, dead neurons, a pruner of its own) is "
                    "as of normal "
                    "weights");
    note_tests(dry, notes);
    for (size_t i = 0; i < dry->speeds; i++)
        note(notes, "%s images/s at batch %lld%s, %s",
             text_count((size_t)dry->speed[i].images_per_second, count),
             (long long)dry->speed[i].batch, dry->speed[i].shared ? ", shared weights" : "",
             dry->settings.speed > 0.0 ? "as given" : "measured here");
    if (dry->put_off)
        note(notes,
             "of %zu prunes inside trainings %zu were left out: of each selection the last was "
             "done when the training ended, and net:sparsity() stood still until then",
             dry->pruned + dry->put_off, dry->put_off);
    if (!dry->encoded)
        note(notes, "the schedule encodes nothing, so there will be no file");
}

/* Numbers of the file, or null where there is none. */
static void add_file(const struct dry *dry, const struct reached *reached, size_t dense,
                     struct value *plan)
{
    tree_size(plan, "dense_bytes", dense);
    tree_real(plan, "density", reached->density);
    if (dry->encoded)
        tree_size(plan, "file_bytes", dry->file.size_bytes);
    else
        tree_text(plan, "file_bytes", NULL);
    tree_real(plan, "ratio", reached->ratio);
    tree_real(plan, "seconds", dry->seconds);
    tree_real(plan, "images_per_second", dry->speeds ? dry->speed[0].images_per_second : NAN);
}

struct value *plan_result(const struct run *run, const struct pare_error *failed)
{
    const struct dry *dry = run->dry;
    const struct pare_net *net = dry->encoded ? dry->file.net : run->net;
    struct certainty certain = {true, true};
    struct value *plan = tree_group(), *params;
    size_t kept, weights, dense = size_dense_bytes(run->net);
    double bytes = dry->encoded ? (double)dry->file.size_bytes : NAN;

    value_add(plan, value_clone(dry->steps));
    if (failed && *failed->place) {
        char *text = xasprintf("%s: %s", failed->place, failed->text);
        tree_text(plan, "failed", text);
        free(text);
    } else {
        tree_text(plan, "failed", failed ? failed->text : NULL);
    }
    params = tree_add_list(plan, "params");
    for (size_t i = 0; i < net->params; i++)
        add_param(dry, &net->param[i], i, &certain, params);
    stages_weights(net, &kept, &weights);
    const struct reached reached = {
        .error = dry->from.error,
        .bytes = bytes,
        .ratio = (double)dense / bytes,
        .density = weights ? (double)kept / (double)weights : NAN,
        .rounding = request_rounding(net, weights),
    };
    add_file(dry, &reached, dense, plan);
    add_requests(run, &certain, &reached, plan);
    add_notes(run, &certain, plan);
    return plan;
}

int plan_verdict(const struct value *plan, struct pare_error *err)
{
    size_t used = strlen(err->text);
    const char *between = used ? "; out of reach: " : "out of reach: ";

    if (err->status != PARE_OK && err->status != PARE_EREQUEST)
        return err->status;
    for (const struct value *m = value_get(plan, "requests")->child; m; m = m->next) {
        double predicted;
        if (value_get(m, "param") || strcmp(value_get(m, "verdict")->text, "missed") != 0)
            continue;
        predicted = value_get(m, "predicted")->real;
        if (used < sizeof err->text)
            used += (size_t)snprintf(err->text + used, sizeof err->text - used,
                                     isnan(predicted) ? "%srequest.%s: %.6g asked, nothing encoded"
                                                      : "%srequest.%s: %.6g asked, %.6g predicted",
                                     between, value_get(m, "request")->text,
                                     value_get(m, "wanted")->real, predicted);
        between = "; ";
        err->status = PARE_EREQUEST;
    }
    return err->status;
}
