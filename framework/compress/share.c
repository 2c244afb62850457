/* SPDX-License-Identifier: Apache-2.0 */
/* Weight sharing (Han, Mao, Dally 2016, "Deep Compression", section 3): the kept
 * weights in ascending order go to the initializer and the quantizer, whose
 * codebook is checked and then used: every kept weight takes its nearest centroid,
 * and centroids that none takes are dropped. p changes only when all went well. */

#include "compress/share.h"

#include "base/alloc.h"
#include "compress/nearest.h"
#include "compress/order.h"
#include "compress/radix.h"
#include "net/param.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

const struct pare_option share_options[] = {
    PARE_TEXT(share_options, initializer, "linear", "initializer: first guesses",
              .flags = PARE_OPTION_PER_PARAM),
    PARE_TEXT(share_options, quantizer, "lloyd", "quantizer: from first guesses to the codebook",
              .flags = PARE_OPTION_PER_PARAM),
    PARE_INT(share_options, bits, 1, 16, "5", "2^bits shared values",
             .flags = PARE_OPTION_PER_PARAM, .rivals = "centroids"),
    PARE_INT(share_options, centroids, 1, 65536, "none", "number of shared values, instead of bits",
             .flags = PARE_OPTION_PER_PARAM | PARE_OPTION_MAY_BE_NONE, .rivals = "bits"),
    PARE_CHOICE(share_options, zeros, "apart|inclusive", "apart",
                "pruned weights stay zero, or are shared like the others and so unpruned",
                .flags = PARE_OPTION_PER_PARAM),
    PARE_BOOL(share_options, skip, "false", "leave the parameter as it is",
              .flags = PARE_OPTION_PER_PARAM),
    PARE_OPTIONS_END,
};

enum { ZEROS_APART, ZEROS_INCLUSIVE };

/* What is being made for a param. */
struct draft {
    bool inclusive;      /* pruned weights take part, as zeros */
    const float *source; /* the param's values, or what they are derived from */
    struct radix keys;   /* what is sorted */
    float *sorted;       /* [n]: the kept ones, ascending, without -0; in keys */
    size_t n, distinct;
    float *centroid; /* [k] */
    size_t k;
    uint16_t *code; /* [count] */
};

static bool kept(const struct pare_param *p, size_t i)
{
    return p->keep == NULL || p->keep[i] != 0;
}

/* Does weight i get a code? */
static bool takes_part(const struct draft *d, const struct pare_param *p, size_t i)
{
    return d->inclusive || kept(p, i);
}

static float source_of(const struct draft *d, const struct pare_param *p, size_t i)
{
    return kept(p, i) ? d->source[i] : 0.0f;
}

/* Keys to the values that they stand for, in the same place: memory that is new costs
 * more than the sort. */
static void draft_values(struct draft *d)
{
    uint32_t before = 0;

    d->n = d->keys.n;
    d->sorted = (float *)(void *)d->keys.key;
    for (size_t i = 0; i < d->n; i++) {
        uint32_t now = d->keys.key[i];
        d->sorted[i] = order_value(now);
        d->distinct += i == 0 || now != before;
        before = now;
    }
}

static int draft_sort(struct draft *d, const struct pare_param *p, struct pare_error *err)
{
    for (size_t i = 0; i < p->count; i++) {
        float x = source_of(d, p, i);
        if (!takes_part(d, p, i))
            continue;
        if (!isfinite(x))
            return pare_fail(err, PARE_ENUMBER, "weight %zu is %f", i, (double)x);
        radix_count(&d->keys, order_key(x));
    }
    if (!radix_open(&d->keys))
        return pare_fail(err, PARE_ENOMEM, "no memory for %zu weights to sort", d->keys.n);
    for (size_t i = 0; i < p->count; i++)
        if (takes_part(d, p, i))
            radix_place(&d->keys, order_key(source_of(d, p, i)));
    radix_sort(&d->keys);
    draft_values(d);
    return PARE_OK;
}

/* A failure of a plugin, said with its name even where it said nothing. */
static int plugin_failed(const struct pare_plugin *plugin, const char *kind, int status,
                         struct pare_error *err)
{
    if (err->status == PARE_OK)
        pare_fail(err, status < 0 ? status : PARE_EPLUGIN, "failed without saying why");
    return pare_fail_in(err, "%s %s", kind, plugin->name);
}

/* Ascending, finite, and within least..greatest? */
static int check_centroids(const struct draft *d, float least, float greatest,
                           struct pare_error *err)
{
    for (size_t j = 0; j < d->k; j++) {
        double c = (double)d->centroid[j];
        if (!isfinite(d->centroid[j]))
            return pare_fail(err, PARE_EPLUGIN, "centroid %zu of %zu is %f", j, d->k, c);
        if (j > 0 && d->centroid[j] < d->centroid[j - 1])
            return pare_fail(err, PARE_EPLUGIN,
                             "centroid %zu of %zu, %g, is below the one before, %g", j, d->k, c,
                             (double)d->centroid[j - 1]);
        if (d->centroid[j] < least || d->centroid[j] > greatest)
            return pare_fail(err, PARE_EPLUGIN, "centroid %zu of %zu, %g, is outside %g..%g", j,
                             d->k, c, (double)least, (double)greatest);
    }
    return PARE_OK;
}

static int draft_fit(struct draft *d, const struct plugin_use *initializer,
                     const struct plugin_use *quantizer, struct pare_rng *rng,
                     struct pare_error *err)
{
    const struct pare_initializer *init = (const struct pare_initializer *)initializer->plugin;
    const struct pare_quantizer *quant = (const struct pare_quantizer *)quantizer->plugin;
    int status;

    d->centroid = alloc_zero(d->k, sizeof(*d->centroid), "centroids", err);
    if (d->centroid == NULL)
        return PARE_ENOMEM;
    status = init->centroids(initializer->self, d->sorted, d->n, d->centroid, d->k, rng, err);
    if (status == PARE_OK)
        status = check_centroids(d, d->sorted[0], d->sorted[d->n - 1], err);
    if (status != PARE_OK)
        return plugin_failed(initializer->plugin, "initializer", status, err);
    status = quant->fit(quantizer->self, d->sorted, d->n, d->centroid, d->k, err);
    if (status == PARE_OK)
        status = check_centroids(d, -HUGE_VALF, HUGE_VALF, err);
    if (status != PARE_OK)
        return plugin_failed(quantizer->plugin, "quantizer", status, err);
    return PARE_OK;
}

/* Gives codes to the kept weights and leaves only centroids that are used. */
static int draft_assign(struct draft *d, const struct pare_param *p, double *inertia,
                        struct pare_error *err)
{
    uint32_t *place = alloc_zero(d->k, sizeof(*place), "centroid uses", err);
    struct nearest nearest = {0};
    int status = PARE_ENOMEM;
    double sum = 0.0;
    size_t k = 0;

    d->code = alloc_zero(p->count, sizeof(*d->code), "codes", err);
    if (place == NULL || d->code == NULL)
        goto out;
    for (size_t j = 0; j < d->k; j++) /* equal ones become one */
        if (k == 0 || d->centroid[j] != d->centroid[k - 1])
            d->centroid[k++] = d->centroid[j] + 0.0f;
    d->k = k;
    status = nearest_open(&nearest, d->centroid, k, err);
    if (status != PARE_OK)
        goto out;
    for (size_t i = 0; i < p->count; i++) {
        float x = source_of(d, p, i);
        if (!takes_part(d, p, i))
            continue;
        size_t j = nearest_index(&nearest, x);
        double distance = (double)x - (double)d->centroid[j];
        sum += distance * distance;
        d->code[i] = (uint16_t)j;
        place[j] = 1;
    }
    *inertia = sum;
    k = 0;
    for (size_t j = 0; j < d->k; j++)
        if (place[j] != 0) {
            place[j] = (uint32_t)k;
            d->centroid[k++] = d->centroid[j];
        }
    for (size_t i = 0; k < d->k && i < p->count; i++)
        if (takes_part(d, p, i))
            d->code[i] = (uint16_t)place[d->code[i]];
    d->k = k;
out:
    nearest_close(&nearest);
    free(place);
    return status;
}

/* All weights of p are shared: none is pruned any more. */
static void give_up_mask(struct pare_param *p)
{
    for (size_t i = 0; p->latent != NULL && i < p->count; i++)
        if (!kept(p, i))
            p->latent[i] = 0.0f;
    free(p->keep);
    p->keep = NULL;
}

int share_param(struct pare_param *p, const struct share_options *options,
                const struct plugin_use *initializer, const struct plugin_use *quantizer,
                struct pare_rng *rng, struct share_result *result, struct pare_error *err)
{
    const struct pare_quantizer *quant = (const struct pare_quantizer *)quantizer->plugin;
    struct draft d = {0};
    int status;

    *result = (struct share_result){0};
    result->centroids_wanted =
        options->centroids != INT64_MIN ? (size_t)options->centroids : (size_t)1 << options->bits;
    if (quant->needs_latent) {
        status = param_want_latent(p, err);
        if (status != PARE_OK)
            goto out;
    }
    d.inclusive = options->zeros == ZEROS_INCLUSIVE;
    d.source = p->latent != NULL ? p->latent : p->value;
    status = draft_sort(&d, p, err);
    if (status != PARE_OK)
        goto out;
    result->distinct = d.distinct;
    d.k = d.distinct < result->centroids_wanted ? d.distinct : result->centroids_wanted;
    if (d.k > 0) {
        status = draft_fit(&d, initializer, quantizer, rng, err);
        if (status == PARE_OK)
            status = draft_assign(&d, p, &result->inertia, err);
        if (status != PARE_OK)
            goto out;
    }
    if (d.inclusive)
        give_up_mask(p);
    free(p->centroid);
    free(p->code);
    p->centroid = d.centroid;
    p->code = d.code;
    p->centroids = (uint32_t)d.k;
    result->centroids = d.k;
    d.centroid = NULL;
    d.code = NULL;
    pare_param_project(p);
out:
    free(d.code);
    free(d.centroid);
    radix_close(&d.keys);
    return status == PARE_OK ? PARE_OK : pare_fail_in(err, "%s", p->name);
}
