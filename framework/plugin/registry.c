/* SPDX-License-Identifier: Apache-2.0 */
/* The search path, the only dlopen, and the list of what has been loaded. A file
 * is known by its real path, so that a plugin reached by two ways is one plugin;
 * messages keep the path that was searched. What makes a descriptor fit is
 * descriptor.c's. */

#include "plugin/registry.h"
#include "base/alloc.h"
#include "base/file.h"
#include "base/text.h"
#include "plugin/descriptor.h"
#include "plugin/elffile.h"
#include <dirent.h>
#include <dlfcn.h>
#include <elf.h>
#include <errno.h>
#include <limits.h>
#include <link.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Where the share folder of an installation lies, seen from its library. */
#ifndef PARE_SHARE_FROM_LIB
#error "PARE_SHARE_FROM_LIB comes from CMakeLists.txt"
#endif

struct loaded {
    const struct pare_plugin *plugin;
    char *path; /* as it was searched */
    char *real;
};

static struct {
    char **dir; /* added ones, then PARE_PLUGINS and the one beside the library */
    size_t dirs, added;
    bool complete;        /* the latter are there */
    bool unlisted;        /* a folder could not be opened */
    bool folders_allowed; /* to experiment files */
    char *share;
    struct loaded *at;
    size_t count;
} registry;

const char *registry_kind_name(enum pare_kind kind)
{
    return descriptor_kind_name(kind);
}

enum pare_kind registry_kind(const char *name)
{
    for (uint32_t i = PARE_KIND_NONE + 1; i < PARE_KIND_COUNT; i++)
        if (strcmp(descriptor_kind_name(i), name) == 0)
            return (enum pare_kind)i;
    return PARE_KIND_NONE;
}

char *registry_library(void)
{
    static const char here; /* any object of ours */
    Dl_info info;
    char real[PATH_MAX];

    if (dladdr(&here, &info) == 0 || !info.dli_fname || !realpath(info.dli_fname, real))
        return xstrdup("/nonexistent/libpare.so"); /* never the current folder */
    return xstrdup(real);
}

static char *library_dir(void)
{
    char *path = registry_library(), *dir = file_dir(path);

    free(path);
    return dir;
}

static void insert_dir(char *dir, size_t at)
{
    registry.dir = xrealloc(registry.dir, registry.dirs + 1, sizeof *registry.dir);
    memmove(registry.dir + at + 1, registry.dir + at, (registry.dirs - at) * sizeof *registry.dir);
    registry.dir[at] = dir;
    registry.dirs++;
}

void registry_add_dir(const char *dir)
{
    insert_dir(xstrdup(dir), registry.added++);
}

void registry_allow_folders(void)
{
    registry.folders_allowed = true;
}

bool registry_folders_allowed(void)
{
    return registry.folders_allowed;
}

int registry_add_asked(const char *dir, struct pare_error *err)
{
    if (!registry.folders_allowed)
        return pare_fail(err, PARE_EUSER,
                         "would load native code from '%s'; if you trust it, say "
                         "--allow-plugin-path",
                         dir);
    if (access(dir, R_OK | X_OK) != 0)
        return pare_fail(err, PARE_EUSER, "'%s': %s", dir, strerror(errno));
    registry_add_dir(dir);
    return PARE_OK;
}

static void add_environment(void)
{
    const char *text = getenv("PARE_PLUGINS");

    while (text && *text) {
        size_t length = strcspn(text, ":");

        if (length > 0)
            insert_dir(xstrndup(text, length), registry.dirs);
        text += length + (text[length] == ':');
    }
}

/* A build has plugins/ beside the library, an installation pare/plugins/. */
static void search_path(void)
{
    char *lib, *dir;

    if (registry.complete)
        return;
    add_environment();
    lib = library_dir();
    dir = file_join(lib, "plugins");
    if (!file_exists(dir)) {
        free(dir);
        dir = file_join(lib, "pare/plugins");
    }
    insert_dir(dir, registry.dirs);
    free(lib);
    registry.complete = true;
}

const char *registry_share_dir(void)
{
    char *lib;

    if (registry.share)
        return registry.share;
    lib = library_dir();
    registry.share = file_join(lib, "share/pare");
    if (!file_exists(registry.share)) {
        char *real;

        free(registry.share);
        registry.share = file_join(lib, PARE_SHARE_FROM_LIB);
        real = realpath(registry.share, NULL);
        if (real) {
            free(registry.share);
            registry.share = real;
        }
    }
    free(lib);
    char *shown = file_shown(registry.share); /* it stands in messages */
    free(registry.share);
    registry.share = shown;
    return registry.share;
}

/* dlerror's text without the path that the place says already. */
static int fail_dl(const char *path, const char *real, struct pare_error *err)
{
    const char *text = dlerror();
    size_t length = strlen(real);

    if (!text)
        text = "cannot be loaded";
    if (strncmp(text, real, length) == 0 && text[length] == ':')
        text += length + 1 + strspn(text + length + 1, " ");
    return pare_fail_at(err, PARE_EIO, path, 0, "%s", text);
}

/* The descriptor behind the entry symbol, its head not yet believed. */
static const struct pare_plugin *find_entry(void *handle, const char *path, struct pare_error *err)
{
    void *symbol = dlsym(handle, PARE_ENTRY_NAME);
    const ElfW(Sym) *entry = NULL;
    const struct pare_plugin *plugin;
    Dl_info info;

    if (!symbol) {
        pare_fail_at(err, PARE_EPLUGIN, path, 0,
                     "no symbol " PARE_ENTRY_NAME "; end the plugin with PARE_EXPORT(plugin)");
        return NULL;
    }
    /* A function or a whole struct under that name would be read as a pointer. */
    if (dladdr1(symbol, &info, (void **)&entry, RTLD_DL_SYMENT) == 0 || !entry ||
        (entry->st_info & 0xf) != STT_OBJECT || entry->st_size != sizeof(void *)) {
        pare_fail_at(err, PARE_EPLUGIN, path, 0,
                     PARE_ENTRY_NAME " is no pointer to a plugin; use PARE_EXPORT(plugin)");
        return NULL;
    }
    plugin = *(const struct pare_plugin *const *)symbol;
    if (!plugin)
        pare_fail_at(err, PARE_EPLUGIN, path, 0, PARE_ENTRY_NAME " is a null pointer");
    return plugin;
}

static const struct pare_plugin *open_library(const char *path, const char *real,
                                              enum pare_kind kind, struct pare_error *err)
{
    const struct pare_plugin *plugin;
    void *handle;

    if (elffile_check(path, err) != PARE_OK)
        return NULL;
    handle = dlopen(real, RTLD_NOW | RTLD_LOCAL);
    if (!handle) {
        fail_dl(path, real, err);
        return NULL;
    }
    plugin = find_entry(handle, path, err);
    if (!plugin || descriptor_check(plugin, kind, path, err) != PARE_OK) {
        dlclose(handle);
        return NULL;
    }
    return plugin;
}

static const struct pare_plugin *load(const char *path, enum pare_kind kind, struct pare_error *err)
{
    char *real = realpath(path, NULL);
    const struct pare_plugin *plugin = NULL;

    if (!real) {
        pare_fail_at(err, PARE_EIO, path, 0, "%s", strerror(errno));
        return NULL;
    }
    for (size_t i = 0; i < registry.count && !plugin; i++)
        if (strcmp(registry.at[i].real, real) == 0)
            plugin = registry.at[i].plugin;
    if (plugin) {
        free(real);
        return descriptor_check(plugin, kind, path, err) == PARE_OK ? plugin : NULL;
    }
    plugin = open_library(path, real, kind, err);
    if (!plugin) {
        free(real);
        return NULL;
    }
    registry.at = xrealloc(registry.at, registry.count + 1, sizeof *registry.at);
    registry.at[registry.count++] = (struct loaded){plugin, xstrdup(path), real};
    return plugin;
}

const struct pare_plugin *registry_loaded(size_t i)
{
    return i < registry.count ? registry.at[i].plugin : NULL;
}

const struct pare_plugin *registry_load(const char *path, struct pare_error *err)
{
    return load(path, PARE_KIND_NONE, err);
}

static char *plugin_path(const char *dir, const char *kind, const char *name)
{
    return xasprintf("%s/%s/%s.so", dir, kind, name);
}

/* "a, b, c", allocated. */
static char *join(char *const *words, size_t n)
{
    char *text = xstrdup("");

    for (size_t i = 0; i < n; i++) {
        char *old = text;

        text = xasprintf("%s%s%s", old, i ? ", " : "", words[i]);
        free(old);
    }
    return text;
}

/* Says what there is instead, and where it was looked for. */
static void fail_missing(enum pare_kind kind, const char *name, struct pare_error *err)
{
    const char *word = registry_kind_name(kind), *near;
    size_t n;
    char **names = registry_list(kind, &n), *found = join(names, n);
    char *folders = join(registry.dir, registry.dirs);

    near = text_nearest(name, (const char *const *)names, n);
    if (near)
        pare_fail(err, PARE_EPLUGIN, "no %s '%s'; did you mean '%s'? found: %s (in %s)", word, name,
                  near, found, folders);
    else if (n > 0)
        pare_fail(err, PARE_EPLUGIN, "no %s '%s'; found: %s (in %s)", word, name, found, folders);
    else
        pare_fail(err, PARE_EPLUGIN, "no %s '%s', nor any other %s (in %s)", word, name, word,
                  folders);
    for (size_t i = 0; i < n; i++)
        free(names[i]);
    free(names);
    free(found);
    free(folders);
}

const struct pare_plugin *registry_get(enum pare_kind kind, const char *name,
                                       struct pare_error *err)
{
    const char *word = registry_kind_name(kind);

    /* Before a path is made of it: a name can never lead out of the folders. */
    if (!text_is_identifier(name)) {
        pare_fail(err, PARE_EUSER, "'%.80s' is no %s: a plugin's name is letters, digits and '_'",
                  name, word);
        return NULL;
    }
    search_path();
    for (size_t i = 0; i < registry.dirs; i++) {
        char *path = plugin_path(registry.dir[i], word, name);
        bool there = access(path, F_OK) == 0;
        const struct pare_plugin *plugin = there ? load(path, kind, err) : NULL;

        free(path);
        if (there)
            return plugin;
    }
    fail_missing(kind, name, err);
    return NULL;
}

const char *registry_path(const struct pare_plugin *plugin)
{
    for (size_t i = 0; i < registry.count; i++)
        if (registry.at[i].plugin == plugin)
            return registry.at[i].path;
    return NULL;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void list_folder(const char *path, char ***names, size_t *n)
{
    DIR *folder = opendir(path);
    struct dirent *entry;
    char name[64];

    if (!folder) {
        if (errno != ENOENT && errno != ENOTDIR)
            registry.unlisted = true;
        return;
    }
    while ((entry = readdir(folder)) != NULL)
        if (descriptor_file_name(entry->d_name, name)) {
            *names = xrealloc(*names, *n + 1, sizeof **names);
            (*names)[(*n)++] = xstrdup(name);
        }
    closedir(folder);
}

bool registry_listed(void)
{
    return !registry.unlisted;
}

char **registry_list(enum pare_kind kind, size_t *n)
{
    char **names = xcalloc(1, sizeof *names);
    size_t kept = 0;

    search_path();
    *n = 0;
    for (size_t i = 0; i < registry.dirs; i++) {
        char *path = file_join(registry.dir[i], registry_kind_name(kind));

        list_folder(path, &names, n);
        free(path);
    }
    qsort(names, *n, sizeof *names, compare_names);
    for (size_t i = 0; i < *n; i++) {
        if (kept > 0 && strcmp(names[kept - 1], names[i]) == 0)
            free(names[i]);
        else
            names[kept++] = names[i];
    }
    *n = kept;
    return names;
}
