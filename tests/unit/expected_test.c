/* SPDX-License-Identifier: Apache-2.0 */
/* Expectations: what is found in a result, and how it is judged. */

#include "support/support.h"

#include "run/expected.h"
#include "run/json.h"
#include <math.h>
#include <string.h>

static const char result[] =
    "{\"ratio\": 40.5, \"file_bytes\": 26000, \"model\": \"x\","
    " \"stages\": [{\"stage\": \"trained\", \"kept\": 7}, {\"stage\": \"shared\", \"kept\": 5}],"
    " \"params\": [{\"name\": \"fc1.weight\", \"bits\": 0.75}, {\"name\": \"trained\", \"kept\": "
    "9}],"
    " \"measured\": {\"ratio of the paper's\": 12.5, \"file_bytes\": 1}}";

static void test_values(void **state)
{
    struct value *r = json_parse(result, strlen(result), "result", NULL);

    (void)state;
    assert_non_null(r);
    assert_true(expected_value(r, "ratio") == 40.5);
    assert_true(expected_value(r, "file_bytes") == 1.0); /* what was measured comes first */
    assert_true(expected_value(r, "kept of shared") == 5.0);
    assert_true(expected_value(r, "kept of trained") == 7.0);
    assert_true(expected_value(r, "bits of fc1.weight") == 0.75);
    assert_true(expected_value(r, "ratio of the paper's") == 12.5);
    static const char *const none[] = {"rati",          "model",   "bits of fc2.weight",
                                       "of shared",     " of ",    "stages",
                                       "kep of shared", "kept of", ""};
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++)
        assert_true(isnan(expected_value(r, none[i])));
    assert_true(isnan(expected_value(NULL, "ratio")));
    value_free(r);
}

static void judge(double paper, double low, double high, int better, double value,
                  enum verdict wanted)
{
    char none[] = "";
    struct expectation e = {
        .paper = paper, .low = low, .high = high, .better = better, .cannot = none};

    assert_int_equal(expected_judge(&e, value), wanted);
}

static void test_verdicts(void **state)
{
    const double none = (double)NAN;
    enum { NEITHER, LOWER, HIGHER };

    (void)state;
    judge(1.5, 1.4, 1.6, LOWER, 1.4, VERDICT_REPRODUCED); /* bounds are in the band */
    judge(1.5, 1.4, 1.6, LOWER, 1.6, VERDICT_REPRODUCED);
    judge(1.5, 1.4, 1.6, LOWER, 1.61, VERDICT_NOT);
    judge(1.5, 1.4, 1.6, LOWER, 1.39, VERDICT_BETTER);
    judge(1.5, 1.4, 1.6, HIGHER, 1.39, VERDICT_NOT);
    judge(1.5, 1.4, 1.6, HIGHER, 1.61, VERDICT_BETTER);
    judge(1.5, 1.4, 1.6, NEITHER, 1.39, VERDICT_NOT);
    judge(1.5, 1.4, 1.6, NEITHER, 1.61, VERDICT_NOT);
    judge(1.5, none, 1.6, LOWER, 1.55, VERDICT_REPRODUCED); /* open: the paper's value counts */
    judge(1.5, none, 1.6, LOWER, 1.49, VERDICT_BETTER);
    judge(40, 39, none, HIGHER, 39.5, VERDICT_REPRODUCED);
    judge(40, 39, none, HIGHER, 40.5, VERDICT_BETTER);
    judge(40, 39, none, HIGHER, 38.9, VERDICT_NOT);
    judge(none, none, 1.6, LOWER, 0.1, VERDICT_REPRODUCED); /* no paper, no bound */
    judge(30, none, 20, LOWER, 25, VERDICT_NOT); /* better than the paper is not enough */
    judge(1.5, 1.4, 1.6, LOWER, none, VERDICT_MISSING);

    char why[] = "too large", empty[] = "";
    struct expectation e = {.cannot = why, .low = none, .high = none};
    assert_int_equal(expected_judge(&e, 1.0), VERDICT_CANNOT);
    e.cannot = empty;
    e.reported = true;
    assert_int_equal(expected_judge(&e, 1.0), VERDICT_REPORTED);
    assert_int_equal(expected_judge(&e, none), VERDICT_MISSING);
    e.reported = false;
    assert_int_equal(expected_judge(&e, 1.0), VERDICT_REPRODUCED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_verdicts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
