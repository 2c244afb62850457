/* SPDX-License-Identifier: Apache-2.0 */
/* Lua tables into value trees and back. A table has no line per key, so every node
 * carries the line of the call. Members stand in the order of their names, so that
 * the same call makes the same tree. */
#include "script/state.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "config/conffile.h"

enum { DEPTH_MAX = 16, MEMBERS_MAX = 2000 };

struct reading {
    const char *file, *call; /* call: "prune", for messages */
    unsigned line;
    unsigned members;
};

static void free_tree(void *thing)
{
    value_free(thing);
}

struct owner *tovalue_owner(lua_State *L)
{
    return owner_push(L, "pare.owner", free_tree);
}

/* "prune.fraction" into out. */
static const char *member_name(const struct reading *r, const char *name, char out[128])
{
    snprintf(out, 128, name ? "%.60s.%.60s" : "%.60s", r->call, name);
    return out;
}

static void read_members(lua_State *L, struct reading *r, int index, struct value *into,
                         const char *const *without, int depth);

/* A table is a list when its keys are 1 .. n, a group when they are names. */
static enum value_kind table_kind(lua_State *L, struct reading *r, int index, const char *name)
{
    lua_Integer numbers = 0, names = 0;
    char full[128];

    for (lua_pushnil(L); lua_next(L, index); lua_pop(L, 1)) {
        if (lua_type(L, -2) == LUA_TSTRING)
            names++;
        else
            numbers++;
    }
    if (numbers > 0 && (names > 0 || (lua_Integer)lua_rawlen(L, index) != numbers))
        failure_user(L, "%s: a table must be a list without holes or have names for all",
                     member_name(r, name, full));
    return names > 0 ? VALUE_GROUP : VALUE_LIST;
}

/* Appends the Lua value on top to the tree, called name (NULL: in a list). */
static void read_member(lua_State *L, struct reading *r, const char *name, struct value *into,
                        int depth)
{
    struct value *v = NULL;
    size_t length;
    char full[128];
    const char *text;
    double real;

    switch (lua_type(L, -1)) {
    case LUA_TBOOLEAN:
        v = value_new(VALUE_BOOL, name, r->file, r->line);
        v->boolean = lua_toboolean(L, -1);
        break;
    case LUA_TNUMBER:
        real = lua_tonumber(L, -1);
        if (lua_isinteger(L, -1) || (real == floor(real) && fabs(real) < 0x1p53)) {
            v = value_new(VALUE_INT, name, r->file, r->line);
            v->integer = lua_isinteger(L, -1) ? lua_tointeger(L, -1) : (int64_t)real;
        } else {
            v = value_new(VALUE_REAL, name, r->file, r->line);
            v->real = real;
        }
        break;
    case LUA_TSTRING:
        text = lua_tolstring(L, -1, &length);
        if (strlen(text) != length)
            failure_user(L, "%s: a text with a zero byte in it", member_name(r, name, full));
        v = value_text(VALUE_TEXT, name, text, r->file, r->line);
        break;
    case LUA_TTABLE:
        v = value_new(table_kind(L, r, lua_gettop(L), name), name, r->file, r->line);
        break;
    default:
        failure_user(L, "%s: a %s has no place here", member_name(r, name, full),
                     luaL_typename(L, -1));
        return;
    }
    value_append(into, v); /* now it is owned; keys are unique */
    if (lua_istable(L, -1))
        read_members(L, r, lua_gettop(L), v, NULL, depth + 1);
}

static bool is_among(const char *name, const char *const *names)
{
    for (; names && *names; names++)
        if (strcmp(name, *names) == 0)
            return true;
    return false;
}

static void read_members(lua_State *L, struct reading *r, int index, struct value *into,
                         const char *const *without, int depth)
{
    lua_Integer n;
    int keys;

    luaL_checkstack(L, 16, NULL);
    n = order_keys(L, index);
    keys = lua_gettop(L);
    if (depth > DEPTH_MAX)
        failure_user(L, "%s: tables within tables more than %d deep", r->call, DEPTH_MAX);
    for (lua_Integer i = 1; i <= n; i++) {
        const char *name = NULL;

        if (++r->members > MEMBERS_MAX)
            failure_user(L, "%s: more than %d values in one table", r->call, MEMBERS_MAX);
        lua_rawgeti(L, keys, i);
        if (into->kind == VALUE_GROUP)
            name = lua_tostring(L, -1);
        lua_pushvalue(L, -1);
        lua_rawget(L, index);
        if (!name || !is_among(name, without))
            read_member(L, r, name, into, depth);
        lua_settop(L, keys);
    }
    lua_settop(L, keys - 1);
}

static struct value *read_root(lua_State *L, struct reading *r, int index,
                               const char *const *without, struct owner *owner)
{
    struct value *root;

    for (lua_pushnil(L); lua_next(L, index); lua_pop(L, 1))
        if (lua_type(L, -2) != LUA_TSTRING)
            failure_user(L, "%s takes options by name, such as { name = value }", r->call);
    root = value_new(VALUE_GROUP, NULL, r->file, r->line);
    owner->thing = root;
    read_members(L, r, index, root, without, 0);
    return root;
}

struct value *tovalue_read(lua_State *L, int index, const char *name, const char *const *without,
                           struct owner *owner)
{
    struct reading r = {.file = "script", .call = name};

    index = lua_absindex(L, index);
    if (!lua_istable(L, index))
        failure_user(L, "%s takes one table of options, not a %s", name, luaL_typename(L, index));
    failure_where(L, 0, &r.file, &r.line);
    return read_root(L, &r, index, without, owner);
}

struct value *tovalue_read_returned(lua_State *L, int index, int function, const char *name,
                                    struct owner *owner)
{
    struct reading r = {.file = "script", .call = name};
    lua_Debug at;

    index = lua_absindex(L, index);
    lua_pushvalue(L, function);
    lua_getinfo(L, ">S", &at);
    if (at.source[0] == '@' && at.linedefined > 0) {
        r.file = at.source + 1;
        r.line = (unsigned)at.linedefined;
    } else {
        failure_where(L, 0, &r.file, &r.line);
    }
    return read_root(L, &r, index, NULL, owner);
}

/* --set gives text that is to be read as a config file would. */
static void push_raw(lua_State *L, const struct value *v, bool readonly)
{
    struct owner *owner = tovalue_owner(L);
    struct problems problems = {0};
    struct value *parsed = conffile_parse_raw(v, &problems);

    owner->thing = parsed;
    problems_free(&problems);
    if (parsed && parsed->kind != VALUE_RAW)
        tovalue_push(L, parsed, readonly);
    else
        lua_pushstring(L, v->text);
    owner_release(owner);
    lua_remove(L, -2);
}

static void push_list(lua_State *L, const struct value *v, bool readonly)
{
    lua_Integer i = 0;

    lua_newtable(L);
    for (const struct value *at = v->child; at; at = at->next) {
        tovalue_push(L, at, readonly);
        if (lua_isnil(L, -1)) {
            lua_pop(L, 1);
            lua_pushboolean(L, 0);
        }
        lua_rawseti(L, -2, ++i);
    }
}

static void push_group(lua_State *L, const struct value *v, bool readonly)
{
    lua_newtable(L);
    for (const struct value *at = v->child; at; at = at->next) {
        tovalue_push(L, at, readonly);
        lua_setfield(L, -2, at->name);
    }
}

void tovalue_push(lua_State *L, const struct value *v, bool readonly)
{
    enum value_kind kind = v ? v->kind : VALUE_NONE;

    luaL_checkstack(L, 8, "a tree of values");
    if (kind == VALUE_NONE)
        lua_pushnil(L);
    else if (kind == VALUE_BOOL)
        lua_pushboolean(L, v->boolean);
    else if (kind == VALUE_INT)
        lua_pushinteger(L, v->integer);
    else if (kind == VALUE_REAL)
        lua_pushnumber(L, v->real);
    else if (kind == VALUE_TEXT)
        lua_pushstring(L, v->text);
    else if (kind == VALUE_RAW)
        push_raw(L, v, readonly);
    else if (kind == VALUE_LIST)
        push_list(L, v, readonly);
    else
        push_group(L, v, readonly);
    if (readonly && (kind == VALUE_LIST || kind == VALUE_GROUP))
        sandbox_readonly(L);
}
