/* SPDX-License-Identifier: Apache-2.0 */
/* The net and selections of its parameters, and what can be read off them. A
 * selection is a net with fewer parameters; the whole net selects them all. */
#include "script/l_net.h"
#include "base/text.h"

#include <string.h>

#define TYPE "pare.net"

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

struct selection *l_net_check(lua_State *L)
{
    struct selection *s = luaL_testudata(L, 1, TYPE);

    if (!s)
        failure_user(L, "call it with a colon on the net or a selection: net:train { ... }");
    else if (s->generation != l_net_generation(state_script(L)))
        failure_user(L, "this is a handle of a network that is no more; take run.net again");
    return s;
}

struct selection *l_net_check_whole(lua_State *L, const char *verb)
{
    struct selection *s = l_net_check(L);

    if (s->count != s->params)
        failure_user(L,
                     "%s works on the whole net, not on a selection of %zu of its %zu parameters",
                     verb, s->count, s->params);
    return s;
}

/* net:params(pattern, ...): those that match one of the patterns. */
static int net_params(lua_State *L)
{
    const struct selection *from = l_net_check(L);
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
static void count_weights(const struct run *run, const struct selection *s, size_t *kept,
                          size_t *weights)
{
    *kept = *weights = 0;
    for (size_t i = 0; i < run->net->params; i++) {
        if (!s->want[i] || pare_param_is_bias(&run->net->param[i]))
            continue;
        *weights += run->net->param[i].count;
        *kept += run->decided[i].kept;
    }
}

static int net_sparsity(lua_State *L)
{
    const struct selection *s = l_net_check(L);
    size_t kept, weights;

    count_weights(state_script(L)->run, s, &kept, &weights);
    lua_pushnumber(L, weights ? 1.0 - (double)kept / (double)weights : 0.0);
    return 1;
}

/* net:size(): the whole net also in bytes, as a file of its present state. */
static int net_size(lua_State *L)
{
    const struct selection *s = l_net_check(L);
    struct run *run = state_script(L)->run;
    struct pare_error err = {0};
    size_t kept, weights, bytes = 0, dense = 0;

    count_weights(run, s, &kept, &weights);
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
    if (verb_size(run, &bytes, &err) != PARE_OK)
        return failure_raise(L, &err);
    lua_pushinteger(L, (lua_Integer)bytes);
    lua_setfield(L, -2, "bytes");
    lua_pushnumber(L, (double)dense / (double)bytes);
    lua_setfield(L, -2, "ratio");
    return 1;
}

static int net_option(lua_State *L)
{
    l_net_check(L);
    return l_param_option(L, NULL);
}

const luaL_Reg l_net_methods[] = {
    {"train", l_hook_train},     {"test", l_verb_test},     {"prune", l_hook_prune},
    {"share", l_verb_share},     {"encode", l_verb_encode}, {"snapshot", l_verb_snapshot},
    {"restore", l_verb_restore}, {"params", net_params},    {"option", net_option},
    {"sparsity", net_sparsity},  {"size", net_size},        {NULL, NULL}};

/* net[i]: the i-th selected parameter; net["fc1.weight"]; net.train. */
static int net_index(lua_State *L)
{
    const struct selection *s = l_net_check(L);
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
    lua_pushinteger(L, (lua_Integer)l_net_check(L)->count);
    return 1;
}

static int net_tostring(lua_State *L)
{
    const struct selection *s = l_net_check(L);

    lua_pushfstring(L, "%s of %d parameters", s->count == s->params ? "net" : "selection",
                    (int)s->count);
    return 1;
}

/* The same parameters selected? */
static int net_eq(lua_State *L)
{
    const struct selection *a = luaL_testudata(L, 1, TYPE), *b = luaL_testudata(L, 2, TYPE);

    lua_pushboolean(L, a && b && a->generation == b->generation &&
                           memcmp(a->want, b->want, a->params * sizeof a->want[0]) == 0);
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
    static const luaL_Reg meta[] = {{"__len", net_len},           {"__eq", net_eq},
                                    {"__tostring", net_tostring}, {"__newindex", net_newindex},
                                    {"__pairs", net_pairs},       {NULL, NULL}};

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
