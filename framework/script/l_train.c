/* SPDX-License-Identifier: Apache-2.0 */
/* The verb train with the hooks of a script in it. Training is C that Lua must not
 * jump over: a hook runs protected, and what it raises waits until train is back. */
#include "script/l_net.h"

static void push_progress(lua_State *L, const struct train_progress *at)
{
    static const char *const names[] = {"epoch", "epochs", "step", "steps", "done", "total"};
    const int64_t whole[] = {at->epoch,
                             at->epochs,
                             at->step,
                             at->steps,
                             (at->epoch - 1) * at->steps + at->step,
                             at->epochs * at->steps};

    lua_createtable(L, 0, 10);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        lua_pushinteger(L, whole[i]);
        lua_setfield(L, -2, names[i]);
    }
    lua_pushnumber(L, at->loss);
    lua_setfield(L, -2, "loss");
    lua_pushnumber(L, at->error_percent);
    lua_setfield(L, -2, "error");
    lua_pushnumber(L, at->rate);
    lua_setfield(L, -2, "rate");
    if (at->validation_error_percent >= 0.0) { /* NaN: none */
        lua_pushnumber(L, at->validation_error_percent);
        lua_setfield(L, -2, "validation_error");
    }
}

/* Arguments: progress as a light userdata, the hook. */
static int call_protected(lua_State *L)
{
    const struct train_progress *at = lua_touserdata(L, 1);

    push_progress(L, at);
    lua_call(L, 1, 1);
    return 1;
}

/* Texts get their place while the calls are still there; objects stay themselves. */
static int hook_handler(lua_State *L)
{
    return lua_type(L, 1) == LUA_TSTRING ? failure_handler(L) : 1;
}

/* Called from inside train: nothing may be raised through it. */
static int call_hook(struct hooks *hooks, int function, const struct train_progress *at,
                     struct pare_error *err)
{
    lua_State *L = hooks->L;
    struct script *script = state_script(L);
    int top = lua_gettop(L), status;
    bool stop;

    if (!lua_checkstack(L, 8))
        return pare_fail(err, PARE_ENOMEM, "train: no room on the stack for a hook");
    state_rearm(script);
    lua_pushcfunction(L, hook_handler);
    lua_pushcfunction(L, call_protected);
    lua_pushlightuserdata(L, (void *)(uintptr_t)at);
    lua_pushvalue(L, function);
    status = lua_pcall(L, 2, 1, top + 1);
    if (status != LUA_OK) {
        if (status == LUA_ERRMEM && script->reached == REACHED_NOTHING)
            script->reached = REACHED_MEMORY;
        lua_replace(L, hooks->raised);
        hooks->failed = true;
        lua_settop(L, top);
        return pare_fail(err, PARE_EUSER, "train: a hook failed");
    }
    stop = lua_isboolean(L, -1) && !lua_toboolean(L, -1);
    lua_settop(L, top);
    return stop ? 1 : 0;
}

int l_train_step(void *context, const struct train_progress *at, struct pare_error *err)
{
    struct hooks *hooks = context;

    return call_hook(hooks, hooks->step, at, err);
}

int l_train_epoch(void *context, const struct train_progress *at, struct pare_error *err)
{
    struct hooks *hooks = context;

    return call_hook(hooks, hooks->epoch, at, err);
}

static void push_hook(lua_State *L, const char *name)
{
    if (lua_istable(L, 2))
        lua_getfield(L, 2, name);
    else
        lua_pushnil(L);
    if (!lua_isnil(L, -1) && !lua_isfunction(L, -1))
        failure_user(L, "train.%s: must be a function, not a %s", name, luaL_typename(L, -1));
}

int l_train_train(lua_State *L)
{
    static const char *const hook_names[] = {"on_step", "on_epoch", NULL};
    struct hooks hooks = {.L = L, .step = 3, .epoch = 4, .raised = 5};

    l_net_check(L);
    if (state_script(L)->training)
        return failure_user(L, "train cannot be called from a hook of train");
    lua_settop(L, 2);
    push_hook(L, hook_names[0]);
    push_hook(L, hook_names[1]);
    lua_pushnil(L);
    return l_verb_call(L, "train", verb_train, hook_names, &hooks);
}
