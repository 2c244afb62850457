/* SPDX-License-Identifier: Apache-2.0 */
/* Groups against option tables: presets first, then what is there, then what may
 * not stand together. */

#include "config/schema.h"

#include "base/alloc.h"
#include "base/text.h"
#include "config/schema_read.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS_DEPTH_MAX = 4, NAMES_SHOWN_BYTES = 400 };

size_t schema_count(const struct pare_option *options)
{
    size_t n = 0;

    while (options && options[n].type != PARE_OPTION_END)
        n++;
    return n;
}

const struct pare_option *schema_option(const struct pare_option *options, const char *name)
{
    for (size_t i = 0, n = schema_count(options); i < n; i++)
        if (strcmp(options[i].name, name) == 0)
            return &options[i];
    return NULL;
}

static void *field_of(const struct pare_option *o, void *self)
{
    return (char *)self + o->offset;
}

/* "prune.power", allocated; the name alone where there is no path. */
static char *path_of(const char *path, const char *name)
{
    return *path ? xasprintf("%s.%s", path, name) : xstrdup(name);
}

static const struct pare_option *find(const struct schema_part *parts, size_t n, const char *name,
                                      void **field)
{
    for (size_t i = 0; i < n; i++) {
        const struct pare_option *o = schema_option(parts[i].options, name);

        if (o) {
            *field = field_of(o, parts[i].self);
            return o;
        }
    }
    return NULL;
}

/* All names that may stand in the group; the caller frees the array. */
static const char **known_names(const struct schema_part *parts, size_t n,
                                const char *const *also_known, size_t *count)
{
    size_t room = 0, at = 0;
    const char **names;

    for (size_t i = 0; i < n; i++)
        room += schema_count(parts[i].options);
    for (size_t i = 0; also_known && also_known[i]; i++)
        room++;
    names = xcalloc(room, sizeof *names);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < schema_count(parts[i].options); j++)
            names[at++] = parts[i].options[j].name;
    for (size_t i = 0; also_known && also_known[i]; i++)
        names[at++] = also_known[i];
    *count = room;
    return names;
}

static void add_unknown(const struct schema_part *parts, size_t n, const struct value *v,
                        const char *path, const char *const *also_known, struct problems *problems)
{
    size_t count, length = 0;
    const char **names = known_names(parts, n, also_known, &count);
    const char *nearest = text_nearest(v->name, names, count);
    const char *what = v->kind == VALUE_GROUP ? "group" : "option";
    char *full = path_of(path, v->name), all[NAMES_SHOWN_BYTES] = "";

    for (size_t i = 0; i < count && length < sizeof all; i++)
        length +=
            (size_t)snprintf(all + length, sizeof all - length, "%s%s", i ? ", " : "", names[i]);
    if (nearest)
        problems_add(problems, v->file, v->line, "%s: unknown %s; did you mean '%s'?", full, what,
                     nearest);
    else if (!count)
        problems_add(problems, v->file, v->line, "%s: unknown %s; there is none", full, what);
    else
        problems_add(problems, v->file, v->line, "%s: unknown %s; there are %s%s", full, what, all,
                     length < sizeof all ? "" : "...");
    free(full);
    free(names);
}

static bool lists(const char *rivals, const char *name)
{
    return rivals && text_choice(rivals, name) >= 0;
}

static bool are_rivals(const struct pare_option *a, const struct pare_option *b)
{
    return a != b && (lists(a->rivals, b->name) || lists(b->rivals, a->name));
}

/* Two rivals given in one group: an error. One: the presets of its rivals go. */
static void settle_rivals(const struct schema_part *parts, size_t n, const struct value *group,
                          const char *path, struct problems *problems)
{
    for (const struct value *a = group->child; a; a = a->next) {
        void *field;
        const struct pare_option *o = find(parts, n, a->name, &field), *other;

        if (!o || schema_is_none(o, a))
            continue;
        for (const struct value *b = a->next; b; b = b->next) {
            other = find(parts, n, b->name, &field);
            if (other && are_rivals(o, other) && !schema_is_none(other, b))
                problems_add(problems, b->file, b->line,
                             "%s%s%s and %s exclude each other; give one", path, *path ? ": " : "",
                             a->name, b->name);
        }
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j < schema_count(parts[i].options); j++) {
                other = &parts[i].options[j];
                if (are_rivals(o, other) && !value_get(group, other->name) &&
                    (other->flags & PARE_OPTION_MAY_BE_NONE))
                    schema_set_none(other, field_of(other, parts[i].self));
            }
    }
}

static bool is_known(const char *const *names, const char *name)
{
    for (size_t i = 0; names && names[i]; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

static void add_no_group(const struct value *v, const char *path, struct problems *problems)
{
    if (v->kind == VALUE_RAW)
        problems_add(problems, v->file, v->line,
                     "%s: is a group; set one of its options, %s.NAME=VALUE", path, path);
    else
        problems_add(problems, v->file, v->line, "%s: must be a group, { NAME = VALUE; ... }",
                     path);
}

bool schema_fill(const struct schema_part *parts, size_t n, const struct value *group,
                 const char *path, const char *const *also_known, struct problems *problems)
{
    size_t before = problems->count;

    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < schema_count(parts[i].options); j++) {
            const struct pare_option *o = &parts[i].options[j];
            char *full = path_of(path, o->name);

            schema_read_preset(o, full, field_of(o, parts[i].self), problems);
            free(full);
        }
    if (group && group->kind != VALUE_GROUP) {
        add_no_group(group, path, problems);
        return false;
    }
    for (const struct value *v = group ? group->child : NULL; v; v = v->next) {
        void *field;
        const struct pare_option *o = find(parts, n, v->name, &field);

        if (o) {
            char *full = path_of(path, v->name);

            schema_read(o, v, full, field, problems);
            free(full);
        } else if (!is_known(also_known, v->name)) {
            add_unknown(parts, n, v, path, also_known, problems);
        }
    }
    if (group)
        settle_rivals(parts, n, group, path, problems);
    return problems->count == before;
}

void schema_free(const struct pare_option *options, void *self)
{
    for (size_t i = 0, n = schema_count(options); i < n; i++)
        schema_clear(&options[i], field_of(&options[i], self));
}

void schema_layer(const struct pare_option *options, struct value *base, const struct value *over)
{
    for (const struct value *v = over ? over->child : NULL; v; v = v->next) {
        const struct pare_option *o = v->name ? schema_option(options, v->name) : NULL;

        if (!o || schema_is_none(o, v))
            continue;
        for (size_t i = 0; i < schema_count(options); i++)
            if (are_rivals(o, &options[i]) && !value_get(over, options[i].name))
                value_drop(base, options[i].name);
    }
    value_merge(base, over);
}

static int check_table(const struct pare_option *options, unsigned depth, struct pare_error *err);

/* A field of any type, to try a preset on. */
union any_field {
    bool boolean;
    int64_t integer;
    double real;
    int choice;
    char *text;
    struct pare_ints ints;
    struct pare_rows rows;
};

static int check_preset(const struct pare_option *o, struct pare_error *err)
{
    struct problems problems = {0};
    union any_field field;
    int status = PARE_OK;

    memset(&field, 0, sizeof field);
    schema_read_preset(o, o->name, &field, &problems);
    if (problems.count)
        status = pare_fail(err, PARE_EPLUGIN, "preset of option %s", problems.at[0].text);
    schema_clear(o, &field);
    problems_free(&problems);
    return status;
}

static int check_option(const struct pare_option *o, unsigned depth, struct pare_error *err)
{
    bool number =
        o->type == PARE_OPTION_INT || o->type == PARE_OPTION_REAL || o->type == PARE_OPTION_INTS;

    if (!text_is_identifier(o->name))
        return pare_fail(err, PARE_EPLUGIN, "option '%s': a name is letters, digits and _",
                         o->name);
    if (o->type < PARE_OPTION_END || o->type > PARE_OPTION_ROWS)
        return pare_fail(err, PARE_EPLUGIN, "option '%s': unknown type %d", o->name, (int)o->type);
    if (!o->help || !*o->help || strchr(o->help, '\n'))
        return pare_fail(err, PARE_EPLUGIN, "option '%s': its help must be one line", o->name);
    if (!o->preset)
        return pare_fail(err, PARE_EPLUGIN, "option '%s': no preset", o->name);
    if (number && !(o->min <= o->max))
        return pare_fail(err, PARE_EPLUGIN, "option '%s': bounds %g..%g hold nothing", o->name,
                         o->min, o->max);
    if (o->type == PARE_OPTION_CHOICE && (!o->choices || !*o->choices))
        return pare_fail(err, PARE_EPLUGIN, "option '%s': no choices", o->name);
    if ((o->flags & PARE_OPTION_MAY_BE_NONE) && o->type != PARE_OPTION_INT &&
        o->type != PARE_OPTION_REAL)
        return pare_fail(err, PARE_EPLUGIN, "option '%s': only numbers may be none", o->name);
    if (o->type == PARE_OPTION_ROWS) {
        if (!o->row || !o->row_size)
            return pare_fail(err, PARE_EPLUGIN, "option '%s': no table of its rows", o->name);
        if (check_table(o->row, depth + 1, err) != PARE_OK)
            return pare_fail_in(err, "option '%s'", o->name);
    }
    return check_preset(o, err);
}

static int check_rivals(const struct pare_option *options, const struct pare_option *o,
                        struct pare_error *err)
{
    char word[64];

    for (int i = 0; o->rivals && text_choice_word(o->rivals, i, word, sizeof word); i++)
        if (!schema_option(options, word) || strcmp(word, o->name) == 0)
            return pare_fail(err, PARE_EPLUGIN, "option '%s': its rival '%s' is no other option",
                             o->name, word);
    return PARE_OK;
}

static int check_table(const struct pare_option *options, unsigned depth, struct pare_error *err)
{
    if (depth > ROWS_DEPTH_MAX)
        return pare_fail(err, PARE_EPLUGIN, "rows within rows more than %d deep", ROWS_DEPTH_MAX);
    for (size_t i = 0, n = schema_count(options); i < n; i++) {
        if (!options[i].name)
            return pare_fail(err, PARE_EPLUGIN, "option number %zu has no name", i + 1);
        if (schema_option(options, options[i].name) != &options[i])
            return pare_fail(err, PARE_EPLUGIN, "option '%s' is there twice", options[i].name);
    }
    for (size_t i = 0, n = schema_count(options); i < n; i++) {
        int status = check_option(&options[i], depth, err);

        if (status == PARE_OK)
            status = check_rivals(options, &options[i], err);
        if (status != PARE_OK)
            return status;
    }
    return PARE_OK;
}

int schema_check(const struct pare_option *options, struct pare_error *err)
{
    return check_table(options, 0, err);
}
