/* SPDX-License-Identifier: Apache-2.0 */

/* SGD with momentum (v = momentum v + g; x -= rate v) and Adam (Kingma, Ba 2015,
 * algorithm 1). Both move whatever vector param_free gives and then project, so
 * they know nothing of masks and codebooks. Each parameter has its own state,
 * which starts anew when the vector becomes another one. */

#include "net/optimizer.h"

#include "base/alloc.h"
#include "base/profile.h"
#include "net/kernels/kernels.h"
#include "net/param.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum source { SOURCE_NONE, SOURCE_VALUE, SOURCE_CENTROID, SOURCE_LATENT };

struct state {
    enum source source; /* which vector m and v belong to */
    size_t n, room;
    uint64_t steps; /* taken since the state started */
    float *m, *v;   /* momentum or first moment; Adam: second moment */
};

struct optimizer {
    struct optimizer_rule rule;
    size_t params;
    struct state *state;
    struct free_room room;
    size_t room_size;
    struct move *move; /* [params] */
};

enum { PART_SIZE = 1 << 14, CENTROIDS_MAX = 65536 };

/* One parameter's step as its parts see it: each moves its part of a vector as long
 * as value and projects it. A codebook was moved before, as its weights are many. */
struct move {
    struct pare_param *p;
    bool moved, project;
    struct kernel_step all; /* rate and scale2 hold Adam's corrections */
    size_t parts;
};

/* The step of all parameters. */
struct task {
    const struct move *move; /* in order */
    void (*rule)(const struct kernel_step *s);
    void (*beside)(void *context); /* NULL or part 0 */
    void *context;
    struct profile *profile;
};

struct optimizer *optimizer_new(const struct pare_net *net, const struct optimizer_rule *rule,
                                struct pare_error *err)
{
    struct optimizer *o = alloc_zero(1, sizeof *o, "optimizer", err);

    if (!o)
        return NULL;
    o->rule = *rule;
    o->params = net->params;
    o->state = alloc_zero(net->params, sizeof *o->state, "optimizer", err);
    if (!o->state)
        goto fail;
    for (size_t i = 0; i < net->params; i++) {
        struct state *s = &o->state[i];

        s->room = net->param[i].count;
        if (s->room > o->room_size)
            o->room_size = s->room < CENTROIDS_MAX ? s->room : CENTROIDS_MAX;
        s->m = alloc_zero(s->room, sizeof *s->m, "optimizer", err);
        if (!s->m)
            goto fail;
        if (rule->kind != OPTIMIZER_ADAM)
            continue;
        s->v = alloc_zero(s->room, sizeof *s->v, "optimizer", err);
        if (!s->v)
            goto fail;
    }
    o->move = alloc_zero(net->params, sizeof *o->move, "optimizer", err);
    o->room.grad = alloc_zero(o->room_size, sizeof *o->room.grad, "optimizer", err);
    o->room.uses = alloc_zero(o->room_size, sizeof *o->room.uses, "optimizer", err);
    o->room.sum = alloc_zero(FREE_PARTS * o->room_size, sizeof *o->room.sum, "optimizer", err);
    if (o->move && o->room.grad && o->room.uses && o->room.sum)
        return o;
fail:
    optimizer_free(o);
    return NULL;
}

void optimizer_free(struct optimizer *o)
{
    if (!o)
        return;
    for (size_t i = 0; o->state && i < o->params; i++) {
        free(o->state[i].m);
        free(o->state[i].v);
    }
    free(o->state);
    free(o->move);
    free(o->room.grad);
    free(o->room.uses);
    free(o->room.sum);
    free(o);
}

static void move_range(const struct move *w, void (*rule)(const struct kernel_step *s),
                       size_t first, size_t last)
{
    struct kernel_step s = w->all;

    s.n = last - first;
    s.x += first;
    s.grad += first;
    s.m += first;
    if (s.v)
        s.v += first;
    if (s.keep)
        s.keep += first;
    rule(&s);
}

static void task_part(void *context, size_t part)
{
    const struct task *t = context;
    const struct move *w = t->move;
    size_t first, last;

    if (t->beside && part-- == 0) {
        t->beside(t->context);
        return;
    }
    for (; part >= w->parts; w++)
        part -= w->parts;
    first = pool_bound(w->p->count, w->parts, part);
    last = pool_bound(w->p->count, w->parts, part + 1);
    if (!w->moved)
        move_range(w, t->rule, first, last);
    if (w->project) {
        enum profile_part was = profile_switch(t->profile, PROFILE_PROJECTION);

        param_project_part(w->p, first, last);
        profile_switch(t->profile, was);
    }
}

static void match_state(struct state *s, const struct pare_param *p, const struct free_vector *f)
{
    enum source source = f->x == p->latent  ? SOURCE_LATENT
                         : f->x == p->value ? SOURCE_VALUE
                                            : SOURCE_CENTROID;

    if (s->source == source && s->n == f->n)
        return;
    s->source = source;
    s->n = f->n;
    s->steps = 0;
    memset(s->m, 0, s->n * sizeof *s->m);
    if (s->v)
        memset(s->v, 0, s->n * sizeof *s->v);
}

/* What is to be done for one parameter; of a codebook the moving is done here. */
static struct move prepare(struct optimizer *o, struct state *s, struct pare_param *p,
                           struct pool *pool, const struct optimizer_step *step,
                           void (*rule)(const struct kernel_step *s))
{
    struct free_vector f = param_free(p, pool, &o->room);
    bool bias = pare_param_is_bias(p);
    struct move w = {.p = p,
                     .moved = f.x == p->centroid,
                     .project = f.x != p->value, /* else the move does it */
                     .all = {.n = f.n,
                             .x = f.x,
                             .m = s->m,
                             .v = s->v,
                             .grad = f.grad,
                             .uses = f.uses,
                             .keep = f.keep,
                             .rate = (float)step->rate,
                             .decay = bias ? 0.0F : (float)step->decay,
                             .l1 = bias ? 0.0F : (float)step->l1,
                             .momentum = (float)o->rule.momentum,
                             .beta1 = (float)o->rule.beta1,
                             .beta2 = (float)o->rule.beta2,
                             .epsilon = (float)o->rule.epsilon},
                     .parts = (p->count + PART_SIZE - 1) / PART_SIZE};

    match_state(s, p, &f);
    s->steps++;
    if (o->rule.kind == OPTIMIZER_ADAM) {
        w.all.rate = (float)(step->rate / (1.0 - pow(o->rule.beta1, (double)s->steps)));
        w.all.scale2 = (float)(1.0 / (1.0 - pow(o->rule.beta2, (double)s->steps)));
    }
    if (w.moved)
        rule(&w.all);
    return w;
}

int optimizer_step_beside(struct optimizer *o, struct pare_net *net, struct pool *pool,
                          const struct optimizer_step *step, void (*beside)(void *context),
                          void *context, struct pare_error *err)
{
    const struct kernels *k = kernels_best();
    struct task task = {.move = o->move,
                        .rule = o->rule.kind == OPTIMIZER_ADAM ? k->adam : k->sgd,
                        .beside = beside,
                        .context = context,
                        .profile = net->profile};
    size_t parts = beside ? 1 : 0, moves = 0;

    if (net->params != o->params)
        return pare_fail(err, PARE_ESTATE, "an optimizer of %zu parameters for a net of %zu",
                         o->params, net->params);
    for (size_t i = 0; i < net->params; i++)
        if (net->param[i].count > o->state[i].room || net->param[i].centroids > o->room_size)
            return pare_fail(err, PARE_ESTATE, "%s is not what the optimizer was made for",
                             net->param[i].name);
    for (size_t i = 0; i < net->params; i++)
        if (!step[i].frozen) {
            enum profile_part was =
                profile_switch(net->param[i].centroid ? net->profile : NULL, PROFILE_PROJECTION);

            o->move[moves] = prepare(o, &o->state[i], &net->param[i], pool, &step[i], task.rule);
            parts += o->move[moves++].parts;
            profile_switch(net->param[i].centroid ? net->profile : NULL, was);
        }
    pool_run(pool, parts, task_part, &task);
    return PARE_OK;
}

int optimizer_step(struct optimizer *o, struct pare_net *net, struct pool *pool,
                   const struct optimizer_step *step, struct pare_error *err)
{
    return optimizer_step_beside(o, net, pool, step, NULL, NULL, err);
}

/* Saved: kind and params, then for each parameter source, n and steps, then m and
 * v of all. Words of 8 bytes in the machine's order; a checkpoint stays at home. */

static void put(unsigned char **at, const void *data, size_t size_bytes)
{
    if (size_bytes > 0)
        memcpy(*at, data, size_bytes);
    *at += size_bytes;
}

static size_t vectors(const struct optimizer *o)
{
    return o->rule.kind == OPTIMIZER_ADAM ? 2 : 1;
}

int optimizer_save(const struct optimizer *o, void *buf, size_t *size_bytes)
{
    uint64_t head[2] = {(uint64_t)o->rule.kind, o->params};
    unsigned char *at = buf;
    size_t size = sizeof head;

    for (size_t i = 0; i < o->params; i++)
        size += 3 * sizeof(uint64_t) + vectors(o) * o->state[i].n * sizeof(float);
    *size_bytes = size;
    if (!buf)
        return PARE_OK;
    put(&at, head, sizeof head);
    for (size_t i = 0; i < o->params; i++) {
        const struct state *s = &o->state[i];
        uint64_t words[3] = {(uint64_t)s->source, s->n, s->steps};

        put(&at, words, sizeof words);
        put(&at, s->m, s->n * sizeof *s->m);
        if (s->v)
            put(&at, s->v, s->n * sizeof *s->v);
    }
    return PARE_OK;
}

static bool get(const unsigned char **at, size_t *left, void *data, size_t size_bytes)
{
    if (*left < size_bytes)
        return false;
    if (size_bytes > 0)
        memcpy(data, *at, size_bytes);
    *at += size_bytes;
    *left -= size_bytes;
    return true;
}

static bool restore(struct optimizer *o, const unsigned char *at, size_t left)
{
    uint64_t head[2], words[3];

    if (!get(&at, &left, head, sizeof head) || head[0] != (uint64_t)o->rule.kind ||
        head[1] != o->params)
        return false;
    for (size_t i = 0; i < o->params; i++) {
        struct state *s = &o->state[i];

        if (!get(&at, &left, words, sizeof words) || words[0] > SOURCE_LATENT || words[1] > s->room)
            return false;
        s->source = (enum source)words[0];
        s->n = words[1];
        s->steps = words[2];
        if (!get(&at, &left, s->m, s->n * sizeof *s->m))
            return false;
        if (s->v && !get(&at, &left, s->v, s->n * sizeof *s->v))
            return false;
    }
    return left == 0;
}

int optimizer_restore(struct optimizer *o, const void *buf, size_t size_bytes,
                      struct pare_error *err)
{
    if (restore(o, buf, size_bytes))
        return PARE_OK;
    for (size_t i = 0; i < o->params; i++) {
        o->state[i].source = SOURCE_NONE;
        o->state[i].n = 0;
    }
    return pare_fail(err, PARE_EFORMAT, "the saved optimizer state does not fit this training");
}
