/* SPDX-License-Identifier: Apache-2.0 */
/* pare new KIND NAME: a folder with a plugin to start from. Made beside its place
 * and moved there when it is whole. */

#include "base/alloc.h"
#include "base/file.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/kinds.h"
#include "plugin/registry.h"
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TEMPLATE_BYTES_MAX = 65536 };

struct arguments {
    const char *kind_name, *name, *dir;
    enum pare_kind kind;
};

struct word {
    const char *from, *to;
};

/* text with every word replaced; an identifier only where it stands alone. */
static char *replace_words(const char *text, const struct word *words)
{
    char *out;
    size_t size;
    FILE *stream = xmemstream(&out, &size);

    for (const char *at = text; *at;) {
        const struct word *w = words;

        for (; w->from; w++) {
            size_t length = strlen(w->from);
            bool inside = isalnum((unsigned char)w->from[0]) &&
                          ((at > text && (isalnum((unsigned char)at[-1]) || at[-1] == '_')) ||
                           isalnum((unsigned char)at[length]) || at[length] == '_');

            if (strncmp(at, w->from, length) == 0 && !inside) {
                fputs(w->to, stream);
                at += length;
                break;
            }
        }
        if (!w->from)
            fputc(*at++, stream);
    }
    fclose(stream);
    return out;
}

/* The template called from, filled in, as dir/to. */
static int write_one(const char *from, const char *dir, const char *to, const struct word *words,
                     struct pare_error *err)
{
    char *source = xasprintf("%s/templates/%s", registry_share_dir(), from);
    char *path = file_join(dir, to), *made = NULL;
    size_t size;
    char *text = file_read(source, TEMPLATE_BYTES_MAX, &size, err);
    int status = PARE_EIO;

    if (text) {
        made = replace_words(text, words);
        status = file_write(path, made, strlen(made), err);
    }
    free(made);
    free(text);
    free(path);
    free(source);
    return status;
}

static int write_all(const struct arguments *a, const char *dir, struct pare_error *err)
{
    struct kind_place place = kind_place(a->kind);
    char *use = xasprintf("%s = { %s = \"%s\"; };", place.group, place.key, a->name);
    char *source = xasprintf("%s.c", a->kind_name), *file = xasprintf("%s.c", a->name);
    const struct word words[] = {
        {"skeleton", a->name}, {"@NAME@", a->name},         {"@KIND@", a->kind_name},
        {"@USE@", use},        {"@VERSION@", PARE_VERSION}, {NULL, NULL},
    };
    int status = write_one(source, dir, file, words, err);

    if (status == PARE_OK)
        status = write_one("CMakeLists.txt.in", dir, "CMakeLists.txt", words, err);
    if (status == PARE_OK)
        status = write_one("README.md.in", dir, "README.md", words, err);
    free(use);
    free(source);
    free(file);
    return status;
}

/* Takes back a folder of our own making that did not get whole. */
static void remove_all(const struct arguments *a, const char *dir)
{
    char *path[3] = {xasprintf("%s/%s.c", dir, a->name), file_join(dir, "CMakeLists.txt"),
                     file_join(dir, "README.md")};

    for (size_t i = 0; i < 3; i++) {
        unlink(path[i]);
        free(path[i]);
    }
    rmdir(dir);
}

static int make(const struct arguments *a, struct pare_error *err)
{
    char *path = file_join(a->dir, a->name);
    char *draft = xasprintf("%s/.%s.XXXXXX", a->dir, a->name);
    mode_t mask = umask(0);
    struct stat st;
    int status;

    umask(mask);
    if (lstat(path, &st) == 0)
        status = pare_fail_at(err, PARE_EUSER, path, 0, "is there already; nothing was changed");
    else if (!mkdtemp(draft))
        status =
            pare_fail_at(err, PARE_EIO, a->dir, 0, "cannot make a folder: %s", strerror(errno));
    else {
        status = write_all(a, draft, err);
        if (status == PARE_OK && (chmod(draft, 0777 & ~mask) != 0 || rename(draft, path) != 0))
            status = pare_fail_at(err, PARE_EIO, path, 0, "%s", strerror(errno));
        if (status != PARE_OK)
            remove_all(a, draft);
    }
    free(draft);
    free(path);
    return status;
}

static int check_name(const struct arguments *a, struct pare_error *err)
{
    static const char keywords[] =
        "|auto|bool|break|case|char|const|continue|default|do|double|else|enum|extern|false|"
        "float|for|goto|if|inline|int|long|register|restrict|return|short|signed|sizeof|"
        "static|struct|switch|true|typedef|union|unsigned|void|volatile|while|";
    char *word = xasprintf("|%s|", a->name);
    bool keyword = text_is_identifier(a->name) && strstr(keywords, word);

    free(word);
    if (keyword)
        return pare_fail(err, PARE_EUSER, "'%s' is a word of C; choose another name", a->name);
    if (!text_is_identifier(a->name))
        return pare_fail(err, PARE_EUSER,
                         "'%s' cannot be a plugin's name: it takes letters, digits and '_', a "
                         "letter first, at most 63",
                         a->name);
    return PARE_OK;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct arguments *a = state->input;

    switch (key) {
    case 'd':
        a->dir = arg;
        return 0;
    case ARGP_KEY_ARG:
        if (state->arg_num == 0)
            a->kind_name = arg;
        else if (state->arg_num == 1)
            a->name = arg;
        else
            argp_error(state, "too many arguments");
        return 0;
    case ARGP_KEY_END:
        if (!a->name)
            argp_error(state, "a KIND and a NAME are needed");
        a->kind = registry_kind(a->kind_name);
        if (a->kind == PARE_KIND_NONE)
            argp_error(state, "'%s' is no kind of plugin; there are %s", a->kind_name, kind_names);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

int cmd_new(int argc, char **argv)
{
    static const struct argp_option options[] = {
        {"dir", 'd', "DIR", 0, "make it in DIR instead of here", 0},
        {0},
    };
    static const struct argp argp = {
        .options = options,
        .parser = parse,
        .args_doc = "KIND NAME",
        .doc = "Makes a folder NAME with NAME.c, a plugin that works, to be changed into what "
               "you want; with what it takes to build it and with a README.md that says how.",
    };
    struct arguments a = {.dir = "."};
    struct pare_error err = {0};
    bool here;

    cli_parse(&argp, argc, argv, &a);
    if (check_name(&a, &err) != PARE_OK || make(&a, &err) != PARE_OK)
        return cli_fail(&err);
    here = strcmp(a.dir, ".") == 0;
    printf("%s%s%s/%s.c is a working %s; next:\n"
           "  cd %s%s%s\n"
           "  cmake -S . -B build && cmake --build build\n"
           "  pare conform build/plugins/%s/%s.so\n",
           here ? "" : a.dir, here ? "" : "/", a.name, a.name, a.kind_name, here ? "" : a.dir,
           here ? "" : "/", a.name, a.kind_name, a.name);
    return CLI_DONE;
}
