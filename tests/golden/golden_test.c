/* SPDX-License-Identifier: Apache-2.0 */
/* Every golden file reads, here and in the second decoder, and its values have the
 * digests that stand beside it. Every broken one fails with the error that stands
 * beside it, and the second decoder refuses it too. */
#include "support/support.h"

#include "support/container.h"

#include "base/alloc.h"
#include "base/file.h"
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct bytes get_file(const char *folder, const char *name)
{
    struct pare_error err = {0};
    char *path = xasprintf("%s/%s/%s", GOLDEN_DIR, folder, name);
    struct bytes file = {0};

    file.at = (uint8_t *)file_read(path, 1 << 20, &file.size, &err);
    if (!file.at)
        fail_msg("%s: %s", path, err.text);
    free(path);
    return file;
}

/* How many files of the folder end in .pare. */
static size_t count_files(const char *folder)
{
    char *path = xasprintf("%s/%s", GOLDEN_DIR, folder);
    DIR *dir = opendir(path);
    size_t n = 0;

    assert_non_null(dir);
    for (const struct dirent *entry; (entry = readdir(dir));)
        n += strstr(entry->d_name, ".pare") != NULL;
    closedir(dir);
    free(path);
    return n;
}

/* Calls check for each line of a list: "FILE REST". */
static void each_line(const char *folder, const char *list,
                      void (*check)(const char *name, char *rest))
{
    struct bytes text = get_file(folder, list);
    char *save = NULL;

    for (char *line = strtok_r((char *)text.at, "\n", &save); line;
         line = strtok_r(NULL, "\n", &save)) {
        char *rest = strchr(line, ' ');
        assert_non_null(rest);
        *rest = '\0';
        check(line, rest + 1);
    }
    free(text.at);
}

static size_t files_seen;
static char last_name[64];

static void check_good(const char *name, char *rest)
{
    struct bytes file = get_file("v1", name);
    char *digest = strchr(rest, ' '), hex[65];
    const struct pare_param *p;
    struct pare_error err = {0};
    struct model_file model;

    assert_non_null(digest);
    *digest++ = '\0';
    if (format_read(file.at, file.size, name, &model, &err))
        fail_msg("%s: %s", name, err.text);
    p = net_param(model.net, rest);
    assert_non_null(p);
    ASSERT_OK(size_digest(p, hex, &err), err);
    assert_string_equal(hex, digest);
    if (strcmp(name, last_name) != 0) { /* once a file */
        test_second_decoder(&file, model.net);
        snprintf(last_name, sizeof last_name, "%s", name);
        files_seen++;
    }
    model_file_free(&model);
    free(file.at);
}

static void test_good(void **state)
{
    (void)state;
    files_seen = 0;
    each_line("v1", "values.txt", check_good);
    assert_int_equal(files_seen, count_files("v1"));
}

static void check_broken(const char *name, char *rest)
{
    struct bytes file = get_file("broken", name);
    struct pare_error err = {0};
    struct model_file model;

    if (format_read(file.at, file.size, name, &model, &err) == PARE_OK)
        fail_msg("%s: was read, wanted: %s", name, rest);
    if (!strstr(err.text, rest))
        fail_msg("%s: wanted: %s\n   found: %s", name, rest, err.text);
    if (!test_second_refuses(&file))
        fail_msg("%s: the second decoder reads it", name);
    free(file.at);
    files_seen++;
}

static void test_broken(void **state)
{
    (void)state;
    files_seen = 0;
    each_line("broken", "errors.txt", check_broken);
    assert_int_equal(files_seen, count_files("broken"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_good), cmocka_unit_test(test_broken)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
