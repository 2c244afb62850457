/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUN_GROUPS_H
#define RUN_GROUPS_H

/* The groups of an experiment file: which table each has, and which of its options
 * name plugins whose own options stand beside it. */

#include "plugin/registry.h"
#include <stdio.h>

enum { GROUP_PLUGINS_MAX = 2 };

struct group {
    const char *name;
    const struct pare_option *options;
    struct {
        const char *option; /* NULL: none */
        enum pare_kind kind;
        bool must; /* be named by the config */
    } plugin[GROUP_PLUGINS_MAX];
};

/* The groups of the verbs first, in their order, then data, model, request,
 * checkpoint; ended by a NULL name. */
extern const struct group groups[];
/* NULL when there is none of that name. */
const struct group *group_find(const char *name);

/* Lays over on base, later over earlier: rivals are dropped, and where over names
 * another plugin, the options of the one before. */
void group_layer(const struct group *g, struct value *base, const struct value *over);
/* The same for whole trees. */
void groups_layer(struct value *base, const struct value *over);

/* Checks v (the config's group) against the group's table and those of its plugins,
 * up to the plugins' setup. */
void group_check(const struct group *g, const struct value *v, struct problems *problems);
/* The same for the group v of a rule that is laid over base (may be NULL). */
void group_check_rule(const struct group *g, const struct value *base, const struct value *v,
                      const char *path, struct problems *problems);

/* A copy of v with those members alone that are in the group's own table; v may be
 * NULL. */
struct value *group_own(const struct group *g, const struct value *v);

/* A group filled: the host's options and those of its plugins. */
struct group_filled {
    struct {
        const struct pare_option *options; /* NULL: none */
        void *self;
    } part[1 + GROUP_PLUGINS_MAX];
};
/* v was checked; NULL: presets. PARE_EPLUGIN when a plugin is not there. */
int group_fill(const struct group *g, const struct value *v, struct group_filled *filled,
               struct pare_error *err);
void group_filled_free(struct group_filled *filled);

#endif
