/* SPDX-License-Identifier: Apache-2.0 */
/* Lua scripts in the sandbox alone, within small limits: whatever they do, they end,
 * all their memory is given back, and what they raise is one line with a place. */

#include "fuzz.h"
#include "run/run.h"
#include "script/state.h"
#include <string.h>

struct text {
    const char *at;
    size_t size;
};

static int run_chunk(lua_State *L)
{
    const struct text *text = lua_touserdata(L, 1);

    if (luaL_loadbufferx(L, text->at, text->size, "@s.lua", "t") != LUA_OK)
        return failure_syntax(L, "s.lua");
    lua_call(L, 0, 0);
    return 0;
}

static void note(void *context, const char *text)
{
    *(size_t *)context += strlen(text);
}

static void one(const uint8_t *data, size_t size_bytes)
{
    struct text text = {(const char *)data, size_bytes};
    struct pare_rng rng = pare_rng_stream(7, "script");
    struct pare_error err = {0};
    size_t noted = 0;
    struct script script = {.random = &rng,
                            .note = note,
                            .context = &noted,
                            .memory_limit = 1 << 20,
                            .instructions_limit = 30000};
    int status;

    FUZZ_CHECK(state_open(&script, &err) == PARE_OK);
    status = state_enter(&script, run_chunk, &text, &err);
    state_close(&script);
    fuzz_check_error(status, &err);
    FUZZ_CHECK(script.memory_used == 0);
}

const struct fuzz_target fuzz_target = {.one = one,
                                        .memory_bytes = 3 << 20,
                                        .memory_factor = 16,
                                        .seconds = 2.0,
                                        .seconds_a_mib = 60.0};
