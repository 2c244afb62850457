/* SPDX-License-Identifier: Apache-2.0 */
/* Experiments understood: layers, rules, biases, the printed config and the
 * identity. What is said of wrong files is tested in tests/config. */

#include "support/support.h"

#include "base/alloc.h"
#include "base/file.h"
#include "run/experiment.h"
#include "support/scratch.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *dir;

static int make_dir(void **state)
{
    (void)state;
    dir = scratch_make();
    scratch_write(dir, "default.lua", "run.net:train()\n");
    scratch_write(dir, "other.lua", "run.net:train()\n-- otherwise\n");
    return 0;
}

static int remove_dir(void **state)
{
    (void)state;
    scratch_remove(dir);
    return 0;
}

#define HEAD "schema = 1; data = { plugin = \"idx\"; }; model = { plugin = \"mlp\"; };\n"

static struct experiment *load(const char *text, char *const *set, size_t sets, int64_t seed)
{
    struct problems problems = {0};
    char *path = file_join(dir, "my exp.cfg");
    struct experiment *e;

    scratch_write(dir, "my exp.cfg", text);
    e = experiment_load(path, set, sets, seed, &problems);
    if (!e)
        problems_print(&problems, stderr);
    assert_non_null(e);
    assert_int_equal(problems.count, 0);
    free(path);
    return e;
}

static struct experiment *plain(const char *text)
{
    return load(text, NULL, 0, -1);
}

static void presets_of_the_top(void **state)
{
    struct experiment *e = plain(HEAD);

    (void)state;
    assert_string_equal(e->name, "my_exp");
    assert_true(e->seed == 1);
    assert_int_equal(e->model.init, 0);
    assert_string_equal(e->model.plugin, "mlp");
    assert_true(isnan(e->request.error) && isnan(e->request.ratio));
    assert_non_null(strstr(e->schedule, "/default.lua"));
    experiment_free(e);
    e = load(HEAD "name = \"n\"; seed = 9007199254740993; schedule = \"other.lua\";\n"
                  "request = { ratio = 40; error = 1.7; };",
             NULL, 0, 5);
    assert_string_equal(e->name, "n");
    assert_true(e->seed == 5); /* the caller's */
    assert_non_null(strstr(e->schedule, "/other.lua"));
    assert_true(e->request.ratio == 40 && e->request.error == 1.7);
    experiment_free(e);
    experiment_free(NULL);
}

static bool truth(const struct value *group, const char *name)
{
    const struct value *v = value_get(group, name);

    assert_non_null(v);
    assert_int_equal(v->kind, VALUE_BOOL);
    return v->boolean;
}

static void later_layers_win(void **state)
{
    struct experiment *e =
        plain(HEAD "prune = { plugin = \"magnitude\"; amount = 0.9; power = 2.0; };\n"
                   "rules = ( { match = \"fc*\"; prune = { quality = 1.0; }; },\n"
                   "  { match = \"fc2.*\"; prune = { plugin = \"random\"; amount = 0.5; }; } );");
    struct value *call = value_new(VALUE_GROUP, NULL, "s.lua", 3);
    struct value *g = experiment_options(e, VERB_PRUNE, "fc1.weight", false, NULL);

    (void)state;
    assert_null(value_get(g, "amount"));
    assert_true(value_get(g, "quality")->real == 1.0);
    assert_true(value_get(g, "power")->real == 2.0);
    assert_null(value_get(g, "skip"));
    value_free(g);

    g = experiment_options(e, VERB_PRUNE, "fc2.weight", false, NULL);
    assert_null(value_get(g, "quality"));
    assert_true(value_get(g, "amount")->real == 0.5);
    assert_null(value_get(g, "power")); /* of the plugin that was replaced */
    assert_string_equal(value_get(g, "plugin")->text, "random");
    value_free(g);

    value_add(call, value_text(VALUE_TEXT, "threshold", "none", "s.lua", 3));
    g = experiment_options(e, VERB_PRUNE, NULL, false, call);
    assert_true(value_get(g, "amount")->real == 0.9); /* no rule, and none drops nothing */
    value_free(g);
    value_drop(call, "threshold");
    value_add(call, value_new(VALUE_REAL, "threshold", "s.lua", 3));
    g = experiment_options(e, VERB_PRUNE, "fc2.weight", false, call);
    assert_null(value_get(g, "amount"));
    assert_int_equal(value_get(g, "threshold")->line, 3);
    value_free(g);
    g = experiment_options(e, VERB_ENCODE, "fc2.weight", false, NULL);
    assert_int_equal(value_count(g), 0);
    value_free(g);
    value_free(call);
    experiment_free(e);
}

/* With rules, is the bias called name left alone by prune? */
static bool bias_skipped(const char *rules, const char *name, const struct value *call)
{
    char *text = xasprintf("%sprune = { amount = 0.5; };\nrules = ( %s );\n", HEAD, rules);
    struct experiment *e = plain(text);
    struct value *g = experiment_options(e, VERB_PRUNE, name, true, call);
    bool skipped = value_get(g, "skip") && truth(g, "skip");

    value_free(g);
    experiment_free(e);
    free(text);
    return skipped;
}

static void biases_are_left_alone_unless_named(void **state)
{
    struct value *call = value_new(VALUE_GROUP, NULL, "s.lua", 3);
    struct value *skip = value_new(VALUE_BOOL, "skip", "s.lua", 3);

    (void)state;
    assert_true(bias_skipped("", "fc1.bias", NULL));
    assert_true(
        bias_skipped("{ match = \"fc1.*\"; prune = { amount = 0.1; }; }", "fc1.bias", NULL));
    assert_true(bias_skipped("{ match = \"*\"; prune = { amount = 0.1; }; }", "fc1.bias", NULL));
    assert_true(
        bias_skipped("{ match = \"fc2.bias\"; prune = { amount = 0.1; }; }", "fc1.bias", NULL));
    assert_true(bias_skipped("{ match = \"*.bias\"; share = { bits = 3; }; }", "fc1.bias", NULL));
    assert_false(
        bias_skipped("{ match = \"*.bias\"; prune = { amount = 0.1; }; }", "fc1.bias", NULL));
    assert_false(
        bias_skipped("{ match = \"fc1.*\"; prune = { skip = false; }; }", "fc1.bias", NULL));
    value_add(call, skip);
    assert_false(bias_skipped("", "fc1.bias", call));
    skip->boolean = true;
    assert_true(
        bias_skipped("{ match = \"*.bias\"; prune = { amount = 0.1; }; }", "fc1.bias", call));
    value_free(call);
}

static void assignments_are_a_layer(void **state)
{
    static const char *const set[] = {
        "prune.quality=1.5", "prune.plugin=random", "args.x=0.5",        "args.y=word",
        "args.z=\"0.5\"",    "args.t=true",         "args.n=5000000000", "model.hidden=[7]",
    };
    struct experiment *e = load(HEAD "prune = { amount = 0.9; power = 2.0; };",
                                (char *const *)(uintptr_t)set, sizeof set / sizeof set[0], -1);
    const struct value *args = value_get(e->root, "args");

    (void)state;
    assert_null(value_find(e->root, "prune.amount"));
    assert_null(value_find(e->root, "prune.power"));
    assert_true(value_get(args, "x")->real == 0.5);
    assert_string_equal(value_get(args, "y")->text, "word");
    assert_string_equal(value_get(args, "z")->text, "0.5");
    assert_true(value_get(args, "t")->boolean);
    assert_true(value_get(args, "n")->integer == 5000000000);
    experiment_free(e);
}

static void patterns_must_match(void **state)
{
    static const char *const names[] = {"fc1.weight", "fc1.bias"};
    struct experiment *e =
        plain(HEAD "rules = ( { match = \"fc?.w*\"; prune = { amount = 0.5; }; },\n"
                   "  { match = \"fc1.wieght\"; prune = { amount = 0.5; }; },\n"
                   "  { match = \"\\\\*\"; prune = { amount = 0.5; }; } );");
    struct problems problems = {0};

    (void)state;
    experiment_check_rules(e, names, 2, &problems);
    assert_int_equal(problems.count, 2);
    assert_int_equal(problems.at[0].line, 3);
    assert_string_equal(problems.at[0].text, "rules[1].match: 'fc1.wieght' matches no parameter; "
                                             "did you mean 'fc1.weight'?");
    assert_string_equal(problems.at[1].text, "rules[2].match: '\\*' matches no parameter; they are "
                                             "called fc1.weight, fc1.bias");
    problems_free(&problems);
    experiment_free(e);
}

static char *identity(const struct experiment *e)
{
    char hex[9];
    struct pare_error err = {0};

    ASSERT_OK(experiment_identity(e, hex, &err), err);
    assert_int_equal(strlen(hex), 8);
    assert_int_equal(strspn(hex, "0123456789abcdef"), 8);
    return xstrdup(hex);
}

static char *printed(const struct experiment *e)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    struct pare_error err = {0};

    ASSERT_OK(experiment_print(e, out, &err), err);
    fclose(out);
    return text;
}

/* As in a run folder: the schedule lies beside the config. */
static void copy_schedule(const struct experiment *e)
{
    size_t size;
    struct pare_error err = {0};
    char *text = file_read(e->schedule, 1000, &size, &err);

    assert_non_null(text);
    scratch_write(dir, "schedule.lua", text);
    free(text);
}

static void printed_config_is_the_same_experiment(void **state)
{
    static const char *const texts[] = {
        HEAD,
        HEAD
        "seed = 9007199254740993; schedule = \"other.lua\"; pack = 2; test = { };\n"
        "prune = { plugin = \"random\"; quality = 0.7000000000000001; };\n"
        "share = { quantizer = \"lloyd\"; centroids = 12; };\n"
        "train = { dropout = 0.5; optimizer = \"adam\"; };\n"
        "request = { ratio = 40; };\n"
        "args = { a = 1; b = 1.0; c = \"x \\\"y\\\"\"; d = false; };\n"
        "rules = ( { match = \"fc1.*\"; share = { bits = 3; }; prune = { amount = 0.25; }; },\n"
        "  { match = \"*.bias\"; prune = { skip = false; }; } );",
        "schema = 1; data = { plugin = \"idx\"; path = \"/x\"; scale = 0.1; };\n"
        "model = { plugin = \"cnn\"; init = \"glorot\"; layers = ( { type = \"conv\"; units = 3;\n"
        "kernel = 5; }, { type = \"relu\"; }, { type = \"dropout\"; rate = 0.25; } ); };",
    };

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct experiment *first = plain(texts[i]), *second;
        char *once = printed(first), *twice, *a = identity(first), *b;

        assert_non_null(strstr(once, "\nschedule = \"schedule.lua\";\n"));
        copy_schedule(first);
        second = plain(once);
        twice = printed(second);
        b = identity(second);
        assert_string_equal(once, twice);
        assert_string_equal(a, b);
        assert_string_equal(first->name, second->name);
        assert_true(first->seed == second->seed);
        assert_non_null(strstr(once, "    epochs = ")); /* presets, too */
        free(once);
        free(twice);
        free(a);
        free(b);
        experiment_free(first);
        experiment_free(second);
    }
}

/* Identities of two texts: equal? */
static bool same(const char *one, const char *other)
{
    struct experiment *e = plain(one);
    char *a = identity(e), *b;
    bool equal;

    experiment_free(e);
    e = plain(other);
    b = identity(e);
    experiment_free(e);
    equal = strcmp(a, b) == 0;
    free(a);
    free(b);
    return equal;
}

static void identity_is_what_differs(void **state)
{
    (void)state;
    assert_true(same(HEAD, HEAD "train = { rate = 0.02; batch = 64; };")); /* presets */
    assert_true(same(HEAD, HEAD "name = \"another\";"));
    assert_true(same(HEAD "train = { rate = 0.1; batch = 32; }; seed = 3;",
                     HEAD "seed = 3; train = { batch = 0x20; rate = 1e-1; };"));
    assert_true(same(HEAD "args = { a = 1; b = 2; };", HEAD "args = { b = 2; a = 1; };"));
    assert_true(same("schema = 1; data = { plugin = \"idx\"; path = \"/x\"; };\n"
                     "model = { plugin = \"mlp\"; };",
                     HEAD));
    assert_false(same(HEAD, HEAD "seed = 2;"));
    assert_false(same(HEAD, HEAD "train = { rate = 0.1; };"));
    assert_false(same(HEAD, HEAD "schedule = \"other.lua\";"));
    assert_false(same(HEAD, HEAD "args = { a = 1; };"));
    assert_false(same(HEAD "prune = { power = 2.0; };", HEAD "prune = { power = 3.0; };"));
    assert_false(same(HEAD "rules = ( { match = \"fc1.*\"; share = { bits = 3; }; } );",
                      HEAD "rules = ( { match = \"fc2.*\"; share = { bits = 3; }; } );"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(presets_of_the_top),
        cmocka_unit_test(later_layers_win),
        cmocka_unit_test(biases_are_left_alone_unless_named),
        cmocka_unit_test(assignments_are_a_layer),
        cmocka_unit_test(patterns_must_match),
        cmocka_unit_test(printed_config_is_the_same_experiment),
        cmocka_unit_test(identity_is_what_differs),
    };

    return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
