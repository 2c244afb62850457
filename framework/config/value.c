/* SPDX-License-Identifier: Apache-2.0 */
/* The tree of settings: nodes with places, members in the order given, and one
 * layer laid over another. */

#include "config/value.h"

#include "base/alloc.h"
#include <stdlib.h>
#include <string.h>

struct value *value_new(enum value_kind kind, const char *name, const char *file, unsigned line)
{
    struct value *v = xcalloc(1, sizeof *v);

    v->kind = kind;
    v->name = name ? xstrdup(name) : NULL;
    v->file = xstrdup(file ? file : "");
    v->line = line;
    return v;
}

struct value *value_text(enum value_kind kind, const char *name, const char *text, const char *file,
                         unsigned line)
{
    struct value *v = value_new(kind, name, file, line);

    v->text = xstrdup(text);
    return v;
}

static bool has_text(const struct value *v)
{
    return v->kind == VALUE_TEXT || v->kind == VALUE_RAW;
}

void value_free(struct value *v)
{
    if (!v)
        return;
    for (struct value *c = v->child, *next; c; c = next) {
        next = c->next;
        value_free(c);
    }
    if (has_text(v))
        free(v->text);
    free(v->name);
    free(v->file);
    free(v);
}

struct value *value_clone(const struct value *v)
{
    struct value *copy = value_new(v->kind, v->name, v->file, v->line);

    if (has_text(v))
        copy->text = xstrdup(v->text ? v->text : "");
    else if (v->kind == VALUE_BOOL)
        copy->boolean = v->boolean;
    else if (v->kind == VALUE_INT)
        copy->integer = v->integer;
    else if (v->kind == VALUE_REAL)
        copy->real = v->real;
    for (const struct value *c = v->child; c; c = c->next)
        value_append(copy, value_clone(c));
    return copy;
}

/* Where the member of the group called name hangs, or the end of the members; of a NULL
 * name: that. */
static struct value **slot(struct value *parent, const char *name)
{
    struct value **at = &parent->child;

    while (*at && !(name && (*at)->name && strcmp((*at)->name, name) == 0))
        at = &(*at)->next;
    return at;
}

void value_append(struct value *parent, struct value *member)
{
    struct value **at = parent->last ? &parent->last->next : slot(parent, NULL);

    *at = parent->last = member;
    member->next = NULL;
}

void value_add(struct value *parent, struct value *member)
{
    struct value **at = parent->kind == VALUE_GROUP ? slot(parent, member->name) : NULL, *old;

    if (!at || !*at) {
        value_append(parent, member);
        return;
    }
    old = *at;
    member->next = old->next;
    *at = member;
    if (parent->last == old)
        parent->last = member;
    value_free(old);
}

struct value *value_get(const struct value *group, const char *name)
{
    if (!group || group->kind != VALUE_GROUP)
        return NULL;
    for (struct value *c = group->child; c; c = c->next)
        if (c->name && strcmp(c->name, name) == 0)
            return c;
    return NULL;
}

struct value *value_find(const struct value *root, const char *path)
{
    while (root) {
        const char *dot = strchr(path, '.');
        char *name = dot ? xstrndup(path, (size_t)(dot - path)) : xstrdup(path);
        struct value *found = value_get(root, name);

        free(name);
        if (!dot)
            return found;
        root = found;
        path = dot + 1;
    }
    return NULL;
}

void value_drop(struct value *group, const char *name)
{
    struct value **at, *old;

    if (!group || group->kind != VALUE_GROUP)
        return;
    at = slot(group, name);
    old = *at;
    if (!old)
        return;
    *at = old->next;
    if (group->last == old)
        group->last = NULL;
    value_free(old);
}

size_t value_count(const struct value *v)
{
    size_t n = 0;

    for (const struct value *c = v ? v->child : NULL; c; c = c->next)
        n++;
    return n;
}

void value_merge(struct value *base, const struct value *over)
{
    for (const struct value *c = over ? over->child : NULL; c; c = c->next) {
        struct value *there = c->name ? value_get(base, c->name) : NULL;

        if (there && there->kind == VALUE_GROUP && c->kind == VALUE_GROUP)
            value_merge(there, c);
        else
            value_add(base, value_clone(c));
    }
}
