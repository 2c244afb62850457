/* SPDX-License-Identifier: Apache-2.0 */
/* The journal against damage: lines are checked by another reader, and broken by hand. */

#include "support/support.h"

#include "base/hash.h"
#include "run/journal.h"
#include "run/tree.h"
#include "support/scratch.h"
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char *scratch, path[4096];
static struct pare_error err;

static int setup(void **state)
{
    (void)state;
    scratch = scratch_make();
    snprintf(path, sizeof path, "%s/journal.jsonl", scratch);
    err = (struct pare_error){0};
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    scratch_remove(scratch);
    return 0;
}

static void add(struct journal *j, const char *word, int number, bool inside)
{
    struct value *record = tree_group();

    if (word)
        tree_text(record, "record", word);
    else
        tree_text(record, "verb", "prune");
    tree_int(record, "number", number);
    tree_add_group(record, "options");
    if (number == 2)
        tree_text(record, "file", "007.pare");
    if (inside)
        tree_bool(record, "inside", true);
    ASSERT_OK(journal_add(j, record, !inside, &err), err);
    value_free(record);
}

/* start, two verbs, two records inside a train. */
static void make(void)
{
    struct journal *j = journal_open(path, &err);

    assert_non_null(j);
    add(j, "start", 0, false);
    add(j, NULL, 1, false);
    add(j, NULL, 2, false);
    add(j, "begin", 3, true);
    add(j, NULL, 4, true);
    journal_close(j);
}

static size_t count_now(bool *torn)
{
    struct journal *j = journal_open(path, &err);
    size_t n;

    assert_non_null(j);
    n = journal_count(j);
    *torn = journal_torn(j);
    journal_close(j);
    return n;
}

static void test_lines(void **state)
{
    (void)state;
    make();
    char *text = scratch_read(scratch, "journal.jsonl", NULL), *line = strtok(text, "\n");
    for (int i = 0; i < 5; i++, line = strtok(NULL, "\n")) {
        json_t *node = json_loads(line, 0, NULL);
        unsigned long crc = strtoul(json_string_value(json_object_get(node, "crc")), NULL, 16);
        assert_int_equal(json_integer_value(json_object_get(node, "number")), i);
        assert_int_equal(crc, hash_crc32(0, line, (size_t)(strstr(line, ",\"crc\"") - line)));
        json_decref(node);
    }
    assert_null(line);
    free(text);

    struct journal *j = journal_open(path, &err);
    assert_int_equal(journal_count(j), 5);
    assert_int_equal(journal_at(j, 0)->kind, JOURNAL_START);
    assert_int_equal(journal_at(j, 2)->kind, JOURNAL_VERB);
    assert_string_equal(journal_at(j, 2)->file, "007.pare");
    assert_false(journal_at(j, 2)->inside);
    assert_int_equal(journal_at(j, 3)->kind, JOURNAL_BEGIN);
    assert_true(journal_at(j, 4)->inside);
    struct value *record = journal_read(j, 1, &err);
    assert_int_equal(value_get(record, "number")->integer, 1);
    value_free(record);
    journal_close(j);
}

/* Cut at every byte: whole lines are kept, the rest of one is torn. */
static void test_cut_anywhere(void **state)
{
    (void)state;
    size_t size;
    make();
    char *text = scratch_read(scratch, "journal.jsonl", &size);
    for (size_t n = 0; n <= size; n++) {
        size_t lines = 0;
        bool torn;
        for (size_t i = 0; i < n; i++)
            lines += text[i] == '\n';
        assert_int_equal(truncate(path, 0), 0);
        FILE *out = fopen(path, "w");
        assert_int_equal(fwrite(text, 1, n, out), n);
        fclose(out);
        assert_int_equal(count_now(&torn), lines);
        assert_int_equal(torn, n > 0 && text[n - 1] != '\n');
    }
    free(text);
}

/* Any one byte of a record changed: damage when a flushed record follows; of the
 * last ones, which a power cut may tear, an end. */
static void test_damage(void **state)
{
    (void)state;
    size_t size, line = 0;
    make();
    char *text = scratch_read(scratch, "journal.jsonl", &size);
    for (size_t n = 0; n < size; n++) {
        char was = text[n];
        bool torn;
        if (was == '\n') { /* two lines in one are another matter */
            line++;
            continue;
        }
        text[n] = (char)(was ^ 1);
        FILE *out = fopen(path, "w");
        assert_int_equal(fwrite(text, 1, size, out), size);
        fclose(out);
        text[n] = was;
        if (line < 2) {
            struct journal *j = journal_open(path, &err);
            assert_null(j);
            assert_int_equal(err.status, PARE_EFORMAT);
            err = (struct pare_error){0};
        } else {
            assert_int_equal(count_now(&torn), line);
            assert_true(torn);
        }
    }
    free(text);
}

static void test_cut_and_add(void **state)
{
    (void)state;
    bool torn;
    make();
    struct journal *j = journal_open(path, &err);
    ASSERT_OK(journal_cut(j, 2, &err), err);
    assert_int_equal(journal_count(j), 2);
    add(j, NULL, 2, false);
    journal_close(j);
    assert_int_equal(count_now(&torn), 3);
    assert_false(torn);
}

static void test_one_process(void **state)
{
    (void)state;
    struct journal *j = journal_open(path, &err);
    assert_non_null(j);
    assert_null(journal_open(path, &err));
    assert_int_equal(err.status, PARE_ESTATE);
    assert_non_null(strstr(err.text, "another process"));
    journal_close(j);
    err = (struct pare_error){0};
    j = journal_open(path, &err);
    assert_non_null(j);
    journal_close(j);
}

#define TEST(NAME) cmocka_unit_test_setup_teardown(NAME, setup, teardown)

#define VERB "{\"number\":1,\"verb\":\"test\",\"options\":{}"
/* A right checksum does not make a record of what has not its form. */
static void test_form(void **state)
{
    static const char *const bad[] = {
        "{\"record\":\"plugin\"",
        "{\"record\":\"plugin\",\"plugin\":7",
        "{\"record\":\"size\"",
        "{\"record\":\"start\",\"inside\":true",
        "{\"record\":\"start\",\"file\":\"001.pare\"",
        "{\"record\":\"stage\",\"result\":[]",
        "{\"record\":\"begin\"",
        "{\"record\":\"epoch\",\"epoch\":\"1\",\"epochs\":1,\"steps\":1",
        "{\"number\":1,\"verb\":7,\"options\":{}",
        "{\"number\":1,\"verb\":\"test\"",
        VERB ",\"result\":[1]",
        VERB ",\"error\":{}",
        VERB ",\"error\":{\"status\":0,\"place\":\"\",\"text\":\"\"}",
        VERB ",\"shown\":[{}]",
        VERB ",\"file\":\"../001.pare\"",
        VERB ",\"snapshot\":\"/x\"",
        VERB ",\"after\":{\"loss\":9}",
        VERB ",\"after\":{\"kept\":[-1]}",
        VERB ",\"after\":{\"kept\":[\"x\"]}",
        VERB ",\"after\":{\"missed\":[{}]}",
        VERB
        ",\"after\":{\"missed\":[{\"request\":\"prune\",\"param\":\"x\",\"wanted\":1,\"got\":2}]}",
    };
    static const char start[] = "{\"record\":\"start\"";

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char text[1000];
        bool torn;

        snprintf(text, sizeof text, "%s,\"crc\":\"%08x\"}\n%s,\"crc\":\"%08x\"}\n", start,
                 hash_crc32(0, start, sizeof start - 1), bad[i],
                 hash_crc32(0, bad[i], strlen(bad[i])));
        scratch_write(scratch, "journal.jsonl", text);
        if (count_now(&torn) != 1 || !torn)
            fail_msg("taken for a record: %s", bad[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {TEST(test_lines),       TEST(test_cut_anywhere),
                                       TEST(test_damage),      TEST(test_cut_and_add),
                                       TEST(test_one_process), TEST(test_form)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
