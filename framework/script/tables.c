/* SPDX-License-Identifier: Apache-2.0 */
/* table, with its loops in C charged as instructions (a length may be any number,
 * by __len), and with a sort that is stable and therefore gives one result: the
 * stock one picks pivots by the clock. */
#include "script/state.h"

#include <lualib.h>
#include <math.h>

/* Charges for the elements first .. last, then goes on in the stock function. */
static int charged(lua_State *L, lua_Integer first, lua_Integer last)
{
    if (last >= first)
        state_charge(L, 1.0 + (double)last - (double)first);
    return lua_tocfunction(L, lua_upvalueindex(1))(L);
}

static int table_insert(lua_State *L)
{
    if (lua_gettop(L) != 3 || !lua_isinteger(L, 2))
        return charged(L, 1, 0);
    return charged(L, lua_tointeger(L, 2), luaL_len(L, 1));
}

static int table_remove(lua_State *L)
{
    if (lua_isnoneornil(L, 2) || !lua_isinteger(L, 2))
        return charged(L, 1, 0);
    return charged(L, lua_tointeger(L, 2), luaL_len(L, 1));
}

static int table_concat(lua_State *L)
{
    lua_Integer first = luaL_optinteger(L, 3, 1);

    return charged(L, first, lua_isnoneornil(L, 4) ? luaL_len(L, 1) : luaL_checkinteger(L, 4));
}

static int table_move(lua_State *L)
{
    return charged(L, luaL_checkinteger(L, 2), luaL_checkinteger(L, 3));
}

/* Is the value at index 4 + a before the one at 4 + b? */
static bool before(lua_State *L, int left, int right)
{
    bool yes;

    if (lua_isnil(L, 2))
        return lua_compare(L, left, right, LUA_OPLT);
    lua_pushvalue(L, 2);
    lua_pushvalue(L, left);
    lua_pushvalue(L, right);
    lua_call(L, 2, 1);
    yes = lua_toboolean(L, -1);
    lua_pop(L, 1);
    return yes;
}

/* Merges from[low .. middle - 1] and from[middle .. high - 1] into to; stack
 * indices of two tables. */
static void merge(lua_State *L, int from, int to, lua_Integer low, lua_Integer middle,
                  lua_Integer high)
{
    lua_Integer left = low, right = middle;
    int top = lua_gettop(L);

    for (lua_Integer out = low; out < high; out++) {
        bool take_right = left >= middle;

        if (!take_right && right < high) {
            lua_rawgeti(L, from, left);
            lua_rawgeti(L, from, right);
            take_right = before(L, top + 2, top + 1);
            lua_settop(L, top);
        }
        lua_rawgeti(L, from, take_right ? right++ : left++);
        lua_rawseti(L, to, out);
    }
}

static int table_sort(lua_State *L)
{
    lua_Integer n = luaL_len(L, 1);
    int from = 3, to = 4;

    if (!lua_isnoneornil(L, 2))
        luaL_checktype(L, 2, LUA_TFUNCTION);
    lua_settop(L, 2);
    if (n < 2)
        return 0;
    state_charge(L, (double)n * (2.0 + log2((double)n)));
    lua_newtable(L);
    lua_newtable(L);
    for (lua_Integer i = 1; i <= n; i++) {
        lua_geti(L, 1, i);
        lua_rawseti(L, from, i);
    }
    for (lua_Integer width = 1; width < n; width *= 2) {
        for (lua_Integer low = 1; low <= n; low += 2 * width) {
            lua_Integer middle = low + width > n ? n + 1 : low + width;
            lua_Integer high = middle + width > n ? n + 1 : middle + width;

            merge(L, from, to, low, middle, high);
        }
        from = 7 - from;
        to = 7 - to;
    }
    for (lua_Integer i = 1; i <= n; i++) {
        lua_rawgeti(L, from, i);
        lua_seti(L, 1, i);
    }
    return 0;
}

void tables_open(lua_State *L)
{
    static const luaL_Reg around[] = {{"insert", table_insert},
                                      {"remove", table_remove},
                                      {"concat", table_concat},
                                      {"move", table_move},
                                      {NULL, NULL}};

    luaL_requiref(L, LUA_TABLIBNAME, luaopen_table, 0);
    for (const luaL_Reg *f = around; f->name; f++) {
        lua_getfield(L, -1, f->name);
        lua_pushcclosure(L, f->func, 1);
        lua_setfield(L, -2, f->name);
    }
    lua_pushcfunction(L, table_sort);
    lua_setfield(L, -2, "sort");
}
