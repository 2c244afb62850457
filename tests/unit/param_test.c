/* SPDX-License-Identifier: Apache-2.0 */
#include "net/param.h"

#include "base/alloc.h"
#include "support/support.h"
#include <math.h>
#include <string.h>

enum { N = 6 };

static const float values[N] = {1.0F, -2.0F, 3.0F, -4.0F, 5.0F, -6.0F};

static struct pare_param param_of(void)
{
    struct pare_param p = {.name = xstrdup("fc1.weight"), .rank = 2, .shape = {2, 3}, .count = N};

    p.value = xcalloc(N, sizeof *p.value);
    p.grad = xcalloc(N, sizeof *p.grad);
    memcpy(p.value, values, sizeof values);
    for (size_t i = 0; i < N; i++)
        p.grad[i] = (float)(1 << i);
    return p;
}

static void prune(struct pare_param *p)
{
    p->keep = xcalloc(N, 1);
    memcpy(p->keep, (const uint8_t[N]){1, 0, 1, 1, 0, 1}, N);
}

static void share(struct pare_param *p)
{
    p->centroids = 2;
    p->centroid = xcalloc(2, sizeof *p->centroid);
    p->code = xcalloc(N, sizeof *p->code);
    memcpy(p->centroid, (const float[2]){-0.5F, 0.25F}, 2 * sizeof(float));
    memcpy(p->code, (const uint16_t[N]){1, 9, 0, 0, 9, 1}, N * sizeof(uint16_t));
}

static void assert_values(const float *v, const float *wanted)
{
    for (size_t i = 0; i < N; i++)
        assert_true(v[i] == wanted[i]);
}

static void test_project(void **state)
{
    struct pare_param p = param_of();
    struct pare_error err = {0};

    (void)state;
    pare_param_project(&p);
    assert_values(p.value, values);
    assert_int_equal(pare_param_kept(&p), 6);
    prune(&p);
    assert_int_equal(pare_param_kept(&p), 4);
    ASSERT_OK(param_want_latent(&p, &err), err); /* before anything is zeroed */
    ASSERT_OK(param_want_latent(&p, &err), err);
    pare_param_project(&p);
    assert_values(p.value, (const float[N]){1.0F, 0.0F, 3.0F, -4.0F, 0.0F, -6.0F});
    p.keep[1] = 1; /* spliced back: its latent value was kept */
    p.latent[2] = 7.0F;
    pare_param_project(&p);
    assert_values(p.value, (const float[N]){1.0F, -2.0F, 7.0F, -4.0F, 0.0F, -6.0F});
    p.keep[1] = 0;
    share(&p); /* pruned codes are out of range and never looked at */
    pare_param_project(&p);
    assert_values(p.value, (const float[N]){0.25F, 0.0F, -0.5F, -0.5F, 0.0F, 0.25F});
    assert_true(p.latent[2] == 7.0F);
    param_release(&p);
}

static void test_free_vector(void **state)
{
    struct pare_param p = param_of();
    struct pare_error err = {0};
    float grad[2], uses[2];
    struct free_sum sum[2 * FREE_PARTS];
    const struct free_room room = {grad, uses, sum};
    struct free_vector f = param_free(&p, NULL, &room);

    (void)state;
    assert_ptr_equal(f.x, p.value);
    assert_ptr_equal(f.grad, p.grad);
    assert_true(f.n == N && !f.uses && !f.keep);
    prune(&p);
    f = param_free(&p, NULL, &room);
    assert_ptr_equal(f.keep, p.keep);
    assert_ptr_equal(f.grad, p.grad);
    share(&p);
    f = param_free(&p, NULL, &room);
    assert_ptr_equal(f.x, p.centroid);
    assert_int_equal(f.n, 2);
    assert_true(f.grad[0] == 12.0F && f.grad[1] == 33.0F);
    assert_true(f.uses[0] == 2.0F && f.uses[1] == 2.0F && !f.keep);
    ASSERT_OK(param_want_latent(&p, &err), err);
    p.grad[1] = 2.0F;
    f = param_free(&p, NULL, &room);
    assert_ptr_equal(f.x, p.latent);
    assert_true(f.grad[1] == 2.0F && !f.keep && f.n == N); /* pruned weights learn on */
    param_release(&p);
}

/* A million equal gradients: a sum in single precision would be off by far. */
static void test_large_sum(void **state)
{
    enum { MANY = 1000000 };
    struct pare_param p = {.rank = 2, .shape = {MANY, 1}, .count = MANY, .centroids = 1};
    float grad, uses;
    struct free_sum sum[FREE_PARTS];
    const struct free_room room = {&grad, &uses, sum};

    (void)state;
    p.grad = xcalloc(MANY, sizeof *p.grad);
    p.value = xcalloc(MANY, sizeof *p.value);
    p.code = xcalloc(MANY, sizeof *p.code);
    p.centroid = xcalloc(1, sizeof *p.centroid);
    for (size_t i = 0; i < MANY; i++)
        p.grad[i] = 0.1F;
    param_free(&p, NULL, &room);
    assert_true(fabs((double)grad / 1e5 - 1.0) < 1e-7);
    assert_true(uses == (float)MANY);
    param_release(&p);
}

static void differs(struct pare_param *a, struct pare_param *b, const char *wanted)
{
    const char *where;

    assert_false(param_equal(a, b, &where));
    assert_string_equal(where, wanted);
    param_release(b);
    *b = param_of();
    prune(b);
    share(b);
    assert_true(param_equal(a, b, &where));
    assert_null(where);
}

static void test_equal(void **state)
{
    struct pare_param a = param_of(), b = param_of();
    struct pare_error err = {0};

    (void)state;
    assert_true(param_equal(&a, &b, NULL));
    prune(&a);
    share(&a);
    assert_false(param_equal(&a, &b, NULL));
    differs(&a, &b, "mask");
    b.code[1] = 3; /* of a pruned weight */
    assert_true(param_equal(&a, &b, NULL));
    b.code[0] = 0;
    differs(&a, &b, "codes");
    b.centroid[0] = -0.25F;
    differs(&a, &b, "codebook");
    b.value[3] = 4.0F;
    differs(&a, &b, "values");
    b.value[0] = NAN;
    differs(&a, &b, "values");
    ASSERT_OK(param_want_latent(&b, &err), err);
    differs(&a, &b, "latent values");
    b.shape[0] = 3;
    b.shape[1] = 2;
    differs(&a, &b, "shape");
    param_release(&a);
    param_release(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_project),
        cmocka_unit_test(test_free_vector),
        cmocka_unit_test(test_large_sum),
        cmocka_unit_test(test_equal),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
