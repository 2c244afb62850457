/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONFIG_VALUE_H
#define CONFIG_VALUE_H

/* The tree that every source of settings is read into: a config file, a Lua
 * table, --set, a preset. Every node knows where it was written. Within a group
 * names are unique and keep their order. Knows neither libconfig nor Lua. */

#include <pare/base.h>
#include <stdio.h>

enum value_kind {
    VALUE_NONE, /* the word none */
    VALUE_BOOL,
    VALUE_INT,
    VALUE_REAL,
    VALUE_TEXT,
    VALUE_RAW,   /* text of --set or a preset, to be read as the option's type asks */
    VALUE_LIST,  /* a libconfig list or array, a Lua sequence */
    VALUE_GROUP, /* named members */
};

struct value {
    enum value_kind kind;
    char *name;    /* NULL in a list and at the root */
    char *file;    /* where it stands: a path, "--set", "default" */
    unsigned line; /* 0: the file alone says where */
    union {
        bool boolean;
        int64_t integer;
        double real;
        char *text; /* TEXT, RAW */
    };
    struct value *child; /* LIST, GROUP: the first member */
    struct value *next;  /* the next member of the same list or group */
    struct value *last;  /* LIST, GROUP: the last member; NULL: to be sought */
};

/* A node on its own. name, file and text are copied. */
PARE_API struct value *value_new(enum value_kind kind, const char *name, const char *file,
                                 unsigned line);
PARE_API struct value *value_text(enum value_kind kind, const char *name, const char *text,
                                  const char *file, unsigned line);
PARE_API void value_free(struct value *v);
PARE_API struct value *value_clone(const struct value *v);

/* Appends to a list or a group; takes ownership of member. In a group a member
 * of the same name is replaced where it stood. */
PARE_API void value_add(struct value *parent, struct value *member);
/* The same where no member of that name can be there: in constant time. */
PARE_API void value_append(struct value *parent, struct value *member);
/* The member called name, NULL when absent or when group is NULL or no group. */
PARE_API struct value *value_get(const struct value *group, const char *name);
/* Down a dotted path, "prune.power". */
PARE_API struct value *value_find(const struct value *root, const char *path);
/* Removes and frees the member called name, if any. */
PARE_API void value_drop(struct value *group, const char *name);
PARE_API size_t value_count(const struct value *v);

/* Lays over on top of base, member by member: groups merge, anything else of
 * over replaces (a copy). */
PARE_API void value_merge(struct value *base, const struct value *over);

/* The members of a group as config text that conffile_read reads again, a setting
 * a line after indent spaces. */
PARE_API void value_print(const struct value *group, int indent, FILE *out);
/* Text in quotes, with escapes. */
PARE_API void value_print_text(const char *text, FILE *out);
/* A number as config text. */
PARE_API void value_print_real(double value, FILE *out);

#endif
