/* SPDX-License-Identifier: Apache-2.0 */
/* What a script can reach: an allow-list, nothing that reads files, the clock or
 * the environment, makes code from text, or differs from run to run; libraries
 * that cannot be changed. */
#include "script/state.h"

#include <lualib.h>
#include <string.h>

static int refuse_write(lua_State *L)
{
    return failure_user(L, "'%s' cannot be set: this table is read-only",
                        lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : luaL_typename(L, 2));
}

static int proxy_len(lua_State *L)
{
    lua_pushinteger(L, luaL_len(L, lua_upvalueindex(1)));
    return 1;
}

/* Goes through a copy, so that the table itself stays out of reach. */
static int proxy_pairs(lua_State *L)
{
    lua_pushvalue(L, lua_upvalueindex(2));
    lua_newtable(L);
    lua_pushnil(L);
    while (lua_next(L, lua_upvalueindex(1))) {
        lua_pushvalue(L, -2);
        lua_insert(L, -2);
        lua_rawset(L, -4);
    }
    lua_call(L, 1, 3);
    return 3;
}

void sandbox_readonly(lua_State *L)
{
    int table = lua_gettop(L);

    lua_newtable(L);
    lua_createtable(L, 0, 5);
    lua_pushvalue(L, table);
    lua_setfield(L, -2, "__index");
    lua_pushcfunction(L, refuse_write);
    lua_setfield(L, -2, "__newindex");
    lua_pushvalue(L, table);
    lua_pushcclosure(L, proxy_len, 1);
    lua_setfield(L, -2, "__len");
    lua_pushvalue(L, table);
    lua_getfield(L, LUA_REGISTRYINDEX, "pare.pairs");
    lua_pushcclosure(L, proxy_pairs, 2);
    lua_setfield(L, -2, "__pairs");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_setmetatable(L, -2);
    lua_replace(L, table);
}

const char *sandbox_tostring(lua_State *L, int index)
{
    int type = lua_type(L, index);

    if (luaL_getmetafield(L, index, "__tostring") != LUA_TNIL) {
        lua_pop(L, 1);
        return luaL_tolstring(L, index, NULL);
    }
    if (type == LUA_TTABLE || type == LUA_TFUNCTION || type == LUA_TUSERDATA)
        return lua_pushstring(L, lua_typename(L, type));
    return luaL_tolstring(L, index, NULL);
}

static int base_tostring(lua_State *L)
{
    luaL_checkany(L, 1);
    sandbox_tostring(L, 1);
    return 1;
}

static int base_print(lua_State *L)
{
    struct script *script = state_script(L);
    int n = lua_gettop(L);

    luaL_checkstack(L, 2 * n + 1, "print");
    for (int i = 1; i <= n; i++) {
        if (i > 1)
            lua_pushliteral(L, "\t");
        sandbox_tostring(L, i);
    }
    lua_concat(L, lua_gettop(L) - n);
    if (script->note)
        script->note(script->context, lua_tostring(L, -1));
    return 0;
}

static int locked(lua_State *L, int index)
{
    if (luaL_getmetafield(L, index, "__metatable") != LUA_TNIL)
        return failure_user(L, "this table is read-only");
    return 0;
}

static int base_setmetatable(lua_State *L)
{
    static const char *const refused[] = {"__gc", "__close", "__mode"};

    luaL_checktype(L, 1, LUA_TTABLE);
    luaL_argexpected(L, lua_isnil(L, 2) || lua_istable(L, 2), 2, "nil or table");
    locked(L, 1);
    lua_settop(L, 2);
    for (size_t i = 0; lua_istable(L, 2) && i < sizeof refused / sizeof *refused; i++) {
        lua_pushstring(L, refused[i]);
        if (lua_rawget(L, 2) != LUA_TNIL)
            return failure_user(L, "setmetatable: '%s' is not allowed in a schedule", refused[i]);
        lua_pop(L, 1);
    }
    lua_setmetatable(L, 1);
    return 1;
}

static int base_rawset(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    luaL_checkany(L, 2);
    luaL_checkany(L, 3);
    locked(L, 1);
    lua_settop(L, 3);
    lua_rawset(L, 1);
    return 1;
}

/* What a protected call caught; limits are not for catching. */
static void caught(lua_State *L, int status)
{
    struct script *script = state_script(L);

    if (status == LUA_ERRMEM && script->reached == REACHED_NOTHING)
        script->reached = REACHED_MEMORY;
    state_reraise(L);
}

static int base_pcall(lua_State *L)
{
    int status;

    luaL_checkany(L, 1);
    lua_pushboolean(L, 1);
    lua_insert(L, 1);
    status = lua_pcall(L, lua_gettop(L) - 2, LUA_MULTRET, 0);
    if (status == LUA_OK)
        return lua_gettop(L);
    caught(L, status);
    lua_pushboolean(L, 0);
    lua_insert(L, -2);
    return 2;
}

/* Around a script's message handler (upvalue 1). What the hook raised is handled
 * with hooks off, so there a handler of the script could run for ever. */
static int guarded_handler(lua_State *L)
{
    lua_settop(L, 1);
    if (state_script(L)->reached != REACHED_NOTHING)
        return 1;
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, 1, 1);
    return 1;
}

static int base_xpcall(lua_State *L)
{
    int n = lua_gettop(L), status;

    luaL_checktype(L, 2, LUA_TFUNCTION);
    lua_pushvalue(L, 2);
    lua_pushcclosure(L, guarded_handler, 1);
    lua_replace(L, 2);
    lua_pushboolean(L, 1);
    lua_pushvalue(L, 1);
    lua_rotate(L, 3, 2); /* f, handler, true, f, arguments */
    status = lua_pcall(L, n - 2, LUA_MULTRET, 2);
    if (status == LUA_OK)
        return lua_gettop(L) - 2;
    caught(L, status);
    lua_pushboolean(L, 0);
    lua_insert(L, -2);
    return 2;
}

/* A new table of globals with what is allowed of the stock ones. */
static void open_base(lua_State *L)
{
    static const char *const kept[] = {"assert",   "error",  "getmetatable", "ipairs",
                                       "rawequal", "rawget", "rawlen",       "select",
                                       "tonumber", "type",   "_VERSION"};
    static const luaL_Reg own[] = {{"pcall", base_pcall},       {"xpcall", base_xpcall},
                                   {"print", base_print},       {"rawset", base_rawset},
                                   {"require", require_call},   {"setmetatable", base_setmetatable},
                                   {"tostring", base_tostring}, {NULL, NULL}};

    luaL_requiref(L, LUA_GNAME, luaopen_base, 0);
    lua_newtable(L);
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
        lua_getfield(L, -2, kept[i]);
        lua_setfield(L, -2, kept[i]);
    }
    luaL_setfuncs(L, own, 0);
    order_open(L);
    lua_remove(L, -2);
}

void sandbox_open(lua_State *L)
{
    open_base(L);
    lua_getfield(L, -1, "pairs");
    lua_setfield(L, LUA_REGISTRYINDEX, "pare.pairs");
    strings_open(L);
    sandbox_readonly(L);
    lua_setfield(L, -2, LUA_STRLIBNAME);
    tables_open(L);
    sandbox_readonly(L);
    lua_setfield(L, -2, LUA_TABLIBNAME);
    numbers_open(L);
    sandbox_readonly(L);
    lua_setfield(L, -2, LUA_MATHLIBNAME);
    luaL_requiref(L, LUA_UTF8LIBNAME, luaopen_utf8, 0);
    sandbox_readonly(L);
    lua_setfield(L, -2, LUA_UTF8LIBNAME);
    /* Chunks are compiled with this as their globals. */
    lua_rawseti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
}
