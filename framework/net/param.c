/* SPDX-License-Identifier: Apache-2.0 */

/* One parameter tensor: the invariant of <pare/param.h> and the vector that an
 * optimizer may move. Sums are in double and over fixed parts of the weights. */

#include "net/param.h"

#include "base/alloc.h"
#include <stdlib.h>
#include <string.h>

size_t pare_param_kept(const struct pare_param *p)
{
    size_t kept = 0;

    if (!p->keep)
        return p->count;
    for (size_t i = 0; i < p->count; i++)
        kept += p->keep[i];
    return kept;
}

void param_project_part(struct pare_param *p, size_t first, size_t last)
{
    float *value = p->value;
    const uint8_t *keep = p->keep;

    if (p->centroid) {
        for (size_t i = first; i < last; i++)
            value[i] = keep && !keep[i] ? 0.0F : p->centroid[p->code[i]];
        return;
    }
    if (p->latent)
        memcpy(value + first, p->latent + first, (last - first) * sizeof *value);
    for (size_t i = first; keep && i < last; i++)
        value[i] = keep[i] ? value[i] : 0.0F;
}

void pare_param_project(struct pare_param *p)
{
    param_project_part(p, 0, p->count);
}

struct sums {
    const struct pare_param *p;
    struct free_sum *sum;
};

static void sum_part(void *context, size_t part)
{
    const struct sums *w = context;
    const struct pare_param *p = w->p;
    const uint8_t *keep = p->keep;
    struct free_sum *sum = w->sum + part * p->centroids;
    size_t last = pool_bound(p->count, FREE_PARTS, part + 1);

    memset(sum, 0, p->centroids * sizeof *sum);
    for (size_t i = pool_bound(p->count, FREE_PARTS, part); i < last; i++) {
        if (keep && !keep[i])
            continue;
        sum[p->code[i]].grad += (double)p->grad[i];
        sum[p->code[i]].uses += 1.0;
    }
}

static struct free_vector free_centroids(struct pare_param *p, struct pool *pool,
                                         const struct free_room *room)
{
    struct sums w = {.p = p, .sum = room->sum};

    pool_run(pool, FREE_PARTS, sum_part, &w);
    for (size_t k = 0; k < p->centroids; k++) {
        struct free_sum all = room->sum[k];

        for (size_t part = 1; part < FREE_PARTS; part++) {
            all.grad += room->sum[part * p->centroids + k].grad;
            all.uses += room->sum[part * p->centroids + k].uses;
        }
        room->grad[k] = (float)all.grad;
        room->uses[k] = (float)all.uses;
    }
    return (struct free_vector){
        .x = p->centroid, .grad = room->grad, .uses = room->uses, .n = p->centroids};
}

struct free_vector param_free(struct pare_param *p, struct pool *pool, const struct free_room *room)
{
    if (p->latent)
        return (struct free_vector){.x = p->latent, .grad = p->grad, .n = p->count};
    if (p->centroid)
        return free_centroids(p, pool, room);
    return (struct free_vector){.x = p->value, .grad = p->grad, .keep = p->keep, .n = p->count};
}

int param_want_latent(struct pare_param *p, struct pare_error *err)
{
    if (p->latent)
        return PARE_OK;
    p->latent = alloc_zero(p->count, sizeof *p->latent, p->name, err);
    if (!p->latent)
        return PARE_ENOMEM;
    memcpy(p->latent, p->value, p->count * sizeof *p->latent);
    return PARE_OK;
}

void param_release(struct pare_param *p)
{
    free((char *)p->name);
    free(p->value);
    free(p->grad);
    free(p->keep);
    free(p->centroid);
    free(p->code);
    free(p->latent);
    *p = (struct pare_param){0};
}

static bool same_bytes(const void *a, const void *b, size_t size_bytes)
{
    if (!a || !b)
        return a == b;
    return memcmp(a, b, size_bytes) == 0;
}

static bool same_codes(const struct pare_param *a, const struct pare_param *b)
{
    if (!a->code || !b->code)
        return a->code == b->code;
    for (size_t i = 0; i < a->count; i++)
        if ((!a->keep || a->keep[i]) && a->code[i] != b->code[i])
            return false;
    return true;
}

bool param_equal(const struct pare_param *a, const struct pare_param *b, const char **where)
{
    const char *unused = NULL;
    const char **what = where ? where : &unused;
    size_t bytes = a->count * sizeof *a->value;

    *what = NULL;
    if (strcmp(a->name, b->name) != 0)
        *what = "name";
    else if (a->rank != b->rank || a->count != b->count ||
             memcmp(a->shape, b->shape, a->rank * sizeof *a->shape) != 0)
        *what = "shape";
    else if (!same_bytes(a->keep, b->keep, a->count))
        *what = "mask";
    else if (a->centroids != b->centroids ||
             !same_bytes(a->centroid, b->centroid, a->centroids * sizeof *a->centroid))
        *what = "codebook";
    else if (!same_codes(a, b))
        *what = "codes";
    else if (!same_bytes(a->value, b->value, bytes))
        *what = "values";
    else if (!same_bytes(a->latent, b->latent, bytes))
        *what = "latent values";
    return *what == NULL;
}
