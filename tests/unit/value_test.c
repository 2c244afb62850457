/* SPDX-License-Identifier: Apache-2.0 */
/* The tree: order, unique names, paths, layers, and printing that reads back. */

#include "support/support.h"

#include "config/conffile.h"
#include "config/value.h"
#include <stdlib.h>
#include <string.h>

static struct value *integer(const char *name, int64_t x)
{
    struct value *v = value_new(VALUE_INT, name, "f", 1);

    v->integer = x;
    return v;
}

static void members_keep_order_and_replace_in_place(void **state)
{
    struct value *g = value_new(VALUE_GROUP, NULL, "f", 0);

    (void)state;
    value_add(g, integer("a", 1));
    value_add(g, integer("b", 2));
    value_add(g, integer("c", 3));
    value_add(g, integer("b", 20));
    assert_int_equal(value_count(g), 3);
    assert_string_equal(g->child->name, "a");
    assert_string_equal(g->child->next->name, "b");
    assert_int_equal(g->child->next->integer, 20);
    assert_string_equal(g->child->next->next->name, "c");
    value_drop(g, "a");
    value_drop(g, "nothing");
    assert_int_equal(value_count(g), 2);
    assert_null(value_get(g, "a"));
    assert_null(value_get(NULL, "a"));
    assert_null(value_get(g->child, "a"));
    value_free(g);
}

static void the_last_member_may_change(void **state)
{
    struct value *g = value_new(VALUE_GROUP, NULL, "f", 0), *copy;

    (void)state;
    value_add(g, integer("a", 1));
    value_add(g, integer("b", 2));
    value_add(g, integer("b", 20));
    value_append(g, integer("c", 3));
    assert_string_equal(g->child->next->next->name, "c");
    value_drop(g, "c");
    value_add(g, integer("d", 4));
    assert_int_equal(g->child->next->integer, 20);
    assert_string_equal(g->child->next->next->name, "d");
    copy = value_clone(g);
    value_add(copy, integer("e", 5));
    assert_int_equal(value_count(copy), 4);
    assert_int_equal(value_count(g), 3);
    value_free(copy);
    value_drop(g, "d");
    value_drop(g, "b");
    value_drop(g, "a");
    assert_null(g->child);
    value_add(g, integer("z", 6));
    assert_string_equal(g->child->name, "z");
    value_free(g);
}

static void lists_hold_equal_members(void **state)
{
    struct value *l = value_new(VALUE_LIST, "l", "f", 0);

    (void)state;
    value_add(l, integer(NULL, 1));
    value_add(l, integer(NULL, 1));
    assert_int_equal(value_count(l), 2);
    value_free(l);
}

static void merging_goes_member_by_member(void **state)
{
    struct value *base = value_new(VALUE_GROUP, NULL, "base", 0), *copy;
    struct value *over = value_new(VALUE_GROUP, NULL, "over", 0);
    struct value *group = value_new(VALUE_GROUP, "train", "base", 1);

    (void)state;
    value_add(group, integer("epochs", 5));
    value_add(group, integer("batch", 64));
    value_add(base, group);
    value_add(base, integer("seed", 1));
    group = value_new(VALUE_GROUP, "train", "over", 1);
    value_add(group, integer("epochs", 7));
    value_add(over, group);
    value_add(over, value_text(VALUE_TEXT, "seed", "text", "over", 2));
    copy = value_clone(base);
    value_merge(base, over);
    value_free(over);
    assert_int_equal(value_find(base, "train.epochs")->integer, 7);
    assert_int_equal(value_find(base, "train.batch")->integer, 64);
    assert_string_equal(value_find(base, "seed")->text, "text");
    assert_string_equal(value_find(base, "seed")->file, "over");
    assert_null(value_find(base, "train.rate"));
    assert_null(value_find(base, "train.epochs.x"));
    assert_int_equal(value_find(copy, "train.epochs")->integer, 5); /* a copy of its own */
    value_free(base);
    value_free(copy);
}

static char *print(const struct value *v)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    value_print(v, 0, out);
    fclose(out);
    return text;
}

static void printed_text_reads_back_the_same(void **state)
{
    static const char text[] = "a = 9223372036854775807L; b = -9223372036854775808L; c = 0.1;\n"
                               "d = \"a\\\"b\\\\c\\n\\t\\x01 \xc3\xa9\"; e = true; f = 1e300;\n"
                               "g = { h = ( 1, 2.5, \"x\", { y = ( ); z = { }; } ); }; i = 2.0;";
    struct problems problems = {0};
    struct value *first = conffile_parse(text, sizeof text - 1, "f", &problems), *second;
    char *once, *twice;

    (void)state;
    assert_non_null(first);
    once = print(first);
    second = conffile_parse(once, strlen(once), "g", &problems);
    assert_non_null(second);
    twice = print(second);
    assert_string_equal(once, twice);
    assert_true(value_get(second, "a")->integer == INT64_MAX);
    assert_true(value_get(second, "b")->integer == INT64_MIN);
    assert_true(value_get(second, "c")->real == 0.1);
    assert_true(value_get(second, "f")->real == 1e300);
    assert_int_equal(value_get(second, "i")->kind, VALUE_REAL);
    assert_string_equal(value_get(second, "d")->text, "a\"b\\c\n\t\x01 \xc3\xa9");
    free(once);
    free(twice);
    value_free(first);
    value_free(second);
    problems_free(&problems);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_keep_order_and_replace_in_place),
        cmocka_unit_test(the_last_member_may_change),
        cmocka_unit_test(lists_hold_equal_members),
        cmocka_unit_test(merging_goes_member_by_member),
        cmocka_unit_test(printed_text_reads_back_the_same),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
