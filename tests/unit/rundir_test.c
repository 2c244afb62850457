/* SPDX-License-Identifier: Apache-2.0 */
/* Run folders and the journal in them. */

#include "support/support.h"

#include "run/journal.h"
#include "run/rundir.h"
#include "run/tree.h"
#include "support/scratch.h"
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char *scratch;

static int setup(void **state)
{
    (void)state;
    scratch = scratch_make();
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    scratch_remove(scratch);
    return 0;
}

static void assert_made(const char *name, const char *leaf)
{
    struct pare_error err = {0};
    char want[4096];
    struct stat info;
    char *dir = rundir_make(scratch, name, "0123abcd", &err);
    assert_non_null(dir);
    snprintf(want, sizeof want, "%s/%s", scratch, leaf);
    assert_string_equal(dir, want);
    assert_int_equal(stat(dir, &info), 0);
    assert_true(S_ISDIR(info.st_mode));
    free(dir);
}

static void test_next_number(void **state)
{
    (void)state;
    assert_made("lenet", "lenet-0123abcd");
    assert_made("lenet", "lenet-0123abcd-2");
    assert_made("lenet", "lenet-0123abcd-3");
}

/* A name cannot lead out of the folder, nor hide in it. */
static void test_hostile_names(void **state)
{
    (void)state;
    assert_made("../../etc", "-.-..-etc-0123abcd");
    assert_made("a b/c", "a-b-c-0123abcd");
    assert_made("", "run-0123abcd");
    assert_made(".hidden", "-hidden-0123abcd");
}

static void test_runs_at_once(void **state)
{
    (void)state;
    enum { RUNS = 8 };
    for (int i = 0; i < RUNS; i++) {
        if (fork() == 0) {
            struct pare_error err = {0};
            char *dir = rundir_make(scratch, "same", "00000000", &err);
            /* The folder must be this run's alone: a mark can be made only once. */
            char mark[4096];
            snprintf(mark, sizeof mark, "%s/mark", dir ? dir : "");
            _exit(dir && mkdir(mark, 0700) == 0 ? 0 : 1);
        }
    }
    for (int i = 0; i < RUNS; i++) {
        int status = -1;
        assert_true(wait(&status) > 0);
        assert_int_equal(status, 0);
    }
}

static void test_no_folder(void **state)
{
    (void)state;
    struct pare_error err = {0};
    char path[4096];
    scratch_write(scratch, "file", "");
    snprintf(path, sizeof path, "%s/file", scratch);
    assert_null(rundir_make(path, "x", "00000000", &err));
    assert_int_equal(err.status, PARE_EIO);
    assert_true(*err.text != '\0');
}

/* Each line is in the file as soon as journal_add is back, numbered from 1. */
static void test_journal_lines(void **state)
{
    (void)state;
    struct pare_error err = {0};
    char *path = rundir_journal(scratch);
    struct journal *journal = journal_open(path, &err);
    assert_non_null(journal);
    for (int i = 1; i <= 3; i++) {
        struct value *options = tree_group();
        tree_real(options, "amount", 0.1 * i);
        ASSERT_OK(journal_add(journal, "prune", options, NULL, &err), err);
        value_free(options);

        char *text = scratch_read(scratch, "journal.jsonl", NULL);
        char *line = strtok(text, "\n");
        int lines = 0;
        for (; line; line = strtok(NULL, "\n")) {
            json_t *node = json_loads(line, 0, NULL);
            assert_non_null(node);
            assert_int_equal(json_integer_value(json_object_get(node, "number")), ++lines);
            assert_string_equal(json_string_value(json_object_get(node, "verb")), "prune");
            json_t *asked = json_object_get(json_object_get(node, "options"), "amount");
            assert_true(json_number_value(asked) == 0.1 * lines);
            json_decref(node);
        }
        assert_int_equal(lines, i);
        free(text);
    }
    journal_close(journal);
    assert_null(journal_open(path, &err));
    assert_int_equal(err.status, PARE_EIO);
    free(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_next_number, setup, teardown),
        cmocka_unit_test_setup_teardown(test_hostile_names, setup, teardown),
        cmocka_unit_test_setup_teardown(test_runs_at_once, setup, teardown),
        cmocka_unit_test_setup_teardown(test_no_folder, setup, teardown),
        cmocka_unit_test_setup_teardown(test_journal_lines, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
