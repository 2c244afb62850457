/* SPDX-License-Identifier: Apache-2.0 */
/* Lua error objects that carry a pare_error: what a verb's failure becomes in a
 * script, and what anything that a script raises becomes on its way out. A script
 * that catches one reads e.status ("request"), e.place ("s.lua:3") and e.text. */
#include "script/state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TYPE "pare.failure"

static const struct pare_error *check(lua_State *L)
{
    return luaL_checkudata(L, 1, TYPE);
}

static int to_string(lua_State *L)
{
    const struct pare_error *err = check(L);

    if (err->place[0])
        lua_pushfstring(L, "%s: %s", err->place, err->text);
    else
        lua_pushstring(L, err->text);
    return 1;
}

static int concat(lua_State *L)
{
    luaL_tolstring(L, 1, NULL);
    luaL_tolstring(L, 2, NULL);
    lua_concat(L, 2);
    return 1;
}

static int index_of(lua_State *L)
{
    const struct pare_error *err = check(L);
    const char *key = luaL_checkstring(L, 2);

    if (strcmp(key, "status") == 0)
        lua_pushstring(L, pare_status_name(err->status));
    else if (strcmp(key, "place") == 0)
        lua_pushstring(L, err->place);
    else if (strcmp(key, "text") == 0)
        lua_pushstring(L, err->text);
    else
        lua_pushnil(L);
    return 1;
}

void failure_open(lua_State *L)
{
    static const luaL_Reg meta[] = {
        {"__tostring", to_string}, {"__concat", concat}, {"__index", index_of}, {NULL, NULL}};

    luaL_newmetatable(L, TYPE);
    luaL_setfuncs(L, meta, 0);
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_pop(L, 1);
}

struct pare_error *failure_push(lua_State *L)
{
    struct pare_error *err = lua_newuserdatauv(L, sizeof *err, 0);

    memset(err, 0, sizeof *err);
    luaL_setmetatable(L, TYPE);
    return err;
}

const struct pare_error *failure_test(lua_State *L, int index)
{
    return luaL_testudata(L, index, TYPE);
}

bool failure_where(lua_State *L, int level, const char **path, unsigned *line)
{
    lua_Debug at;

    for (; lua_getstack(L, level, &at); level++) {
        lua_getinfo(L, "Sl", &at);
        if (at.currentline > 0) {
            *path = at.source + (at.source[0] == '@' || at.source[0] == '='); /* the chunk's own */
            *line = (unsigned)at.currentline;
            return true;
        }
    }
    return false;
}

int failure_raise(lua_State *L, const struct pare_error *err)
{
    struct pare_error *raised = failure_push(L);
    const char *path;
    unsigned line;

    *raised = *err;
    if (!raised->place[0] && failure_where(L, 0, &path, &line))
        pare_fail_at(raised, err->status, path, line, "%s", err->text);
    return lua_error(L);
}

int failure_user(lua_State *L, const char *format, ...)
{
    char text[PARE_TEXT_BYTES];
    struct pare_error err = {0};
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    pare_fail(&err, PARE_EUSER, "%s", text);
    return failure_raise(L, &err);
}

/* Lua puts "path:line: " before its messages, with a long path cut at the front. */
static const char *after_place(const char *message, const char *path, unsigned *line)
{
    size_t shown = strlen(path);
    char *end;
    unsigned long n;

    if (shown >= LUA_IDSIZE)
        shown = LUA_IDSIZE - 1;
    if (strlen(message) <= shown || message[shown] != ':' ||
        (strncmp(message, path, shown) != 0 && strncmp(message, "...", 3) != 0))
        return NULL;
    n = strtoul(message + shown + 1, &end, 10);
    if (end == message + shown + 1 || *end != ':')
        return NULL;
    *line = (unsigned)n;
    return end[1] == ' ' ? end + 2 : end + 1;
}

int failure_syntax(lua_State *L, const char *path)
{
    const char *message = lua_tostring(L, -1), *text;
    struct pare_error err = {0};
    unsigned line = 0;

    if (!message)
        return lua_error(L); /* no memory */
    text = after_place(message, path, &line);
    pare_fail_at(&err, PARE_EUSER, path, line, "%s", text ? text : message);
    return failure_raise(L, &err);
}

/* Splits a message into the place that it begins with and its text; the place is
 * where it was raised when it begins with none. */
static void read_message(lua_State *L, const char *message, struct pare_error *err)
{
    const char *path = NULL, *text = NULL;
    unsigned line = 0;
    lua_Debug at;

    for (int level = 0; !text && lua_getstack(L, level, &at); level++) {
        lua_getinfo(L, "Sl", &at);
        if (at.source[0] == '@') {
            path = at.source + 1;
            text = after_place(message, path, &line);
        }
    }
    if (!text) {
        path = NULL;
        failure_where(L, 0, &path, &line);
        text = message;
    }
    pare_fail_at(err, PARE_EUSER, path, line, "%s", text[0] ? text : "an empty text was raised");
}

static int to_string_protected(lua_State *L)
{
    sandbox_tostring(L, 1);
    return 1;
}

/* PARE_TRACEBACK=1: the calls that led here, as notes. */
static void note_traceback(lua_State *L)
{
    struct script *script = state_script(L);

    if (!script->note || !getenv("PARE_TRACEBACK"))
        return;
    luaL_traceback(L, L, NULL, 1);
    script->note(script->context, lua_tostring(L, -1));
    lua_pop(L, 1);
}

int failure_handler(lua_State *L)
{
    struct pare_error *err;

    lua_settop(L, 1);
    note_traceback(L);
    if (failure_test(L, 1))
        return 1;
    err = failure_push(L);
    if (lua_type(L, 1) == LUA_TSTRING) {
        read_message(L, lua_tostring(L, 1), err);
        return 1;
    }
    /* An object of the script's own: its __tostring may do anything. */
    if (luaL_getmetafield(L, 1, "__tostring") == LUA_TNIL) {
        lua_pushfstring(L, "a %s was raised where a text was expected", luaL_typename(L, 1));
    } else {
        lua_pushcfunction(L, to_string_protected);
        lua_pushvalue(L, 1);
        if (lua_pcall(L, 1, 1, 0) != LUA_OK)
            lua_pushliteral(L, "an object was raised that could not be turned into text");
    }
    read_message(L, lua_tostring(L, -1), err);
    lua_pushvalue(L, 2);
    return 1;
}
