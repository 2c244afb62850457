/* SPDX-License-Identifier: Apache-2.0 */
/* require: modules of the schedule's own folder and of scripts/lib, by plain names,
 * each run once. */
#include "script/state.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/file.h"
#include "run/identity.h"
#include "run/run.h"
#include "run/rundir.h"

static const char cache_key;

static void check_name(lua_State *L, const char *name, size_t length)
{
    size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_");

    if (n == 0 || n != length || n > 63)
        failure_user(L, "require: '%s' is not a module's name, which has only a-z, 0-9 and _",
                     name);
}

/* The run folder can be run again, wherever it is: what lay beside the schedule lies
 * there as well. */
static void keep(lua_State *L, const char *name, const char *path)
{
    const struct run *run = state_script(L)->run;
    struct owner *text, *copy;
    struct pare_error err = {0};
    size_t size_bytes;

    if (!run || !run->dir)
        return;
    text = owner_push(L, "pare.owner", free);
    copy = owner_push(L, "pare.owner", free);
    copy->thing = rundir_module(run->dir, name);
    if (!copy->thing)
        failure_user(L,
                     "require: a module beside the schedule cannot be called '%s': the run "
                     "folder has the schedule under that name",
                     name);
    text->thing = file_read(path, SCRIPT_BYTES_MAX, &size_bytes, &err);
    if (!text->thing || file_write(copy->thing, text->thing, size_bytes, &err) != PARE_OK)
        failure_raise(L, &err);
    owner_release(copy);
    owner_release(text);
    lua_pop(L, 2);
}

/* Pushes the path of the module. Does it lie beside the schedule? */
static bool find(lua_State *L, const char *name)
{
    struct script *script = state_script(L);

    for (size_t i = 0; i < sizeof script->dir / sizeof *script->dir; i++) {
        if (!script->dir[i])
            continue;
        if (strcmp(script->dir[i], ".") == 0)
            lua_pushfstring(L, "%s.lua", name);
        else
            lua_pushfstring(L, "%s/%s.lua", script->dir[i], name);
        if (file_exists(lua_tostring(L, -1)))
            return i == 0;
        lua_pop(L, 1);
    }
    return failure_user(L, "require: there is no %s.lua in %s or %s", name,
                        script->dir[0] ? script->dir[0] : "-",
                        script->dir[1] ? script->dir[1] : "-");
}

int require_call(lua_State *L)
{
    size_t length;
    const char *name = luaL_checklstring(L, 1, &length);
    struct run *run = state_script(L)->run;
    struct pare_error err = {0};
    bool own;

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
    own = find(L, name);
    lua_pushlightuserdata(L, state_script(L)); /* until it has run */
    lua_setfield(L, 2, name);
    if (run && identity_module(run, name, lua_tostring(L, 3), &err) != PARE_OK)
        return failure_raise(L, &err);
    if (own)
        keep(L, name, lua_tostring(L, 3));
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
