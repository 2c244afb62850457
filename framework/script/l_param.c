/* SPDX-License-Identifier: Apache-2.0 */
/* One parameter: what was decided about it so far, and what the config asks of it. */
#include "base/alloc.h"
#include "config/schema.h"
#include "run/run.h"
#include "script/state.h"

#include <string.h>

#define TYPE "pare.param"

struct handle {
    uint64_t generation;
    size_t index;
};

static const char *const fields[] = {"name",     "shape",     "count",   "kept",
                                     "sparsity", "centroids", "is_bias", NULL};

void l_param_push(lua_State *L, size_t index)
{
    struct handle *handle = lua_newuserdatauv(L, sizeof *handle, 0);

    handle->generation = l_net_generation(state_script(L));
    handle->index = index;
    luaL_setmetatable(L, TYPE);
}

static size_t check_index(lua_State *L, int index)
{
    const struct handle *handle = luaL_testudata(L, index, TYPE);
    struct script *script = state_script(L);

    if (!handle)
        failure_user(L, "call it with a colon on a parameter: p:option(verb, name)");
    else if (handle->generation != l_net_generation(script))
        failure_user(L, "this is a handle of a network that is no more; take run.net again");
    return handle ? handle->index : 0;
}

static const struct pare_param *check_param(lua_State *L, int index)
{
    return &state_script(L)->run->net->param[check_index(L, index)];
}

static enum verb check_verb(lua_State *L, int index)
{
    const char *word = luaL_checkstring(L, index);
    int verb = 0;

    while (verb < VERB_COUNT && strcmp(verb_name((enum verb)verb), word) != 0)
        verb++;
    if (verb == VERB_COUNT)
        failure_user(L,
                     "option: '%s' is no verb with options; these are train, test, prune, share "
                     "and encode",
                     word);
    return (enum verb)verb;
}

/* The words none and "none" are nil in Lua. */
static void none_is_nil(lua_State *L, const struct pare_option *option)
{
    if (option && (option->flags & PARE_OPTION_MAY_BE_NONE) && lua_type(L, -1) == LUA_TSTRING &&
        strcmp(lua_tostring(L, -1), "none") == 0) {
        lua_pop(L, 1);
        lua_pushnil(L);
    }
}

int l_param_option(lua_State *L, const struct pare_param *p)
{
    enum verb verb = check_verb(L, 2);
    const char *name = luaL_checkstring(L, 3);
    const struct pare_option *option = schema_option(verb_options(verb), name);
    struct owner *owner = tovalue_owner(L);
    const struct value *v;

    owner->thing = experiment_options(state_script(L)->run->experiment, verb, p ? p->name : NULL,
                                      p && pare_param_is_bias(p), NULL);
    v = value_get(owner->thing, name);
    if (!v && !option)
        return failure_user(L,
                            "option: %s has no option '%s', and the config sets none of that "
                            "name",
                            verb_name(verb), name);
    if (v) {
        tovalue_push(L, v, true);
    } else {
        struct owner *preset = tovalue_owner(L);

        preset->thing = value_new(VALUE_RAW, name, "default", 0);
        ((struct value *)preset->thing)->text = xstrdup(option->preset);
        tovalue_push(L, preset->thing, true);
    }
    none_is_nil(L, option);
    owner_release(owner);
    return 1;
}

static int param_option(lua_State *L)
{
    return l_param_option(L, check_param(L, 1));
}

const luaL_Reg l_param_methods[] = {{"option", param_option}, {NULL, NULL}};

static void push_shape(lua_State *L, const struct pare_param *p)
{
    lua_createtable(L, (int)p->rank, 0);
    for (unsigned i = 0; i < p->rank; i++) {
        lua_pushinteger(L, (lua_Integer)p->shape[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
}

static int param_index(lua_State *L)
{
    size_t index = check_index(L, 1);
    const struct run *run = state_script(L)->run;
    const struct pare_param *p = &run->net->param[index];
    const struct run_decided *decided = &run->decided[index];
    const char *key = luaL_checkstring(L, 2);

    if (strcmp(key, "name") == 0)
        lua_pushstring(L, p->name);
    else if (strcmp(key, "shape") == 0)
        push_shape(L, p);
    else if (strcmp(key, "count") == 0)
        lua_pushinteger(L, (lua_Integer)p->count);
    else if (strcmp(key, "kept") == 0)
        lua_pushinteger(L, (lua_Integer)decided->kept);
    else if (strcmp(key, "sparsity") == 0)
        lua_pushnumber(L, 1.0 - (double)decided->kept / (double)p->count);
    else if (strcmp(key, "centroids") == 0)
        lua_pushinteger(L, (lua_Integer)decided->centroids);
    else if (strcmp(key, "is_bias") == 0)
        lua_pushboolean(L, pare_param_is_bias(p));
    else if (strcmp(key, "option") == 0)
        lua_pushcfunction(L, param_option);
    else
        return l_run_unknown(L, "a parameter", key, l_param_methods, fields);
    return 1;
}

static int param_newindex(lua_State *L)
{
    return failure_user(L, "'%s' cannot be set: parameters change by the verbs alone",
                        luaL_tolstring(L, 2, NULL));
}

static int param_tostring(lua_State *L)
{
    lua_pushstring(L, check_param(L, 1)->name);
    return 1;
}

static int param_eq(lua_State *L)
{
    lua_pushboolean(L, check_param(L, 1) == check_param(L, 2));
    return 1;
}

void l_param_open(lua_State *L)
{
    static const luaL_Reg meta[] = {{"__index", param_index},
                                    {"__newindex", param_newindex},
                                    {"__tostring", param_tostring},
                                    {"__eq", param_eq},
                                    {NULL, NULL}};

    luaL_newmetatable(L, TYPE);
    luaL_setfuncs(L, meta, 0);
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_pop(L, 1);
}
