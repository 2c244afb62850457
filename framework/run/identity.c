/* SPDX-License-Identifier: Apache-2.0 */
/* Digests of what a run is made with, and what has changed in it, said so that one
 * can see which side is meant. */

#include "run/identity.h"
#include "base/alloc.h"
#include "base/file.h"
#include "base/hash.h"
#include "config/conffile.h"
#include "net/gemm.h"
#include "run/journal.h"
#include "run/json.h"
#include "run/replay.h"
#include "run/rundir.h"
#include "run/tree.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef PARE_VERSION
#error "PARE_VERSION comes from CMakeLists.txt"
#endif

enum { FILE_BYTES_MAX = 1 << 30, SHOWN_MAX = 40 };

/* SHA-256 of a file as a member of group. */
static int put_digest(struct value *group, const char *name, const char *path,
                      struct pare_error *err)
{
    char hex[65];
    size_t size = 0;
    char *bytes = file_read(path, FILE_BYTES_MAX, &size, err);

    if (!bytes)
        return err->status;
    hash_sha256(bytes, size, hex);
    free(bytes);
    tree_text(group, name, hex);
    return PARE_OK;
}

static char *plugin_key(const struct pare_plugin *plugin)
{
    return xasprintf("%s/%s", registry_kind_name((enum pare_kind)plugin->kind), plugin->name);
}

struct value *identity_now(const struct run *run, struct pare_error *err)
{
    struct value *start = tree_group(), *plugins;
    char *library = registry_library();
    int status;

    tree_text(start, "record", journal_word(JOURNAL_START));
    tree_text(start, "pare", PARE_VERSION);
    status = put_digest(start, "library", library, err);
    tree_text(start, "arithmetic", gemm_library());
    tree_text(start, "data", run->data.info.sha256);
    plugins = tree_add_group(start, "plugins");
    for (size_t i = 0; status == PARE_OK && registry_loaded(i); i++) {
        char *key = plugin_key(registry_loaded(i));

        status = put_digest(plugins, key, registry_path(registry_loaded(i)), err);
        free(key);
    }
    free(library);
    if (status == PARE_OK)
        return start;
    value_free(start);
    return NULL;
}

/* What differs, one after another, as far as there is room. */
struct differences {
    char text[PARE_TEXT_BYTES / 2];
    size_t used;
};

static void differ(struct differences *d, const char *what, const char *recorded, const char *now)
{
    size_t room = sizeof d->text - d->used;
    int n;

    n = snprintf(d->text + d->used, room, "%s%s: recorded %.*s, now %.*s", d->used ? "; " : "",
                 what, SHOWN_MAX, *recorded ? recorded : "nothing", SHOWN_MAX,
                 *now ? now : "nothing");
    d->used += n < 0 ? 0 : (size_t)n < room ? (size_t)n : room - 1;
}

static const char *text_of(const struct value *group, const char *name)
{
    const struct value *v = value_get(group, name);

    return v && v->kind == VALUE_TEXT ? v->text : "";
}

static void compare_text(struct differences *d, const char *what, const char *recorded,
                         const char *now)
{
    if (strcmp(recorded, now) != 0)
        differ(d, what, recorded, now);
}

/* Plugins as they would be loaded now; one that cannot be is told as nothing. */
static int compare_plugin(struct differences *d, const char *key, const char *recorded,
                          struct pare_error *err)
{
    struct pare_error unread = {0};
    const char *slash = strchr(key, '/');
    char *kind = xstrndup(key, slash ? (size_t)(slash - key) : 0);
    const struct pare_plugin *plugin =
        registry_get(registry_kind(kind), slash ? slash + 1 : "", &unread);
    struct value *now = tree_group();
    char *what = xasprintf("plugin %s", key);

    int status = plugin ? put_digest(now, "now", registry_path(plugin), err) : PARE_OK;
    if (unread.status == PARE_EIO || unread.status == PARE_ENOMEM) {
        *err = unread;
        status = unread.status;
    }
    if (status == PARE_OK)
        compare_text(d, what, recorded, text_of(now, "now"));
    value_free(now);
    free(what);
    free(kind);
    return status;
}

static char *member_text(const struct value *v)
{
    return v ? json_line(v) : xstrdup("");
}

/* Down two configs, to what is not a group. */
static void compare_trees(struct differences *d, const char *path, const struct value *old,
                          const struct value *now)
{
    bool groups = (!old || old->kind == VALUE_GROUP) && (!now || now->kind == VALUE_GROUP);
    char *was = groups ? NULL : member_text(old), *is = groups ? NULL : member_text(now);

    if (!groups)
        compare_text(d, path, was, is);
    free(was);
    free(is);
    for (const struct value *m = groups && old ? old->child : NULL; m; m = m->next) {
        char *inner = xasprintf("%s%c%s", path, strchr(path, ' ') ? '.' : ' ', m->name);

        compare_trees(d, inner, m, value_get(now, m->name));
        free(inner);
    }
    for (const struct value *m = groups && now ? now->child : NULL; m; m = m->next) {
        char *inner = xasprintf("%s%c%s", path, strchr(path, ' ') ? '.' : ' ', m->name);

        if (!value_get(old, m->name))
            compare_trees(d, inner, NULL, m);
        free(inner);
    }
}

static int compare_config(struct differences *d, const struct run *run, struct pare_error *err)
{
    char *path = rundir_config(run->dir), *now = NULL;
    size_t old_size = 0, now_size = 0;
    char *old = file_read(path, CONFFILE_BYTES_MAX, &old_size, err);
    FILE *out = xmemstream(&now, &now_size);
    int status = old ? PARE_OK : err->status;

    if (status == PARE_OK)
        status = experiment_print(run->experiment, out, err);
    fclose(out);
    if (status == PARE_OK && (old_size != now_size || memcmp(old, now, now_size) != 0)) {
        struct problems problems = {0};
        struct value *was = conffile_parse(old, old_size, path, &problems);
        struct value *is = conffile_parse(now, now_size, path, &problems);

        if (was && is) {
            static const char *const aside[] = {"checkpoint", "expect",
                                                "plugins"}; /* change no result by themselves */

            for (size_t i = 0; i < sizeof aside / sizeof *aside; i++) {
                value_drop(was, aside[i]);
                value_drop(is, aside[i]);
            }
            compare_trees(d, "config", was, is);
        } else
            differ(d, "config", path, "one that can be read");
        value_free(was);
        value_free(is);
        problems_free(&problems);
    }
    free(old);
    free(now);
    free(path);
    return status;
}

static int compare_schedule(struct differences *d, const struct run *run, struct pare_error *err)
{
    char *path = rundir_schedule(run->dir);
    size_t old_size = 0, now_size = 0;
    char *old = file_read(path, FILE_BYTES_MAX, &old_size, err);
    char *now = old ? file_read(run->experiment->schedule, FILE_BYTES_MAX, &now_size, err) : NULL;
    unsigned line = 1;
    size_t i = 0;

    if (now && (old_size != now_size || memcmp(old, now, now_size) != 0)) {
        for (; i < old_size && i < now_size && old[i] == now[i]; i++)
            line += old[i] == '\n';
        char *what = xasprintf("schedule, line %u", line);
        while (i > 0 && old[i - 1] != '\n')
            i--;
        old[i + strcspn(old + i, "\n")] = '\0';
        now[i + strcspn(now + i, "\n")] = '\0';
        differ(d, what, old + i, now + i);
        free(what);
    }
    int status = now ? PARE_OK : err->status;
    free(old);
    free(now);
    free(path);
    return status;
}

/* Plugins of the start record and of those loaded later. */
static int compare_plugins(struct differences *d, const struct journal *journal,
                           const struct value *start, struct pare_error *err)
{
    const struct value *plugins = value_get(start, "plugins");
    int status = PARE_OK;

    for (const struct value *m = plugins ? plugins->child : NULL; m && status == PARE_OK;
         m = m->next)
        status = compare_plugin(d, m->name, text_of(plugins, m->name), err);
    for (size_t i = 0; status == PARE_OK && i < journal_count(journal); i++) {
        if (journal_at(journal, i)->kind != JOURNAL_PLUGIN)
            continue;
        struct value *record = journal_read(journal, i, err);
        if (!record)
            return err->status;
        status = compare_plugin(d, text_of(record, "plugin"), text_of(record, "sha256"), err);
        value_free(record);
    }
    return status;
}

/* What it was made with besides data and plugins. */
static void compare_made(struct differences *d, const struct value *start, const struct value *now)
{
    compare_text(d, "pare", text_of(start, "pare"), text_of(now, "pare"));
    compare_text(d, "libpare, sha256", text_of(start, "library"), text_of(now, "library"));
    compare_text(d, "arithmetic", text_of(start, "arithmetic"), text_of(now, "arithmetic"));
}

int identity_made(const struct run *run, const struct journal *journal, char *text, size_t room,
                  struct pare_error *err)
{
    struct value *start = journal_read(journal, 0, err), *now;
    struct differences d = {{0}, 0};

    if (!start)
        return err->status;
    now = identity_now(run, err);
    int status = now ? compare_plugins(&d, journal, start, err) : err->status;
    if (now)
        compare_made(&d, start, now);
    snprintf(text, room, "%s", d.text);
    value_free(now);
    value_free(start);
    return status;
}

int identity_check(const struct run *run, const struct value *start, struct pare_error *err)
{
    struct value *now = identity_now(run, err);
    struct differences d = {{0}, 0};
    int status = now ? compare_config(&d, run, err) : err->status;

    if (status == PARE_OK)
        status = compare_schedule(&d, run, err);
    if (status == PARE_OK) {
        compare_text(&d, "data, sha256", text_of(start, "data"), text_of(now, "data"));
        status = compare_plugins(&d, run->journal, start, err);
    }
    if (status == PARE_OK)
        compare_made(&d, start, now);
    if (status == PARE_OK && d.used)
        status = pare_fail_at(err, PARE_ESTATE, run->dir, 0,
                              "begun with something else: %s; --force-new starts over in another "
                              "folder",
                              d.text);
    value_free(now);
    return status;
}

/* Is the plugin in the journal or among those of this sitting? */
static bool is_known(const struct run *run, const char *key)
{
    return value_get(run->plugins, key) != NULL;
}

int identity_plugins(struct run *run, struct pare_error *err)
{
    int status = PARE_OK;

    for (size_t i = 0; registry_loaded(i) && status == PARE_OK; i++) {
        char *key = plugin_key(registry_loaded(i));

        if (!is_known(run, key)) {
            struct value *record = tree_group();

            tree_text(record, "record", journal_word(JOURNAL_PLUGIN));
            tree_text(record, "plugin", key);
            status = put_digest(record, "sha256", registry_path(registry_loaded(i)), err);
            if (run->inside)
                tree_bool(record, "inside", true);
            if (status == PARE_OK)
                status = journal_add(run->journal, record, !run->inside, err);
            value_free(record);
            tree_bool(run->plugins, key, true);
        }
        free(key);
    }
    return status;
}

int identity_module(struct run *run, const char *name, const char *path, struct pare_error *err)
{
    struct value *now, *record = NULL;
    int status;

    if (!run->journal)
        return PARE_OK;
    now = tree_group();
    status = put_digest(now, "sha256", path, err);
    if (status == PARE_OK)
        status = replay_next(run, JOURNAL_REQUIRE, &record, err);
    if (status == PARE_OK && record) {
        struct differences d = {{0}, 0};
        char *what = xasprintf("module %s, sha256", name);

        compare_text(&d, "module", text_of(record, "module"), name);
        compare_text(&d, what, text_of(record, "sha256"), text_of(now, "sha256"));
        if (d.used)
            status = replay_fail(run, err,
                                 "begun with something else: %s; --force-new starts over "
                                 "in another folder",
                                 d.text);
        free(what);
    } else if (status == PARE_OK) {
        struct value *made = tree_group();

        tree_text(made, "record", journal_word(JOURNAL_REQUIRE));
        tree_text(made, "module", name);
        value_add(made, value_clone(value_get(now, "sha256")));
        if (run->inside)
            tree_bool(made, "inside", true);
        status = journal_add(run->journal, made, !run->inside, err);
        value_free(made);
    }
    value_free(record);
    value_free(now);
    return status;
}
