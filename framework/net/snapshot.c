/* SPDX-License-Identifier: Apache-2.0 */

/* All parameters of a net at one moment. A restore first makes copies of all that
 * it needs and then puts them in, so that one that fails changes nothing. */

#include "net/snapshot.h"

#include "base/alloc.h"
#include "net/param.h"
#include <stdlib.h>
#include <string.h>

struct snapshot {
    size_t params;
    struct pare_param *param; /* without grad */
};

static int copy(void *to, const void *from, size_t count, size_t size, const char *name,
                struct pare_error *err)
{
    void *made;

    if (!from)
        return PARE_OK;
    made = alloc_zero(count, size, name, err);
    if (!made)
        return PARE_ENOMEM;
    memcpy(made, from, count * size);
    memcpy(to, &made, sizeof made);
    return PARE_OK;
}

/* to: zeroed; name and grad are left out. Fit for param_release also on failure. */
static int copy_param(struct pare_param *to, const struct pare_param *from, struct pare_error *err)
{
    size_t n = from->count;
    int status;

    to->rank = from->rank;
    memcpy(to->shape, from->shape, sizeof to->shape);
    to->count = n;
    to->centroids = from->centroids;
    status = copy(&to->value, from->value, n, sizeof *to->value, from->name, err);
    if (status == PARE_OK)
        status = copy(&to->keep, from->keep, n, sizeof *to->keep, from->name, err);
    if (status == PARE_OK)
        status = copy(&to->centroid, from->centroid, from->centroids, sizeof *to->centroid,
                      from->name, err);
    if (status == PARE_OK)
        status = copy(&to->code, from->code, n, sizeof *to->code, from->name, err);
    if (status == PARE_OK)
        status = copy(&to->latent, from->latent, n, sizeof *to->latent, from->name, err);
    return status;
}

static struct snapshot *snapshot_of(const struct pare_param *param, size_t params,
                                    struct pare_error *err)
{
    struct snapshot *s = alloc_zero(1, sizeof *s, "snapshot", err);

    if (!s)
        return NULL;
    s->params = params;
    s->param = alloc_zero(params, sizeof *s->param, "snapshot", err);
    for (size_t i = 0; s->param && i < params; i++) {
        if (copy_param(&s->param[i], &param[i], err) != PARE_OK) {
            snapshot_free(s);
            return NULL;
        }
    }
    if (s->param)
        return s;
    snapshot_free(s);
    return NULL;
}

struct snapshot *snapshot_take(const struct pare_net *net, struct pare_error *err)
{
    return snapshot_of(net->param, net->params, err);
}

void snapshot_free(struct snapshot *s)
{
    if (!s)
        return;
    for (size_t i = 0; s->param && i < s->params; i++)
        param_release(&s->param[i]);
    free(s->param);
    free(s);
}

static int check(const struct snapshot *s, const struct pare_net *net, enum snapshot_what what,
                 const bool *want, struct pare_error *err)
{
    if (s->params != net->params)
        return pare_fail(err, PARE_ESTATE, "a snapshot of %zu parameters for a net of %zu",
                         s->params, net->params);
    for (size_t i = 0; i < net->params; i++) {
        const struct pare_param *p = &net->param[i];

        if (s->param[i].count != p->count)
            return pare_fail(err, PARE_ESTATE, "%s: a snapshot of %zu values for %zu", p->name,
                             s->param[i].count, p->count);
        if (what != SNAPSHOT_ALL && (!want || want[i]) && p->centroid)
            return pare_fail(err, PARE_ESTATE,
                             "%s is shared; only a restore of everything undoes that", p->name);
    }
    return PARE_OK;
}

static void swap(void *a, void *b)
{
    void *pa, *pb;

    memcpy(&pa, a, sizeof pa);
    memcpy(&pb, b, sizeof pb);
    memcpy(a, &pb, sizeof pb);
    memcpy(b, &pa, sizeof pa);
}

/* Moves what was asked for out of from, which gets what was there before. */
static void put(struct pare_param *p, struct pare_param *from, enum snapshot_what what)
{
    if (what != SNAPSHOT_MASKS) {
        if (what == SNAPSHOT_ALL || (p->latent && from->latent))
            swap(&p->latent, &from->latent);
        else if (p->latent)
            memcpy(p->latent, from->value, p->count * sizeof *p->latent);
        swap(&p->value, &from->value);
    }
    if (what != SNAPSHOT_WEIGHTS)
        swap(&p->keep, &from->keep);
    if (what == SNAPSHOT_ALL) {
        uint32_t centroids = p->centroids;

        swap(&p->centroid, &from->centroid);
        swap(&p->code, &from->code);
        p->centroids = from->centroids;
        from->centroids = centroids;
    } else {
        pare_param_project(p);
    }
}

int snapshot_restore(const struct snapshot *s, struct pare_net *net, enum snapshot_what what,
                     const bool *want, struct pare_error *err)
{
    struct snapshot *again;
    int status = check(s, net, what, want, err);

    if (status != PARE_OK)
        return status;
    again = snapshot_of(s->param, s->params, err);
    if (!again)
        return PARE_ENOMEM;
    for (size_t i = 0; i < net->params; i++)
        if (!want || want[i])
            put(&net->param[i], &again->param[i], what);
    snapshot_free(again);
    return PARE_OK;
}
