/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCRIPT_L_NET_H
#define SCRIPT_L_NET_H

/* What the files of the net's methods share: l_net.c (selections), l_verb.c (the
 * verbs), l_train.c (hooks). */

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

/* Hooks of one train call: indices into the stack of its frame. */
struct hooks {
    lua_State *L;
    int step, epoch; /* the functions; nil: none */
    int raised;      /* where what a hook has raised is kept */
    bool failed;
};
int l_train_step(void *hooks, const struct train_progress *at, struct pare_error *err);
int l_train_epoch(void *hooks, const struct train_progress *at, struct pare_error *err);

/* What every verb does first: run:arg has had its say, instructions count anew. */
struct run *l_verb_begin(lua_State *L);
/* Calls a verb with the selection and the options at indices 1 and 2, and pushes
 * its result. without: members of the options that are none. hooks: of train, else
 * NULL. */
int l_verb_call(lua_State *L, const char *name, verb_function *verb, const char *const *without,
                struct hooks *hooks);

int l_train_train(lua_State *L);
int l_verb_test(lua_State *L);
int l_verb_prune(lua_State *L);
int l_verb_share(lua_State *L);
int l_verb_encode(lua_State *L);
int l_verb_snapshot(lua_State *L);
int l_verb_restore(lua_State *L);

#endif
