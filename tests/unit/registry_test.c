/* SPDX-License-Identifier: Apache-2.0 */
/* Every unfit plugin of tests/plugins-bad gets its own sentence; the search path,
 * the list and the names behave; a plugin in use has its options and is closed
 * whatever fails. */

#include "support/support.h"

#include "base/file.h"
#include "config/value.h"
#include "plugin/registry.h"
#include <dirent.h>
#include <pare/pruner.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FIXTURE TEST_BUILD_DIR "/tests/plugins-bad/fixture/"
#define UNFIT TEST_BUILD_DIR "/tests/plugins-bad/unfit/"

/* The selfs of fixture/plain.c and fixture/peer.c as far as the tests look. */
struct plain {
    double power;
    bool loud;
};
struct peer {
    int64_t rounds;
};

static char folder[] = "/tmp/pare-registry-XXXXXX";

static char *here(const char *name)
{
    static char path[4][512];
    static int at;

    at = (at + 1) % 4;
    snprintf(path[at], sizeof path[at], "%s/%s", folder, name);
    return path[at];
}

static void write_text(const char *path, const void *text, size_t size)
{
    struct pare_error err = {0};
    char *dir = file_dir(path);

    ASSERT_OK(file_make_dir(dir, &err), err);
    ASSERT_OK(file_write(path, text, size, &err), err);
    free(dir);
}

static void copy(const char *from, const char *to)
{
    struct pare_error err = {0};
    size_t size;
    char *bytes = file_read(from, 1 << 24, &size, &err);

    if (!bytes)
        fail_msg("%s", err.text);
    write_text(to, bytes, size);
    free(bytes);
}

/* Puts what stands for a word in its place. */
static void replace(char *text, size_t room, const char *word, size_t number)
{
    char *at = strstr(text, word), rest[512];

    if (!at)
        return;
    snprintf(rest, sizeof rest, "%s", at + strlen(word));
    snprintf(at, room - (size_t)(at - text), "%zu%s", number, rest);
}

static void check_unfit(const char *source, const char *name)
{
    struct pare_error err = {0};
    char path[1024], expect[512];
    char *text = file_read(source, 1 << 16, &(size_t){0}, &err), *start, *end;

    assert_non_null(text);
    start = strstr(text, "/* expect: ");
    assert_non_null(start);
    start += strlen("/* expect: ");
    end = strstr(start, " */");
    snprintf(expect, sizeof expect, "%.*s", (int)(end - start), start);
    replace(expect, sizeof expect, "%ABI%", PARE_ABI);
    replace(expect, sizeof expect, "%PRUNER%", sizeof(struct pare_pruner));
    snprintf(path, sizeof path, UNFIT "%s.so", name);
    err = (struct pare_error){0};
    assert_null(registry_load(path, &err));
    if (expect[0] == '~' ? !strstr(err.text, expect + 1) : strcmp(err.text, expect) != 0)
        fail_msg("%s: got '%s', expected '%s'", name, err.text, expect);
    /* What the loader could not do is of this moment and not of the plugin. */
    assert_int_equal(err.status, strcmp(name, "undefined") == 0 ? PARE_EIO : PARE_EPLUGIN);
    assert_string_equal(err.place, path);
    free(text);
}

static void test_unfit(void **state)
{
    DIR *dir = opendir(TEST_SOURCE_DIR "/plugins-bad");
    struct dirent *entry;
    int n = 0;

    (void)state;
    assert_non_null(dir);
    while ((entry = readdir(dir)) != NULL) {
        size_t length = strlen(entry->d_name);
        char source[1024], name[256];

        if (length < 3 || strcmp(entry->d_name + length - 2, ".c") != 0)
            continue;
        snprintf(source, sizeof source, TEST_SOURCE_DIR "/plugins-bad/%s", entry->d_name);
        snprintf(name, sizeof name, "%.*s", (int)(length - 2), entry->d_name);
        check_unfit(source, name);
        n++;
    }
    closedir(dir);
    assert_true(n >= 25);
}

static void expect_load_failure(const char *path, const char *text)
{
    struct pare_error err = {0};

    assert_null(registry_load(path, &err));
    if (strcmp(err.text, text) != 0)
        fail_msg("%s: got '%s', expected '%s'", path, err.text, text);
}

static void test_no_library(void **state)
{
    (void)state;
    write_text(here("text.so"), "#!/bin/sh\n", 10);
    expect_load_failure(here("text.so"), "not a shared library");
    write_text(here("long.so"),
               "This is a text of more than sixty-four bytes, and no ELF file.....", 66);
    expect_load_failure(here("long.so"), "not a shared library");
    write_text(here("empty.so"), "", 0);
    expect_load_failure(here("empty.so"), "not a shared library");
    assert_int_equal(mkdir(here("folder.so"), 0755), 0);
    expect_load_failure(here("folder.so"), "not a regular file");
    expect_load_failure(here("absent.so"), "No such file or directory");
    copy("/bin/true", here("program.so"));
    assert_null(registry_load(here("program.so"), &(struct pare_error){0}));
}

/* Cut off anywhere, a library is refused or, where only what the loader does not
 * need is missing, works. dlopen alone would die of SIGBUS. */
static void test_truncated(void **state)
{
    size_t size, refused = 0, tries = 0;
    char *bytes = file_read(FIXTURE "plain.so", 1 << 24, &size, NULL);

    (void)state;
    assert_non_null(bytes);
    for (size_t n = 0; n < size; n += n < 4096 ? 61 : 997, tries++) {
        struct pare_error err = {0};
        char name[64];

        snprintf(name, sizeof name, "cut%zu/plain.so", n);
        write_text(here(name), bytes, n);
        if (!registry_load(here(name), &err)) {
            refused++;
            assert_true(err.text[0] != '\0');
        }
    }
    assert_true(refused >= 67 && refused <= tries);
    free(bytes);
}

static void test_other_machine(void **state)
{
    size_t size;
    char *bytes = file_read(FIXTURE "plain.so", 1 << 24, &size, NULL);

    (void)state;
    bytes[4] = 3 - bytes[4]; /* EI_CLASS: 32 bits where it was 64 */
    write_text(here("class/plain.so"), bytes, size);
    expect_load_failure(here("class/plain.so"), "built for another kind of machine");
    free(bytes);
}

static void test_search(void **state)
{
    struct pare_error err = {0};
    const struct pare_plugin *plugin, *again;

    (void)state;
    copy(FIXTURE "plain.so", here("one/pruner/plain.so"));
    copy(FIXTURE "plain.so", here("two/pruner/plain.so"));
    copy(FIXTURE "plain.so", here("two/encoder/plain.so"));
    copy(FIXTURE "peer.so", here("two/quantizer/peer.so"));
    write_text(here("two/pruner/README.txt"), "x", 1);
    write_text(here("two/pruner/bad-name.so"), "x", 1);
    registry_add_dir(here("one"));
    registry_add_dir(here("two"));

    plugin = registry_get(PARE_KIND_PRUNER, "plain", &err);
    if (!plugin)
        fail_msg("%s: %s", err.place, err.text);
    assert_string_equal(plugin->name, "plain");
    assert_string_equal(registry_path(plugin), here("one/pruner/plain.so"));
    again = registry_get(PARE_KIND_PRUNER, "plain", &err);
    assert_ptr_equal(plugin, again);
    assert_ptr_equal(plugin, registry_load(here("one/pruner/plain.so"), &err));
    assert_null(registry_path(&(struct pare_plugin){0}));

    /* in the wrong folder, loaded before or not */
    assert_null(registry_get(PARE_KIND_ENCODER, "plain", &err));
    assert_string_equal(err.text, "this is a plugin of kind pruner, not encoder");
    assert_int_equal(symlink(here("one/pruner/plain.so"), here("one/quantizer.so")), 0);
    assert_int_equal(mkdir(here("one/quantizer"), 0755), 0);
    assert_int_equal(symlink(here("one/pruner/plain.so"), here("one/quantizer/plain.so")), 0);
    assert_null(registry_get(PARE_KIND_QUANTIZER, "plain", &err));
    assert_string_equal(err.text, "this is a plugin of kind pruner, not quantizer");

    /* a bad file is an error, not passed over for a later one */
    write_text(here("one/quantizer/peer.so"), "x", 1);
    assert_null(registry_get(PARE_KIND_QUANTIZER, "peer", &err));
    assert_string_equal(err.text, "not a shared library");
    assert_int_equal(unlink(here("one/quantizer/peer.so")), 0);
    assert_non_null(registry_get(PARE_KIND_QUANTIZER, "peer", &err));
}

static void test_names(void **state)
{
    static const char *const bad[] = {"../pruner/plain", "/etc/passwd", "",   "a.b",
                                      "plain.so",        "1st",         "a b"};
    struct pare_error err = {0};
    size_t n, seen = 0;
    char **names;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_null(registry_get(PARE_KIND_PRUNER, bad[i], &err));
        assert_int_equal(err.status, PARE_EUSER);
    }
    assert_null(registry_get(PARE_KIND_PRUNER, "plian", &err));
    assert_int_equal(err.status, PARE_EPLUGIN);
    assert_non_null(strstr(err.text, "no pruner 'plian'; did you mean 'plain'? found: "));
    assert_non_null(strstr(err.text, here("one")));
    assert_non_null(strstr(err.text, here("two")));

    names = registry_list(PARE_KIND_PRUNER, &n);
    for (size_t i = 0; i < n; i++) {
        seen += strcmp(names[i], "plain") == 0;
        assert_true(i == 0 || strcmp(names[i - 1], names[i]) < 0);
        assert_string_not_equal(names[i], "bad-name");
    }
    assert_int_equal(seen, 1);
    for (size_t i = 0; i < n; i++)
        free(names[i]);
    free(names);

    for (int kind = PARE_KIND_MODEL; kind < PARE_KIND_COUNT; kind++)
        assert_int_equal(registry_kind(registry_kind_name((enum pare_kind)kind)), kind);
    assert_int_equal(registry_kind("prune"), PARE_KIND_NONE);
    assert_null(registry_kind_name(PARE_KIND_NONE));
}

static struct value *group_of(const char *const *pairs, size_t n)
{
    struct value *group = value_new(VALUE_GROUP, NULL, "test", 0);

    for (size_t i = 0; i < n; i++)
        value_add(group,
                  value_text(VALUE_RAW, pairs[2 * i], pairs[2 * i + 1], "test", (unsigned)i + 1));
    return group;
}

static const struct pare_option verb[] = {
    {.name = "plugin", .type = PARE_OPTION_TEXT, .preset = "plain", .help = "the pruner"},
    PARE_OPTIONS_END,
};

static int open_with(const struct pare_plugin *plugin, const char *name, const char *text,
                     struct plugin_use *use, struct problems *problems, struct pare_error *err)
{
    const char *pairs[] = {"plugin", "plain", name, text};
    struct value *group = group_of(pairs, 2);
    int status = plugin_use_open(use, plugin, group, "prune", verb, problems, err);

    value_free(group);
    return status;
}

static void test_use(void **state)
{
    struct pare_error err = {0};
    struct problems problems = {0};
    struct plugin_use use = {0};
    const struct pare_plugin *plugin = registry_get(PARE_KIND_PRUNER, "plain", &err);

    (void)state;
    assert_non_null(plugin);
    plugin_use_close(&use);
    ASSERT_OK(plugin_use_open(&use, plugin, NULL, "prune", verb, NULL, &err), err);
    assert_true(((struct plain *)use.self)->power == 1.0);
    plugin_use_close(&use);
    assert_null(use.self);
    ASSERT_OK(open_with(plugin, "power", "2.5", &use, &problems, &err), err);
    assert_true(((struct plain *)use.self)->power == 2.5);
    assert_int_equal(problems.count, 0);
    plugin_use_close(&use);

    assert_int_equal(open_with(plugin, "powr", "2.5", &use, &problems, &err), PARE_EUSER);
    assert_null(use.self);
    assert_int_equal(problems.count, 1);
    assert_non_null(strstr(problems.at[0].text, "'power'"));
    assert_int_equal(problems.at[0].line, 2);
    problems_free(&problems);
    assert_int_equal(open_with(plugin, "power", "9", &use, NULL, &err), PARE_EUSER);

    err = (struct pare_error){0};
    assert_int_equal(open_with(plugin, "power", "3", &use, NULL, &err), PARE_EUSER);
    assert_string_equal(err.text, "pruner plain: power must not be 3");
    assert_null(use.self);
    err = (struct pare_error){0};
    assert_int_equal(open_with(plugin, "power", "2", &use, NULL, &err), PARE_EPLUGIN);
    assert_string_equal(err.text, "pruner plain: failed without saying why");
}

static void test_clashes(void **state)
{
    static const struct pare_option greedy[] = {
        {.name = "loud", .type = PARE_OPTION_BOOL, .preset = "false", .help = "taken"},
        PARE_OPTIONS_END,
    };
    static const char *const pairs[] = {"plugin", "x", "power", "0.5", "rounds", "7"};
    static const char *const wrong[] = {"plugin", "x", "powr", "0.5", "ronds", "7"};
    struct pare_error err = {0};
    struct problems problems = {0};
    struct plugin_use a, b;
    struct value *group = group_of(pairs, 3), *bad = group_of(wrong, 3);
    const struct pare_plugin *plain = registry_load(FIXTURE "plain.so", &err);
    const struct pare_plugin *peer = registry_load(FIXTURE "peer.so", &err);
    const struct pare_plugin *clashing = registry_load(FIXTURE "clashing.so", &err);

    (void)state;
    if (!plain || !peer || !clashing)
        fail_msg("%s: %s", err.place, err.text);
    assert_int_equal(plugin_use_open(&a, plain, NULL, "prune", greedy, NULL, &err), PARE_EPLUGIN);
    assert_string_equal(err.text, "option 'loud' is already an option of 'prune' itself; "
                                  "the plugin must call it otherwise");
    assert_string_equal(err.place, FIXTURE "plain.so");

    ASSERT_OK(plugin_use_open_pair(&a, plain, &b, peer, group, "share", verb, &problems, &err),
              err);
    assert_true(((struct plain *)a.self)->power == 0.5);
    assert_int_equal(((struct peer *)b.self)->rounds, 7);
    plugin_use_close(&a);
    plugin_use_close(&b);
    assert_int_equal(plugin_use_open_pair(&a, plain, &b, peer, bad, "share", verb, &problems, &err),
                     PARE_EUSER);
    assert_int_equal(problems.count, 2);
    problems_free(&problems);
    assert_int_equal(
        plugin_use_open_pair(&a, plain, &b, clashing, NULL, "share", verb, &problems, &err),
        PARE_EPLUGIN);
    assert_string_equal(err.text, "option 'power' is already an option of quantizer clashing, "
                                  "which shares its group; the plugin must call it otherwise");
    value_free(group);
    value_free(bad);
}

static void test_result(void **state)
{
    struct pare_error err = {0};
    const struct pare_plugin *plain = registry_load(FIXTURE "plain.so", &err);

    (void)state;
    assert_int_equal(plugin_result(plain, 5, &err), PARE_EPLUGIN);
    assert_string_equal(err.text, "pruner plain: returned 5, which is no status");
    assert_int_equal(plugin_result(plain, PARE_OK, &err), PARE_OK);
    pare_fail(&err, PARE_EIO, "the disk is gone");
    assert_int_equal(plugin_result(plain, PARE_EIO, &err), PARE_EIO);
    assert_string_equal(err.text, "pruner plain: the disk is gone");
    assert_int_equal(plugin_result(plain, PARE_EIO, NULL), PARE_EPLUGIN);
}

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static int drop_folder(void **state)
{
    char command[600];

    (void)state;
    snprintf(command, sizeof command, "rm -r '%s'", folder);
    return system(command);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_unfit),     cmocka_unit_test(test_no_library),
        cmocka_unit_test(test_truncated), cmocka_unit_test(test_other_machine),
        cmocka_unit_test(test_search),    cmocka_unit_test(test_names),
        cmocka_unit_test(test_use),       cmocka_unit_test(test_clashes),
        cmocka_unit_test(test_result),
    };

    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
