/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUN_TREE_H
#define RUN_TREE_H

/* Groups of results, built member by member. */

#include "config/value.h"

PARE_API struct value *tree_group(void);
PARE_API void tree_bool(struct value *group, const char *name, bool boolean);
PARE_API void tree_int(struct value *group, const char *name, int64_t integer);
PARE_API void tree_size(struct value *group, const char *name, size_t size);
PARE_API void tree_real(struct value *group, const char *name, double real);
/* text NULL: none. */
PARE_API void tree_text(struct value *group, const char *name, const char *text);
/* An empty list or group as a member, to be filled; name NULL in a list. */
PARE_API struct value *tree_add_list(struct value *parent, const char *name);
PARE_API struct value *tree_add_group(struct value *parent, const char *name);

#endif
