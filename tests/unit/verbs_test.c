/* SPDX-License-Identifier: Apache-2.0 */
/* The verbs on a small net and the small data set, against counts made here. */

#include "support/support.h"

#include "compress/share.h"
#include "format/size.h"
#include "net/net.h"
#include "run/checkpoint.h"
#include "run/report.h"
#include "run/tree.h"
#include "run/verbs.h"
#include "support/idx.h"
#include "support/scratch.h"
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char config_text[] =
    "schema = 1; name = \"verbs\"; seed = 5; schedule = \"empty.lua\";\n"
    "data = { plugin = \"idx\"; classes = 4; };\n"
    "model = { plugin = \"mlp\"; hidden = [20]; };\n"
    "train = { epochs = 3; batch = 25; rate = 0.1; momentum = 0.9; };\n"
    "prune = { amount = 0.7; };\n"
    "share = { bits = 3; };\n"
    "encode = { plugin = \"huffman\"; };\n"
    "rules = ( { match = \"fc2.weight\"; prune = { amount = 0.5; }; share = { bits = 4; }; } );\n";
enum { FC1 = IDX_SIDE * IDX_SIDE * 20, FC2 = 20 * IDX_CLASSES };

static char *scratch;
static struct run run;
static struct pare_error err;
static const struct verb_call plain;

static int open_run(unsigned threads, const char *const *set, size_t sets)
{
    char *path = NULL, *out = NULL;
    struct problems problems = {0};
    assert_true(asprintf(&path, "%s/verbs.cfg", scratch) > 0);
    assert_true(asprintf(&out, "%s/runs", scratch) > 0);
    const struct run_settings settings = {.config = path,
                                          .set = (char *const *)set,
                                          .sets = sets,
                                          .seed = -1,
                                          .out = out,
                                          .data = scratch,
                                          .threads = threads,
                                          .force_new = true};
    err = (struct pare_error){0};
    int status = run_open(&run, &settings, &problems, &err);
    problems_free(&problems);
    free(out);
    free(path);
    return status;
}

static int setup(void **state)
{
    (void)state;
    scratch = scratch_make();
    scratch_write(scratch, "verbs.cfg", config_text);
    scratch_write(scratch, "empty.lua", "");
    assert_int_equal(idx_make(scratch), 0);
    ASSERT_OK(open_run(1, NULL, 0), err);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    run_close(&run);
    scratch_remove(scratch);
    return 0;
}

/* Runs a verb and gives its result back in a group that the caller frees. */
#define VERB(NAME, CALL, RESULT) ASSERT_OK(verb_##NAME(&run, CALL, RESULT, &err), err)

static void do_verb(int (*verb)(struct run *, const struct verb_call *, struct value **,
                                struct pare_error *))
{
    struct value *result = NULL;
    ASSERT_OK(verb(&run, &plain, &result, &err), err);
    value_free(result);
}

static double real_of(const struct value *group, const char *name)
{
    const struct value *v = value_get(group, name);
    assert_non_null(v);
    return v->kind == VALUE_INT ? (double)v->integer : v->real;
}

/* Test error in percent, sample by sample, by a forward pass written out here. */
static double naive_error(const struct pare_net *net)
{
    const struct pare_param *w1 = net_param(net, "fc1.weight"), *b1 = net_param(net, "fc1.bias");
    const struct pare_param *w2 = net_param(net, "fc2.weight"), *b2 = net_param(net, "fc2.bias");
    size_t wrong = 0;

    for (uint32_t s = 0; s < IDX_TEST; s++) {
        float x[IDX_SIDE * IDX_SIDE];
        uint16_t y;
        double hidden[20], best = -INFINITY;
        int best_class = -1;
        ASSERT_OK(data_read(&run.data, PARE_SPLIT_TEST, &s, 1, x, &y, &err), err);
        for (int h = 0; h < 20; h++) {
            double sum = (double)b1->value[h];
            for (int i = 0; i < IDX_SIDE * IDX_SIDE; i++)
                sum += (double)w1->value[h * IDX_SIDE * IDX_SIDE + i] * (double)x[i];
            hidden[h] = sum > 0.0 ? sum : 0.0;
        }
        for (int c = 0; c < IDX_CLASSES; c++) {
            double sum = (double)b2->value[c];
            for (int h = 0; h < 20; h++)
                sum += (double)w2->value[c * 20 + h] * hidden[h];
            if (sum > best) {
                best = sum;
                best_class = c;
            }
        }
        wrong += best_class != y;
    }
    return 100.0 * (double)wrong / IDX_TEST;
}

static void test_train_learns(void **state)
{
    (void)state;
    struct value *before = NULL, *trained = NULL, *after = NULL;
    VERB(test, &plain, &before);
    VERB(train, &plain, &trained);
    VERB(test, &plain, &after);
    assert_true(real_of(before, "error") > 50.0);
    assert_true(real_of(after, "error") < 20.0);
    assert_true(real_of(after, "error") == naive_error(run.net));
    assert_true(real_of(after, "accuracy") == 1.0 - real_of(after, "error") / 100.0);
    assert_int_equal(real_of(after, "samples"), IDX_TEST);
    assert_int_equal(real_of(trained, "epochs"), 3);
    assert_int_equal(real_of(trained, "steps"), 3 * IDX_TRAIN / 25);
    value_free(before);
    value_free(trained);
    value_free(after);
}

/* Group, rule and call lie over each other in this order. */
static void test_prune_counts(void **state)
{
    (void)state;
    struct value *result = NULL, *call = tree_group();
    VERB(prune, &plain, &result);
    assert_int_equal(pare_param_kept(net_param(run.net, "fc1.weight")), FC1 - FC1 * 7 / 10);
    assert_int_equal(pare_param_kept(net_param(run.net, "fc2.weight")), FC2 - FC2 / 2);
    assert_int_equal(pare_param_kept(net_param(run.net, "fc1.bias")), 20);
    assert_null(net_param(run.net, "fc1.bias")->keep);
    assert_int_equal(real_of(result, "count"), FC1 + FC2);
    assert_int_equal(real_of(result, "kept"), FC1 * 3 / 10 + FC2 / 2);
    value_free(result);

    tree_real(call, "amount", 0.9);
    bool want[4] = {true, false, false, false};
    const struct verb_call other = {.want = want, .options = call};
    VERB(prune, &other, &result);
    assert_int_equal(pare_param_kept(net_param(run.net, "fc1.weight")), FC1 / 10);
    assert_int_equal(pare_param_kept(net_param(run.net, "fc2.weight")), FC2 / 2);
    assert_int_equal(real_of(result, "count"), FC1);
    value_free(result);
    value_free(call);
}

/* Weights that were pruned do not come back, and a call that asks for more than
 * is left is a missed request. */
static void test_prune_missed(void **state)
{
    (void)state;
    struct value *result = NULL, *call = tree_group();
    do_verb(verb_prune);
    tree_real(call, "amount", 0.2);
    const struct verb_call less = {.options = call};
    assert_int_equal(verb_prune(&run, &less, &result, &err), PARE_EREQUEST);
    assert_null(result);
    assert_non_null(strstr(err.text, "fc1.weight"));
    assert_non_null(strstr(err.text, "384"));  /* kept: 1280 - 896 */
    assert_non_null(strstr(err.text, "1024")); /* asked: 1280 - 256 */
    value_free(call);
}

static void test_wrong_options(void **state)
{
    (void)state;
    struct value *result = NULL;
    struct value *call = value_new(VALUE_GROUP, NULL, "s.lua", 7);
    struct value *wrong = value_new(VALUE_REAL, "amuont", "s.lua", 7);
    value_add(call, wrong);
    const struct verb_call bad = {.options = call};
    assert_int_equal(verb_prune(&run, &bad, &result, &err), PARE_EUSER);
    assert_string_equal(err.place, "s.lua:7");
    assert_non_null(strstr(err.text, "amuont"));
    assert_non_null(strstr(err.text, "amount"));
    assert_null(net_param(run.net, "fc1.weight")->keep);
    value_free(call);

    call = value_new(VALUE_GROUP, NULL, "s.lua", 8);
    value_add(call, value_text(VALUE_TEXT, "quantizer", "loyd", "s.lua", 8));
    const struct verb_call unknown = {.options = call};
    err = (struct pare_error){0};
    assert_true(verb_share(&run, &unknown, &result, &err) != PARE_OK);
    assert_string_equal(err.place, "s.lua:8");
    assert_non_null(strstr(err.text, "loyd"));
    value_free(call);
}

static void test_share_codebooks(void **state)
{
    (void)state;
    struct value *result = NULL;
    do_verb(verb_train);
    do_verb(verb_prune);
    VERB(share, &plain, &result);
    const struct pare_param *p = net_param(run.net, "fc1.weight");
    assert_int_equal(p->centroids, 8);
    assert_int_equal(net_param(run.net, "fc2.weight")->centroids, 16);
    assert_null(net_param(run.net, "fc2.bias")->centroid);
    for (size_t i = 0; i < p->count; i++)
        assert_true(p->value[i] == (p->keep[i] ? p->centroid[p->code[i]] : 0.0f));
    const struct value *lines = value_get(result, "params");
    assert_int_equal(value_count(lines), 2);
    assert_string_equal(value_get(lines->child, "name")->text, "fc1.weight");
    value_free(result);
}

static void whole_road(void)
{
    do_verb(verb_train);
    do_verb(verb_prune);
    do_verb(verb_train);
    do_verb(verb_share);
    do_verb(verb_train);
    do_verb(verb_encode);
}

static void test_stages(void **state)
{
    (void)state;
    double trained, pruned;
    do_verb(verb_train);
    trained = naive_error(run.net);
    do_verb(verb_prune);
    do_verb(verb_train);
    pruned = naive_error(run.net);
    do_verb(verb_share);
    do_verb(verb_encode);
    ASSERT_OK(run_finish(&run, &err), err);

    static const char *const names[] = {"trained", "pruned", "shared", "coded"};
    assert_int_equal(run.stages, 4);
    for (int i = 0; i < 4; i++) {
        assert_string_equal(run.stage[i].name, names[i]);
        assert_int_equal(run.stage[i].weights, FC1 + FC2);
        assert_int_equal(run.stage[i].kept, i ? FC1 * 3 / 10 + FC2 / 2 : FC1 + FC2);
    }
    assert_true(run.stage[0].error_percent == trained);
    assert_true(run.stage[1].error_percent == pruned);
    assert_true(run.stage[2].error_percent == naive_error(run.net));
    assert_true(run.stage[3].error_percent == run.stage[2].error_percent);
    assert_int_equal(run.stage[0].bytes, 4 * (FC1 + 20 + FC2 + IDX_CLASSES));
    /* At fixed width every kept value costs 4 bytes, or its code and its share of the
     * codebook; positions and framing come to less than as much again. */
    size_t biases = 4 * (20 + IDX_CLASSES), kept1 = FC1 * 3 / 10, kept2 = FC2 / 2;
    size_t values = 4 * (kept1 + kept2) + biases;
    size_t codes = (3 * kept1 + 4 * kept2) / 8 + 4 * (8 + 16) + biases;
    assert_in_range(run.stage[1].bytes, values, 2 * values);
    assert_in_range(run.stage[2].bytes, codes, 2 * codes);
    struct stat info;
    assert_int_equal(stat(run.model_path, &info), 0);
    assert_int_equal(run.stage[3].bytes, info.st_size);
    assert_true(run.stage[3].bytes < run.stage[2].bytes); /* what entropy coding gives */
}

/* A restore leads back: what was recorded of later stages belongs to nets that
 * are given up. */
static void test_stages_after_restore(void **state)
{
    (void)state;
    struct held *dense = NULL;
    do_verb(verb_train);
    ASSERT_OK(verb_snapshot(&run, &dense, &err), err);
    do_verb(verb_prune);
    do_verb(verb_share);
    assert_int_equal(run.stages, 2);
    ASSERT_OK(verb_restore(&run, dense, NULL, SNAPSHOT_ALL, &err), err);
    do_verb(verb_encode);
    ASSERT_OK(run_finish(&run, &err), err);
    assert_int_equal(run.stages, 2);
    assert_string_equal(run.stage[0].name, "trained");
    assert_string_equal(run.stage[1].name, "coded");
    assert_int_equal(run.stage[1].kept, FC1 + FC2);
    held_free(dense);
}

static void test_requests(void **state)
{
    (void)state;
    static const char *const set[] = {"request.bytes=50", "request.ratio=2", "request.error=90",
                                      "request.density=0.29"};
    run_close(&run);
    ASSERT_OK(open_run(1, set, 4), err);
    whole_road();
    assert_int_equal(run_finish(&run, &err), PARE_EREQUEST);
    assert_non_null(strstr(err.text, "request.bytes: 50 asked"));
    assert_non_null(strstr(err.text, "request.density: 0.29 asked"));
    assert_null(strstr(err.text, "request.ratio"));
    assert_null(strstr(err.text, "request.error"));

    struct value *result = run_result(&run);
    assert_false(value_get(result, "requests_met")->boolean);
    assert_int_equal(value_count(value_get(result, "misses")), 2);
    value_free(result);
}

/* Rounding to whole weights is no miss: 0.3112 is what the amounts come to. */
static void test_requests_met(void **state)
{
    (void)state;
    static const char *const set[] = {"request.density=0.3112"};
    run_close(&run);
    ASSERT_OK(open_run(1, set, 1), err);
    whole_road();
    ASSERT_OK(run_finish(&run, &err), err);
}

static char *model_bytes(size_t *size)
{
    return scratch_read(run.dir, "model.pare", size);
}

static void test_threads_same_bytes(void **state)
{
    (void)state;
    size_t one_size, three_size;
    whole_road();
    char *one = model_bytes(&one_size);
    run_close(&run);
    ASSERT_OK(open_run(3, NULL, 0), err);
    whole_road();
    char *three = model_bytes(&three_size);
    assert_int_equal(one_size, three_size);
    assert_memory_equal(one, three, one_size);
    free(one);
    free(three);
}

static void test_journal_options(void **state)
{
    (void)state;
    do_verb(verb_prune);
    char *text = scratch_read(run.dir, "journal.jsonl", NULL);
    json_t *line = json_loads(strchr(text, '\n') + 1, JSON_DISABLE_EOF_CHECK, NULL);
    json_t *options = json_object_get(line, "options");
    assert_true(json_number_value(json_object_get(options, "amount")) == 0.7);
    json_t *own = json_array_get(json_object_get(options, "own"), 0);
    assert_string_equal(json_string_value(json_object_get(own, "param")), "fc2.weight");
    assert_true(json_number_value(json_object_get(own, "amount")) == 0.5);
    assert_int_equal(json_array_size(json_object_get(options, "own")), 1);
    json_decref(line);
    free(text);
}

/* The resolved config of a run, run again, gives the same file. */
static void test_config_runs_again(void **state)
{
    (void)state;
    size_t first_size, again_size;
    whole_road();
    char *first = model_bytes(&first_size);
    char *text = scratch_read(run.dir, "config.cfg", NULL);
    scratch_write(scratch, "verbs.cfg", text);
    free(text);
    text = scratch_read(run.dir, "schedule.lua", NULL);
    scratch_write(scratch, "schedule.lua", text);
    free(text);
    run_close(&run);
    ASSERT_OK(open_run(1, NULL, 0), err);
    whole_road();
    char *again = model_bytes(&again_size);
    assert_int_equal(first_size, again_size);
    assert_memory_equal(first, again, first_size);
    free(first);
    free(again);
}

#define TEST(NAME) cmocka_unit_test_setup_teardown(NAME, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_train_learns),         TEST(test_prune_counts),    TEST(test_prune_missed),
        TEST(test_wrong_options),        TEST(test_share_codebooks), TEST(test_stages),
        TEST(test_stages_after_restore), TEST(test_requests),        TEST(test_requests_met),
        TEST(test_threads_same_bytes),   TEST(test_journal_options), TEST(test_config_runs_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
