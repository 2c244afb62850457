/* SPDX-License-Identifier: Apache-2.0 */
/* Hooks: functions of a script that a verb calls. The verb is C that Lua must not
 * jump over: a hook runs protected, and what it raises waits until the verb is back. */
#include "run/change.h"
#include "script/l_net.h"

/* One call of a hook. */
struct occasion {
    struct hooks *hooks;
    const char *name;                /* "train.on_step" */
    const struct train_progress *at; /* of train */
    const struct prune_item *item;   /* of prune */
};

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

static void push_item(lua_State *L, const struct prune_item *item)
{
    lua_createtable(L, 0, 5);
    lua_pushstring(L, item->param->name);
    lua_setfield(L, -2, "name");
    lua_pushinteger(L, (lua_Integer)item->kept);
    lua_setfield(L, -2, "kept");
    lua_pushinteger(L, (lua_Integer)item->param->count);
    lua_setfield(L, -2, "count");
    lua_pushinteger(L, (lua_Integer)item->kept_wanted);
    lua_setfield(L, -2, "wanted");
    lua_pushnumber(L, item->cut);
    lua_setfield(L, -2, "cut");
}

/* What train's hook has returned, a table: changes. */
static void take_changes(lua_State *L, const struct occasion *o)
{
    struct owner *owner = tovalue_owner(L);
    struct value *asked = tovalue_read_returned(L, 3, 2, o->name, owner);
    struct pare_error err = {0};

    if (change_read(state_script(L)->run, o->name, asked, &o->hooks->change, &err) != PARE_OK)
        failure_raise(L, &err);
    owner_release(owner);
}

/* Arguments: the occasion as a light userdata, the hook. Returns a boolean: go on? */
static int call_protected(lua_State *L)
{
    const struct occasion *o = lua_touserdata(L, 1);

    lua_pushvalue(L, 2);
    if (o->at)
        push_progress(L, o->at);
    else
        push_item(L, o->item);
    lua_call(L, 1, 1);
    if (o->at && lua_istable(L, 3))
        take_changes(L, o);
    else if (!lua_isnil(L, 3) && !lua_isboolean(L, 3))
        return failure_user(L, "%s: must return %sfalse or nothing, not a %s", o->name,
                            o->at ? "a table of changes, " : "", luaL_typename(L, 3));
    lua_pushboolean(L, !lua_isboolean(L, 3) || lua_toboolean(L, 3));
    return 1;
}

/* Texts get their place while the calls are still there; objects stay themselves. */
static int hook_handler(lua_State *L)
{
    return lua_type(L, 1) == LUA_TSTRING ? failure_handler(L) : 1;
}

/* Called from inside a verb: nothing may be raised through it. 1: the hook said
 * false. */
static int call_hook(const struct occasion *o, int function, bool *inside, struct pare_error *err)
{
    struct hooks *hooks = o->hooks;
    lua_State *L = hooks->L;
    struct script *script = state_script(L);
    int top = lua_gettop(L), status;
    bool outer = *inside, go_on;

    if (!lua_checkstack(L, 8))
        return pare_fail(err, PARE_ENOMEM, "%s: no room on the stack", o->name);
    state_rearm(script);
    lua_pushcfunction(L, hook_handler);
    lua_pushcfunction(L, call_protected);
    lua_pushlightuserdata(L, (void *)(uintptr_t)o);
    lua_pushvalue(L, function);
    *inside = true;
    status = lua_pcall(L, 2, 1, top + 1);
    *inside = outer;
    if (status != LUA_OK) {
        if (status == LUA_ERRMEM && script->reached == REACHED_NOTHING)
            script->reached = REACHED_MEMORY;
        lua_replace(L, hooks->raised);
        hooks->failed = true;
        lua_settop(L, top);
        return pare_fail(err, PARE_EUSER, "%s: failed", o->name);
    }
    go_on = lua_toboolean(L, -1);
    lua_settop(L, top);
    return go_on ? 0 : 1;
}

static int on_step(void *context, const struct train_progress *at, struct pare_error *err)
{
    struct hooks *hooks = context;
    const struct occasion o = {.hooks = hooks, .name = "train.on_step", .at = at};

    return call_hook(&o, hooks->first, &state_script(hooks->L)->training, err);
}

static int on_epoch(void *context, const struct train_progress *at, struct pare_error *err)
{
    struct hooks *hooks = context;
    const struct occasion o = {.hooks = hooks, .name = "train.on_epoch", .at = at};

    return call_hook(&o, hooks->first + 1, &state_script(hooks->L)->training, err);
}

static int on_prune(void *context, const struct prune_item *item, struct pare_error *err)
{
    struct hooks *hooks = context;
    const struct occasion o = {.hooks = hooks, .name = "prune.on_prune", .item = item};

    return call_hook(&o, hooks->first, &state_script(hooks->L)->pruning, err);
}

/* Pushes the functions that the options at index 2 give as names [ended by NULL];
 * nil where they give none. Is there any? */
static bool push_functions(lua_State *L, const char *verb, const char *const *names)
{
    bool any = false;

    for (; *names; names++) {
        lua_pushstring(L, lua_istable(L, 2) ? *names : NULL); /* NULL: nil */
        if (lua_istable(L, 2))
            lua_rawget(L, 2);
        if (!lua_isnil(L, -1) && !lua_isfunction(L, -1))
            failure_user(L, "%s.%s: must be a function, not a %s", verb, *names,
                         luaL_typename(L, -1));
        any |= !lua_isnil(L, -1);
    }
    return any;
}

/* Pushes also where what is raised will be kept. */
static bool push_hooks(lua_State *L, struct hooks *hooks, const char *verb)
{
    bool any;

    lua_settop(L, 2);
    hooks->L = L;
    hooks->first = 3;
    any = push_functions(L, verb, hooks->names);
    lua_pushnil(L);
    hooks->raised = lua_gettop(L);
    return any;
}

int l_hook_train(lua_State *L)
{
    static const char *const names[] = {"on_step", "on_epoch", NULL};
    struct hooks hooks = {.names = names};
    const struct run *run = state_script(L)->run;

    l_net_check(L);
    if (push_hooks(L, &hooks, "train")) {
        bool *frozen = lua_newuserdatauv(L, run->net->params * sizeof *frozen, 0);

        change_start(run, frozen, &hooks.change);
        hooks.train = (struct train_events){&hooks, lua_isnil(L, 3) ? NULL : on_step,
                                            lua_isnil(L, 4) ? NULL : on_epoch, &hooks.change};
    }
    return l_verb_call(L, "train", verb_train, &hooks);
}

int l_hook_prune(lua_State *L)
{
    static const char *const names[] = {"on_prune", NULL};
    struct hooks hooks = {.names = names};

    l_net_check(L);
    if (push_hooks(L, &hooks, "prune"))
        hooks.prune = (struct prune_events){&hooks, on_prune};
    return l_verb_call(L, "prune", verb_prune, &hooks);
}
