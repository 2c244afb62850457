/* SPDX-License-Identifier: Apache-2.0 */
/* Everything that makes a result, as one text that is hashed. */

#include "run/recipe.h"

#include "base/alloc.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/text.h"
#include "run/identity.h"
#include "run/journal.h"
#include "run/rundir.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { SOURCE_BYTES_MAX = 1 << 20, PLUGIN_BYTES_MAX = 1 << 30, MODULES_MAX = 256 };

/* The sources of a schedule, found so far. */
struct sources {
    char *dirs[2]; /* where modules are looked for, in order */
    char *path[MODULES_MAX];
    size_t n;
};

static void add_source(struct sources *s, const char *path)
{
    for (size_t i = 0; i < s->n; i++)
        if (strcmp(s->path[i], path) == 0)
            return;
    if (s->n < MODULES_MAX)
        s->path[s->n++] = xstrdup(path);
}

static void add_module(struct sources *s, const char *name)
{
    for (size_t i = 0; i < sizeof s->dirs / sizeof s->dirs[0]; i++) {
        char *leaf = xasprintf("%s.lua", name), *path = file_join(s->dirs[i], leaf);
        bool there = file_exists(path);

        if (there)
            add_source(s, path);
        free(path);
        free(leaf);
        if (there)
            return;
    }
}

/* Every require "name" and require("name") of a text, in comments too. */
static void add_required(struct sources *s, const char *text)
{
    for (const char *at = text; (at = strstr(at, "require"));) {
        at += strlen("require");
        at += strspn(at, " \t\n(");
        if (*at != '"' && *at != '\'')
            continue;
        const char *end = strchr(at + 1, *at);
        if (!end)
            return;
        char *name = xstrndup(at + 1, (size_t)(end - at - 1));
        if (text_is_identifier(name))
            add_module(s, name);
        free(name);
    }
}

/* Writes the schedule and what it requires, each with its name, and all of their text
 * again into words. */
static int put_sources(const struct experiment *e, FILE *out, FILE *words, struct pare_error *err)
{
    struct sources s = {
        .dirs = {file_dir(e->schedule), file_join(registry_share_dir(), "scripts/lib")}};
    int status = PARE_OK;

    add_source(&s, e->schedule);
    for (size_t i = 0; i < s.n && status == PARE_OK; i++) {
        size_t size = 0;
        char *text = file_read(s.path[i], SOURCE_BYTES_MAX, &size, err), hex[65];
        const char *slash = strrchr(s.path[i], '/');

        if (!text) {
            status = err->status;
            break;
        }
        hash_sha256(text, size, hex);
        fprintf(out, "source %s %s\n", i == 0 ? "schedule" : slash ? slash + 1 : s.path[i], hex);
        fwrite(text, 1, size, words);
        add_required(&s, text);
        free(text);
    }
    for (size_t i = 0; i < s.n; i++)
        free(s.path[i]);
    free(s.dirs[0]);
    free(s.dirs[1]);
    return status;
}

static bool is_word_part(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

static bool has_word(const char *text, const char *word)
{
    size_t length = strlen(word);

    for (const char *at = text; (at = strstr(at, word)); at += length)
        if ((at == text || !is_word_part(at[-1])) && !is_word_part(at[length]))
            return true;
    return false;
}

static int put_plugin(enum pare_kind kind, const char *name, FILE *out, struct pare_error *err)
{
    const struct pare_plugin *plugin = registry_get(kind, name, err);
    size_t size = 0;
    char *bytes = plugin ? file_read(registry_path(plugin), PLUGIN_BYTES_MAX, &size, err) : NULL;
    char hex[65];

    if (!bytes)
        return err->status;
    hash_sha256(bytes, size, hex);
    free(bytes);
    fprintf(out, "plugin %s %s %s\n", registry_kind_name(kind), name, hex);
    return PARE_OK;
}

static int put_plugins(const char *words, FILE *out, struct pare_error *err)
{
    int status = PARE_OK;

    for (int kind = PARE_KIND_NONE + 1; kind < PARE_KIND_COUNT; kind++) {
        size_t n = 0;
        char **names = registry_list((enum pare_kind)kind, &n);

        for (size_t i = 0; i < n; i++) {
            if (status == PARE_OK && has_word(words, names[i]))
                status = put_plugin((enum pare_kind)kind, names[i], out, err);
            free(names[i]);
        }
        free(names);
    }
    if (status == PARE_OK && !registry_listed())
        status = pare_fail(err, PARE_EIO, "a folder of plugins cannot be opened");
    return status;
}

/* What a run is called and where things lie says nothing of what it does. */
static void blank_setting(char *text, const char *setting)
{
    char *at = strstr(text, setting);

    if (at)
        memset(at + 1, ' ', strcspn(at + 1, "\n"));
}

int recipe_identity(const struct run *run, char hex[65], struct pare_error *err)
{
    char *text = NULL, *words = NULL, config[65];
    size_t size = 0, words_size = 0;
    FILE *out = xmemstream(&text, &size), *all = xmemstream(&words, &words_size);
    int status = experiment_digest(run->experiment, config, err);

    fprintf(out, "pare %s\nconfig %s\ndata %s\n", PARE_VERSION, config, run->data.info.sha256);
    if (status == PARE_OK)
        status = put_sources(run->experiment, out, all, err);
    if (status == PARE_OK)
        status = experiment_print(run->experiment, all, err);
    fflush(all);
    blank_setting(words, "\nname = ");
    blank_setting(words, "\nschedule = ");
    blank_setting(words, "\nplugins = ");
    blank_setting(words, "\n    path = ");
    if (status == PARE_OK)
        status = put_plugins(words, out, err);
    fclose(all);
    fclose(out);
    if (status == PARE_OK)
        hash_sha256(text, size, hex);
    free(words);
    free(text);
    return status;
}

void recipe_made(const struct run *run, const char *dir, char *text, size_t room)
{
    struct pare_error ignored = {0};
    char hex[9], *folder = NULL, *path;
    struct journal *journal;

    *text = '\0';
    if (experiment_identity(run->experiment, hex, &ignored) == PARE_OK)
        folder = rundir_last(dir, run->experiment->name, hex);
    if (!folder)
        return;
    path = rundir_journal(folder);
    journal = journal_open_reading(path, &ignored);
    if (journal && journal_count(journal) > 0 && journal_at(journal, 0)->kind == JOURNAL_START &&
        identity_made(run, journal, text, room, &ignored) != PARE_OK)
        *text = '\0';
    journal_close(journal);
    free(path);
    free(folder);
}
