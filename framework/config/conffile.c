/* SPDX-License-Identifier: Apache-2.0 */
/* Files into trees: each file through our front (front.c) and then through
 * libconfig, included files by themselves and laid into place. */

#include "config/conffile.h"

#include "base/alloc.h"
#include "base/file.h"
#include "config/scan.h"
#include <libconfig.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

typedef void layer_function(struct value *base, const struct value *over);

/* One reading of a file and all that it includes. */
struct reading {
    layer_function *layer;
    struct problems *problems;
    size_t settings, includes;
};

/* The files that are open, innermost first. */
struct chain {
    const struct chain *up;
    const char *real; /* without links and dots */
    unsigned depth;
};

/* line: 0 takes libconfig's lines, anything else is the line of all of it. */
static struct value *to_value(const config_setting_t *s, const char *file, bool one_line,
                              unsigned line)
{
    static const enum value_kind kinds[] = {
        [CONFIG_TYPE_INT] = VALUE_INT,     [CONFIG_TYPE_INT64] = VALUE_INT,
        [CONFIG_TYPE_FLOAT] = VALUE_REAL,  [CONFIG_TYPE_BOOL] = VALUE_BOOL,
        [CONFIG_TYPE_STRING] = VALUE_TEXT, [CONFIG_TYPE_LIST] = VALUE_LIST,
        [CONFIG_TYPE_ARRAY] = VALUE_LIST,  [CONFIG_TYPE_GROUP] = VALUE_GROUP,
    };
    struct value *v = value_new(kinds[config_setting_type(s)], config_setting_name(s), file,
                                one_line ? line : config_setting_source_line(s));

    switch (v->kind) {
    case VALUE_INT:
        v->integer = config_setting_get_int64(s);
        break;
    case VALUE_REAL:
        v->real = config_setting_get_float(s);
        break;
    case VALUE_BOOL:
        v->boolean = config_setting_get_bool(s);
        break;
    case VALUE_TEXT:
        v->text = xstrdup(config_setting_get_string(s));
        break;
    default: /* names are unique: the front has seen to it */
        for (int i = 0; i < config_setting_length(s); i++)
            value_append(v,
                         to_value(config_setting_get_elem(s, (unsigned)i), file, one_line, line));
    }
    return v;
}

/* libconfig 1.5 writes through NULL when malloc fails. So its memory is taken before
 * it is called, in pieces that malloc carves out of its heap, and given back to that
 * heap: with a block behind them, which is returned, they are not trimmed off it.
 * At most it has needed 1 KiB, 34 times a text of many settings and 4 times one of
 * few; with twice that at hand it does not ask the system (glibc's malloc). */
static void *reserve(size_t text_bytes)
{
    enum { PIECE = 64 * 1024 };
    size_t many = 48 * text_bytes, few = 8 * text_bytes + (1 << 20);
    size_t pieces = (many < few ? many : few) / PIECE + 2;
    void **first = NULL, *behind;

    for (size_t i = 0; i < pieces; i++) {
        void **piece = xrealloc(NULL, 1, PIECE);

        *piece = first;
        first = piece;
    }
    behind = xrealloc(NULL, 1, 2048);
    while (first) {
        void **next = *first;

        free(first);
        first = next;
    }
    return behind;
}

/* The front's text through libconfig. */
static struct value *through_libconfig(const struct front *front)
{
    void *behind = reserve(strlen(front->text));
    struct value *root = NULL;
    config_t config;

    config_init(&config);
    config_set_auto_convert(&config, CONFIG_TRUE);
    if (config_read_string(&config, front->text))
        root = to_value(config_root_setting(&config), front->file, front->one_line, front->line);
    else
        problems_add(front->problems, front->file,
                     front->one_line ? front->line : (unsigned)config_error_line(&config), "%s",
                     config_error_text(&config));
    config_destroy(&config);
    free(behind);
    return root;
}

static struct value *read_file(struct reading *r, const char *path, const struct chain *up,
                               const char *from, unsigned line, const char *as);

static bool include_allowed(struct reading *r, const struct front *front,
                            const struct front_include *inc, const struct chain *chain)
{
    if (r->includes > CONFFILE_INCLUDES_MAX)
        return false; /* said already */
    if (++r->includes > CONFFILE_INCLUDES_MAX)
        problems_add(r->problems, front->file, inc->line, "@include: more than %d in all",
                     CONFFILE_INCLUDES_MAX);
    else if (chain && chain->depth >= CONFFILE_INCLUDE_DEPTH_MAX)
        problems_add(r->problems, front->file, inc->line, "@include: more than %d deep",
                     CONFFILE_INCLUDE_DEPTH_MAX);
    else
        return true;
    return false;
}

/* Lays over root what the includes before the file's own setting number own give. */
static bool lay_includes(struct reading *r, const struct front *front, size_t *next, size_t own,
                         const struct chain *chain, struct value *root)
{
    char *dir = file_dir(front->file);
    bool fine = true;

    for (; *next < front->includes && front->include[*next].after <= own; ++*next) {
        const struct front_include *inc = &front->include[*next];
        char *path = file_join(dir, inc->path);
        struct value *got = NULL;

        if (include_allowed(r, front, inc, chain))
            got = read_file(r, path, chain, front->file, inc->line, inc->path);
        if (got)
            r->layer(root, got);
        else
            fine = false;
        value_free(got);
        free(path);
    }
    free(dir);
    return fine;
}

static struct value *parse_body(struct reading *r, const char *text, size_t size_bytes,
                                const char *file, const struct chain *chain)
{
    struct front front = {
        .file = file, .line = 1, .settings = &r->settings, .problems = r->problems};
    struct value *own = NULL, *root = value_new(VALUE_GROUP, NULL, file, 0);
    size_t include = 0, i = 0;
    bool fine;

    if (front_read(&front, text, size_bytes))
        own = through_libconfig(&front);
    fine = own != NULL;
    for (struct value *c = own ? own->child : NULL; c; c = c->next, i++) {
        struct value one = {.kind = VALUE_GROUP}, *copy = value_clone(c);

        fine &= lay_includes(r, &front, &include, i, chain, root);
        value_add(&one, copy);
        r->layer(root, &one);
        value_free(copy);
    }
    fine &= lay_includes(r, &front, &include, SIZE_MAX, chain, root);
    value_free(own);
    front_free(&front);
    if (fine)
        return root;
    value_free(root);
    return NULL;
}

/* Is real among the open files? Then the way back to it is said. */
static bool is_cycle(struct reading *r, const char *real, const struct chain *up, const char *from,
                     unsigned line, const char *as)
{
    for (; up; up = up->up)
        if (strcmp(up->real, real) == 0) {
            problems_add(r->problems, from, line, "@include \"%s\": includes itself, in the end",
                         as);
            return true;
        }
    return false;
}

/* up, from, line, as: the chain and the @include that asks for it; NULL for the
 * first file. */
static struct value *read_file(struct reading *r, const char *path, const struct chain *up,
                               const char *from, unsigned line, const char *as)
{
    struct pare_error err = {0};
    struct value *root = NULL;
    struct chain chain = {.up = up, .depth = up ? up->depth + 1 : 0};
    char *real = realpath(path, NULL), *text = NULL;
    size_t size_bytes;

    if (real && is_cycle(r, real, up, from, line, as))
        goto out;
    text = file_read(path, CONFFILE_BYTES_MAX, &size_bytes, &err);
    if (!text) {
        if (from)
            problems_add(r->problems, from, line, "@include \"%s\": %s", as, err.text);
        else
            problems_add(r->problems, path, 0, "%s", err.text);
        goto out;
    }
    chain.real = real ? real : path;
    root = parse_body(r, text, size_bytes, path, &chain);
out:
    free(text);
    free(real);
    return root;
}

struct value *conffile_read_layered(const char *path, layer_function *layer,
                                    struct problems *problems)
{
    struct reading r = {.layer = layer ? layer : value_merge, .problems = problems};

    return read_file(&r, path, NULL, NULL, 0, NULL);
}

struct value *conffile_read(const char *path, struct problems *problems)
{
    return conffile_read_layered(path, NULL, problems);
}

struct value *conffile_parse(const char *text, size_t size_bytes, const char *file,
                             struct problems *problems)
{
    struct reading r = {.layer = value_merge, .problems = problems};

    if (size_bytes > CONFFILE_BYTES_MAX) {
        problems_add(problems, file, 0, "too large: %zu bytes, at most %d", size_bytes,
                     CONFFILE_BYTES_MAX);
        return NULL;
    }
    return parse_body(&r, text, size_bytes, file, NULL);
}

struct value *conffile_parse_raw(const struct value *raw, struct problems *problems)
{
    size_t settings = 0;
    struct front front = {.file = raw->file,
                          .line = raw->line,
                          .one_line = true,
                          .one_value = true,
                          .settings = &settings,
                          .problems = problems};
    struct value *root = NULL, *v = NULL;

    if (strlen(raw->text) > CONFFILE_BYTES_MAX)
        problems_add(problems, raw->file, raw->line, "too long: at most %d bytes",
                     CONFFILE_BYTES_MAX);
    else if (front_read(&front, raw->text, strlen(raw->text)))
        root = through_libconfig(&front);
    front_free(&front);
    if (root) {
        v = root->child;
        root->child = NULL;
        value_free(root);
        free(v->name);
        v->name = raw->name ? xstrdup(raw->name) : NULL;
    }
    return v;
}
