/* SPDX-License-Identifier: Apache-2.0 */
/* The dry run: every weight is drawn from a normal distribution as wide as the
 * layer's initialization, and then the real prune, share and encode work on it
 * with the options of the config. Amounts and shared values come out as they
 * will; bytes as for zeros at independent places, which trained networks beat;
 * quality as for normal weights. A threshold says nothing without training. */

#include "run/plan.h"
#include "base/alloc.h"
#include "base/text.h"
#include "compress/select.h"
#include "format/read.h"
#include "format/size.h"
#include "run/asked.h"
#include "run/encoding.h"
#include "run/stages.h"
#include "run/tree.h"
#include "run/verbs.h"
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A prediction may be so much above a request before the request is called
 * unreachable. */
static const double slack = 1.25;
static const double bias_spread = 0.05;

static void draw_weights(struct run *run)
{
    struct pare_rng rng = pare_rng_stream((uint64_t)run->experiment->seed, "plan");

    for (size_t i = 0; i < run->net->params; i++) {
        struct pare_param *p = &run->net->param[i];
        double sum = 0.0;
        for (size_t j = 0; j < p->count; j++)
            sum += (double)p->value[j] * (double)p->value[j];
        double spread = sum > 0.0 ? sqrt(sum / (double)p->count) : bias_spread;
        for (size_t j = 0; j < p->count; j++)
            p->value[j] = (float)(spread * pare_rng_normal(&rng));
    }
}

/* Does the config speak of the verb at all, in its group or in a rule? */
static bool spoken_of(const struct run *run, const char *verb)
{
    const struct value *root = run->experiment->root, *rules = value_get(root, "rules");
    bool found = value_get(root, verb) != NULL;
    for (const struct value *rule = rules ? rules->child : NULL; rule; rule = rule->next)
        found |= value_get(rule, verb) != NULL;
    return found;
}

/* How a parameter's pruning is said: "all" (not pruned), "amount", "quality",
 * "threshold", "global" (an amount of the net), "pruner" (it selects itself). */
static int pruned_by(const struct run *run, const struct pare_param *p, const char **by,
                     struct pare_error *err)
{
    struct prune_options options = {0};
    struct asked asked;
    int status = asked_open(&asked, run, VERB_PRUNE, p, NULL, &options, err);

    if (status == PARE_OK) {
        const void *pruner = asked.use[0].plugin;
        if (asked.skip || !spoken_of(run, "prune"))
            *by = "all";
        else if (((const struct pare_pruner *)pruner)->select)
            *by = "pruner";
        else if (!isnan(options.threshold))
            *by = "threshold";
        else if (options.scope != 0)
            *by = "global";
        else
            *by = isnan(options.quality) ? "amount" : "quality";
    }
    asked_close(&asked);
    return status;
}

/* Prunes, shares and encodes; the bytes read back tell each parameter's part. */
static int simulate(struct run *run, struct model_file *file, struct pare_error *err)
{
    struct verb_call call = {0};
    struct value *pruned = NULL, *shared = NULL;
    uint8_t *bytes = NULL;
    size_t size_bytes = 0;
    int status = PARE_OK;

    draw_weights(run);
    if (spoken_of(run, "prune"))
        status = verb_prune(run, &call, &pruned, err);
    if (status == PARE_OK && spoken_of(run, "share"))
        status = verb_share(run, &call, &shared, err);
    value_free(pruned);
    value_free(shared);
    if (status == PARE_OK)
        status = encoding_write(run, NULL, &bytes, &size_bytes, NULL, err);
    if (status == PARE_OK)
        status = format_read(bytes, size_bytes, "the planned file", file, err);
    free(bytes);
    return status;
}

static unsigned bits_of(const struct pare_param *p)
{
    unsigned bits = 0;
    if (!p->centroid)
        return 32;
    while ((1u << bits) < p->centroids)
        bits++;
    return bits;
}

/* What a plan can be held to. */
struct certainty {
    bool density; /* every pruned parameter by amount: known exactly */
    bool bytes;   /* nothing by threshold */
};

static int add_params(const struct run *run, const struct model_file *file, struct value *plan,
                      struct certainty *certain, struct pare_error *err)
{
    struct value *list = tree_add_list(plan, "params");

    for (size_t i = 0; i < run->net->params; i++) {
        const struct pare_param *p = &run->net->param[i];
        const char *by = NULL;
        int status = pruned_by(run, p, &by, err);
        if (status != PARE_OK)
            return status;
        bool unknown = strcmp(by, "threshold") == 0;
        certain->bytes &= !unknown;
        certain->density &= strcmp(by, "quality") != 0 && strcmp(by, "pruner") != 0 && !unknown;

        struct value *line = tree_add_group(list, NULL);
        tree_text(line, "name", p->name);
        struct value *shape = tree_add_list(line, "shape");
        for (unsigned d = 0; d < p->rank; d++)
            tree_size(shape, NULL, p->shape[d]);
        tree_size(line, "count", p->count);
        tree_text(line, "by", by);
        tree_real(line, "density", unknown ? NAN : (double)pare_param_kept(p) / (double)p->count);
        tree_size(line, "centroids", p->centroids);
        tree_size(line, "bits", bits_of(p));
        if (unknown)
            tree_text(line, "bytes", NULL);
        else
            tree_size(line, "bytes", ledger_param_bytes(&file->ledger, i));
    }
    return PARE_OK;
}

static void unreachable(struct value *list, const char *request, double wanted, double predicted)
{
    struct value *line = tree_add_group(list, NULL);
    tree_text(line, "request", request);
    tree_real(line, "wanted", wanted);
    tree_real(line, "predicted", predicted);
}

static void compare(const struct run *run, const struct certainty *certain, double density,
                    double bytes, double ratio, struct value *list)
{
    const struct request *asked = &run->experiment->request;
    /* Amounts are rounded to whole weights, a parameter at a time. */
    size_t kept, weights;
    stages_weights(run->net, &kept, &weights);
    double rounding = (double)run->net->params / 2.0 / (double)weights;
    double allowed = certain->density ? asked->density + rounding : asked->density * slack;

    if (!certain->bytes)
        return;
    if (density > allowed)
        unreachable(list, "density", asked->density, density);
    if (bytes > asked->bytes * slack)
        unreachable(list, "bytes", asked->bytes, bytes);
    if (ratio < asked->ratio / slack)
        unreachable(list, "ratio", asked->ratio, ratio);
}

static int fail_unreachable(const struct value *list, struct pare_error *err)
{
    char text[PARE_TEXT_BYTES] = "";
    size_t used = 0;

    for (const struct value *m = list->child; m && used < sizeof text; m = m->next)
        used += (size_t)snprintf(text + used, sizeof text - used,
                                 "%srequest.%s: %.6g asked, %.6g predicted", used ? "; " : "",
                                 value_get(m, "request")->text, value_get(m, "wanted")->real,
                                 value_get(m, "predicted")->real);
    return pare_fail(err, PARE_EREQUEST, "out of reach: %s", text);
}

int plan_make(struct run *run, struct value **plan, struct pare_error *err)
{
    struct model_file file = {0};
    struct certainty certain = {true, true};
    size_t kept, weights;
    struct value *group = tree_group();

    int status = simulate(run, &file, err);
    if (status == PARE_OK)
        status = add_params(run, &file, group, &certain, err);
    if (status != PARE_OK) {
        value_free(group);
        goto out;
    }
    stages_weights(run->net, &kept, &weights);
    double dense = (double)size_dense_bytes(run->net), bytes = (double)file.size_bytes;
    double density = (double)kept / (double)weights;

    tree_size(group, "dense_bytes", (size_t)dense);
    if (certain.bytes) {
        tree_real(group, "density", density);
        tree_size(group, "file_bytes", file.size_bytes);
        tree_real(group, "ratio", dense / bytes);
    } else {
        tree_text(group, "density", NULL);
        tree_text(group, "file_bytes", NULL);
        tree_text(group, "ratio", NULL);
    }
    struct value *list = tree_add_list(group, "unreachable");
    compare(run, &certain, density, bytes, dense / bytes, list);
    if (list->child)
        status = fail_unreachable(list, err);
    *plan = group;
out:
    model_file_free(&file);
    return status;
}

static void print_shape(const struct value *shape, char *out, size_t room)
{
    size_t used = 0;
    *out = '\0';
    for (const struct value *d = shape->child; d && used < room; d = d->next)
        used +=
            (size_t)snprintf(out + used, room - used, "%s%" PRId64, used ? "x" : "", d->integer);
}

static void print_param(const struct value *p, int width, FILE *out)
{
    char shape[64], count[32], bytes[32], density[32] = "unknown";
    const struct value *cost = value_get(p, "bytes");

    print_shape(value_get(p, "shape"), shape, sizeof shape);
    if (cost->kind != VALUE_NONE)
        snprintf(density, sizeof density, "%.2f %%", 100.0 * value_get(p, "density")->real);
    fprintf(out, "%-*s%16s%12s%11s  %-10s%5" PRId64 "%12s\n", width, value_get(p, "name")->text,
            shape, text_count((size_t)value_get(p, "count")->integer, count), density,
            value_get(p, "by")->text, value_get(p, "bits")->integer,
            cost->kind == VALUE_NONE ? "unknown" : text_count((size_t)cost->integer, bytes));
}

void plan_print(const struct value *plan, FILE *out)
{
    int width = 9;
    char dense[32], bytes[32];
    const struct value *params = value_get(plan, "params");

    for (const struct value *p = params->child; p; p = p->next)
        if ((int)strlen(value_get(p, "name")->text) > width)
            width = (int)strlen(value_get(p, "name")->text);
    fprintf(out, "%-*s%16s%12s%11s  %-10s%5s%12s\n", width, "parameter", "shape", "weights", "kept",
            "by", "bits", "bytes");
    for (const struct value *p = params->child; p; p = p->next)
        print_param(p, width, out);

    text_count((size_t)value_get(plan, "dense_bytes")->integer, dense);
    if (value_get(plan, "file_bytes")->kind == VALUE_NONE) {
        fprintf(out,
                "\ndense %s bytes; file unknown: what an absolute threshold keeps depends on "
                "the trained weights\n",
                dense);
        return;
    }
    fprintf(out,
            "\ndense %s bytes, file about %s bytes, ratio %.1fx, %.2f %% of the weights kept\n",
            dense, text_count((size_t)value_get(plan, "file_bytes")->integer, bytes),
            value_get(plan, "ratio")->real, 100.0 * value_get(plan, "density")->real);
    fputs("(from the groups of the config on normal weights; a schedule may ask otherwise)\n", out);
}
