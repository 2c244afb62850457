/* SPDX-License-Identifier: Apache-2.0 */
/* Pruners: every score written and finite, or every keep 0 or 1; the same twice;
 * the parameter untouched; state that comes back from what was saved. */

#include "base/alloc.h"
#include "conform/suite.h"
#include <math.h>
#include <pare/pruner.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name;
    unsigned rank;
    size_t shape[PARE_RANK_MAX];
    bool pruned;
} plans[] = {
    {"fc.weight [40][25]", 2, {40, 25}, false},
    {"conv.weight [6][4][5][5]", 4, {6, 4, 5, 5}, false},
    {"pruned.weight [30][30]", 2, {30, 30}, true},
    {"single.weight [1][1]", 2, {1, 1}, false},
    {"bias [17]", 1, {17}, false},
};
enum { PLANS = sizeof plans / sizeof *plans };

static const struct pare_pruner *pruner_of(const struct plugin_use *use)
{
    return (const struct pare_pruner *)use->plugin;
}

/* A parameter and guarded memory for all of it. */
struct subject {
    struct pare_param p;
    struct guard value, grad, keep, latent;
};

static struct subject subject_new(size_t plan, const struct pare_pruner *plugin)
{
    struct pare_rng rng = pare_rng_stream(plan, "conform parameter");
    struct subject u = {.p = {.name = plans[plan].name, .rank = plans[plan].rank, .count = 1}};

    for (unsigned i = 0; i < u.p.rank; i++)
        u.p.count *= u.p.shape[i] = plans[plan].shape[i];
    u.value = guard_new(u.p.count * sizeof(float), 0);
    u.grad = guard_new(u.p.count * sizeof(float), 0xFF); /* NaN where it does not count */
    u.keep = guard_new(u.p.count, 1);
    u.latent = guard_new(u.p.count * sizeof(float), 0);
    u.p.value = u.value.at;
    u.p.grad = u.grad.at;
    suite_normals(&rng, u.p.value, u.p.count);
    if (plugin->needs_grad)
        suite_normals(&rng, u.p.grad, u.p.count);
    if (plugin->needs_latent) {
        u.p.latent = u.latent.at;
        memcpy(u.p.latent, u.p.value, u.latent.size);
    }
    if (plans[plan].pruned) {
        u.p.keep = u.keep.at;
        for (size_t i = 0; i < u.p.count; i++)
            u.p.keep[i] = i % 3 != 0;
        pare_param_project(&u.p);
    }
    return u;
}

static void subject_free(struct subject *u)
{
    guard_free(&u->value);
    guard_free(&u->grad);
    guard_free(&u->keep);
    guard_free(&u->latent);
}

/* Is u still what subject_new made of it? */
static void subject_untouched(struct suite *s, const struct subject *u, size_t plan,
                              const struct pare_pruner *plugin)
{
    struct subject fresh = subject_new(plan, plugin);

    if (memcmp(fresh.value.at, u->value.at, u->value.size) != 0)
        suite_wrong(s, "%s: changed the values", u->p.name);
    if (memcmp(fresh.grad.at, u->grad.at, u->grad.size) != 0)
        suite_wrong(s, "%s: changed the gradient", u->p.name);
    if (memcmp(fresh.keep.at, u->keep.at, u->keep.size) != 0)
        suite_wrong(s, "%s: changed keep", u->p.name);
    if (memcmp(fresh.latent.at, u->latent.at, u->latent.size) != 0)
        suite_wrong(s, "%s: changed the latent values", u->p.name);
    guard_check(s, &u->value, "the values");
    guard_check(s, &u->grad, "the gradient");
    guard_check(s, &u->keep, "keep");
    subject_free(&fresh);
}

/* Calls score or select on the plan's parameter; the result into out. */
static void judge(struct suite *s, const struct plugin_use *use, size_t plan, struct guard *out)
{
    const struct pare_pruner *plugin = pruner_of(use);
    struct subject u = subject_new(plan, plugin);
    struct pare_rng rng = pare_rng_stream(11, "conform scores");
    struct pare_error err = {0};
    int status;

    *out = guard_new(u.p.count * (plugin->score ? sizeof(float) : 1), 0xFF);
    status = plugin->score ? plugin->score(use->self, &u.p, &rng, out->at, &err)
                           : plugin->select(use->self, &u.p, &rng, out->at, &err);
    suite_ok(s, u.p.name, status, &err);
    guard_check(s, out, plugin->score ? "the scores" : "keep");
    subject_untouched(s, &u, plan, plugin);
    for (size_t i = 0; i < u.p.count && s->why[0] == '\0'; i++)
        if (plugin->score && !isfinite(((const float *)out->at)[i]))
            suite_wrong(s, "%s: score %zu of %zu is %s", u.p.name, i, u.p.count,
                        isnan(((const float *)out->at)[i]) ? "NaN or was not written" : "infinite");
        else if (plugin->select && ((const uint8_t *)out->at)[i] > 1)
            suite_wrong(s, "%s: keep %zu of %zu is %u or was not written", u.p.name, i, u.p.count,
                        (unsigned)((const uint8_t *)out->at)[i]);
    subject_free(&u);
}

static void check_outputs(struct suite *s, const struct plugin_use *use)
{
    for (size_t i = 0; i < PLANS; i++) {
        struct guard out;

        judge(s, use, i, &out);
        guard_free(&out);
    }
    suite_end(s, pruner_of(use)->score ? "scores all written, finite" : "keep all 0 or 1");
}

/* Without save there is no state, so earlier calls must not matter. */
static void check_same_twice(struct suite *s, const struct plugin_use *use)
{
    for (size_t i = 0; i < PLANS; i++) {
        struct guard out, again, other;

        judge(s, use, i, &out);
        judge(s, use, (i + 1) % PLANS, &other);
        judge(s, use, i, &again);
        if (memcmp(out.at, again.at, out.size) != 0)
            suite_wrong(s, "%s: another result from the same parameter and random numbers",
                        plans[i].name);
        guard_free(&out);
        guard_free(&other);
        guard_free(&again);
    }
    suite_end(s, "same parameter, same result");
}

/* Equal weights and zeros have no order; they must still be scored or refused. */
static void check_degenerate(struct suite *s, const struct plugin_use *use)
{
    const struct pare_pruner *plugin = pruner_of(use);

    for (int i = 0; i < 2; i++) {
        struct subject u = subject_new(0, plugin);
        struct guard out = guard_new(u.p.count * sizeof(float), 0xFF);
        struct pare_rng rng = pare_rng_stream(12, "conform scores");
        struct pare_error err = {0};
        int status;

        for (size_t j = 0; j < u.p.count; j++) {
            u.p.value[j] = i ? 0.5f : 0.0f;
            if (plugin->needs_grad)
                u.p.grad[j] = 0.0f;
            if (u.p.latent)
                u.p.latent[j] = u.p.value[j];
        }
        status = plugin->score ? plugin->score(use->self, &u.p, &rng, out.at, &err)
                               : plugin->select(use->self, &u.p, &rng, out.at, &err);
        if (status != PARE_OK)
            suite_refusal(s, i ? "equal weights" : "zeros", status, &err);
        for (size_t j = 0; j < u.p.count && status == PARE_OK && plugin->score; j++)
            if (!isfinite(((const float *)out.at)[j]))
                suite_wrong(s, "%s: score %zu is not finite", i ? "equal weights" : "zeros", j);
        guard_check(s, &out, "the result");
        guard_free(&out);
        subject_free(&u);
    }
    suite_end(s, "zeros and equal weights scored or refused");
}

/* What save wrote makes another self go on as this one; what is longer or shorter
 * is refused. */
static void check_state(struct suite *s, const struct plugin_use *use,
                        const struct plugin_use *another)
{
    const struct pare_pruner *plugin = pruner_of(use);
    struct pare_error err = {0};
    size_t size = 0, written;
    struct guard state, out, again;
    int status;

    if (!suite_ok(s, "save", plugin->save(use->self, NULL, &size, &err), &err)) {
        suite_end(s, "saved state restored");
        return;
    }
    state = guard_new(size, 0);
    written = size;
    suite_ok(s, "save", plugin->save(use->self, state.at, &written, &err), &err);
    if (written != size)
        suite_wrong(s, "save: %zu bytes announced, %zu written", size, written);
    guard_check(s, &state, "the state");
    status = plugin->restore(another->self, state.at, size + 1, &(struct pare_error){0});
    if (status == PARE_OK)
        suite_wrong(s, "restore: takes %zu bytes where save wrote %zu", size + 1, size);
    if (size > 0 &&
        plugin->restore(another->self, state.at, size - 1, &(struct pare_error){0}) == PARE_OK)
        suite_wrong(s, "restore: takes %zu bytes where save wrote %zu", size - 1, size);
    suite_ok(s, "restore", plugin->restore(another->self, state.at, size, &err), &err);
    for (size_t i = 0; i < PLANS; i++) {
        judge(s, use, i, &out);
        judge(s, another, i, &again);
        if (memcmp(out.at, again.at, out.size) != 0)
            suite_wrong(s, "%s: another result after save and restore", plans[i].name);
        guard_free(&out);
        guard_free(&again);
    }
    guard_free(&state);
    suite_end(s, "saved state restored");
}

void conform_pruner(struct suite *s, const struct plugin_use *use, const struct plugin_use *another)
{
    check_outputs(s, use);
    if (pruner_of(use)->save)
        check_state(s, use, another);
    else
        check_same_twice(s, use);
    check_degenerate(s, use);
}
