/* SPDX-License-Identifier: Apache-2.0 */
/* Where two trees part, against what one reads off them. */

#include "run/difference.h"
#include "run/json.h"
#include "support/support.h"
#include <string.h>

static void check(const char *first, const char *second, const char *field, const char *was,
                  const char *is)
{
    struct pare_error err = {0};
    struct value *a = first ? json_parse(first, strlen(first), "first", &err) : NULL;
    struct value *b = second ? json_parse(second, strlen(second), "second", &err) : NULL;
    struct difference d = {0};

    assert_int_equal(err.status, PARE_OK);
    assert_int_equal(difference_find(a, b, "", &d), field != NULL);
    assert_string_equal(d.field, field ? field : "");
    assert_string_equal(d.first, was ? was : "");
    assert_string_equal(d.second, is ? is : "");
    value_free(a);
    value_free(b);
}

static void test_same(void **state)
{
    (void)state;
    check("{}", "{}", NULL, NULL, NULL);
    check(NULL, "{}", NULL, NULL, NULL);
    check("{\"a\":1,\"b\":[1,2]}", "{\"b\":[1,2],\"a\":1}", NULL, NULL, NULL);
    check("{\"x\":{\"y\":0.1}}", "{\"x\":{\"y\":0.1}}", NULL, NULL, NULL);
}

static void test_differ(void **state)
{
    (void)state;
    check("{\"a\":1}", "{\"a\":2}", "a", "1", "2");
    check("{\"a\":{\"b\":true,\"c\":3}}", "{\"a\":{\"b\":true,\"c\":4}}", "a.c", "3", "4");
    check("{\"a\":1}", "{}", "a", "1", "nothing");
    check(NULL, "{\"b\":1}", "b", "nothing", "1");
    check("{\"a\":1}", "{\"a\":1,\"b\":null}", "b", "nothing", "null");
    check("{\"a\":[1,2]}", "{\"a\":[1]}", "a[1]", "2", "nothing");
    check("{\"a\":[{\"name\":\"w\",\"n\":1}]}", "{\"a\":[{\"name\":\"w\",\"n\":2}]}", "a[w].n", "1",
          "2");
    check("{\"a\":{}}", "{\"a\":1}", "a", "{}", "1");
    check("{\"a\":{\"b\":1}}", "{}", "a", "{\"b\":1}", "nothing");
    /* neighbors among doubles, and a whole number beside a real */
    check("{\"a\":0.1}", "{\"a\":0.10000000000000002}", "a", "0.1", "0.10000000000000002");
    check("{\"a\":1}", "{\"a\":1.0}", "a", "1", "1.0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_same), cmocka_unit_test(test_differ)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
