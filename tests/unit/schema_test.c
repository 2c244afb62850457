/* SPDX-License-Identifier: Apache-2.0 */
/* Option tables: every type from every source, all problems at once with the
 * words that users see, rivals, and printing that reads back. */

#include "support/support.h"

#include "config/conffile.h"
#include "config/schema.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct layer {
    int type;
    int64_t units;
    struct pare_ints window;
};
static const struct pare_option layer_options[] = {
    PARE_CHOICE(layer, type, "dense|relu", "dense", "kind of layer"),
    PARE_INT(layer, units, 1, 1e6, "1", "outputs"),
    PARE_INTS(layer, window, 1, 9, "[]", "window"),
    PARE_OPTIONS_END,
};

struct all {
    bool flag;
    int64_t count, big;
    double power, amount, quality, threshold;
    int unit;
    char *text;
    struct pare_ints hidden;
    struct pare_rows layers;
};
static const struct pare_option options[] = {
    PARE_BOOL(all, flag, "false", "a flag"),
    PARE_INT(all, count, 1, 100, "10", "a count"),
    PARE_INT(all, big, -0x1p63, 0x1p63, "none", "a number", .flags = PARE_OPTION_MAY_BE_NONE),
    PARE_REAL(all, power, 0.5, 4.0, "1.0", "exponent"),
    PARE_REAL(all, amount, 0, 1, "0.9", "share", .flags = PARE_OPTION_MAY_BE_NONE,
              .rivals = "quality|threshold"),
    PARE_REAL(all, quality, 0, INFINITY, "none", "quality", .flags = PARE_OPTION_MAY_BE_NONE,
              .rivals = "amount|threshold"),
    PARE_REAL(all, threshold, 0, INFINITY, "none", "threshold", .flags = PARE_OPTION_MAY_BE_NONE,
              .rivals = "amount|quality"),
    PARE_CHOICE(all, unit, "one|rms", "one", "what it is measured in"),
    PARE_TEXT(all, text, "", "some text"),
    PARE_INTS(all, hidden, 1, 1000, "[300, 100]", "units of the hidden layers"),
    PARE_ROWS(all, layers, layer, layer_options, "the layers"),
    PARE_OPTIONS_END,
};

struct other {
    int64_t epochs;
};
static const struct pare_option other_options[] = {
    PARE_INT(other, epochs, 0, 1000, "5", "passes over the data"),
    PARE_OPTIONS_END,
};

static const char *const also[] = {"plugin", NULL};

/* Fills from the body of a group; the problems that there were. */
static struct problems fill(const char *text, struct all *all, struct other *other)
{
    struct schema_part parts[] = {{options, all}, {other_options, other}};
    struct problems problems = {0};
    struct value *group = conffile_parse(text, strlen(text), "t.cfg", &problems);
    size_t before = problems.count;
    bool fine;

    assert_int_equal(before, 0);
    memset(all, 0, sizeof *all);
    fine = schema_fill(parts, 2, group, "prune", also, &problems);
    assert_int_equal(fine, problems.count == 0);
    value_free(group);
    return problems;
}

/* The first problem of text must be line: words, and the only one. */
static void wrong(const char *text, unsigned line, const char *words)
{
    struct all all;
    struct other other;
    struct problems problems = fill(text, &all, &other);

    if (problems.count != 1 || problems.at[0].line != line ||
        strcmp(problems.at[0].text, words) != 0)
        fail_msg("%s\nwanted %u: %s\ngot %zu, %u: %s", text, line, words, problems.count,
                 problems.count ? problems.at[0].line : 0,
                 problems.count ? problems.at[0].text : "");
    schema_free(options, &all);
    problems_free(&problems);
}

static void presets_alone(void **state)
{
    struct all all = {0};
    struct schema_part part = {options, &all};
    struct problems problems = {0};

    (void)state;
    assert_true(schema_fill(&part, 1, NULL, "prune", NULL, &problems));
    assert_false(all.flag);
    assert_true(all.count == 10 && all.big == INT64_MIN && all.power == 1.0 && all.amount == 0.9);
    assert_true(isnan(all.quality) && isnan(all.threshold));
    assert_int_equal(all.unit, 0);
    assert_string_equal(all.text, "");
    assert_int_equal(all.hidden.count, 2);
    assert_true(all.hidden.at[0] == 300 && all.hidden.at[1] == 100);
    assert_int_equal(all.layers.count, 0);
    schema_free(options, &all);
    assert_null(all.text);
    assert_null(all.hidden.at);
}

static void every_type_from_a_file(void **state)
{
    struct all all;
    struct other other;
    struct problems problems =
        fill("flag = true; count = 100; big = -9000000000; power = 4; amount = \"none\";\n"
             "unit = \"rms\"; text = \"a b\"; hidden = [1, 2.0, 3]; plugin = 5; epochs = 0;\n"
             "layers = ( { type = \"relu\"; }, { units = 7; window = [5, 5]; } );",
             &all, &other);
    const struct layer *layer = all.layers.at;

    (void)state;
    assert_int_equal(problems.count, 0);
    assert_true(all.flag && all.count == 100 && all.big == -9000000000 && all.power == 4.0);
    assert_true(isnan(all.amount));
    assert_int_equal(all.unit, 1);
    assert_string_equal(all.text, "a b");
    assert_true(all.hidden.count == 3 && all.hidden.at[1] == 2);
    assert_true(other.epochs == 0);
    assert_int_equal(all.layers.count, 2);
    assert_true(layer[0].type == 1 && layer[0].units == 1 && layer[0].window.count == 0);
    assert_true(layer[1].type == 0 && layer[1].units == 7 && layer[1].window.at[1] == 5);
    schema_free(options, &all);
}

/* The same parser for presets, --set and files: text as a shell gives it. */
static void every_type_from_text(void **state)
{
    static const char *const sets[] = {
        "flag=true",
        "count=0x10",
        "big=9223372036854775807",
        "power=.5",
        "amount=none",
        "quality=1e0",
        "unit=rms",
        "text=say \"x\"",
        "hidden=[ 7 ]",
        "layers=( { type = \"relu\"; } )",
    };
    struct value *root = value_new(VALUE_GROUP, NULL, "--set", 0);
    struct all all = {0};
    struct schema_part part = {options, &all};
    struct problems problems = {0};

    (void)state;
    for (size_t i = 0; i < sizeof sets / sizeof sets[0]; i++)
        conffile_set(root, sets[i], &problems);
    assert_true(schema_fill(&part, 1, root, "prune", NULL, &problems));
    assert_true(all.flag && all.count == 16 && all.big == INT64_MAX && all.power == 0.5);
    assert_true(isnan(all.amount) && all.quality == 1);
    assert_int_equal(all.unit, 1);
    assert_string_equal(all.text, "say \"x\"");
    assert_true(all.hidden.count == 1 && all.hidden.at[0] == 7);
    assert_int_equal(all.layers.count, 1);
    conffile_set(root, "text=\"in \\\"quotes\\\"\"", &problems);
    schema_free(options, &all);
    assert_true(schema_fill(&part, 1, root, "prune", NULL, &problems));
    assert_string_equal(all.text, "in \"quotes\"");
    schema_free(options, &all);
    value_free(root);
}

static void words_for_what_is_wrong(void **state)
{
    (void)state;
    wrong("\npowr = 2;", 2, "prune.powr: unknown option; did you mean 'power'?");
    wrong("plugn = 2;", 1, "prune.plugn: unknown option; did you mean 'plugin'?");
    wrong("epoch = 2;", 1, "prune.epoch: unknown option; did you mean 'epochs'?");
    wrong("zzzzzzzz = 2;", 1,
          "prune.zzzzzzzz: unknown option; there are flag, count, big, power, amount, quality, "
          "threshold, unit, text, hidden, layers, epochs, plugin");
    wrong("power = 9.5;", 1, "prune.power: 9.5 is outside 0.5..4");
    wrong("power = 5;", 1, "prune.power: 5 is outside 0.5..4");
    wrong("quality = -1; amount = \"none\";", 1, "prune.quality: -1 is below 0");
    wrong("count = 0;", 1, "prune.count: 0 is outside 1..100");
    wrong("epochs = 5000000000;", 1, "prune.epochs: 5000000000 is outside 0..1000");
    wrong("count = 2.5;", 1, "prune.count: must be a whole number, not 2.5");
    wrong("count = \"2\";", 1, "prune.count: must be a whole number, not \"2\"");
    wrong("big = \"nothing\";", 1,
          "prune.big: must be a whole number or \"none\", not \"nothing\"");
    wrong("count = 1e300;", 1,
          "prune.count: 1e+300 is too large for a whole "
          "number");
    wrong("count = \"none\";", 1, "prune.count: must be a whole number, not \"none\"");
    wrong("power = true;", 1, "prune.power: must be a number, not true");
    wrong("amount = [1];", 1, "prune.amount: must be a number or \"none\", not a list");
    wrong("flag = 1;", 1, "prune.flag: must be true or false, not 1");
    wrong("flag = \"true\";", 1, "prune.flag: must be true or false, not \"true\"");
    wrong("unit = \"rsm\";", 1, "prune.unit: must be one of one|rms, not \"rsm\"");
    wrong("unit = 1;", 1, "prune.unit: must be one of one|rms, not 1");
    wrong("text = 3;", 1, "prune.text: must be text in quotes, not 3");
    wrong("text = { };", 1, "prune.text: must be text in quotes, not a group");
    wrong("hidden = 300;", 1,
          "prune.hidden: must be a list of whole numbers, such as [300, 100], not 300");
    wrong("hidden = [1, 0];", 1, "prune.hidden[1]: 0 is outside 1..1000");
    wrong("hidden = [\"a\"];", 1, "prune.hidden[0]: must be a whole number, not \"a\"");
    wrong("layers = { };", 1,
          "prune.layers: must be a list of groups, ( { ... }, { ... } ), not a group");
    wrong("layers = ( 1 );", 1, "prune.layers[0]: must be a group, { NAME = VALUE; ... }");
    wrong("layers = ( { },\n { unit = 3; } );", 2,
          "prune.layers[1].unit: unknown option; did you mean 'units'?");
    wrong("layers = ( { },\n {\n window = [10]; } );", 3,
          "prune.layers[1].window[0]: 10 is outside 1..9");
    wrong("amount = 0.5;\nquality = 1;", 2,
          "prune: amount and quality exclude each other; give one");
    wrong("threshold = 1;\namount = 0.5;", 2,
          "prune: threshold and amount exclude each other; give one");
}

static void all_problems_at_once(void **state)
{
    struct all all;
    struct other other;
    struct problems problems =
        fill("powr = 2;\npower = 9.5;\nunit = \"x\";\namount = 1;\nquality = 1;\nthreshold = 1;",
             &all, &other);

    (void)state;
    assert_int_equal(problems.count, 6); /* three pairs of rivals */
    assert_true(all.power == 1.0);       /* what was wrong kept its preset */
    schema_free(options, &all);
    problems_free(&problems);
}

static void numbers_of_a_script_may_not_be_nan(void **state)
{
    struct value *group = value_new(VALUE_GROUP, NULL, "s.lua", 3);
    struct value *v = value_new(VALUE_REAL, "power", "s.lua", 3);
    struct all all = {0};
    struct schema_part part = {options, &all};
    struct problems problems = {0};

    (void)state;
    v->real = NAN;
    value_add(group, v);
    assert_false(schema_fill(&part, 1, group, "prune", NULL, &problems));
    assert_string_equal(problems.at[0].text, "prune.power: must be a finite number");
    schema_free(options, &all);
    problems_free(&problems);
    value_free(group);
}

static void wrong_text_of_set(void **state)
{
    static const struct {
        const char *set, *words;
    } cases[] = {
        {"power=7", "prune.power: 7 is outside 0.5..4"},
        {"power=inf", "prune.power: must be a number, not 'inf'"},
        {"power=0x1p3", "prune.power: must be a number, not '0x1p3'"},
        {"power=", "prune.power: must be a number, not ''"},
        {"count=1 ", "prune.count: must be a whole number, not '1 '"},
        {"count=99999999999999999999", "prune.count: 1e+20 is too large for a whole number"},
        {"flag=yes", "prune.flag: must be true or false, not 'yes'"},
        {"hidden=[1", "prune.hidden: a list that is not closed with ']'"},
        {"hidden=7", "prune.hidden: must be a list of whole numbers, such as [300, 100], not 7"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct value *root = value_new(VALUE_GROUP, NULL, "--set", 0);
        struct all all = {0};
        struct schema_part part = {options, &all};
        struct problems problems = {0};

        conffile_set(root, cases[i].set, &problems);
        assert_false(schema_fill(&part, 1, root, "prune", NULL, &problems));
        assert_int_equal(problems.count, 1);
        assert_string_equal(problems.at[0].text, cases[i].words);
        assert_string_equal(problems.at[0].file, "--set");
        problems_free(&problems);
        schema_free(options, &all);
        value_free(root);
    }
}

/* A rival that is given takes the preset of the others away. */
static void rivals_give_way(void **state)
{
    struct all all;
    struct other other;
    struct problems problems = fill("quality = 1.5; threshold = \"none\";", &all, &other);
    struct value *base, *over;

    (void)state;
    assert_int_equal(problems.count, 0);
    assert_true(isnan(all.amount) && all.quality == 1.5 && isnan(all.threshold));
    schema_free(options, &all);

    base = conffile_parse("quality = 1.5; power = 2;", 25, "t.cfg", &problems);
    over = conffile_parse("amount = 0.5; power = 3;", 24, "u.cfg", &problems);
    schema_layer(options, base, over);
    assert_null(value_get(base, "quality"));
    assert_true(value_get(base, "amount")->real == 0.5);
    assert_true(value_get(base, "power")->integer == 3);
    value_free(over);
    over = conffile_parse("quality = \"none\";", 17, "u.cfg", &problems);
    schema_layer(options, base, over);
    assert_non_null(value_get(base, "amount")); /* none gives nothing */
    value_free(over);
    value_free(base);
}

static char *printed(const struct all *all, bool changed_only)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    schema_print(options, all, 0, changed_only, out);
    fclose(out);
    return text;
}

static void printed_text_reads_back_the_same(void **state)
{
    static const char *const texts[] = {
        "",
        "flag = true; power = 0.7000000000000001; big = 9223372036854775807; unit = \"rms\";",
        "text = \"a\\\"\\\\\\n\\x7f\"; hidden = []; quality = 1e-300;",
        "layers = ( { }, { type = \"relu\"; units = 3; window = [2, 2]; } ); threshold = 0;",
    };

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        for (int changed = 0; changed < 2; changed++) {
            struct all first, second;
            struct other other;
            struct problems problems = fill(texts[i], &first, &other);
            char *once = printed(&first, changed), *twice;

            assert_int_equal(problems.count, 0);
            problems = fill(once, &second, &other);
            assert_int_equal(problems.count, 0);
            twice = printed(&second, changed);
            assert_string_equal(once, twice);
            assert_true(first.power == second.power && first.big == second.big);
            assert_true(isnan(first.amount) == isnan(second.amount));
            assert_string_equal(first.text, second.text);
            assert_int_equal(first.layers.count, second.layers.count);
            if (changed && i == 0)
                assert_string_equal(once, "");
            free(once);
            free(twice);
            schema_free(options, &first);
            schema_free(options, &second);
        }
}

static void help_is_aligned(void **state)
{
    static const struct pare_option few[] = {
        PARE_REAL(all, power, 0.5, 4.0, "1.0", "exponent"),
        PARE_CHOICE(all, unit, "one|rms", "one", "unit"),
        PARE_REAL(all, quality, 0, INFINITY, "none", "q", .flags = PARE_OPTION_MAY_BE_NONE),
        PARE_OPTIONS_END,
    };
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    (void)state;
    schema_help(few, out);
    schema_help_markdown(few, out);
    fclose(out);
    assert_string_equal(text, "  power    number 0.5..4            1.0   exponent\n"
                              "  unit     one|rms                  one   unit\n"
                              "  quality  number from 0 or \"none\"  none  q\n"
                              "| option | values | preset | meaning |\n"
                              "|---|---|---|---|\n"
                              "| `power` | `number 0.5..4` | `1.0` | exponent |\n"
                              "| `unit` | `one\\|rms` | `one` | unit |\n"
                              "| `quality` | `number from 0 or \"none\"` | `none` | q |\n");
    free(text);
}

static void sound_and_unsound_tables(void **state)
{
    static const struct pare_option good = PARE_INT(all, count, 1, 100, "10", "a count");
    struct pare_option bad[] = {good, good, {.name = NULL}};
    struct pare_option self[2] = {{.name = "layers",
                                   .type = PARE_OPTION_ROWS,
                                   .preset = "()",
                                   .help = "itself",
                                   .row_size = 64}};
    struct pare_error err = {0};

    (void)state;
    ASSERT_OK(schema_check(NULL, &err), err);
    ASSERT_OK(schema_check(options, &err), err);
#define UNSOUND(WORDS, ...)                                                                        \
    do {                                                                                           \
        bad[0] = good;                                                                             \
        bad[1] = good;                                                                             \
        bad[1].name = "second";                                                                    \
        __VA_ARGS__;                                                                               \
        assert_int_equal(schema_check(bad, &err), PARE_EPLUGIN);                                   \
        if (!strstr(err.text, WORDS))                                                              \
            fail_msg("wanted %s, got %s", WORDS, err.text);                                        \
    } while (0)
    UNSOUND("'count' is there twice", bad[1].name = "count");
    UNSOUND("has no name", bad[0].name = NULL);
    UNSOUND("letters, digits and _", bad[0].name = "a-b");
    UNSOUND("one line", bad[0].help = NULL);
    UNSOUND("no preset", bad[0].preset = NULL);
    UNSOUND("preset of option count: 0 is outside 1..100", bad[0].preset = "0");
    UNSOUND("must be a whole number, not 'none'", bad[0].preset = "none");
    UNSOUND("hold nothing", bad[0].min = 101);
    UNSOUND("hold nothing", bad[0].min = NAN);
    UNSOUND("unknown type", bad[0].type = (enum pare_option_type)99);
    UNSOUND("rival 'third' is no other option", bad[0].rivals = "second|third");
    UNSOUND("no choices", bad[0].type = PARE_OPTION_CHOICE);
    UNSOUND("no table of its rows", bad[0].type = PARE_OPTION_ROWS);
    self[0].row = self;
    assert_int_equal(schema_check(self, &err), PARE_EPLUGIN);
    assert_non_null(strstr(err.text, "rows within rows"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(presets_alone),
        cmocka_unit_test(every_type_from_a_file),
        cmocka_unit_test(every_type_from_text),
        cmocka_unit_test(words_for_what_is_wrong),
        cmocka_unit_test(all_problems_at_once),
        cmocka_unit_test(numbers_of_a_script_may_not_be_nan),
        cmocka_unit_test(wrong_text_of_set),
        cmocka_unit_test(rivals_give_way),
        cmocka_unit_test(printed_text_reads_back_the_same),
        cmocka_unit_test(help_is_aligned),
        cmocka_unit_test(sound_and_unsound_tables),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
