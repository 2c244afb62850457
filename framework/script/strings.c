/* SPDX-License-Identifier: Apache-2.0 */
/* string, without what makes bytecode or addresses visible. Pattern matching runs
 * in C, where no hook can stop it, so each call is charged beforehand for the most
 * steps that it could take. */
#include "script/state.h"

#include <lualib.h>
#include <string.h>

/* One past the set that begins at p: its first member may be a ']'. */
static const char *set_end(const char *p, const char *end)
{
    p += p + 1 < end && p[1] == '^' ? 2 : 1;
    do {
        if (p >= end)
            return end;
        if (*p++ == '%' && p < end)
            p++;
    } while (p >= end || *p != ']');
    return p + 1;
}

/* One past the item that begins at p: a class, a set, %b, %f or a single
 * character. Anything malformed is left for the matcher to say. */
static const char *item_end(const char *p, const char *end)
{
    if (*p == '[')
        return set_end(p, end);
    if (*p != '%')
        return p + 1;
    if (p + 1 < end && p[1] == 'b')
        return p + 4 < end ? p + 4 : end;
    return p + 2 < end ? p + 2 : end;
}

/* The most steps that matching could take. Each repetition ends at one of the n
 * positions not before the one that ends the item before it, and so does the
 * start: so many ascending choices there are, C(n + q + 1, q + 1) with q
 * repetitions. One that closes the pattern has nothing to go back for. Each choice
 * may look at every item, and at every member of a set. anchors: a '^' holds the start
 * where it is. */
static double most_steps(const char *pattern, size_t length, size_t n, bool anchors)
{
    const char *p = pattern, *end = pattern + length, *item;
    double choices = 1.0, each = 1.0;
    size_t repetitions = 0;
    bool last = false;

    if (anchors && p < end && *p == '^')
        p++;
    else
        repetitions++;
    while (p < end) {
        if (*p == '(' || *p == ')') {
            p++;
            continue;
        }
        last = false;
        item = p;
        if (*p == '%' && p + 1 < end && strchr("b0123456789", p[1]))
            each += (double)n;
        p = item_end(p, end);
        each += (double)(p - item);
        if (p < end && (*p == '*' || *p == '+' || *p == '-')) {
            repetitions++;
            last = true;
            p++;
        } else if (p < end && *p == '?') {
            each *= 2.0;
            p++;
        }
    }
    if (last)
        repetitions--;
    for (size_t i = 1; i <= repetitions; i++)
        choices *= ((double)n + (double)i) / (double)i;
    return each * choices + (double)n;
}

static int matching(lua_State *L, bool anchors)
{
    size_t subject = 0, pattern = 0;
    const char *text;

    luaL_checklstring(L, 1, &subject);
    text = luaL_checklstring(L, 2, &pattern);
    state_charge(L, most_steps(text, pattern, subject, anchors));
    return lua_tocfunction(L, lua_upvalueindex(1))(L);
}

/* match, gsub */
static int string_match(lua_State *L)
{
    return matching(L, true);
}

static int string_gmatch(lua_State *L)
{
    return matching(L, false);
}

/* Without patterns each place may be compared over the whole length, some 32 bytes
 * a step. */
static int string_find(lua_State *L)
{
    size_t subject = 0, wanted = 0;

    if (!lua_toboolean(L, 4))
        return matching(L, true);
    luaL_checklstring(L, 1, &subject);
    luaL_checklstring(L, 2, &wanted);
    state_charge(L, (double)subject * (1.0 + (double)wanted) / 32.0);
    return lua_tocfunction(L, lua_upvalueindex(1))(L);
}

/* An empty text repeated is a loop that takes no memory. */
static int string_rep(lua_State *L)
{
    size_t length = 0, between = 0;

    luaL_checklstring(L, 1, &length);
    luaL_optlstring(L, 3, "", &between);
    if (length + between == 0) {
        lua_pushliteral(L, "");
        return 1;
    }
    return lua_tocfunction(L, lua_upvalueindex(1))(L);
}

static int string_format(lua_State *L)
{
    const char *p = luaL_checkstring(L, 1);

    for (; (p = strchr(p, '%')); p++) {
        p += 1 + strspn(p + 1, "-+ #0123456789.");
        if (*p == 'p')
            return luaL_argerror(L, 1, "'%p' would show an address, which differs between runs");
        if (!*p)
            break;
    }
    for (int i = 2; i <= lua_gettop(L); i++) {
        int type = lua_type(L, i);

        if (type == LUA_TTABLE || type == LUA_TFUNCTION || type == LUA_TUSERDATA) {
            sandbox_tostring(L, i);
            lua_replace(L, i);
        }
    }
    return lua_tocfunction(L, lua_upvalueindex(1))(L);
}

static void drop(lua_State *L, const char *name)
{
    lua_pushnil(L);
    lua_setfield(L, -2, name);
}

void strings_open(lua_State *L)
{
    static const luaL_Reg around[] = {{"find", string_find},
                                      {"match", string_match},
                                      {"gmatch", string_gmatch},
                                      {"gsub", string_match},
                                      {"rep", string_rep},
                                      {"format", string_format},
                                      {NULL, NULL}};

    luaL_requiref(L, LUA_STRLIBNAME, luaopen_string, 0);
    for (const luaL_Reg *f = around; f->name; f++) {
        lua_getfield(L, -1, f->name);
        lua_pushcclosure(L, f->func, 1);
        lua_setfield(L, -2, f->name);
    }
    drop(L, "dump");
    drop(L, "pack");
    drop(L, "unpack");
    drop(L, "packsize");
    /* Texts find their methods here; scripts do not see this table. */
    lua_pushliteral(L, "");
    lua_getmetatable(L, -1);
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_pop(L, 2);
}
