/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SUPPORT_SCRIPT_SUPPORT_H
#define SUPPORT_SCRIPT_SUPPORT_H

/* A Lua state within limits, with no experiment behind it. */

#include "script/state.h"
#include "support/support.h"

struct script_fixture {
    struct script script;
    struct pare_rng rng;
    struct pare_error err;
    char noted[4096];
};

/* A state is open; the limits are those of struct script. */
void script_support_open(struct script_fixture *f, size_t memory_bytes, int64_t instructions);
/* For state_enter: runs the text that it is given as s.lua. */
int script_support_chunk(lua_State *L);
/* Runs text in a state of its own; what it printed is in f->noted. */
int script_support_run(struct script_fixture *f, const char *text);

#endif
