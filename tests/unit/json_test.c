/* SPDX-License-Identifier: Apache-2.0 */
/* JSON is checked by another reader: jansson reads it back. */

#include "support/support.h"

#include "run/json.h"
#include "run/tree.h"
#include <jansson.h>
#include <math.h>
#include <pare/rng.h>
#include <stdlib.h>
#include <string.h>

static json_t *read_back(const struct value *v)
{
    char *line = json_line(v);
    json_error_t error;
    assert_null(strchr(line, '\n'));
    json_t *node = json_loads(line, JSON_DECODE_ANY, &error);
    if (!node)
        fail_msg("%s: %s", error.text, line);
    free(line);
    return node;
}

static void test_every_kind(void **state)
{
    (void)state;
    struct value *v = tree_group();
    tree_bool(v, "yes", true);
    tree_int(v, "least", INT64_MIN);
    tree_real(v, "third", 1.0 / 3.0);
    tree_real(v, "nan", NAN);
    tree_real(v, "infinity", -INFINITY);
    tree_text(v, "nothing", NULL);
    tree_text(v, "text", "a \"b\"\\\n\t\x01 \xc3\xa9");
    struct value *list = tree_add_list(v, "list");
    tree_int(list, NULL, 1);
    tree_add_group(list, NULL);
    tree_add_list(v, "empty");

    json_t *node = read_back(v);
    assert_true(json_is_true(json_object_get(node, "yes")));
    assert_true(json_integer_value(json_object_get(node, "least")) == INT64_MIN);
    assert_true(json_real_value(json_object_get(node, "third")) == 1.0 / 3.0);
    assert_true(json_is_null(json_object_get(node, "nan")));
    assert_true(json_is_null(json_object_get(node, "infinity")));
    assert_true(json_is_null(json_object_get(node, "nothing")));
    assert_string_equal(json_string_value(json_object_get(node, "text")),
                        "a \"b\"\\\n\t\x01 \xc3\xa9");
    assert_int_equal(json_array_size(json_object_get(node, "list")), 2);
    assert_int_equal(json_array_size(json_object_get(node, "empty")), 0);
    assert_int_equal(json_object_size(node), 9);
    json_decref(node);
    value_free(v);
}

/* Any finite double comes back as the same bits. */
static void test_reals_exact(void **state)
{
    (void)state;
    struct pare_rng rng = pare_rng_stream(1, "json");

    for (int i = 0; i < 20000; i++) {
        double want, got;
        uint64_t bits = pare_rng_u64(&rng);
        memcpy(&want, &bits, sizeof want);
        if (i % 2)
            want = (double)(int64_t)bits / 1e16;
        if (!isfinite(want))
            continue;
        struct value *v = tree_group();
        tree_real(v, "x", want);
        json_t *node = read_back(v);
        got = json_number_value(json_object_get(node, "x"));
        assert_memory_equal(&want, &got, sizeof want);
        json_decref(node);
        value_free(v);
    }
}

/* The shortest text: what a person typed is what a person reads. */
static void test_reals_short(void **state)
{
    (void)state;
    struct value *v = tree_group();
    tree_real(v, "x", 1.64);
    char *line = json_line(v);
    assert_string_equal(line, "{\"x\":1.64}");
    free(line);
    value_free(v);
}

/* A path need not be UTF-8; the line must be JSON all the same. */
static void test_not_utf8(void **state)
{
    (void)state;
    struct value *v = tree_group();
    tree_text(v, "path", "runs/\xff\xfe/x");
    json_t *node = read_back(v);
    assert_string_equal(json_string_value(json_object_get(node, "path")), "runs/?\?/x");
    json_decref(node);
    value_free(v);
}

static void test_indented_same(void **state)
{
    (void)state;
    struct value *v = tree_group();
    struct value *list = tree_add_list(v, "list");
    for (int i = 0; i < 3; i++)
        tree_int(tree_add_group(list, NULL), "i", i);
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    assert_int_equal(json_print(v, out), PARE_OK);
    fclose(out);
    assert_int_equal(text[size - 1], '\n');
    json_t *indented = json_loads(text, 0, NULL), *line = read_back(v);
    assert_true(json_equal(indented, line));
    json_decref(line);
    json_decref(indented);
    free(text);
    value_free(v);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_kind),    cmocka_unit_test(test_reals_exact),
        cmocka_unit_test(test_reals_short),   cmocka_unit_test(test_not_utf8),
        cmocka_unit_test(test_indented_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
