/* SPDX-License-Identifier: Apache-2.0 */
#include "net/snapshot.h"

#include "base/alloc.h"
#include "net/param.h"
#include "support/net_support.h"
#include "support/support.h"
#include <stdlib.h>
#include <string.h>

enum { WEIGHTS = 12 };

static void build(struct pare_net *net)
{
    pare_net_dense(net, "fc1", 3);
    pare_net_dense(net, "fc2", 4);
}

static struct pare_net *make(void)
{
    return net_support_make(4, 1, 1, 4, build, 1);
}

static void prune(struct pare_param *p, size_t first)
{
    if (!p->keep)
        p->keep = xcalloc(p->count, 1);
    for (size_t i = 0; i < p->count; i++)
        p->keep[i] = i >= first;
    pare_param_project(p);
}

static void share(struct pare_param *p)
{
    p->centroids = 2;
    p->centroid = xcalloc(2, sizeof *p->centroid);
    p->code = xcalloc(p->count, sizeof *p->code);
    p->centroid[1] = 0.5F;
    for (size_t i = 0; i < p->count; i++)
        p->code[i] = i % 2;
    pare_param_project(p);
}

static void unshare(struct pare_param *p)
{
    free(p->centroid);
    free(p->code);
    p->centroid = NULL;
    p->code = NULL;
    p->centroids = 0;
}

static void scramble(struct pare_param *p)
{
    net_support_numbers(p->value, p->count, 77);
    pare_param_project(p);
}

/* Takes a snapshot in one state and comes back from three others. */
static void check_all(void (*change)(struct pare_param *p))
{
    struct pare_net *net = make(), *like = make();
    struct pare_error err = {0};
    struct snapshot *s;
    const char *where = NULL;

    change(&net->param[0]);
    change(&like->param[0]);
    s = snapshot_take(net, &err);
    assert_non_null(s);
    for (int later = 0; later < 3; later++) {
        if (later == 0)
            prune(&net->param[0], 7);
        else if (later == 1 && !net->param[0].centroid)
            share(&net->param[0]);
        else
            ASSERT_OK(param_want_latent(&net->param[0], &err), err);
        scramble(&net->param[1]);
        ASSERT_OK(snapshot_restore(s, net, SNAPSHOT_ALL, NULL, &err), err);
        for (size_t p = 0; p < net->params; p++)
            if (!param_equal(&net->param[p], &like->param[p], &where))
                fail_msg("%s differs in %s", net->param[p].name, where);
    }
    snapshot_free(s);
    net_free(net);
    net_free(like);
}

static void nothing(struct pare_param *p)
{
    (void)p;
}

static void prune_some(struct pare_param *p)
{
    prune(p, 3);
}

static void prune_and_share(struct pare_param *p)
{
    prune(p, 3);
    share(p);
}

static void test_all(void **state)
{
    (void)state;
    check_all(nothing);
    check_all(prune_some);
    check_all(share);
    check_all(prune_and_share);
    snapshot_free(NULL);
}

/* Rewinding: the first values under today's mask. */
static void test_weights(void **state)
{
    struct pare_net *net = make(), *first = make();
    struct pare_error err = {0};
    struct snapshot *s = snapshot_take(net, &err);
    struct pare_param *p = &net->param[0];

    (void)state;
    scramble(p);
    prune(p, 5);
    scramble(&net->param[1]);
    ASSERT_OK(snapshot_restore(s, net, SNAPSHOT_WEIGHTS, NULL, &err), err);
    for (size_t i = 0; i < WEIGHTS; i++)
        assert_true(p->value[i] == (i < 5 ? 0.0F : first->param[0].value[i]));
    assert_true(param_equal(&net->param[1], &first->param[1], NULL));
    ASSERT_OK(param_want_latent(p, &err), err); /* it goes back too */
    p->latent[9] = 3.0F;
    ASSERT_OK(snapshot_restore(s, net, SNAPSHOT_WEIGHTS, NULL, &err), err);
    for (size_t i = 0; i < WEIGHTS; i++)
        assert_true(p->latent[i] == first->param[0].value[i]);
    assert_true(p->value[9] == first->param[0].value[9]);
    snapshot_free(s);
    net_free(net);
    net_free(first);
}

static void test_masks(void **state)
{
    struct pare_net *net = make();
    struct pare_param *p = &net->param[0];
    struct pare_error err = {0};
    struct snapshot *s;

    (void)state;
    prune(p, 5);
    s = snapshot_take(net, &err);
    prune(p, 0); /* everything is kept again, and has new values */
    scramble(p);
    ASSERT_OK(snapshot_restore(s, net, SNAPSHOT_MASKS, NULL, &err), err);
    assert_int_equal(pare_param_kept(p), WEIGHTS - 5);
    for (size_t i = 0; i < WEIGHTS; i++)
        assert_true((p->value[i] == 0.0F) == (i < 5));
    snapshot_free(s);
    net_free(net);
}

static void test_refused(void **state)
{
    struct pare_net *net = make();
    struct pare_error err = {0};
    struct snapshot *s = snapshot_take(net, &err);
    bool want[4] = {true, true, true, true};
    uint32_t sum;

    (void)state;
    share(&net->param[0]);
    sum = net_support_sum(net);
    assert_int_equal(snapshot_restore(s, net, SNAPSHOT_WEIGHTS, NULL, &err), PARE_ESTATE);
    assert_int_equal(snapshot_restore(s, net, SNAPSHOT_MASKS, want, &err), PARE_ESTATE);
    assert_non_null(strstr(err.text, "fc1.weight is shared"));
    assert_int_equal(net_support_sum(net), sum);
    scramble(&net->param[2]);
    want[0] = want[1] = false; /* what is not wanted may be shared, and stays */
    ASSERT_OK(snapshot_restore(s, net, SNAPSHOT_WEIGHTS, want, &err), err);
    assert_int_equal(net_support_sum(net), sum);
    unshare(&net->param[0]);
    net->params = 3;
    assert_int_equal(snapshot_restore(s, net, SNAPSHOT_ALL, NULL, &err), PARE_ESTATE);
    net->params = 4;
    snapshot_free(s);
    net_free(net);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all),
        cmocka_unit_test(test_weights),
        cmocka_unit_test(test_masks),
        cmocka_unit_test(test_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
