/* SPDX-License-Identifier: Apache-2.0 */
/* Groups of results. Their nodes are placed in the file "result". */

#include "run/tree.h"

static struct value *add(struct value *parent, enum value_kind kind, const char *name)
{
    struct value *member = value_new(kind, name, "result", 0);
    value_add(parent, member);
    return member;
}

struct value *tree_group(void)
{
    return value_new(VALUE_GROUP, NULL, "result", 0);
}

void tree_bool(struct value *group, const char *name, bool boolean)
{
    add(group, VALUE_BOOL, name)->boolean = boolean;
}

void tree_int(struct value *group, const char *name, int64_t integer)
{
    add(group, VALUE_INT, name)->integer = integer;
}

void tree_size(struct value *group, const char *name, size_t size)
{
    tree_int(group, name, (int64_t)size);
}

void tree_real(struct value *group, const char *name, double real)
{
    add(group, VALUE_REAL, name)->real = real;
}

void tree_text(struct value *group, const char *name, const char *text)
{
    value_add(group, text ? value_text(VALUE_TEXT, name, text, "result", 0)
                          : value_new(VALUE_NONE, name, "result", 0));
}

struct value *tree_add_list(struct value *parent, const char *name)
{
    return add(parent, VALUE_LIST, name);
}

struct value *tree_add_group(struct value *parent, const char *name)
{
    return add(parent, VALUE_GROUP, name);
}
