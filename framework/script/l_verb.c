/* SPDX-License-Identifier: Apache-2.0 */
/* The verbs: one table in, one plain table out. */
#include <string.h>

#include "run/checkpoint.h"
#include "script/l_net.h"

#define SNAPSHOT_TYPE "pare.snapshot"

static void check_place(lua_State *L, const char *name)
{
    const struct script *script = state_script(L);

    if (script->pruning && strcmp(name, "test") != 0)
        failure_user(L, "%s cannot be called from on_prune, of all verbs only test", name);
    if (script->training && strcmp(name, "train") == 0)
        failure_user(L, "train cannot be called from a hook of train");
}

struct run *l_verb_begin(lua_State *L, const char *name)
{
    struct script *script = state_script(L);

    check_place(L, name);
    if (!script->began)
        l_run_check_args(L);
    state_begun(L);
    script->began = true;
    state_rearm(script);
    return script->run;
}

int l_verb_call(lua_State *L, const char *name, verb_function *verb, struct hooks *hooks)
{
    const struct selection *s = l_net_check(L);
    struct verb_call call = {.want = s->count == s->params ? NULL : s->want,
                             .events = hooks && hooks->train.context ? &hooks->train : NULL,
                             .prune_events = hooks && hooks->prune.context ? &hooks->prune : NULL};
    struct run *run = l_verb_begin(L, name);
    struct owner *options = tovalue_owner(L), *result = tovalue_owner(L);
    struct pare_error err = {0};
    struct value *got = NULL;
    int status;

    if (!lua_isnil(L, 2))
        call.options = tovalue_read(L, 2, name, hooks ? hooks->names : NULL, options);
    status = verb(run, &call, &got, &err);
    result->thing = got;
    if (status == PARE_EUSER)
        l_run_blame_args(L, call.options, &err);
    owner_release(options);
    state_reraise(L);
    state_rearm(state_script(L));
    if (hooks && hooks->failed) {
        lua_pushvalue(L, hooks->raised);
        return lua_error(L);
    }
    if (status != PARE_OK)
        return failure_raise(L, &err);
    value_drop(got, "seconds"); /* no clock: a schedule must not depend on it */
    tovalue_push(L, got, false);
    owner_release(result);
    return 1;
}

int l_verb_test(lua_State *L)
{
    l_net_check_whole(L, "test");
    lua_settop(L, 2);
    return l_verb_call(L, "test", verb_test, NULL);
}

int l_verb_share(lua_State *L)
{
    l_net_check(L);
    lua_settop(L, 2);
    return l_verb_call(L, "share", verb_share, NULL);
}

int l_verb_encode(lua_State *L)
{
    l_net_check_whole(L, "encode");
    lua_settop(L, 2);
    return l_verb_call(L, "encode", verb_encode, NULL);
}

static void free_snapshot(void *thing)
{
    held_free(thing);
}

int l_verb_snapshot(lua_State *L)
{
    struct pare_error err = {0};
    struct held *held = NULL;
    struct owner *owner;
    struct run *run;
    int status;

    l_net_check_whole(L, "snapshot");
    run = l_verb_begin(L, "snapshot");
    /* To Lua a snapshot is a few bytes: those that nobody holds any more must go
     * before it sees a reason to collect them. */
    lua_gc(L, LUA_GCCOLLECT);
    owner = owner_push(L, SNAPSHOT_TYPE, free_snapshot);
    status = verb_snapshot(run, &held, &err);
    owner->thing = held;
    return status == PARE_OK ? 1 : failure_raise(L, &err);
}

int l_verb_restore(lua_State *L)
{
    static const char *const words[] = {"all", "weights", "masks", NULL};
    static const enum snapshot_what whats[] = {SNAPSHOT_ALL, SNAPSHOT_WEIGHTS, SNAPSHOT_MASKS};
    const struct selection *s = l_net_check(L);
    const struct owner *owner = luaL_testudata(L, 2, SNAPSHOT_TYPE);
    const char *word = luaL_optstring(L, 3, "all");
    struct pare_error err = {0};
    size_t i = 0;
    int status;

    if (!owner)
        return failure_user(L, "restore takes a snapshot, and perhaps \"weights\" or \"masks\"");
    while (words[i] && strcmp(words[i], word) != 0)
        i++;
    if (!words[i])
        return failure_user(L, "restore: '%s' is none of all, weights, masks", word);
    status = verb_restore(l_verb_begin(L, "restore"), owner->thing,
                          s->count == s->params ? NULL : s->want, whats[i], &err);
    return status == PARE_OK ? 0 : failure_raise(L, &err);
}
