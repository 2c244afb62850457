/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCRIPT_L_NET_H
#define SCRIPT_L_NET_H

/* What the files of the net's methods share: l_net.c (selections), l_verb.c (the
 * verbs), l_hook.c (those with hooks). */

#include "run/verbs.h"
#include "script/state.h"

struct selection {
    uint64_t generation;
    size_t params, count; /* of the net; selected */
    bool want[];          /* [params] */
};

/* The selection at index 1; raises for anything else and for a stale one. */
struct selection *l_net_check(lua_State *L);
/* The same; raises when it is not all of the net. */
struct selection *l_net_check_whole(lua_State *L, const char *verb);

typedef int verb_function(struct run *run, const struct verb_call *call, struct value **result,
                          struct pare_error *err);

/* Hooks of one call: indices into the stack of its frame, and what the verb is given
 * to call them. */
struct hooks {
    lua_State *L;
    const char *const *names; /* of the options that are hooks, ended by NULL */
    int first;                /* of the functions, in that order; nil: none */
    int raised;               /* where what a hook has raised is kept */
    bool failed;
    struct train_change change;
    struct train_events train; /* these two: context NULL where there is no hook */
    struct prune_events prune;
};

/* What every verb does first: may it be called here? run:arg has had its say,
 * instructions count anew. */
struct run *l_verb_begin(lua_State *L, const char *name);
/* Calls a verb with the selection and the options at indices 1 and 2, and pushes
 * its result. hooks may be NULL. */
int l_verb_call(lua_State *L, const char *name, verb_function *verb, struct hooks *hooks);

int l_hook_train(lua_State *L);
int l_hook_prune(lua_State *L);
int l_verb_test(lua_State *L);
int l_verb_share(lua_State *L);
int l_verb_encode(lua_State *L);
int l_verb_snapshot(lua_State *L);
int l_verb_restore(lua_State *L);

#endif
