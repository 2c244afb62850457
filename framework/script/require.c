/* SPDX-License-Identifier: Apache-2.0 */
/* require: modules of the schedule's own folder and of scripts/lib, by plain names,
 * each run once. */
#include "script/state.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/file.h"

static const char cache_key;

static void check_name(lua_State *L, const char *name, size_t length)
{
    size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_");

    if (n == 0 || n != length || n > 63)
        failure_user(L, "require: '%s' is not a module's name, which has only a-z, 0-9 and _",
                     name);
}

/* Pushes the path of the module. */
static void find(lua_State *L, const char *name)
{
    struct script *script = state_script(L);

    for (size_t i = 0; i < sizeof script->dir / sizeof *script->dir; i++) {
        if (!script->dir[i])
            continue;
        lua_pushfstring(L, "%s/%s.lua", script->dir[i], name);
        if (file_exists(lua_tostring(L, -1)))
            return;
        lua_pop(L, 1);
    }
    failure_user(L, "require: there is no %s.lua in %s or %s", name,
                 script->dir[0] ? script->dir[0] : "-", script->dir[1] ? script->dir[1] : "-");
}

int require_call(lua_State *L)
{
    size_t length;
    const char *name = luaL_checklstring(L, 1, &length);

    check_name(L, name, length);
    lua_settop(L, 1);
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &cache_key) == LUA_TNIL) {
        lua_pop(L, 1);
        lua_newtable(L);
        lua_pushvalue(L, -1);
        lua_rawsetp(L, LUA_REGISTRYINDEX, &cache_key);
    }
    if (lua_getfield(L, 2, name) != LUA_TNIL) {
        if (lua_islightuserdata(L, -1))
            return failure_user(L, "require: '%s' requires itself", name);
        return 1;
    }
    lua_pop(L, 1);
    find(L, name);
    lua_pushlightuserdata(L, state_script(L)); /* until it has run */
    lua_setfield(L, 2, name);
    state_load(L, lua_tostring(L, 3));
    lua_pushvalue(L, 1);
    lua_call(L, 1, 1);
    if (lua_isnil(L, -1)) {
        lua_pop(L, 1);
        lua_pushboolean(L, 1);
    }
    lua_pushvalue(L, -1);
    lua_setfield(L, 2, name);
    return 1;
}
