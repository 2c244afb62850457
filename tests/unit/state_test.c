/* SPDX-License-Identifier: Apache-2.0 */
/* State of pruners between calls: a pruner that counts its calls. */

#include "support/support.h"

#include "run/state.h"
#include <pare/pruner.h>
#include <string.h>

struct counter {
    int64_t calls;
};

static int counter_save(void *self, void *buf, size_t *size_bytes, struct pare_error *err)
{
    (void)err;
    if (buf)
        memcpy(buf, self, sizeof(struct counter));
    *size_bytes = sizeof(struct counter);
    return PARE_OK;
}

static int counter_restore(void *self, const void *buf, size_t size_bytes, struct pare_error *err)
{
    if (size_bytes != sizeof(struct counter))
        return pare_fail(err, PARE_EFORMAT, "%zu bytes are no counter", size_bytes);
    memcpy(self, buf, size_bytes);
    return PARE_OK;
}

static const struct pare_pruner first = {
    .head = {.name = "first", .self_size = sizeof(struct counter)},
    .save = counter_save,
    .restore = counter_restore,
};
static const struct pare_pruner second = {
    .head = {.name = "second", .self_size = sizeof(struct counter)},
    .save = counter_save,
    .restore = counter_restore,
};
static const struct pare_pruner stateless = {.head = {.name = "stateless"}};

/* One call: a fresh self, what was saved, one more, saved again. */
static int64_t call(struct run *run, const struct pare_pruner *pruner, const char *param)
{
    struct pare_error err = {0};
    struct counter self = {0};
    const struct pare_param p = {.name = param};
    const struct plugin_use use = {&pruner->head, &self};
    ASSERT_OK(state_restore(run, &p, &use, &err), err);
    self.calls++;
    ASSERT_OK(state_save(run, &p, &use, &err), err);
    return self.calls;
}

static void test_kept_apart(void **state)
{
    (void)state;
    struct run run = {0};
    assert_int_equal(call(&run, &first, "fc1.weight"), 1);
    assert_int_equal(call(&run, &first, "fc1.weight"), 2);
    assert_int_equal(call(&run, &first, "fc2.weight"), 1);
    assert_int_equal(call(&run, &second, "fc1.weight"), 1);
    assert_int_equal(call(&run, &first, "fc1.weight"), 3);
    assert_int_equal(call(&run, &stateless, "fc1.weight"), 1);
    assert_int_equal(call(&run, &stateless, "fc1.weight"), 1);
    state_free(&run);
    assert_null(run.state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_kept_apart)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
