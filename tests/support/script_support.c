/* SPDX-License-Identifier: Apache-2.0 */

#include "support/script_support.h"

#include <stdio.h>
#include <string.h>

static void note(void *context, const char *text)
{
    struct script_fixture *f = context;
    size_t n = strlen(f->noted);

    snprintf(f->noted + n, sizeof f->noted - n, "%s;", text);
}

int script_support_chunk(lua_State *L)
{
    const char *text = lua_touserdata(L, 1);

    if (luaL_loadbufferx(L, text, strlen(text), "@s.lua", "t") != LUA_OK)
        return failure_syntax(L, "s.lua");
    lua_call(L, 0, 0);
    return 0;
}

void script_support_open(struct script_fixture *f, size_t memory_bytes, int64_t instructions)
{
    memset(f, 0, sizeof *f);
    f->rng = pare_rng_stream(7, "script");
    f->script.random = &f->rng;
    f->script.note = note;
    f->script.context = f;
    f->script.memory_limit = memory_bytes;
    f->script.instructions_limit = instructions;
    f->script.seconds_limit = 600; /* under Valgrind all takes long */
    ASSERT_OK(state_open(&f->script, &f->err), f->err);
}

int script_support_run(struct script_fixture *f, const char *text)
{
    int status;

    script_support_open(f, 16 << 20, 20000000);
    status = state_enter(&f->script, script_support_chunk, text, &f->err);
    state_close(&f->script);
    assert_int_equal(f->script.memory_used, 0);
    return status;
}
