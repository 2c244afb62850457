/* SPDX-License-Identifier: Apache-2.0 */

/* The labels of the test set are small and differ between all sets, so they are
 * loaded first and say which set a folder holds. A set asked for by name must then
 * have the published content in all four files. */

#include "search.h"
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static const struct {
    const char *word, *help, *sha256[IDX_FILES];
} known[IDX_NAMES] = {
    [IDX_ANY] = {"IDX set", "give a folder with --data, PARE_DATA or data.path", {0}},
    [IDX_MNIST] = {"mnist",
                   "get it with scripts/fetch-mnist",
                   {"ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
                    "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
                    "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
                    "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"}},
    [IDX_FASHION_MNIST] = {"fashion-mnist",
                           "on Debian: apt install dataset-fashion-mnist",
                           {"c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
                            "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
                            "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
                            "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"}},
};

static bool is_file(const char *path)
{
    struct stat info;

    return stat(path, &info) == 0 && S_ISREG(info.st_mode);
}

/* Writes where name is in folder: as it is, with a '.' for the '-' before "idx" as
 * some archives have it, each raw or with .gz. */
static bool find_file(const char *folder, const char *name, char path[IDX_PATH_BYTES])
{
    const char *idx = strstr(name, "-idx");

    for (unsigned form = 0; form < 4; form++) {
        const char *end = form & 1 ? ".gz" : "";
        int length = form < 2 ? snprintf(path, IDX_PATH_BYTES, "%s/%s%s", folder, name, end)
                     : idx    ? snprintf(path, IDX_PATH_BYTES, "%s/%.*s.%s%s", folder,
                                         (int)(idx - name), name, idx + 1, end)
                              : IDX_PATH_BYTES;

        if (length < IDX_PATH_BYTES && is_file(path))
            return true;
    }
    return false;
}

static enum idx_name recognize(const struct idx_file *test_labels)
{
    for (int i = IDX_ANY + 1; i < IDX_NAMES; i++)
        if (strcmp(known[i].sha256[IDX_TEST_LABELS], test_labels->sha256) == 0)
            return (enum idx_name)i;
    return IDX_ANY;
}

static int load_all(struct idx_set *set, enum idx_name wanted, struct pare_error *err)
{
    for (int i = 0; i < IDX_FILES; i++) {
        int status = set->file[i].data ? PARE_OK : idx_file_load(&set->file[i], set->path[i], err);

        if (status != PARE_OK)
            return status;
        if (wanted != IDX_ANY && strcmp(set->file[i].sha256, known[wanted].sha256[i]) != 0)
            return pare_fail_at(err, PARE_EFORMAT, set->path[i], 0,
                                "not the file of %s: its SHA-256 is %s, published is %s",
                                known[wanted].word, set->file[i].sha256, known[wanted].sha256[i]);
    }
    return PARE_OK;
}

/* What was looked at and why it would not do, for the message at the end. */
struct trail {
    char text[512];
    size_t length;
};

static void note(struct trail *trail, const char *folder, const char *what)
{
    size_t room = sizeof trail->text - trail->length;
    int length = snprintf(trail->text + trail->length, room, "%s%s%s", trail->length ? ", " : "",
                          folder, what);

    trail->length = length < 0 || (size_t)length >= room ? sizeof trail->text - 1
                                                         : trail->length + (size_t)length;
}

/* 1: this is the set and it is loaded; 0: look further; < 0: it is, but broken. */
static int try_folder(struct idx_set *set, enum idx_name wanted, const char *const names[IDX_FILES],
                      struct trail *trail, struct pare_error *err)
{
    struct idx_file *labels = &set->file[IDX_TEST_LABELS];
    const char *missing = NULL;
    char what[128];
    int there = 0, status;

    for (int i = 0; i < IDX_FILES; i++) {
        bool found = find_file(set->folder, names[i], set->path[i]);

        there += found;
        if (!found)
            missing = names[i];
    }
    if (missing) {
        snprintf(what, sizeof what, " (has no %.64s)", missing);
        if (there)
            note(trail, set->folder, what);
        return 0;
    }
    status = idx_file_load(labels, set->path[IDX_TEST_LABELS], err);
    if (status == PARE_OK) {
        set->name = recognize(labels);
        if (wanted != IDX_ANY && set->name != wanted) {
            snprintf(what, sizeof what, " (holds %s)",
                     set->name == IDX_ANY ? "another set" : known[set->name].word);
            note(trail, set->folder, what);
            idx_set_free(set);
            return 0;
        }
        status = load_all(set, wanted, err);
    }
    return status == PARE_OK ? 1 : status;
}

int idx_set_find(struct idx_set *set, const char *const *dirs, enum idx_name wanted,
                 const char *const names[IDX_FILES], struct pare_error *err)
{
    struct trail trail = {0};

    for (; *dirs; dirs++) {
        for (int sub = 0; sub < IDX_NAMES; sub++) {
            int length = snprintf(set->folder, sizeof set->folder, "%s%s%s", *dirs,
                                  sub == IDX_ANY ? "" : "/", sub == IDX_ANY ? "" : known[sub].word);
            int found;

            if (length >= (int)sizeof set->folder)
                continue;
            found = try_folder(set, wanted, names, &trail, err);
            if (found != 0)
                return found < 0 ? found : PARE_OK;
        }
        if (!trail.length || !strstr(trail.text, *dirs))
            note(&trail, *dirs, "");
    }
    return pare_fail(err, PARE_EIO, "no %s found; looked in %s; %s", known[wanted].word, trail.text,
                     known[wanted].help);
}

void idx_set_free(struct idx_set *set)
{
    for (int i = 0; i < IDX_FILES; i++)
        idx_file_free(&set->file[i]);
}
