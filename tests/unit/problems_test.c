/* SPDX-License-Identifier: Apache-2.0 */
/* What is wrong, all at once: sorted, once each, with the line that is meant. */

#include "support/support.h"

#include "config/problems.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static char *printed(struct problems *problems)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    problems_print(problems, out);
    fclose(out);
    return text;
}

static void sorted_without_repetitions(void **state)
{
    struct problems list = {0};
    char *text;

    (void)state;
    problems_add(&list, "no-such-file", 12, "third");
    problems_add(&list, "no-such-file", 2, "second, %d", 1);
    problems_add(&list, "--set", 0, "first");
    problems_add(&list, "no-such-file", 2, "second, 1");
    problems_add(&list, "no-such-file", 2, "second, 2");
    assert_int_equal(list.count, 4);
    text = printed(&list);
    assert_string_equal(text, "--set: first\n"
                              "no-such-file:2: second, 1\n"
                              "no-such-file:2: second, 2\n"
                              "no-such-file:12: third\n");
    free(text);
    problems_free(&list);
    assert_int_equal(list.count, 0);
}

static void shows_the_line_and_no_control_bytes(void **state)
{
    char path[] = "/tmp/problems-XXXXXX", *text, *wanted = NULL;
    int fd = mkstemp(path);
    FILE *file = fdopen(fd, "w");
    struct problems list = {0};

    (void)state;
    fputs("one\n\t two\x1b[31m  = 2;\r\n\n", file);
    for (int i = 0; i < 200; i++)
        fputc('x', file);
    fclose(file);
    problems_add(&list, path, 2, "bad \x1b[31m text");
    problems_add(&list, path, 3, "an empty line");
    problems_add(&list, path, 4, "a long line");
    problems_add(&list, path, 99, "past the end");
    text = printed(&list);
    assert_true(asprintf(&wanted,
                         "%s:2: bad ?[31m text\n    two?[31m  = 2;\n%s:3: an empty line\n"
                         "%s:4: a long line\n    %.*s...\n%s:99: past the end\n",
                         path, path, path, 120,
                         "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
                         "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
                         path) > 0);
    assert_string_equal(text, wanted);
    unlink(path);
    free(text);
    free(wanted);
    problems_free(&list);
}

static void one_error_for_all(void **state)
{
    struct problems list = {0};
    struct pare_error err = {0};

    (void)state;
    assert_int_equal(problems_status(&list, &err), PARE_OK);
    problems_add(&list, "b.cfg", 3, "later");
    assert_int_equal(problems_status(&list, &err), PARE_EUSER);
    assert_string_equal(err.place, "b.cfg:3");
    assert_string_equal(err.text, "later");
    problems_add(&list, "a.cfg", 9, "earlier");
    assert_int_equal(problems_status(&list, &err), PARE_EUSER);
    assert_string_equal(err.place, "a.cfg:9");
    assert_string_equal(err.text, "earlier (and 1 more)");
    problems_free(&list);
}

/* 60,000 different problems, the later file first. */
static void many_take_no_quadratic_time(void **state)
{
    struct problems list = {0};
    clock_t start = clock();
    char *text = NULL;
    size_t size = 0, lines = 0;
    FILE *out = open_memstream(&text, &size);

    (void)state;
    assert_non_null(out);
    for (unsigned i = 0; i < 60000; i++)
        problems_add(&list, i < 30000 ? "/z.cfg" : "/a.cfg", i % 30000 + 1, "no %u", i);
    problems_print(&list, out);
    fclose(out);
    assert_int_equal(strncmp(text, "/a.cfg:1: no 30000\n", 19), 0);
    for (const char *c = text; *c; c++)
        lines += *c == '\n';
    assert_int_equal(lines, PROBLEMS_SHOWN_MAX + 1);
    assert_non_null(strstr(text, "and 59900 more\n"));
    free(text);
    problems_free(&list);
    assert_true((double)(clock() - start) / CLOCKS_PER_SEC < 10.0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sorted_without_repetitions),
        cmocka_unit_test(shows_the_line_and_no_control_bytes),
        cmocka_unit_test(one_error_for_all),
        cmocka_unit_test(many_take_no_quadratic_time),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
