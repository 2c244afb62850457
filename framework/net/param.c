/* SPDX-License-Identifier: Apache-2.0 */

/* One parameter tensor: the invariant of <pare/param.h> and the vector that an
 * optimizer may move. Sums run over the weights in order and in double. */

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

void pare_param_project(struct pare_param *p)
{
    if (p->centroid) {
        for (size_t i = 0; i < p->count; i++)
            p->value[i] = p->keep && !p->keep[i] ? 0.0F : p->centroid[p->code[i]];
        return;
    }
    if (p->latent)
        memcpy(p->value, p->latent, p->count * sizeof *p->value);
    if (p->keep)
        for (size_t i = 0; i < p->count; i++)
            p->value[i] = p->keep[i] ? p->value[i] : 0.0F;
}

static struct free_vector free_centroids(struct pare_param *p, const struct free_room *room)
{
    memset(room->sum, 0, p->centroids * sizeof *room->sum);
    memset(room->uses, 0, p->centroids * sizeof *room->uses);
    for (size_t i = 0; i < p->count; i++) {
        if (p->keep && !p->keep[i])
            continue;
        room->sum[p->code[i]] += (double)p->grad[i];
        room->uses[p->code[i]] += 1.0F;
    }
    for (size_t k = 0; k < p->centroids; k++)
        room->grad[k] = (float)room->sum[k];
    return (struct free_vector){
        .x = p->centroid, .grad = room->grad, .uses = room->uses, .n = p->centroids};
}

struct free_vector param_free(struct pare_param *p, const struct free_room *room)
{
    if (p->latent)
        return (struct free_vector){.x = p->latent, .grad = p->grad, .n = p->count};
    if (p->centroid)
        return free_centroids(p, room);
    if (p->keep)
        for (size_t i = 0; i < p->count; i++)
            p->grad[i] = p->keep[i] ? p->grad[i] : 0.0F;
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
    const char *unused;
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
