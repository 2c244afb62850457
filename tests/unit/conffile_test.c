/* SPDX-License-Identifier: Apache-2.0 */
/* Files into trees: values and lines as written, what libconfig 1.5 gets wrong
 * refused or right, includes, --set, and worst cases within bounds. */

#include "support/support.h"

#include "config/conffile.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static struct value *parse(const char *text, struct problems *problems)
{
    return conffile_parse(text, strlen(text), "t.cfg", problems);
}

static struct value *parsed(const char *text)
{
    struct problems problems = {0};
    struct value *v = parse(text, &problems);

    if (!v)
        fail_msg("%s\n%s", text, problems.count ? problems.at[0].text : "no problem given");
    assert_int_equal(problems.count, 0);
    return v;
}

/* text must be refused with one problem that begins at line and holds words. */
static void refused(const char *text, size_t size, unsigned line, const char *words)
{
    struct problems problems = {0};
    struct value *v = conffile_parse(text, size, "t.cfg", &problems);

    if (v || problems.count != 1 || problems.at[0].line != line ||
        !strstr(problems.at[0].text, words))
        fail_msg("%.300s\nwanted %u: %s\ngot %zu, %u: %s", text, line, words, problems.count,
                 problems.count ? problems.at[0].line : 0,
                 problems.count ? problems.at[0].text : "");
    problems_free(&problems);
}

static void values_and_lines_as_written(void **state)
{
    struct value *root = parsed("\xef\xbb\xbf# comment\r\n"
                                "a = 1; b : -2, c = 3\r\n" /* 2 */
                                "// another\n"
                                "/* and\n another */ d = 0.5;\n"  /* 5 */
                                "e =\n  \"x\"\n  \"y\"\n;\n"      /* 6 */
                                "f = (\n  \"one\"\n  ,\n  2,\n"   /* 10 */
                                "  { g = 1e3;\n    h = TRUE },\n" /* 14 */
                                "  [ 1, 2.5, 3000000000, ],\n"    /* 16 */
                                "  ()\n);\n");
    const struct value *v = value_get(root, "f")->child;

    (void)state;
    assert_int_equal(value_get(root, "a")->line, 2);
    assert_string_equal(value_get(root, "a")->file, "t.cfg");
    assert_true(value_get(root, "b")->integer == -2);
    assert_int_equal(value_get(root, "c")->line, 2);
    assert_int_equal(value_get(root, "d")->line, 5);
    assert_true(value_get(root, "d")->real == 0.5);
    assert_int_equal(value_get(root, "e")->line, 6);
    assert_string_equal(value_get(root, "e")->text, "xy");
    assert_int_equal(value_get(root, "f")->line, 10);
    assert_int_equal(v->line, 11);
    assert_string_equal(v->text, "one");
    v = v->next;
    assert_int_equal(v->line, 13);
    v = v->next;
    assert_int_equal(v->line, 14);
    assert_true(value_get(v, "g")->real == 1000);
    assert_int_equal(value_get(v, "h")->line, 15);
    assert_true(value_get(v, "h")->boolean);
    v = v->next;
    assert_int_equal(v->kind, VALUE_LIST);
    assert_int_equal(v->line, 16);
    assert_int_equal(v->child->kind, VALUE_INT);
    assert_true(v->child->next->real == 2.5);
    assert_true(v->child->next->next->integer == 3000000000);
    v = v->next;
    assert_int_equal(value_count(v), 0);
    assert_null(v->next);
    value_free(root);
}

static void integers_of_64_bits(void **state)
{
    static const struct {
        const char *text;
        int64_t value;
    } cases[] = {
        {"2147483647", 2147483647},
        {"2147483648", 2147483648},
        {"-2147483648", -2147483648},
        {"-2147483649", -2147483649},
        {"4294967296", 4294967296},
        {"9223372036854775807", INT64_MAX},
        {"-9223372036854775808", INT64_MIN},
        {"3000000000L", 3000000000},
        {"7LL", 7},
        {"0xFF", 255},
        {"0xFFFFFFFF", 4294967295},
        {"0xFFFFFFFFF", 68719476735},
        {"0x7FFFFFFFFFFFFFFF", INT64_MAX},
        {"010", 10},
        {"+5", 5},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[64];
        struct value *root;

        snprintf(text, sizeof text, "a = %s;\nb = [ 1, %s ];", cases[i].text, cases[i].text);
        root = parsed(text);
        assert_true(value_get(root, "a")->integer == cases[i].value);
        assert_true(value_get(root, "b")->child->next->integer == cases[i].value);
        assert_int_equal(value_get(root, "b")->line, 2);
        value_free(root);
    }
}

#define REFUSED(TEXT, LINE, WORDS) refused(TEXT, sizeof(TEXT) - 1, LINE, WORDS)

static void bad_numbers(void **state)
{
    (void)state;
    REFUSED("\na = 9223372036854775808;", 2, "9223372036854775808 is outside");
    REFUSED("a = -9223372036854775809;", 1, "is outside");
    REFUSED("a = 99999999999999999999L;", 1, "is outside");
    REFUSED("a = 0xFFFFFFFFFFFFFFFFF;", 1, "is outside");
    REFUSED("a = 1e999;", 1, "1e999 is too large");
    REFUSED("a = -1e999;", 1, "too large");
    REFUSED("a = 1.5.2;", 1, "'1.5.2' is neither");
    REFUSED("a = 10epochs;", 1, "'10epochs' is neither");
    REFUSED("a = .;", 1, "'.' is neither");
    REFUSED("a = 1e;", 1, "neither");
    REFUSED("a = 0x;", 1, "neither");
    REFUSED("a = [1-2];", 1, "neither");
}

static void bad_form(void **state)
{
    (void)state;
    REFUSED("a = 1;\nb = \"x\0y\";", 2, "NUL");
    REFUSED("a = 1;\n# \xc0\x80", 2, "UTF-8");
    REFUSED("# \xed\xa0\x80", 1, "UTF-8");
    REFUSED("# \xf4\x90\x80\x80", 1, "UTF-8");
    REFUSED("a = \"\xe2\x82", 1, "UTF-8");
    REFUSED("a = 1;\n\n/* b = 2;", 3, "comment that is not closed");
    REFUSED("a = \"x;\nb = \"y\";", 1, "string that is not closed");
    REFUSED("a = \"C:\\dir\";", 1, "unknown escape");
    REFUSED("a = \"\\x00\";", 1, "outside \\x01..\\x7f");
    REFUSED("a = 1;\nb 2;", 2, "missing '=' after 'b'");
    REFUSED("a = ;", 1, "'a' has no value before ';'");
    REFUSED("a =", 1, "'a' has no value before the end");
    REFUSED("a == 1;", 1, "'a' has no value before '='");
    REFUSED("a = huffman;", 1, "'huffman' must stand in quotes: \"huffman\"");
    REFUSED("a = [huffman];", 1, "must stand in quotes");
    REFUSED("\"a\" = 1;", 1, "\"a\" where a name should stand");
    REFUSED("a = 1;;", 1, "unexpected ';'");
    REFUSED("a = 1 2;", 1, "unexpected '2' after the value of 'a'; missing ';'?");
    REFUSED("a = { b = 1;\n\n", 1, "the group 'a' is not closed");
    REFUSED("a = 1;\n};", 2, "'}' closes nothing");
    REFUSED("a = {\nb = 1; );", 2, "')' where '}' should close the group of line 1");
    REFUSED("a = ( 1,\n2;", 2, "missing ',' or ')' before ';', in the list of line 1");
    REFUSED("a = (1 2);", 1, "missing ',' or ')' before '2'");
    REFUSED("a = ( 1,\n", 1, "a list that is not closed with ')'");
    REFUSED("a = (,);", 1, "unexpected ',' in a list");
    REFUSED("a = [ { b = 1; } ];", 1, "an array [ ] holds plain values");
    REFUSED("a = [ 1, \"x\" ];", 1, "texts or numbers");
    REFUSED("-- a = 1;", 1, "unexpected '-'");
    REFUSED("\xc3\xa9 = 1;", 1, "unexpected '\xc3\xa9'");
    REFUSED("a = 1;\nc = 3;\n\na = 2;", 4, "'a' is given twice; first in line 1");
    REFUSED("a = { b = 1;\n b = 2; };", 2, "'b' is given twice; first in line 1");
    REFUSED("a = { @include \"x\"\n };", 1, "@include inside a group");
    REFUSED("@include x", 1, "@include wants a path in quotes");
}

static void same_name_in_two_groups_is_fine(void **state)
{
    (void)state;
    value_free(parsed("a = { x = 1; }; b = { x = 1; }; c = ( { x = 1; }, { x = 1; } ); x = 1;"));
}

static void several_problems_at_once(void **state)
{
    struct problems problems = {0};

    (void)state;
    assert_null(parse("a = 1e999;\na = 1;\nb = \"\\q\";\nc = d;", &problems));
    assert_int_equal(problems.count, 4);
    problems_free(&problems);
}

/* n times open, then n times close. */
static char *nested(size_t n, const char *open, const char *close)
{
    char *text = malloc(n * (strlen(open) + strlen(close)) + 8), *at = stpcpy(text, "a = ");

    for (size_t i = 0; i < n; i++)
        at = stpcpy(at, open);
    for (size_t i = 0; i < n; i++)
        at = stpcpy(at, close);
    return text;
}

static void nesting_is_bounded(void **state)
{
    char *text = nested(CONFFILE_DEPTH_MAX, "(", ")");

    (void)state;
    value_free(parsed(text));
    free(text);
    text = nested(CONFFILE_DEPTH_MAX + 1, "(", ")");
    refused(text, strlen(text), 1, "nested more than 32 deep");
    free(text);
    text = nested(40000, "(", ")");
    refused(text, strlen(text), 1, "nested more than 32 deep");
    free(text);
    text = nested(20000, "{a=", "}");
    refused(text, strlen(text), 1, "nested more than 32 deep");
    free(text);
}

/* before, then middle over and over up to nearly size bytes, then after. */
static char *filled(size_t size, const char *before, const char *middle, const char *after)
{
    char *text = malloc(size + 1), *at = stpcpy(text, before);

    while ((size_t)(at - text) + strlen(middle) + strlen(after) <= size)
        at = stpcpy(at, middle);
    strcpy(at, after);
    return text;
}

static double seconds(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* 256 KiB of whatever is worst: each is taken or refused in no time. */
static void worst_cases_are_fast(void **state)
{
    static const struct {
        const char *before, *middle, *after;
    } cases[] = {
        {"a = [ 1", ", 1", " ];"},
        {"", "\n", ""},
        {"", "# ", ""},
        {"/*", "*", ""},
        {"a = \"", "\\x41", "\";"},
        {"a = ", "\"x\" ", ";"},
        {"a = 1", "1", ";"},
        {"a = 1.", "1", ";"},
        {"a", "a", " = 1;"},
        {"a = ( ", "( ), ", "1 );"},
        {"", "@include \"x\"\n", ""},
        {"", "\x01", ""},
    };
    double begin = seconds();

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *text = filled(CONFFILE_BYTES_MAX, cases[i].before, cases[i].middle, cases[i].after);
        struct problems problems = {0};

        value_free(parse(text, &problems));
        problems_free(&problems);
        free(text);
    }
    assert_true(seconds() - begin < 5);
}

/* As many settings as are allowed, all in one group, are read. */
static void settings_are_bounded(void **state)
{
    char *text = malloc(CONFFILE_SETTINGS_MAX * 16 + 64), *at = text;
    struct problems problems = {0};
    struct value *root;
    double begin = seconds();

    (void)state;
    for (int i = 0; i < CONFFILE_SETTINGS_MAX; i++)
        at += sprintf(at, "a%d = %d;\n", i, i);
    root = parsed(text);
    assert_int_equal(value_count(root), CONFFILE_SETTINGS_MAX);
    assert_int_equal(value_get(root, "a1999")->line, 2000);
    value_free(root);
    strcpy(at, "b = 1;\n");
    assert_null(parse(text, &problems));
    assert_int_equal(problems.count, 1);
    assert_int_equal(problems.at[0].line, 2001);
    assert_string_equal(problems.at[0].text, "more than 2000 settings");
    problems_free(&problems);
    assert_true(seconds() - begin < 5);
    free(text);
}

/* A folder with files for the tests of includes. */
static char folder[64];

static void put(const char *name, const char *text)
{
    char path[160];
    FILE *file;

    snprintf(path, sizeof path, "%s/%s", folder, name);
    file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static int make_folder(void **state)
{
    char path[160];

    (void)state;
    strcpy(folder, "/tmp/conffile-XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    snprintf(path, sizeof path, "%s/sub", folder);
    return mkdir(path, 0777);
}

static int remove_folder(void **state)
{
    char command[128];

    (void)state;
    snprintf(command, sizeof command, "rm -r %s", folder);
    return system(command);
}

static struct value *read_in_folder(const char *name, struct problems *problems)
{
    char path[160];

    snprintf(path, sizeof path, "%s/%s", folder, name);
    return conffile_read(path, problems);
}

/* Reading name must fail with one problem of file:line, words. */
static void refused_file(const char *name, const char *file, unsigned line, const char *words)
{
    struct problems problems = {0};
    struct value *v = read_in_folder(name, &problems);
    char path[160];

    snprintf(path, sizeof path, "%s/%s", folder, file);
    assert_null(v);
    assert_int_equal(problems.count, 1);
    if (strcmp(problems.at[0].file, path) != 0 || problems.at[0].line != line ||
        !strstr(problems.at[0].text, words))
        fail_msg("wanted %s:%u: %s\ngot %s:%u: %s", path, line, words, problems.at[0].file,
                 problems.at[0].line, problems.at[0].text);
    problems_free(&problems);
}

static void includes_in_order_of_place(void **state)
{
    struct problems problems = {0};
    struct value *root;

    (void)state;
    put("sub/base.cfg", "a = 1;\n@include \"deeper.cfg\"\nb = 1; c = { x = 1; y = 1; };\n");
    put("sub/deeper.cfg", "a = 2; d = 2;\n");
    put("main.cfg", "b = 0;\n  @include \"sub/base.cfg\"\nc = { y = 9; };\nd = 9;\n");
    root = read_in_folder("main.cfg", &problems);
    assert_non_null(root);
    assert_true(value_find(root, "a")->integer == 2);   /* deeper.cfg, after base's own */
    assert_true(value_find(root, "b")->integer == 1);   /* base.cfg, after main's */
    assert_true(value_find(root, "c.x")->integer == 1); /* groups merge */
    assert_true(value_find(root, "c.y")->integer == 9);
    assert_true(value_find(root, "d")->integer == 9);
    assert_int_equal(value_find(root, "d")->line, 4);
    assert_int_equal(value_find(root, "c.x")->line, 3);
    assert_non_null(strstr(value_find(root, "c.x")->file, "/sub/base.cfg"));
    value_free(root);
    problems_free(&problems);
}

static void bad_includes(void **state)
{
    (void)state;
    put("cycle.cfg", "a = 1;\n@include \"sub/../back.cfg\"\n");
    put("back.cfg", "\n\n@include \"cycle.cfg\"\n");
    refused_file("cycle.cfg", "sub/../back.cfg", 3, "@include \"cycle.cfg\": includes itself");
    put("absent.cfg", "\n@include \"nothing.cfg\"\n");
    refused_file("absent.cfg", "absent.cfg", 2, "@include \"nothing.cfg\": cannot open");
    put("dir.cfg", "@include \"sub\"\n");
    refused_file("dir.cfg", "dir.cfg", 1, "@include \"sub\": not a regular file");
    put("dev.cfg", "@include \"/dev/zero\"\n");
    refused_file("dev.cfg", "dev.cfg", 1, "not a regular file");
    put("broken.cfg", "a = ;\n");
    put("outer.cfg", "@include \"broken.cfg\"\n");
    refused_file("outer.cfg", "broken.cfg", 1, "'a' has no value");
    refused_file("nowhere.cfg", "nowhere.cfg", 0, "cannot open");
    refused_file("sub", "sub", 0, "not a regular file");
    for (int i = 0; i < CONFFILE_INCLUDE_DEPTH_MAX + 1; i++) {
        char name[32], text[64];

        snprintf(name, sizeof name, "deep%d.cfg", i);
        snprintf(text, sizeof text, "@include \"deep%d.cfg\"\n", i + 1);
        put(name, text);
    }
    refused_file("deep0.cfg", "deep8.cfg", 1, "more than 8 deep");
}

/* Every file includes the next one many times: not 30^8 files, but 64. */
static void wide_includes_end(void **state)
{
    struct problems problems = {0};
    double begin = seconds();

    (void)state;
    for (int i = 0; i < CONFFILE_INCLUDE_DEPTH_MAX; i++) {
        char name[32], text[1024], *at = text;

        snprintf(name, sizeof name, "wide%d.cfg", i);
        for (int j = 0; j < 30; j++)
            at += sprintf(at, "@include \"wide%d.cfg\"\n", i + 1);
        put(name, text);
    }
    put("wide8.cfg", "a = 1;\n");
    assert_null(read_in_folder("wide0.cfg", &problems));
    assert_true(problems.count > 0);
    assert_non_null(strstr(problems.at[0].text, "more than 64 in all"));
    problems_free(&problems);
    assert_true(seconds() - begin < 5);
}

static void too_large_a_file(void **state)
{
    char *text = filled(CONFFILE_BYTES_MAX + 1, "", "#", "");
    struct problems problems = {0};

    (void)state;
    put("large.cfg", text);
    assert_null(read_in_folder("large.cfg", &problems));
    assert_non_null(strstr(problems.at[0].text, "too large"));
    problems_free(&problems);
    refused(text, CONFFILE_BYTES_MAX + 1, 0, "too large");
    free(text);
}

static void set_lays_text_over(void **state)
{
    struct value *root = parsed("train = { epochs = 1; }; seed = 2;");
    struct problems problems = {0};
    struct value *v;

    (void)state;
    conffile_set(root, "train.epochs=5", &problems);
    conffile_set(root, "prune.amount=0.5=x", &problems);
    conffile_set(root, "seed=", &problems);
    conffile_set(root, "name=\"a\\tb\"", &problems);
    assert_int_equal(problems.count, 0);
    v = value_find(root, "train.epochs");
    assert_int_equal(v->kind, VALUE_RAW);
    assert_string_equal(v->text, "5");
    assert_string_equal(v->file, "--set");
    assert_string_equal(value_find(root, "prune.amount")->text, "0.5=x");
    assert_string_equal(value_find(root, "seed")->text, "");
    assert_int_equal(value_find(root, "name")->kind, VALUE_TEXT);
    assert_string_equal(value_find(root, "name")->text, "a\tb");
    conffile_set(root, "rules[0].prune.amount=1", &problems);
    conffile_set(root, "train.epochs.x=1", &problems);
    conffile_set(root, "train..x=1", &problems);
    conffile_set(root, "=1", &problems);
    conffile_set(root, "train.epochs", &problems);
    conffile_set(root, "name=\"x", &problems);
    assert_int_equal(problems.count, 6);
    assert_non_null(strstr(problems.at[0].text, "leads into a list"));
    assert_non_null(strstr(problems.at[1].text, "'epochs' is no group"));
    assert_non_null(strstr(problems.at[2].text, "no path of names"));
    assert_non_null(strstr(problems.at[3].text, "no path of names"));
    assert_non_null(strstr(problems.at[4].text, "lacks a '='"));
    assert_non_null(strstr(problems.at[5].text, "'name=\"x': a string that is not closed"));
    problems_free(&problems);
    value_free(root);
}

static struct value *raw(const char *text, struct problems *problems)
{
    struct value *v = value_text(VALUE_RAW, "x", text, "--set", 0);
    struct value *out = conffile_parse_raw(v, problems);

    value_free(v);
    return out;
}

static void raw_text_by_the_same_grammar(void **state)
{
    static const char *const bad[] = {"1; y = 2", "", "1 2", "@include \"x\"", "( 1", "a"};
    struct problems problems = {0};
    struct value *v = raw("( { type = \"relu\"; },\n { n = [ 1, 2 ] } )", &problems);

    (void)state;
    assert_non_null(v);
    assert_int_equal(v->kind, VALUE_LIST);
    assert_string_equal(v->name, "x");
    assert_int_equal(v->child->next->line, 0);
    assert_string_equal(v->child->next->file, "--set");
    value_free(v);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_null(raw(bad[i], &problems));
        assert_int_equal(problems.count, 1);
        problems_free(&problems);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_and_lines_as_written),
        cmocka_unit_test(integers_of_64_bits),
        cmocka_unit_test(bad_numbers),
        cmocka_unit_test(bad_form),
        cmocka_unit_test(same_name_in_two_groups_is_fine),
        cmocka_unit_test(several_problems_at_once),
        cmocka_unit_test(nesting_is_bounded),
        cmocka_unit_test(worst_cases_are_fast),
        cmocka_unit_test(settings_are_bounded),
        cmocka_unit_test(includes_in_order_of_place),
        cmocka_unit_test(bad_includes),
        cmocka_unit_test(wide_includes_end),
        cmocka_unit_test(too_large_a_file),
        cmocka_unit_test(set_lays_text_over),
        cmocka_unit_test(raw_text_by_the_same_grammar),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
