/* SPDX-License-Identifier: Apache-2.0 */
/* Pruning: scores into keep, by amount, quality or threshold, in each parameter or
 * over all. First every item gets its scores and its new keep; only when all went
 * well do the parameters change. Ranks nothing itself. */

#include "compress/select.h"

#include "base/alloc.h"
#include "compress/order.h"
#include "net/param.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define RIVALS(A, B) .rivals = A "|" B, .flags = PARE_OPTION_PER_PARAM | PARE_OPTION_MAY_BE_NONE

const struct pare_option prune_options[] = {
    PARE_TEXT(prune_options, plugin, "magnitude", "pruner", .flags = PARE_OPTION_PER_PARAM),
    PARE_REAL(prune_options, amount, 0.0, 1.0, "none",
              "part of the weights that is zero afterwards", RIVALS("quality", "threshold")),
    PARE_REAL(prune_options, quality, 0.0, 1000.0, "none",
              "prune scores below this x the standard deviation of the weights",
              RIVALS("amount", "threshold")),
    PARE_REAL(prune_options, threshold, -1e9, 1e9, "none", "prune scores below this",
              RIVALS("amount", "quality")),
    PARE_CHOICE(
        prune_options, zeros, "apart|inclusive", "apart",
        "quality: the deviation of the kept weights alone, or with the pruned ones as zeros",
        .flags = PARE_OPTION_PER_PARAM),
    PARE_CHOICE(prune_options, scope, "layer|global", "layer",
                "where amount and quality are measured: each parameter, or all together"),
    PARE_BOOL(prune_options, dead, "false",
              "nothing by its score, but what leads to or from neurons without inputs or outputs"),
    PARE_BOOL(prune_options, skip, "false", "leave the parameter as it is",
              .flags = PARE_OPTION_PER_PARAM),
    PARE_OPTIONS_END,
};

enum { ZEROS_APART, ZEROS_INCLUSIVE };
enum { SCOPE_LAYER, SCOPE_GLOBAL };

/* What is being made for an item. */
struct draft {
    struct prune_item *item;
    const struct pare_pruner *pruner;
    float *score;  /* [count]; NULL: the pruner selects itself */
    uint8_t *keep; /* [count] */
};

/* Drafts with scores that are measured together. */
struct group {
    struct draft *draft;
    size_t n;
};

/* May the weight be kept or go? One that is gone already counts as pruned. */
static bool in_play(const struct draft *d, size_t i)
{
    const struct pare_param *p = d->item->param;

    return d->pruner->needs_latent || p->keep == NULL || p->keep[i] != 0;
}

static int draft_score(struct draft *d, struct pare_rng *rng, struct pare_error *err)
{
    const struct pare_param *p = d->item->param;
    int status;

    d->score = alloc_zero(p->count, sizeof(*d->score), "scores", err);
    if (d->score == NULL)
        return PARE_ENOMEM;
    status = d->pruner->score(d->item->pruner.self, p, rng, d->score, err);
    if (status != PARE_OK)
        return status;
    for (size_t i = 0; i < p->count; i++) {
        if (!isfinite(d->score[i]))
            return pare_fail(err, PARE_EPLUGIN, "the score of weight %zu is %f", i,
                             (double)d->score[i]);
        d->keep[i] = in_play(d, i);
    }
    return PARE_OK;
}

static int draft_select(struct draft *d, struct pare_rng *rng, struct pare_error *err)
{
    const struct pare_param *p = d->item->param;
    int status = d->pruner->select(d->item->pruner.self, p, rng, d->keep, err);

    if (status != PARE_OK)
        return status;
    for (size_t i = 0; i < p->count; i++) {
        if (d->keep[i] > 1)
            return pare_fail(err, PARE_EPLUGIN, "keep of weight %zu is %u", i,
                             (unsigned)d->keep[i]);
        d->keep[i] = d->keep[i] != 0 && in_play(d, i);
    }
    return PARE_OK;
}

/* Scores or selects. The randomness depends on the call and the param's name, not
 * on the other items. */
static int draft_make(struct draft *d, uint64_t seed, struct pare_error *err)
{
    struct pare_param *p = d->item->param;
    struct pare_rng rng = pare_rng_stream(seed, p->name);
    int status;

    if (d->pruner->needs_latent && p->centroid != NULL)
        return pare_fail(err, PARE_ESTATE,
                         "pruner %s takes weights back, but those of a shared parameter have no "
                         "code; prune before sharing",
                         d->pruner->head.name);
    d->keep = alloc_zero(p->count, sizeof(*d->keep), "keep", err);
    if (d->keep == NULL)
        return PARE_ENOMEM;
    if (d->pruner->needs_latent) {
        status = param_want_latent(p, err);
        if (status != PARE_OK)
            return status;
    }
    status = d->pruner->select != NULL ? draft_select(d, &rng, err) : draft_score(d, &rng, err);
    if (status == PARE_OK)
        return PARE_OK;
    if (err->status == PARE_OK)
        pare_fail(err, status < 0 ? status : PARE_EPLUGIN, "failed without saying why");
    return pare_fail_in(err, "pruner %s", d->pruner->head.name);
}

/* The score that stands at rank, from 0, of those in play, by counting the upper
 * half of the keys and then, where that is right, the lower half. below: how many
 * are less. */
static int group_rank(const struct group *g, size_t rank, double *score, size_t *below,
                      struct pare_error *err)
{
    size_t *bin = alloc_zero((size_t)1 << 16, sizeof(*bin), "ranking", err);
    uint32_t upper = 0, b = 0;

    if (bin == NULL)
        return PARE_ENOMEM;
    *below = 0;
    for (int half = 0; half < 2; half++) {
        for (const struct draft *d = g->draft; d < g->draft + g->n; d++)
            for (size_t i = 0; i < d->item->param->count; i++) {
                uint32_t key = order_key(d->score[i]);
                if (!in_play(d, i) || (half == 1 && key >> 16 != upper))
                    continue;
                bin[half == 0 ? key >> 16 : key & 0xffff]++;
            }
        for (b = 0; *below + bin[b] <= rank; b++)
            *below += bin[b];
        if (half == 0) {
            upper = b;
            memset(bin, 0, sizeof(*bin) << 16);
        }
    }
    *score = (double)order_value(upper << 16 | b);
    free(bin);
    return PARE_OK;
}

/* Prunes scores below cut and, from the last position back, as many equal to it as
 * ties says. */
static void group_cut(const struct group *g, double cut, size_t ties)
{
    for (size_t j = g->n; j-- > 0;) {
        const struct draft *d = &g->draft[j];
        for (size_t i = d->item->param->count; i-- > 0;) {
            bool tie = ties > 0 && d->keep[i] != 0 && (double)d->score[i] == cut;
            if ((double)d->score[i] < cut || tie)
                d->keep[i] = 0;
            ties -= tie;
        }
        d->item->cut = cut;
    }
}

/* Zeros: round(amount x count), those pruned before included. Fewer than there are
 * already: nothing goes. */
static int group_amount(const struct group *g, double amount, struct pare_error *err)
{
    size_t count = 0, live = 0, zeros, go, below;
    double cut;
    int status;

    for (const struct draft *d = g->draft; d < g->draft + g->n; d++) {
        count += d->item->param->count;
        for (size_t i = 0; i < d->item->param->count; i++)
            live += in_play(d, i);
    }
    zeros = (size_t)floor(amount * (double)count + 0.5);
    if (g->draft->item->options->scope == SCOPE_LAYER)
        g->draft->item->kept_wanted = count - zeros;
    if (live == 0)
        return PARE_OK;
    go = zeros > count - live ? zeros - (count - live) : 0;
    status = group_rank(g, go < live ? go : live - 1, &cut, &below, err);
    if (status == PARE_OK)
        group_cut(g, cut, go - below);
    return status;
}

/* Of the kept weights about their mean, or of all of them. */
static double group_deviation(const struct group *g)
{
    bool all = g->draft->item->options->zeros == ZEROS_INCLUSIVE;
    double mean = 0.0, sum = 0.0;
    size_t n = 0;

    for (int pass = 0; pass < 2; pass++) {
        mean = n > 0 ? sum / (double)n : 0.0;
        sum = 0.0;
        n = 0;
        for (const struct draft *d = g->draft; d < g->draft + g->n; d++) {
            const struct pare_param *p = d->item->param;
            for (size_t i = 0; i < p->count; i++) {
                double x = (double)p->value[i] - mean;
                if (!all && p->keep != NULL && p->keep[i] == 0)
                    continue;
                sum += pass == 0 ? x : x * x;
                n++;
            }
        }
    }
    return n > 0 ? sqrt(sum / (double)n) : 0.0;
}

static int group_prune(const struct group *g, struct pare_error *err)
{
    const struct prune_options *o = g->draft->item->options;

    if (!isnan(o->amount))
        return group_amount(g, o->amount, err);
    group_cut(g, isnan(o->quality) ? o->threshold : o->quality * group_deviation(g), 0);
    return PARE_OK;
}

/* Exactly one of amount, quality, threshold; and one for all where it is measured
 * over all. */
static int check_options(const struct draft *d, const struct draft *first, struct pare_error *err)
{
    const struct prune_options *o = d->item->options, *f = first->item->options;
    int given = !isnan(o->amount) + !isnan(o->quality) + !isnan(o->threshold);

    if (given != 1)
        return pare_fail(err, PARE_EUSER, "%s of amount, quality, threshold must be given",
                         given == 0 ? "one" : "only one");
    if (o->scope != SCOPE_GLOBAL)
        return PARE_OK;
    if (isnan(o->amount) != isnan(f->amount) || isnan(o->quality) != isnan(f->quality) ||
        o->amount < f->amount || o->amount > f->amount || o->quality < f->quality ||
        o->quality > f->quality)
        return pare_fail(err, PARE_EUSER,
                         "scope global needs the same amount or quality as %s; set it once for "
                         "all, or scope = \"layer\"",
                         first->item->param->name);
    return PARE_OK;
}

/* Prunes drafts [n], all with scores. */
static int prune_scored(struct draft *draft, size_t n, struct pare_error *err)
{
    const struct prune_options *o = n > 0 ? draft->item->options : NULL;
    int status = PARE_OK;

    if (n > 0 && o->scope == SCOPE_GLOBAL && isnan(o->threshold))
        return group_prune(&(struct group){draft, n}, err);
    for (size_t j = 0; j < n && status == PARE_OK; j++)
        status = group_prune(&(struct group){draft + j, 1}, err);
    return status;
}

/* The draft becomes the param's. */
static void draft_commit(struct draft *d)
{
    struct prune_item *item = d->item;
    struct pare_param *p = item->param;

    free(p->keep);
    p->keep = d->keep;
    d->keep = NULL;
    item->kept = pare_param_kept(p);
    if (item->kept == p->count) {
        free(p->keep);
        p->keep = NULL;
    }
    pare_param_project(p);
}

int select_prune(struct prune_item *item, size_t n, struct pare_rng *rng, struct pare_error *err)
{
    struct draft *draft = alloc_zero(n, sizeof(*draft), "items to prune", err);
    uint64_t seed = pare_rng_u64(rng);
    size_t scored = 0, selected = 0;
    int status = draft != NULL ? PARE_OK : PARE_ENOMEM;

    for (size_t j = 0; j < n && status == PARE_OK; j++) {
        const struct pare_pruner *pruner = (const struct pare_pruner *)item[j].pruner.plugin;
        struct draft *d;
        item[j].kept = item[j].kept_before = pare_param_kept(item[j].param);
        item[j].kept_wanted = SIZE_MAX;
        if (item[j].options->skip)
            continue;
        d = &draft[pruner->select != NULL ? n - ++selected : scored++];
        *d = (struct draft){.item = &item[j], .pruner = pruner};
        status = pruner->select != NULL ? PARE_OK : check_options(d, draft, err);
        if (status == PARE_OK)
            status = draft_make(d, seed, err);
        if (status != PARE_OK)
            pare_fail_in(err, "%s", item[j].param->name);
    }
    if (status == PARE_OK)
        status = prune_scored(draft, scored, err);
    for (size_t j = 0; draft != NULL && j < n; j++) {
        if (status == PARE_OK && draft[j].item != NULL)
            draft_commit(&draft[j]);
        free(draft[j].score);
        free(draft[j].keep);
    }
    for (size_t j = 0; j < n && status == PARE_OK; j++)
        if (item[j].kept_wanted == SIZE_MAX)
            item[j].kept_wanted = item[j].kept;
    free(draft);
    return status;
}
