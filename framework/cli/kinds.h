/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_KINDS_H
#define CLI_KINDS_H

/* Where an experiment file speaks of each kind of plugin. */

#include <pare/plugin.h>

struct kind_place {
    const char *plural;                /* "pruners" */
    const char *group;                 /* "prune": the group that holds its options */
    const char *key;                   /* "plugin": what names it there */
    const struct pare_option *options; /* of the group itself */
};
struct kind_place kind_place(enum pare_kind kind);
extern const char kind_names[]; /* of all, for messages */

#endif
