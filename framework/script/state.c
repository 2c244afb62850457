/* SPDX-License-Identifier: Apache-2.0 */
/* A Lua state within limits. Memory is counted by the allocator, instructions by
 * a hook; work done in C is charged as instructions, and so is memory taken, since
 * it must have been written. Once a limit is reached the hook raises at every
 * instruction, and pcall raises again what it caught: no script outlives it. One
 * instruction may compare two texts of a hundred megabytes, so there is a limit on
 * processor time as well. The first verb is such a limit, without an error, where no
 * more is wanted. */
#include "script/state.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/file.h"

enum { HOOK_EVERY = 1000, BYTES_AN_INSTRUCTION = 64 };

static const char limit_key; /* its address names the limit object in the registry */

/* Walks the calls and nothing else, so it may be called from the allocator. */
static void describe_limit(struct script *script, enum script_reached limit)
{
    const char *path = NULL;
    unsigned line = 0;

    if (script->reached != REACHED_NOTHING || !script->limit_error)
        return;
    failure_where(script->L, 0, &path, &line);
    if (limit == REACHED_MEMORY)
        pare_fail_at(script->limit_error, PARE_EUSER, path, line,
                     "the script needs more memory than its limit of %zu KiB",
                     script->memory_limit >> 10);
    else if (limit == REACHED_COUNT)
        pare_fail_at(script->limit_error, PARE_EUSER, path, line,
                     "more than %lld instructions since the last verb; is there a loop that does "
                     "not end?",
                     (long long)script->instructions_limit);
    else if (limit == REACHED_TIME)
        pare_fail_at(script->limit_error, PARE_EUSER, path, line,
                     "more than %g s of processor time since the last verb; is there a loop that "
                     "does not end? PARE_SCRIPT_SECONDS sets another limit",
                     script->seconds_limit);
}

static int raise_limit(lua_State *L, enum script_reached limit)
{
    struct script *script = state_script(L);

    describe_limit(script, limit);
    if (script->reached == REACHED_NOTHING)
        script->reached = limit;
    lua_rawgetp(L, LUA_REGISTRYINDEX, &limit_key);
    return lua_error(L);
}

static double clock_seconds(clockid_t clock)
{
    struct timespec now = {0};

    clock_gettime(clock, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* The wall's coarse clock is read without a system call and is never behind the
 * processor's by more than its tick: that one is asked when it could be time. */
static bool is_overtime(struct script *script)
{
    double wall = clock_seconds(CLOCK_MONOTONIC_COARSE), left;

    if (wall < script->look_at)
        return false;
    left = script->seconds_from + script->seconds_limit - clock_seconds(CLOCK_THREAD_CPUTIME_ID);
    script->look_at = wall + left;
    return left < 0;
}

static void count_hook(lua_State *L, lua_Debug *ar)
{
    struct script *script = state_script(L);
    enum script_reached limit = REACHED_COUNT;

    (void)ar;
    script->instructions_left -= HOOK_EVERY;
    if (script->instructions_left >= 0) {
        if (!is_overtime(script))
            return;
        limit = REACHED_TIME;
        script->instructions_left = -1;
    }
    lua_sethook(L, count_hook, LUA_MASKCOUNT, 1);
    raise_limit(L, limit);
}

/* Takes work off the budget; the hook raises soon where nothing is left. */
static void spend(struct script *script, double work)
{
    if (script->instructions_left < 0)
        return;
    if (work <= (double)script->instructions_left) {
        script->instructions_left -= (int64_t)work;
        return;
    }
    script->instructions_left = -1;
    if (script->L)
        lua_sethook(script->L, count_hook, LUA_MASKCOUNT, 1);
}

void state_charge(lua_State *L, double work)
{
    struct script *script = state_script(L);

    spend(script, work);
    if (script->instructions_left < 0)
        raise_limit(L, REACHED_COUNT);
}

void state_rearm(struct script *script)
{
    if (script->reached != REACHED_NOTHING)
        return;
    script->instructions_left = script->instructions_limit;
    script->seconds_from = clock_seconds(CLOCK_THREAD_CPUTIME_ID);
    script->look_at = clock_seconds(CLOCK_MONOTONIC_COARSE) + script->seconds_limit;
}

void state_begun(lua_State *L)
{
    struct script *script = state_script(L);

    if (!script->beginning)
        return;
    script->instructions_left = -1;
    lua_sethook(L, count_hook, LUA_MASKCOUNT, 1);
    raise_limit(L, REACHED_VERB);
}

void state_reraise(lua_State *L)
{
    struct script *script = state_script(L);

    if (script->reached != REACHED_NOTHING)
        raise_limit(L, script->reached);
}

/* The machine has no memory left. Lua collects and tries again, and a script may catch
 * the error; but what it would do then depends on the machine, so it ends here. */
static void starve(struct script *script)
{
    script->starved = true;
    if (!script->L || !script->limit_error || script->reached != REACHED_NOTHING)
        return;
    pare_fail(script->limit_error, PARE_ENOMEM, "no memory for the script");
    script->reached = REACHED_MEMORY;
    script->instructions_left = -1;
    lua_sethook(script->L, count_hook, LUA_MASKCOUNT, 1);
}

static void *allocate(void *context, void *old, size_t old_bytes, size_t bytes)
{
    struct script *script = context;
    size_t had = old ? old_bytes : 0;
    void *got;

    if (bytes == 0) {
        free(old);
        script->memory_used -= had;
        return NULL;
    }
    if (bytes > had) {
        if (bytes - had > script->memory_limit - script->memory_used) {
            if (script->L)
                describe_limit(script, REACHED_MEMORY);
            return NULL;
        }
        spend(script, (double)(bytes - had) / BYTES_AN_INSTRUCTION);
    }
    got = realloc(old, bytes);
    if (!got && bytes <= had)
        return old; /* Lua counts on shrinking */
    if (!got) {
        starve(script);
        return NULL;
    }
    script->memory_used += bytes - had;
    return got;
}

static int open_protected(lua_State *L)
{
    struct script *script = state_script(L);

    failure_open(L);
    script->limit_error = failure_push(L);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &limit_key);
    sandbox_open(L);
    return 0;
}

int state_open(struct script *script, struct pare_error *err)
{
    int status;

    if (script->memory_limit == 0)
        script->memory_limit = (size_t)256 << 20;
    if (script->instructions_limit <= 0)
        script->instructions_limit = 1000000000;
    if (!(script->seconds_limit > 0))
        script->seconds_limit = 30;
    state_rearm(script);
    script->L = lua_newstate(allocate, script);
    if (!script->L)
        return pare_fail(err, PARE_ENOMEM, "no memory for a Lua state");
    *(struct script **)lua_getextraspace(script->L) = script;
    /* Not state_enter: its handler needs what is opened here. */
    lua_pushcfunction(script->L, open_protected);
    status = lua_pcall(script->L, 0, 0, 0);
    if (status != LUA_OK) {
        status = script->starved
                     ? pare_fail(err, PARE_ENOMEM, "no memory for the script")
                     : pare_fail(err, PARE_EUSER,
                                 "the script's memory limit is too small to begin with");
        state_close(script);
        return status;
    }
    lua_sethook(script->L, count_hook, LUA_MASKCOUNT, HOOK_EVERY);
    return PARE_OK;
}

void state_close(struct script *script)
{
    if (script->L)
        lua_close(script->L);
    script->L = NULL;
    script->limit_error = NULL;
}

int state_enter(struct script *script, lua_CFunction function, const void *data,
                struct pare_error *err)
{
    lua_State *L = script->L;
    const struct pare_error *raised;
    int base = lua_gettop(L), status;

    lua_pushcfunction(L, failure_handler);
    lua_pushcfunction(L, function);
    lua_pushlightuserdata(L, (void *)(uintptr_t)data);
    status = lua_pcall(L, 1, 0, base + 1);
    if (status == LUA_ERRMEM && script->reached == REACHED_NOTHING)
        script->reached = REACHED_MEMORY;
    if (script->reached != REACHED_NOTHING)
        raised = script->limit_error;
    else
        raised = status == LUA_OK ? NULL : failure_test(L, -1);
    if (raised && err)
        *err = *raised;
    else if (status != LUA_OK && lua_type(L, -1) == LUA_TSTRING)
        pare_fail(err, PARE_EUSER, "the script failed: %s", lua_tostring(L, -1));
    else if (status != LUA_OK)
        pare_fail(err, PARE_EUSER, "the script failed, and so did telling why");
    status = status == LUA_OK && !raised ? PARE_OK : raised ? raised->status : PARE_EUSER;
    lua_settop(L, base);
    return status;
}

static int owner_gc(lua_State *L)
{
    struct owner *owner = lua_touserdata(L, 1);

    owner_release(owner);
    return 0;
}

void owner_release(struct owner *owner)
{
    if (owner->thing)
        owner->release(owner->thing);
    owner->thing = NULL;
}

struct owner *owner_push(lua_State *L, const char *type, void (*release)(void *thing))
{
    struct owner *owner = lua_newuserdatauv(L, sizeof *owner, 0);

    owner->thing = NULL;
    owner->release = release;
    if (luaL_newmetatable(L, type)) {
        lua_pushcfunction(L, owner_gc);
        lua_setfield(L, -2, "__gc");
        lua_pushboolean(L, 0);
        lua_setfield(L, -2, "__metatable");
    }
    lua_setmetatable(L, -2);
    return owner;
}

void state_load(lua_State *L, const char *path)
{
    struct owner *owner = owner_push(L, "pare.owner", free);
    struct pare_error err = {0};
    size_t size_bytes;
    int status;

    owner->thing = file_read(path, SCRIPT_BYTES_MAX, &size_bytes, &err);
    if (!owner->thing)
        failure_raise(L, &err);
    lua_pushfstring(L, "@%s", path);
    status = luaL_loadbufferx(L, owner->thing, size_bytes, lua_tostring(L, -1), "t");
    owner_release(owner);
    if (status != LUA_OK)
        failure_syntax(L, path);
    lua_replace(L, -3);
    lua_pop(L, 1);
}
