/* SPDX-License-Identifier: Apache-2.0 */
/* A value tree as JSON and back. It is written here: a real must be the shortest text
 * that reads back as the same double, and as a real, and nothing may be left out where
 * there is no memory. Text that is not UTF-8 (a path may be) keeps its readable bytes.
 * It is read by jansson. */

#include "run/json.h"
#include "base/alloc.h"
#include "base/text.h"
#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool is_utf8(const char *text)
{
    for (size_t left = strlen(text), n; left; text += n, left -= n)
        if ((n = text_utf8(text, left)) == 0)
            return false;
    return true;
}

/* In quotes; where it is not UTF-8, every byte outside ASCII becomes '?'. */
static void put_text(const char *text, FILE *out)
{
    static const char names[] = "\"\"\\\\\bb\ff\nn\rr\tt";
    bool whole = is_utf8(text);

    fputc('"', out);
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        const char *name = names;

        while (*name && (unsigned char)*name != c)
            name += 2;
        if (*name)
            fprintf(out, "\\%c", name[1]);
        else if (c < 0x20)
            fprintf(out, "\\u%04X", c);
        else
            fputc(c < 0x80 || whole ? c : '?', out);
    }
    fputc('"', out);
}

static void put_real(double real, FILE *out)
{
    char text[32];
    if (!isfinite(real)) {
        fputs("null", out);
        return;
    }
    text_real(real, text);
    fputs(text, out);
    if (!strpbrk(text, ".e"))
        fputs(".0", out);
}

/* A new line and the indent of level; nothing when level < 0: all on one line. */
static void put_break(int level, FILE *out)
{
    if (level >= 0)
        fprintf(out, "\n%*s", 2 * level, "");
}

static void put_value(const struct value *v, int level, FILE *out);

static void put_members(const struct value *v, int level, FILE *out)
{
    bool group = v->kind == VALUE_GROUP;
    int inner = level < 0 ? -1 : level + 1;

    fputc(group ? '{' : '[', out);
    for (const struct value *m = v->child; m; m = m->next) {
        put_break(inner, out);
        if (group) {
            put_text(m->name, out);
            fputs(level < 0 ? ":" : ": ", out);
        }
        put_value(m, inner, out);
        if (m->next)
            fputc(',', out);
    }
    if (v->child)
        put_break(level, out);
    fputc(group ? '}' : ']', out);
}

static void put_value(const struct value *v, int level, FILE *out)
{
    switch (v->kind) {
    case VALUE_NONE:
        fputs("null", out);
        break;
    case VALUE_BOOL:
        fputs(v->boolean ? "true" : "false", out);
        break;
    case VALUE_INT:
        fprintf(out, "%" PRId64, v->integer);
        break;
    case VALUE_REAL:
        put_real(v->real, out);
        break;
    case VALUE_TEXT:
    case VALUE_RAW:
        put_text(v->text, out);
        break;
    case VALUE_LIST:
    case VALUE_GROUP:
        put_members(v, level, out);
        break;
    }
}

char *json_line(const struct value *v)
{
    char *line = NULL;
    size_t size = 0;
    FILE *out = xmemstream(&line, &size);
    put_value(v, -1, out);
    fclose(out);
    return line;
}

int json_print(const struct value *v, FILE *out)
{
    put_value(v, 0, out);
    fputc('\n', out);
    return ferror(out) ? PARE_EIO : PARE_OK;
}

static struct value *value_of(const json_t *node, const char *name, const char *file);

static struct value *group_of(json_t *node, const char *name, const char *file)
{
    struct value *v = value_new(VALUE_GROUP, name, file, 0), **end = &v->child;
    const char *key;
    json_t *member;

    /* Names are unique already, so there is no need to search for them. */
    json_object_foreach(node, key, member)
    {
        *end = value_of(member, key, file);
        end = &(*end)->next;
    }
    return v;
}

static struct value *list_of(const json_t *node, const char *name, const char *file)
{
    struct value *v = value_new(VALUE_LIST, name, file, 0), **end = &v->child;

    for (size_t i = 0; i < json_array_size(node); i++) {
        *end = value_of(json_array_get(node, i), NULL, file);
        end = &(*end)->next;
    }
    return v;
}

static struct value *value_of(const json_t *node, const char *name, const char *file)
{
    struct value *v;

    switch (json_typeof(node)) {
    case JSON_OBJECT:
        return group_of((json_t *)(uintptr_t)node, name, file);
    case JSON_ARRAY:
        return list_of(node, name, file);
    case JSON_STRING:
        return value_text(VALUE_TEXT, name, json_string_value(node), file, 0);
    case JSON_INTEGER:
        v = value_new(VALUE_INT, name, file, 0);
        v->integer = json_integer_value(node);
        return v;
    case JSON_REAL:
        v = value_new(VALUE_REAL, name, file, 0);
        v->real = json_real_value(node);
        return v;
    case JSON_TRUE:
    case JSON_FALSE:
        v = value_new(VALUE_BOOL, name, file, 0);
        v->boolean = json_is_true(node);
        return v;
    case JSON_NULL:
        break;
    }
    return value_new(VALUE_NONE, name, file, 0);
}

/* jansson 2.14 leaves out parts of texts and numbers, and says nothing, where it is
 * given no memory. */
static void *json_memory(size_t bytes)
{
    return xrealloc(NULL, 1, bytes);
}

struct value *json_parse(const char *text, size_t size_bytes, const char *file,
                         struct pare_error *err)
{
    json_error_t wrong;
    json_malloc_t old_malloc;
    json_free_t old_free;
    json_t *node;
    struct value *v;

    json_get_alloc_funcs(&old_malloc, &old_free);
    json_set_alloc_funcs(json_memory, free);
    node = json_loadb(text, size_bytes, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, &wrong);
    json_set_alloc_funcs(old_malloc, old_free);
    if (!node) {
        pare_fail_at(err, PARE_EFORMAT, file, 0, "no JSON: line %d: %s", wrong.line, wrong.text);
        return NULL;
    }
    v = value_of(node, NULL, file);
    json_decref(node);
    return v;
}
