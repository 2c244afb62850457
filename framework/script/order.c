/* SPDX-License-Identifier: Apache-2.0 */
/* pairs and next in the order of the keys: numbers, then texts, then booleans. The
 * stock ones follow a hash that is seeded anew for every process, so that a
 * schedule that adds up or prunes in their order would differ from run to run. */
#include "script/state.h"

#include <stdlib.h>
#include <string.h>

struct key {
    int type;
    double number; /* booleans too */
    int64_t integer;
    bool is_integer;
    const char *text;
    size_t length;
};

/* The key at index; false for one without an order (a table, a function). */
static bool read_key(lua_State *L, int index, struct key *key)
{
    *key = (struct key){.type = lua_type(L, index)};
    switch (key->type) {
    case LUA_TNUMBER:
        key->is_integer = lua_isinteger(L, index);
        key->integer = lua_tointeger(L, index);
        key->number = lua_tonumber(L, index);
        return true;
    case LUA_TSTRING:
        key->text = lua_tolstring(L, index, &key->length);
        return true;
    case LUA_TBOOLEAN:
        key->number = lua_toboolean(L, index);
        return true;
    default:
        return false;
    }
}

static int rank(int type)
{
    return type == LUA_TNUMBER ? 0 : type == LUA_TSTRING ? 1 : type == LUA_TBOOLEAN ? 2 : 3;
}

static int compare(const void *left, const void *right)
{
    const struct key *a = left, *b = right;
    int order;

    if (a->type != b->type)
        return rank(a->type) - rank(b->type);
    if (a->type != LUA_TSTRING) {
        if (a->is_integer && b->is_integer)
            return a->integer < b->integer ? -1 : a->integer > b->integer;
        return a->number < b->number ? -1 : a->number > b->number;
    }
    order = memcmp(a->text, b->text, a->length < b->length ? a->length : b->length);
    return order ? order : a->length < b->length ? -1 : a->length > b->length;
}

static int no_order(lua_State *L, int index)
{
    return luaL_error(L, "a table with a %s for a key has no order; go through a list instead",
                      luaL_typename(L, index));
}

static void push_key(lua_State *L, const struct key *key)
{
    if (key->type == LUA_TSTRING)
        lua_pushlstring(L, key->text, key->length);
    else if (key->type == LUA_TBOOLEAN)
        lua_pushboolean(L, key->number != 0);
    else if (key->is_integer)
        lua_pushinteger(L, key->integer);
    else
        lua_pushnumber(L, key->number);
}

/* Pushes the key after the one at index 2 and its value; nil at the end. */
static int order_next(lua_State *L)
{
    struct key last, key, best = {0};
    bool first, found = false;

    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 2);
    first = lua_isnil(L, 2);
    if (!first && !read_key(L, 2, &last))
        return no_order(L, 2);
    lua_pushnil(L);
    while (lua_next(L, 1)) {
        lua_pop(L, 1);
        state_charge(L, 1.0);
        if (!read_key(L, -1, &key))
            return no_order(L, -1);
        if ((first || compare(&key, &last) > 0) && (!found || compare(&key, &best) < 0)) {
            best = key;
            found = true;
        }
    }
    if (!found) {
        lua_pushnil(L);
        return 1;
    }
    push_key(L, &best);
    lua_pushvalue(L, -1);
    lua_rawget(L, 1);
    return 2;
}

/* Upvalues: the table, its keys in order, how many were given out. */
static int step(lua_State *L)
{
    lua_Integer at = lua_tointeger(L, lua_upvalueindex(3));

    for (;;) {
        if (lua_rawgeti(L, lua_upvalueindex(2), ++at) == LUA_TNIL)
            return 1;
        lua_pushvalue(L, -1);
        if (lua_rawget(L, lua_upvalueindex(1)) != LUA_TNIL)
            break;
        lua_pop(L, 2); /* gone since */
    }
    lua_pushinteger(L, at);
    lua_replace(L, lua_upvalueindex(3));
    return 2;
}

lua_Integer order_keys(lua_State *L, int index)
{
    struct key *keys;
    size_t n = 0, i = 0;

    index = lua_absindex(L, index);
    luaL_checkstack(L, 6, NULL);
    for (lua_pushnil(L); lua_next(L, index); lua_pop(L, 1))
        n++;
    keys = lua_newuserdatauv(L, (n ? n : 1) * sizeof *keys, 0);
    for (lua_pushnil(L); lua_next(L, index); lua_pop(L, 1))
        if (!read_key(L, -2, &keys[i++]))
            return no_order(L, -2);
    qsort(keys, n, sizeof *keys, compare);
    lua_createtable(L, (int)n, 0);
    for (i = 0; i < n; i++) {
        push_key(L, &keys[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_remove(L, -2);
    return (lua_Integer)n;
}

static int order_pairs(lua_State *L)
{
    luaL_checkany(L, 1);
    if (luaL_getmetafield(L, 1, "__pairs")) {
        lua_pushvalue(L, 1);
        lua_call(L, 1, 3);
        return 3;
    }
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    order_keys(L, 1);
    lua_pushinteger(L, 0);
    lua_pushcclosure(L, step, 3);
    return 1;
}

void order_open(lua_State *L)
{
    lua_pushcfunction(L, order_pairs);
    lua_setfield(L, -2, "pairs");
    lua_pushcfunction(L, order_next);
    lua_setfield(L, -2, "next");
}
