/* SPDX-License-Identifier: Apache-2.0 */
/* Steps of SGD and Adam against the formulas, one number at a time in double. */

#include "net/optimizer.h"

#include "base/alloc.h"
#include "net/param.h"
#include "support/net_support.h"
#include "support/support.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { STEPS = 12, INPUTS = 40, UNITS = 3, WEIGHTS = INPUTS * UNITS };

static const struct optimizer_rule sgd = {.kind = OPTIMIZER_SGD, .momentum = 0.9};
static const struct optimizer_rule adam = {
    .kind = OPTIMIZER_ADAM, .beta1 = 0.9, .beta2 = 0.99, .epsilon = 1e-4};
static const struct optimizer_step plain[2] = {{.rate = 0.1}, {.rate = 0.1}};

static void build(struct pare_net *net)
{
    pare_net_dense(net, "fc1", UNITS);
}

static struct pare_net *make(void)
{
    return net_support_make(INPUTS, 1, 1, UNITS, build, 1);
}

/* The gradient at a step: any numbers will do, the same ones for every net. */
static void set_grad(struct pare_net *net, int step)
{
    for (size_t p = 0; p < net->params; p++)
        net_support_numbers(net->param[p].grad, net->param[p].count, 100 + (unsigned)step);
}

static void take(struct optimizer *o, struct pare_net *net, int step,
                 const struct optimizer_step *how)
{
    struct pare_error err = {0};

    set_grad(net, step);
    ASSERT_OK(optimizer_step(o, net, NULL, how, &err), err);
}

/* One number and its state. */
struct scalar {
    double x, m, v;
    int steps;
};

static void move(struct scalar *s, const struct optimizer_rule *rule, double rate, double g)
{
    s->steps++;
    if (rule->kind == OPTIMIZER_SGD) {
        s->m = rule->momentum * s->m + g;
        s->x -= rate * s->m;
        return;
    }
    s->m = rule->beta1 * s->m + (1.0 - rule->beta1) * g;
    s->v = rule->beta2 * s->v + (1.0 - rule->beta2) * g * g;
    s->x -= rate * (s->m / (1.0 - pow(rule->beta1, s->steps))) /
            (sqrt(s->v / (1.0 - pow(rule->beta2, s->steps))) + rule->epsilon);
}

static double sign(double x)
{
    return x > 0.0 ? 1.0 : x < 0.0 ? -1.0 : 0.0;
}

/* Both parameters, with penalties on the weight alone and a rate that changes. */
static void check_rule(const struct optimizer_rule *rule)
{
    struct pare_net *net = make();
    struct pare_error err = {0};
    struct optimizer *o = optimizer_new(net, rule, &err);
    struct scalar s[2][WEIGHTS] = {{{0}}};

    assert_non_null(o);
    for (size_t p = 0; p < 2; p++)
        for (size_t i = 0; i < net->param[p].count; i++)
            s[p][i].x = (double)net->param[p].value[i];
    for (int step = 0; step < STEPS; step++) {
        double rate = 0.05 / (1 + step);
        struct optimizer_step how[2] = {{.rate = rate, .decay = 0.1, .l1 = 0.01},
                                        {.rate = 2 * rate, .decay = 0.1, .l1 = 0.01}};

        take(o, net, step, how);
        for (size_t p = 0; p < 2; p++) {
            for (size_t i = 0; i < net->param[p].count; i++) {
                double x = s[p][i].x, g = (double)net->param[p].grad[i];

                move(&s[p][i], rule, how[p].rate, p == 0 ? g + 0.1 * x + 0.01 * sign(x) : g);
                assert_true(fabs((double)net->param[p].value[i] - s[p][i].x) < 2e-6);
            }
        }
    }
    optimizer_free(o);
    net_free(net);
}

static void test_rules(void **state)
{
    (void)state;
    check_rule(&sgd);
    check_rule(&adam);
}

/* Pruned weights stay zero and start without momentum when they come back. */
static void test_pruned(void **state)
{
    const struct optimizer_rule *rules[2] = {&sgd, &adam};

    (void)state;
    for (int r = 0; r < 2; r++) {
        struct pare_net *net = make();
        struct pare_param *p = &net->param[0];
        struct pare_error err = {0};
        struct optimizer *o = optimizer_new(net, rules[r], &err);
        struct scalar s = {0};

        take(o, net, 0, plain); /* gathers momentum */
        p->keep = xcalloc(WEIGHTS, 1);
        memset(p->keep + 10, 1, WEIGHTS - 10);
        pare_param_project(p);
        for (int step = 1; step < 4; step++) {
            take(o, net, step, plain);
            for (size_t i = 0; i < WEIGHTS; i++)
                assert_true(i >= 10 ? p->value[i] != 0.0F : p->value[i] == 0.0F);
        }
        p->keep[3] = 1;
        take(o, net, 4, plain);
        if (r == 0) { /* a first step of SGD, from 0 */
            move(&s, &sgd, 0.1, (double)p->grad[3]);
            assert_true(fabs((double)p->value[3] - s.x) < 1e-6);
        }
        optimizer_free(o);
        net_free(net);
    }
}

static void share(struct pare_param *p)
{
    p->centroids = 3;
    p->centroid = xcalloc(3, sizeof *p->centroid);
    p->code = xcalloc(p->count, sizeof *p->code);
    for (size_t k = 0; k < 3; k++)
        p->centroid[k] = -0.5F + 0.5F * (float)k;
    for (size_t i = 0; i < p->count; i++)
        p->code[i] = (uint16_t)(i % 7 % 3);
    pare_param_project(p);
}

/* A shared value moves by the sum of its weights' gradients and pays the penalty
 * of each of them; momentum of the weights before is forgotten. */
static void check_shared(const struct optimizer_rule *rule)
{
    const struct optimizer_step how[2] = {{.rate = 0.01, .decay = 0.1, .l1 = 0.01}, {.rate = 0.01}};
    struct pare_net *net = make();
    struct pare_param *p = &net->param[0];
    struct pare_error err = {0};
    struct optimizer *o = optimizer_new(net, rule, &err);
    struct scalar s[3] = {{0}};

    take(o, net, 99, how);
    p->keep = xcalloc(WEIGHTS, 1);
    memset(p->keep + 30, 1, WEIGHTS - 30);
    share(p);
    for (size_t k = 0; k < 3; k++)
        s[k].x = (double)p->centroid[k];
    for (int step = 0; step < STEPS; step++) {
        take(o, net, step, how);
        for (size_t k = 0; k < 3; k++) {
            double g = 0.0, uses = 0.0;

            for (size_t i = 30; i < WEIGHTS; i++) {
                if (p->code[i] != k)
                    continue;
                g += (double)p->grad[i];
                uses += 1.0;
            }
            move(&s[k], rule, 0.01, g + uses * (0.1 * s[k].x + 0.01 * sign(s[k].x)));
            assert_true(fabs((double)p->centroid[k] - s[k].x) < 1e-5 * (1.0 + fabs(s[k].x)));
        }
        for (size_t i = 0; i < WEIGHTS; i++)
            assert_true(p->value[i] == (i < 30 ? 0.0F : p->centroid[p->code[i]]));
    }
    optimizer_free(o);
    net_free(net);
}

static void test_shared(void **state)
{
    (void)state;
    check_shared(&sgd);
    check_shared(&adam);
}

/* latent moves where value is pruned, and value follows where it is not. */
static void test_latent(void **state)
{
    struct pare_net *net = make();
    struct pare_param *p = &net->param[0];
    struct pare_error err = {0};
    struct optimizer *o = optimizer_new(net, &sgd, &err);
    float before[WEIGHTS];

    (void)state;
    memcpy(before, p->value, sizeof before);
    ASSERT_OK(param_want_latent(p, &err), err);
    p->keep = xcalloc(WEIGHTS, 1);
    memset(p->keep + 10, 1, WEIGHTS - 10);
    pare_param_project(p);
    take(o, net, 0, plain);
    for (size_t i = 0; i < WEIGHTS; i++) {
        assert_float_equal(p->latent[i], before[i] - 0.1F * p->grad[i], 1e-6);
        assert_true(p->value[i] == (i < 10 ? 0.0F : p->latent[i]));
    }
    optimizer_free(o);
    net_free(net);
}

static void test_frozen(void **state)
{
    const struct optimizer_step how[2] = {{.rate = 0.1, .frozen = true, .decay = 1.0},
                                          {.rate = 0.1}};
    struct pare_net *net = make();
    struct pare_error err = {0};
    struct optimizer *o = optimizer_new(net, &sgd, &err);
    float before[WEIGHTS], bias = net->param[1].value[0];

    (void)state;
    memcpy(before, net->param[0].value, sizeof before);
    take(o, net, 0, how);
    assert_memory_equal(before, net->param[0].value, sizeof before);
    assert_true(net->param[1].value[0] != bias);
    optimizer_free(o);
    net_free(net);
}

/* Saved in the middle and restored elsewhere, the rest is the same to the bit. */
static void check_save(const struct optimizer_rule *rule)
{
    struct pare_net *a = make(), *b = make();
    struct pare_error err = {0};
    struct optimizer *o = optimizer_new(a, rule, &err), *again = optimizer_new(b, rule, &err);
    size_t size = 0;
    unsigned char *buf;

    take(o, a, 0, plain);
    share(&a->param[0]);
    for (int step = 1; step < 4; step++)
        take(o, a, step, plain);
    optimizer_save(o, NULL, &size);
    buf = xcalloc(size + 8, 1);
    optimizer_save(o, buf, &size);
    share(&b->param[0]);
    memcpy(b->param[0].centroid, a->param[0].centroid, 3 * sizeof(float));
    pare_param_project(&b->param[0]);
    memcpy(b->param[1].value, a->param[1].value, UNITS * sizeof(float));
    for (size_t wrong = 0; wrong < size; wrong += 3)
        assert_int_equal(optimizer_restore(again, buf, wrong, &err), PARE_EFORMAT);
    assert_int_equal(optimizer_restore(again, buf, size + 8, &err), PARE_EFORMAT);
    ASSERT_OK(optimizer_restore(again, buf, size, &err), err);
    for (int step = 4; step < 8; step++) {
        take(o, a, step, plain);
        take(again, b, step, plain);
    }
    assert_int_equal(net_support_sum(a), net_support_sum(b));
    buf[0] ^= 1; /* the other kind of optimizer */
    assert_int_equal(optimizer_restore(again, buf, size, &err), PARE_EFORMAT);
    free(buf);
    optimizer_free(o);
    optimizer_free(again);
    net_free(a);
    net_free(b);
}

static void test_save(void **state)
{
    (void)state;
    check_save(&sgd);
    check_save(&adam);
    optimizer_free(NULL);
}

static void test_other_net(void **state)
{
    struct pare_net *net = make();
    struct pare_error err = {0};
    struct optimizer *o = optimizer_new(net, &sgd, &err);

    (void)state;
    net->params = 1;
    assert_int_equal(optimizer_step(o, net, NULL, plain, &err), PARE_ESTATE);
    net->params = 2;
    optimizer_free(o);
    net_free(net);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rules),     cmocka_unit_test(test_pruned),
        cmocka_unit_test(test_shared),    cmocka_unit_test(test_latent),
        cmocka_unit_test(test_frozen),    cmocka_unit_test(test_save),
        cmocka_unit_test(test_other_net),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
