/* SPDX-License-Identifier: Apache-2.0 */
/* Keys against qsort, whatever their distribution; floats and their keys. */
#include "support/support.h"

#include "compress/order.h"
#include "compress/radix.h"
#include <math.h>
#include <pare/rng.h>
#include <stdlib.h>
#include <string.h>

static int by_size(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

    return x < y ? -1 : x > y;
}

/* and_mask, or_mask: bits that differ, bits that are set in all. */
static void assert_sorts(size_t n, uint32_t and_mask, uint32_t or_mask)
{
    uint32_t *key = malloc((n + 1) * sizeof *key);
    struct pare_rng rng = pare_rng_stream(n, "radix");
    struct radix r = {0};

    assert_non_null(key);
    for (size_t i = 0; i < n; i++)
        key[i] = (pare_rng_u32(&rng) & and_mask) | or_mask;
    for (size_t i = 0; i < n; i++)
        radix_count(&r, key[i]);
    assert_true(radix_open(&r));
    assert_int_equal(r.n, n);
    for (size_t i = 0; i < n; i++)
        radix_place(&r, key[i]);
    radix_sort(&r);
    qsort(key, n, sizeof *key, by_size);
    assert_int_equal(n ? memcmp(key, r.key, n * sizeof *key) : 0, 0);
    radix_close(&r);
    free(key);
}

static void sorts_like_qsort(void **state)
{
    static const uint32_t masks[][2] = {
        {UINT32_MAX, 0},   /* evenly */
        {0, 0},            /* all equal */
        {0x7ff, 0xabc000}, /* one stretch, its lowest bits */
        {0x1ffc00, 0},     /* one stretch, the bits above them */
        {0xffe00000, 5},   /* the upper bits alone */
        {0x801fffff, 0},   /* two stretches, first and last half */
        {0x00300003, 0xffc00000},
    };
    static const size_t sizes[] = {0, 1, 2, 63, 64, 65, 66, 1000, 5000, 70001};

    (void)state;
    for (size_t m = 0; m < sizeof masks / sizeof *masks; m++)
        for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
            assert_sorts(sizes[s], masks[m][0], masks[m][1]);
}

static void keys_order_floats(void **state)
{
    static const float ascending[] = {-INFINITY, -3e38f, -2.0f, -1.0f, -1e-40f, -1e-45f, 0.0f,
                                      1e-45f,    1e-40f, 1.0f,  2.0f,  3e38f,   INFINITY};
    size_t n = sizeof ascending / sizeof *ascending;

    (void)state;
    for (size_t i = 0; i < n; i++) {
        float back = order_value(order_key(ascending[i]));
        assert_memory_equal(&back, &ascending[i], sizeof back);
        if (i > 0)
            assert_true(order_key(ascending[i - 1]) < order_key(ascending[i]));
    }
    assert_int_equal(order_key(-0.0f), order_key(0.0f));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sorts_like_qsort),
        cmocka_unit_test(keys_order_floats),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
