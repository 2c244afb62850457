/* SPDX-License-Identifier: Apache-2.0 */
/* The net and selections of its parameters: the seven verbs, and what can be read
 * off. A selection is a net with fewer parameters; the whole net selects them all. */
#include "base/text.h"
#include "run/stages.h"
#include "run/verbs.h"
#include "script/state.h"

#include <string.h>

#define TYPE "pare.net"
#define SNAPSHOT_TYPE "pare.snapshot"

struct selection {
    uint64_t generation;
    size_t params, count; /* of the net; selected */
    bool want[];          /* [params] */
};

typedef int verb_function(struct run *run, const struct verb_call *call, struct value **result,
                          struct pare_error *err);

static const char *const no_fields[] = {NULL};

uint64_t l_net_generation(struct script *script)
{
    if (script->net != script->run->net) {
        script->net = script->run->net;
        script->generation++;
    }
    return script->generation;
}

static struct selection *push_selection(lua_State *L)
{
    struct script *script = state_script(L);
    size_t n = script->run->net->params;
    struct selection *s = lua_newuserdatauv(L, sizeof *s + n * sizeof s->want[0], 0);

    memset(s, 0, sizeof *s + n * sizeof s->want[0]);
    s->generation = l_net_generation(script);
    s->params = n;
    luaL_setmetatable(L, TYPE);
    return s;
}

void l_net_push(lua_State *L)
{
    struct selection *s = push_selection(L);

    memset(s->want, 1, s->params * sizeof s->want[0]);
    s->count = s->params;
}

static struct selection *check_net(lua_State *L)
{
    struct selection *s = luaL_testudata(L, 1, TYPE);

    if (!s)
        failure_user(L, "call it with a colon on the net or a selection: net:train { ... }");
    else if (s->generation != l_net_generation(state_script(L)))
        failure_user(L, "this is a handle of a network that is no more; take run.net again");
    return s;
}

static struct selection *check_whole(lua_State *L, const char *verb)
{
    struct selection *s = check_net(L);

    if (s->count != s->params)
        failure_user(L,
                     "%s works on the whole net, not on a selection of %zu of its %zu parameters",
                     verb, s->count, s->params);
    return s;
}

/* What every verb does first. */
static struct run *begin(lua_State *L)
{
    struct script *script = state_script(L);

    if (!script->began)
        l_run_check_args(L);
    script->began = true;
    state_rearm(script);
    return script->run;
}

/* Hooks of one train call. Stack indices of its frame. */
struct hooks {
    lua_State *L;
    int step, epoch; /* the functions; nil: none */
    int raised;      /* where what a hook has raised is kept */
    bool failed;
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

static int on_step(void *context, const struct train_progress *at, struct pare_error *err)
{
    struct hooks *hooks = context;

    return call_hook(hooks, hooks->step, at, err);
}

static int on_epoch(void *context, const struct train_progress *at, struct pare_error *err)
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

/* Calls a verb with the table at index 2, if any, and pushes its result. without:
 * members of the table that are no options. */
static int call_verb(lua_State *L, const char *name, verb_function *verb,
                     const char *const *without, struct hooks *hooks)
{
    const struct train_events events = {hooks, hooks && !lua_isnil(L, hooks->step) ? on_step : NULL,
                                        hooks && !lua_isnil(L, hooks->epoch) ? on_epoch : NULL};
    const struct selection *s = luaL_testudata(L, 1, TYPE);
    struct verb_call call = {.want = s->count == s->params ? NULL : s->want, .events = &events};
    struct run *run = begin(L);
    struct owner *options = tovalue_owner(L), *result = tovalue_owner(L);
    struct pare_error err = {0};
    struct value *got = NULL;
    bool outer = state_script(L)->training;
    int status;

    if (!lua_isnil(L, 2))
        call.options = tovalue_read(L, 2, name, without, options);
    state_script(L)->training = outer || hooks;
    status = verb(run, &call, &got, &err);
    state_script(L)->training = outer;
    result->thing = got;
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

static int net_train(lua_State *L)
{
    static const char *const hook_names[] = {"on_step", "on_epoch", NULL};
    struct hooks hooks = {.L = L, .step = 3, .epoch = 4, .raised = 5};

    check_net(L);
    if (state_script(L)->training)
        return failure_user(L, "train cannot be called from a hook of train");
    lua_settop(L, 2);
    push_hook(L, hook_names[0]);
    push_hook(L, hook_names[1]);
    lua_pushnil(L);
    return call_verb(L, "train", verb_train, hook_names, &hooks);
}

static int net_test(lua_State *L)
{
    check_whole(L, "test");
    lua_settop(L, 2);
    return call_verb(L, "test", verb_test, NULL, NULL);
}

static int net_prune(lua_State *L)
{
    check_net(L);
    lua_settop(L, 2);
    return call_verb(L, "prune", verb_prune, NULL, NULL);
}

static int net_share(lua_State *L)
{
    check_net(L);
    lua_settop(L, 2);
    return call_verb(L, "share", verb_share, NULL, NULL);
}

static int net_encode(lua_State *L)
{
    check_whole(L, "encode");
    lua_settop(L, 2);
    return call_verb(L, "encode", verb_encode, NULL, NULL);
}

static void free_snapshot(void *thing)
{
    snapshot_free(thing);
}

static int net_snapshot(lua_State *L)
{
    struct pare_error err = {0};
    struct snapshot *snapshot = NULL;
    struct owner *owner;
    struct run *run;
    int status;

    check_whole(L, "snapshot");
    run = begin(L);
    /* To Lua a snapshot is a few bytes: those that nobody holds any more must go
     * before it sees a reason to collect them. */
    lua_gc(L, LUA_GCCOLLECT);
    owner = owner_push(L, SNAPSHOT_TYPE, free_snapshot);
    status = verb_snapshot(run, &snapshot, &err);
    owner->thing = snapshot;
    return status == PARE_OK ? 1 : failure_raise(L, &err);
}

static int net_restore(lua_State *L)
{
    static const char *const words[] = {"all", "weights", "masks", NULL};
    static const enum snapshot_what whats[] = {SNAPSHOT_ALL, SNAPSHOT_WEIGHTS, SNAPSHOT_MASKS};
    const struct selection *s = check_net(L);
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
    status = verb_restore(begin(L), owner->thing, s->count == s->params ? NULL : s->want, whats[i],
                          &err);
    return status == PARE_OK ? 0 : failure_raise(L, &err);
}

/* net:params(pattern, ...): those that match one of the patterns. */
static int net_params(lua_State *L)
{
    const struct selection *from = check_net(L);
    const struct pare_param *param = state_script(L)->run->net->param;
    int patterns = lua_gettop(L);
    struct selection *s;

    s = push_selection(L);
    for (int k = 2; k <= patterns || (k == 2 && patterns == 1); k++) {
        const char *pattern = k <= patterns ? luaL_checkstring(L, k) : "*";
        bool found = false;

        for (size_t i = 0; i < s->params; i++) {
            if (!from->want[i] || !text_match(pattern, param[i].name))
                continue;
            s->count += !s->want[i];
            s->want[i] = found = true;
        }
        if (!found)
            return failure_user(L, "params: no parameter matches '%s'; the first is '%s'", pattern,
                                param[0].name);
    }
    return 1;
}

/* Weights of the selection and how many are kept; biases do not count. */
static void count_weights(const struct pare_net *net, const struct selection *s, size_t *kept,
                          size_t *weights)
{
    *kept = *weights = 0;
    for (size_t i = 0; i < net->params; i++) {
        if (!s->want[i] || pare_param_is_bias(&net->param[i]))
            continue;
        *weights += net->param[i].count;
        *kept += pare_param_kept(&net->param[i]);
    }
}

static int net_sparsity(lua_State *L)
{
    const struct selection *s = check_net(L);
    size_t kept, weights;

    count_weights(state_script(L)->run->net, s, &kept, &weights);
    lua_pushnumber(L, weights ? 1.0 - (double)kept / (double)weights : 0.0);
    return 1;
}

/* net:size(): the whole net also in bytes, as a file of its present state. */
static int net_size(lua_State *L)
{
    const struct selection *s = check_net(L);
    const struct run *run = state_script(L)->run;
    struct pare_error err = {0};
    size_t kept, weights, bytes, dense = 0;

    count_weights(run->net, s, &kept, &weights);
    for (size_t i = 0; i < run->net->params; i++)
        dense += s->want[i] ? sizeof(float) * run->net->param[i].count : 0;
    lua_createtable(L, 0, 5);
    lua_pushinteger(L, (lua_Integer)weights);
    lua_setfield(L, -2, "weights");
    lua_pushinteger(L, (lua_Integer)kept);
    lua_setfield(L, -2, "kept");
    lua_pushinteger(L, (lua_Integer)dense);
    lua_setfield(L, -2, "dense_bytes");
    if (s->count != s->params)
        return 1;
    if (stages_bytes(run, &bytes, &err) != PARE_OK)
        return failure_raise(L, &err);
    lua_pushinteger(L, (lua_Integer)bytes);
    lua_setfield(L, -2, "bytes");
    lua_pushnumber(L, (double)dense / (double)bytes);
    lua_setfield(L, -2, "ratio");
    return 1;
}

static int net_option(lua_State *L)
{
    check_net(L);
    return l_param_option(L, NULL);
}

const luaL_Reg l_net_methods[] = {
    {"train", net_train},       {"test", net_test},     {"prune", net_prune},
    {"share", net_share},       {"encode", net_encode}, {"snapshot", net_snapshot},
    {"restore", net_restore},   {"params", net_params}, {"option", net_option},
    {"sparsity", net_sparsity}, {"size", net_size},     {NULL, NULL}};

/* net[i]: the i-th selected parameter; net["fc1.weight"]; net.train. */
static int net_index(lua_State *L)
{
    const struct selection *s = check_net(L);
    const struct pare_net *net = state_script(L)->run->net;
    lua_Integer at;
    const char *key;

    if (lua_isinteger(L, 2)) {
        at = lua_tointeger(L, 2);
        for (size_t i = 0; i < s->params && at > 0; i++)
            if (s->want[i] && --at == 0) {
                l_param_push(L, i);
                return 1;
            }
        lua_pushnil(L);
        return 1;
    }
    key = luaL_checkstring(L, 2);
    lua_pushvalue(L, 2);
    if (lua_rawget(L, lua_upvalueindex(1)) != LUA_TNIL)
        return 1;
    for (size_t i = 0; i < s->params; i++)
        if (s->want[i] && strcmp(net->param[i].name, key) == 0) {
            l_param_push(L, i);
            return 1;
        }
    return l_run_unknown(L, "the net", key, l_net_methods, no_fields);
}

static int net_len(lua_State *L)
{
    lua_pushinteger(L, (lua_Integer)check_net(L)->count);
    return 1;
}

static int net_tostring(lua_State *L)
{
    const struct selection *s = check_net(L);

    lua_pushfstring(L, "%s of %d parameters", s->count == s->params ? "net" : "selection",
                    (int)s->count);
    return 1;
}

static int net_newindex(lua_State *L)
{
    return failure_user(L, "'%s' cannot be set: a net has verbs and parameters alone",
                        luaL_tolstring(L, 2, NULL));
}

static int net_pairs(lua_State *L)
{
    return failure_user(L, "go through parameters with ipairs(net:params())");
}

void l_net_open(lua_State *L)
{
    static const luaL_Reg meta[] = {{"__len", net_len},
                                    {"__tostring", net_tostring},
                                    {"__newindex", net_newindex},
                                    {"__pairs", net_pairs},
                                    {NULL, NULL}};

    luaL_newmetatable(L, TYPE);
    luaL_setfuncs(L, meta, 0);
    luaL_newlibtable(L, l_net_methods);
    luaL_setfuncs(L, l_net_methods, 0);
    lua_pushcclosure(L, net_index, 1);
    lua_setfield(L, -2, "__index");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_pop(L, 1);
}
