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
            bool alone = dir && mkdir(mark, 0700) == 0;
            free(dir);
            _exit(alone ? 0 : 1);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_next_number, setup, teardown),
        cmocka_unit_test_setup_teardown(test_hostile_names, setup, teardown),
        cmocka_unit_test_setup_teardown(test_runs_at_once, setup, teardown),
        cmocka_unit_test_setup_teardown(test_no_folder, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
