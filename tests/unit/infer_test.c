/* SPDX-License-Identifier: Apache-2.0 */
/* Files run on their kept weights against the definitions of the layers: nets of every
 * kind, all kernels of this machine, one sample and many, one thread and two. */

#include "support/support.h"

#include "support/container.h"

#include "support/scratch.h"

#include "base/alloc.h"
#include "base/file.h"
#include "conform/reference.h"
#include "infer/infer.h"
#include "infer/step.h"
#include "net/layer.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Sums of some hundred terms in single precision, as a part of the largest logit. */
static const double TOLERANCE = 1e-5;

static const char *const sets[] = {"portable", "avx2", "avx512"};
enum { SETS = sizeof sets / sizeof *sets };
static char *folder, *path;
static struct pool *two;

static int set_up(void **state)
{
    struct pare_error err = {0};

    (void)state;
    folder = scratch_make();
    path = xasprintf("%s/net.pare", folder);
    two = pool_new(2, &err);
    return two ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    pool_free(two);
    free(path);
    scratch_remove(folder);
    return 0;
}

static void put_net(const struct pare_net *net, int layout)
{
    struct bytes file = test_write(net, "huffman", layout, INT64_MIN, NULL);
    struct pare_error err = {0};

    ASSERT_OK(file_write(path, file.at, file.size, &err), err);
    free(file.at);
}

static void *room(size_t count, size_t size)
{
    void *at = alloc_zero(count, size, "test", NULL);

    assert_non_null(at);
    return at;
}

/* Normal, every third one 0. */
static float *make_samples(const struct pare_net *net, size_t samples, uint64_t seed)
{
    struct pare_rng rng = pare_rng_stream(seed, "samples");
    size_t n = samples * layer_size(net->input);
    float *x = room(n, sizeof *x); /* exact: nobody may look behind */

    for (size_t i = 0; i < n; i++)
        x[i] = pare_rng_below(&rng, 3) ? (float)pare_rng_normal(&rng) : 0.0F;
    return x;
}

static struct infer *open_file(const char *kernels, size_t batch)
{
    struct infer_settings settings = {path, batch, INFER_COMPRESSED, kernels};
    struct pare_error err = {0};
    struct infer *m = NULL;

    ASSERT_OK(infer_open(&settings, &m, &err), err);
    assert_int_equal(infer_engine(m), INFER_COMPRESSED);
    return m;
}

/* Logits of all samples, batch by batch. */
static float *run(struct infer *m, struct pool *pool, const float *x, size_t samples)
{
    const struct pare_net *net = infer_file(m)->net;
    size_t in = layer_size(net->input), classes = net->classes;
    float *all = room(samples * classes, sizeof *all);

    for (size_t i = 0; i < samples; i += m->batch) {
        size_t n = samples - i < m->batch ? samples - i : m->batch;
        memcpy(all + i * classes, infer_forward(m, pool, x + i * in, n), n * classes * sizeof *all);
    }
    return all;
}

static void assert_close(const float *got, const double *wanted, size_t n, const struct infer *m)
{
    double largest = 0.0;

    for (size_t i = 0; i < n; i++)
        largest = fmax(largest, fabs(wanted[i]));
    for (size_t i = 0; i < n; i++)
        if (!(fabs((double)got[i] - wanted[i]) <= TOLERANCE * largest))
            fail_msg("%s, %zu at a time: value %zu: %.9g, by definition %.9g", m->kernels->name,
                     m->batch, i, (double)got[i], wanted[i]);
}

/* net, in the file, by all kernels in batches of this size. */
static void check_batch(const struct pare_net *net, size_t batch, size_t samples, uint64_t seed)
{
    float *x = make_samples(net, samples, seed);
    size_t n = samples * net->classes;
    double *wanted = room(n, sizeof *wanted);

    assert_true(reference_forward(net, NULL, x, samples, wanted));
    for (size_t k = 0; k < SETS; k++) {
        if (!infer_kernels_named(sets[k]))
            continue;
        struct infer *m = open_file(sets[k], batch);
        float *got = run(m, NULL, x, samples), *again = run(m, two, x, samples);
        assert_close(got, wanted, n, m);
        assert_memory_equal(got, again, n * sizeof *got);
        free(again);
        free(got);
        infer_free(m);
    }
    free(wanted);
    free(x);
}

static void check_net(const struct pare_net *net, int layout, uint64_t seed)
{
    static const size_t batch[] = {2, 7, 32, 63, 65, 70};

    put_net(net, layout);
    check_batch(net, 1, 5, seed);
    check_batch(net, batch[seed % 6], 70, seed);
}

/* Free values of any bits become such that sums of them make sense. */
static void tame(struct pare_net *net)
{
    for (size_t i = 0; i < net->params; i++) {
        struct pare_param *p = &net->param[i];
        for (size_t j = 0; !p->centroid && j < p->count; j++)
            if (!(fabsf(p->value[j]) <= 4.0F))
                p->value[j] = 0.25F;
    }
}

/* Each param in a state of its own: biases pruned and shared as well, nothing kept, one
 * kept, up to 65,536 shared values. */
static void test_random_nets(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 24; seed++) {
        struct pare_net *net = test_random_net(seed);
        tame(net);
        check_net(net, seed % 2 ? TEST_GAP : TEST_AUTO, seed);
        net_free(net);
    }
}

/* Infinities and what is no number: the same bytes for any number of threads. */
static void test_wild_nets(void **state)
{
    (void)state;
    for (uint64_t seed = 100; seed < 112; seed++) {
        struct pare_net *net = test_random_net(seed);
        float *x = make_samples(net, 70, seed);
        put_net(net, TEST_AUTO);
        for (size_t k = 0; k < SETS; k++) {
            if (!infer_kernels_named(sets[k]))
                continue;
            struct infer *m = open_file(sets[k], seed % 2 ? 70 : 1);
            float *got = run(m, NULL, x, 70), *again = run(m, two, x, 70);
            assert_memory_equal(got, again, 70 * net->classes * sizeof *got);
            free(again);
            free(got);
            infer_free(m);
        }
        free(x);
        net_free(net);
    }
}

/* Prunes and shares every weight. */
static void compress(struct pare_net *net, double density, uint32_t k, uint64_t seed)
{
    struct pare_rng rng = pare_rng_stream(seed, "compress");

    for (size_t i = 0; i < net->params; i++) {
        struct pare_param *p = &net->param[i];
        if (pare_param_is_bias(p))
            continue;
        if (density < 1.0)
            test_prune(p, density, &rng);
        if (k > 0)
            test_share(p, k, &rng);
        pare_param_project(p);
    }
}

static const struct layer_desc three[] = {
    {.kind = LAYER_FLATTEN}, {.kind = LAYER_DENSE, .name = "fc1", .units = 100},
    {.kind = LAYER_RELU},    {.kind = LAYER_DENSE, .name = "fc2", .units = 49},
    {.kind = LAYER_RELU},    {.kind = LAYER_DENSE, .name = "fc3", .units = 10},
    {.kind = LAYER_NONE}};
static const size_t digit[3] = {1, 28, 28};

/* Each way that weights can be held: codes that are looked up in one pair of registers
 * or two, in memory, too many for a byte; free values; nothing pruned, nothing kept. */
static void test_states(void **state)
{
    static const struct {
        double density;
        uint32_t k;
    } states[] = {{0.08, 32}, {0.08, 64}, {0.1, 3},  {0.1, 65}, {0.3, 256},
                  {0.3, 400}, {0.1, 0},   {1.0, 16}, {1.0, 0},  {0.0, 4}};

    (void)state;
    for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
        struct pare_net *net = test_net(digit, 10, three, i);
        compress(net, states[i].density, states[i].k, i);
        check_net(net, i % 2 == 0 && states[i].k > 0 ? TEST_INLINE : TEST_GAP, i);
        net_free(net);
    }
}

/* Zeros that are shared like any other value, with no mask: they are not stored. */
static void test_zeros_inclusive(void **state)
{
    struct pare_net *net = test_net(digit, 10, three, 1);
    size_t weights = 0, zeros = 0;

    (void)state;
    compress(net, 1.0, 8, 1);
    for (size_t i = 0; i < net->params; i++) {
        struct pare_param *p = &net->param[i];
        for (size_t j = 0; p->centroid && j < p->count; j++)
            p->code[j] = j % 5 == 0 ? p->code[j] : 0;
        if (p->centroid)
            p->centroid[0] = 0.0F;
        pare_param_project(p);
        for (size_t j = 0; !pare_param_is_bias(p) && j < p->count; j++, weights++)
            zeros += p->value[j] == 0.0F;
    }
    check_net(net, TEST_AUTO, 1);
    assert_true(zeros * 5 > weights * 4);
    struct infer *m = open_file(NULL, 100);
    for (size_t i = 0; i < m->steps; i++)
        weights -= m->step[i].rows.kept;
    assert_int_equal(weights, zeros);
    infer_free(m);
    net_free(net);
}

/* Groups of sixteen outputs and of 31 inputs, full and not. */
static void test_packed(void **state)
{
    static const size_t inputs[] = {1, 30, 31, 32, 63, 200}, outputs[] = {1, 15, 16, 17, 33};
    static const uint32_t codes[] = {1, 32, 33, 64};
    size_t packed = 0;

    (void)state;
    for (uint64_t i = 0; i < 6 * 5 * 4; i++) {
        const size_t shape[3] = {1, 1, inputs[i % 6]}, classes = outputs[i / 6 % 5];
        const struct layer_desc one[] = {{.kind = LAYER_DENSE, .name = "fc1", .units = classes},
                                         {.kind = i % 2 ? LAYER_RELU : LAYER_FLATTEN},
                                         {.kind = LAYER_NONE}};
        struct pare_net *net = test_net(shape, classes, one, i);
        compress(net, i % 3 ? 0.5 : 1.0, codes[i / 30], i);
        put_net(net, TEST_AUTO);
        check_batch(net, 1, 3, i);
        struct infer *m = open_file(NULL, 1);
        packed += m->step[0].packed.groups > 0;
        infer_free(m);
        net_free(net);
    }
    if (infer_kernels_named(NULL)->packed)
        assert_true(packed > 50);
}

static const struct layer_desc lenet5[] = {
    {.kind = LAYER_CONV, .name = "conv1", .units = 8, .kernel = 5, .stride = 1},
    {.kind = LAYER_MAXPOOL, .kernel = 2, .stride = 2},
    {.kind = LAYER_CONV, .name = "conv2", .units = 12, .kernel = 5, .stride = 1},
    {.kind = LAYER_MAXPOOL, .kernel = 2, .stride = 2},
    {.kind = LAYER_DENSE, .name = "fc1", .units = 50},
    {.kind = LAYER_RELU},
    {.kind = LAYER_DENSE, .name = "fc2", .units = 10},
    {.kind = LAYER_NONE}};
static const struct layer_desc mixed[] = {
    {.kind = LAYER_RELU},
    {.kind = LAYER_CONV, .name = "a", .units = 5, .kernel = 3, .stride = 1, .pad = 2},
    {.kind = LAYER_RELU},
    {.kind = LAYER_AVGPOOL, .kernel = 3, .stride = 2},
    {.kind = LAYER_CONV, .name = "b", .units = 9, .kernel = 4, .stride = 3, .pad = 1},
    {.kind = LAYER_MAXPOOL, .kernel = 2, .stride = 1},
    {.kind = LAYER_RELU},
    {.kind = LAYER_DROPOUT, .rate = 0.5},
    {.kind = LAYER_DENSE, .name = "c", .units = 33},
    {.kind = LAYER_CONV, .name = "d", .units = 70, .kernel = 1, .stride = 1},
    {.kind = LAYER_RELU},
    {.kind = LAYER_DENSE, .name = "e", .units = 7},
    {.kind = LAYER_NONE}};
static const size_t picture[3] = {3, 23, 29};

static void test_convolutions(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 3; seed++) {
        struct pare_net *net = test_net(digit, 10, lenet5, seed);
        compress(net, seed == 2 ? 1.0 : 0.15, seed == 1 ? 0 : 32, seed);
        check_net(net, TEST_AUTO, seed + 3);
        net_free(net);
        net = test_net(picture, 7, mixed, seed);
        compress(net, 0.4, seed == 1 ? 0 : 32, seed);
        check_net(net, TEST_AUTO, seed);
        net_free(net);
    }
}

/* Many tiles, several to a part, the last one not full; a call with fewer. */
static void test_large_batch(void **state)
{
    static const size_t line[3] = {1, 1, 20};
    struct pare_net *net = test_net(line, 10, three, 1);

    (void)state;
    compress(net, 0.2, 16, 1);
    put_net(net, TEST_AUTO);
    check_batch(net, 1000, 1299, 1);
    net_free(net);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random_nets), cmocka_unit_test(test_wild_nets),
        cmocka_unit_test(test_states),      cmocka_unit_test(test_zeros_inclusive),
        cmocka_unit_test(test_packed),      cmocka_unit_test(test_convolutions),
        cmocka_unit_test(test_large_batch),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
