/* SPDX-License-Identifier: Apache-2.0 */
/* Two trees side by side, down to the first leaves that are not the same text. Members
 * of groups are found by name, those of lists by their place. */

#include "run/difference.h"
#include "base/alloc.h"
#include "run/json.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void difference_set(struct difference *difference, const char *field, const char *first,
                    const char *second)
{
    snprintf(difference->field, sizeof difference->field, "%s", field);
    snprintf(difference->first, sizeof difference->first, "%s", first);
    snprintf(difference->second, sizeof difference->second, "%s", second);
}

static bool is_tree(const struct value *v)
{
    return v && (v->kind == VALUE_GROUP || v->kind == VALUE_LIST);
}

static bool compare_leaves(const struct value *a, const struct value *b, const char *field,
                           struct difference *d)
{
    char *first = a ? json_line(a) : xstrdup("nothing");
    char *second = b ? json_line(b) : xstrdup("nothing");
    bool differ = strcmp(first, second) != 0;

    if (differ)
        difference_set(d, field, first, second);
    free(first);
    free(second);
    return differ;
}

/* "[fc1.weight]" of a line that has a name, else "[3]". */
static char *path_in_list(const char *field, const struct value *line, size_t i)
{
    const struct value *name = value_get(line, "name");

    if (name && name->kind == VALUE_TEXT)
        return xasprintf("%s[%s]", field, name->text);
    return xasprintf("%s[%zu]", field, i);
}

static bool compare_lists(const struct value *a, const struct value *b, const char *field,
                          struct difference *d)
{
    const struct value *x = a->child, *y = b->child;
    bool differ = false;

    for (size_t i = 0; (x || y) && !differ; i++) {
        char *inner = path_in_list(field, x ? x : y, i);

        differ = difference_find(x, y, inner, d);
        free(inner);
        x = x ? x->next : NULL;
        y = y ? y->next : NULL;
    }
    return differ;
}

static bool compare_groups(const struct value *a, const struct value *b, const char *field,
                           struct difference *d)
{
    const char *dot = *field ? "." : "";
    bool differ = false;

    for (const struct value *m = a ? a->child : NULL; m && !differ; m = m->next) {
        char *inner = xasprintf("%s%s%s", field, dot, m->name);

        differ = difference_find(m, value_get(b, m->name), inner, d);
        free(inner);
    }
    for (const struct value *m = b ? b->child : NULL; m && !differ; m = m->next) {
        char *inner = xasprintf("%s%s%s", field, dot, m->name);

        differ = !value_get(a, m->name) && difference_find(NULL, m, inner, d);
        free(inner);
    }
    return differ;
}

bool difference_find(const struct value *first, const struct value *second, const char *field,
                     struct difference *difference)
{
    bool groups =
        (!first || first->kind == VALUE_GROUP) && (!second || second->kind == VALUE_GROUP);

    if (groups && (first || second)) {
        bool lacks = *field && (!first || !second);

        return lacks ? compare_leaves(first, second, field, difference)
                     : compare_groups(first, second, field, difference);
    }
    if (is_tree(first) && is_tree(second) && first->kind == second->kind)
        return compare_lists(first, second, field, difference);
    return (first || second) && compare_leaves(first, second, field, difference);
}
