/* SPDX-License-Identifier: Apache-2.0 */
/* math, with random drawing from the run's own stream: the same seed gives the
 * same schedule. */
#include "script/state.h"

#include <lualib.h>

/* random(), random(n), random(m, n): as in the manual, from argument first on. */
int numbers_random(lua_State *L, int first)
{
    struct pare_rng *rng = state_script(L)->random;
    lua_Integer low = 1, high;
    uint64_t span, drawn;

    if (lua_isnoneornil(L, first)) {
        lua_pushnumber(L, pare_rng_real(rng));
        return 1;
    }
    high = luaL_checkinteger(L, first);
    if (!lua_isnoneornil(L, first + 1)) {
        low = high;
        high = luaL_checkinteger(L, first + 1);
    }
    luaL_argcheck(L, low <= high, first, "the interval is empty");
    span = (uint64_t)high - (uint64_t)low;
    drawn = span == UINT64_MAX ? pare_rng_u64(rng) : pare_rng_below(rng, span + 1);
    drawn += (uint64_t)low;
    lua_pushinteger(L, (lua_Integer)drawn);
    return 1;
}

static int math_random(lua_State *L)
{
    return numbers_random(L, 1);
}

static int math_randomseed(lua_State *L)
{
    return failure_user(L, "math.randomseed: the stream is seeded by the experiment's 'seed'");
}

void numbers_open(lua_State *L)
{
    luaL_requiref(L, LUA_MATHLIBNAME, luaopen_math, 0);
    lua_pushcfunction(L, math_random);
    lua_setfield(L, -2, "random");
    lua_pushcfunction(L, math_randomseed);
    lua_setfield(L, -2, "randomseed");
}
