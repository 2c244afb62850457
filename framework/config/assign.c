/* SPDX-License-Identifier: Apache-2.0 */
/* Assignments of --set: a dotted path of names and the text for what is there. */

#include "config/conffile.h"

#include "base/alloc.h"
#include "config/scan.h"
#include <stdlib.h>
#include <string.h>

/* A letter, then letters, digits, _ and -. */
static bool is_name(const char *at, size_t length)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

    return length && memchr(letters, *at, sizeof letters - 1) &&
           strspn(at, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") >= length;
}

/* The text as a value: in quotes it is a text as in a file. NULL with problems. */
static struct value *value_of(const char *name, const char *text, const char *assignment,
                              struct problems *problems)
{
    struct value *raw = value_text(VALUE_RAW, name, text, "--set", 0), *parsed;
    struct problems own = {0};

    if (*text != '"')
        return raw;
    parsed = conffile_parse_raw(raw, &own);
    for (size_t i = 0; i < own.count; i++)
        problems_add(problems, "--set", 0, "'%s': %s", assignment, own.at[i].text);
    problems_free(&own);
    value_free(raw);
    return parsed;
}

void conffile_set(struct value *root, const char *assignment, struct problems *problems)
{
    static const char place[] = "--set";
    size_t length = strcspn(assignment, "=");
    const char *at = assignment, *text = assignment + length;

    if (!scan_is_text(assignment, strlen(assignment), place, 0, problems))
        return;
    if (!*text) {
        problems_add(problems, place, 0, "'%s' lacks a '='; write NAME=VALUE", assignment);
        return;
    }
    while (root) {
        size_t part = strcspn(at, ".=");
        char *name = xstrndup(at, part);
        struct value *next = value_get(root, name);

        if (memchr(at, '[', part)) {
            problems_add(problems, place, 0,
                         "'%.*s' leads into a list, which --set cannot; set the whole list, or "
                         "write a file that includes the config",
                         (int)length, assignment);
            root = NULL;
        } else if (!is_name(at, part)) {
            problems_add(problems, place, 0, "'%.*s' is no path of names, such as prune.amount",
                         (int)length, assignment);
            root = NULL;
        } else if (at[part] == '=') {
            struct value *v = value_of(name, text + 1, assignment, problems);

            if (v)
                value_add(root, v);
            root = NULL;
        } else {
            if (next && next->kind != VALUE_GROUP) {
                problems_add(problems, place, 0, "'%.*s': '%s' is no group", (int)length,
                             assignment, name);
                next = root = NULL;
            } else if (!next) {
                next = value_new(VALUE_GROUP, name, place, 0);
                value_add(root, next);
            }
            root = next;
            at += part + 1;
        }
        free(name);
    }
}
