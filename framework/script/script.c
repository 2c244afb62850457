/* SPDX-License-Identifier: Apache-2.0 */
/* A schedule from its first line to its last. */
#include "script/script.h"

#include <stdlib.h>

#include "base/file.h"
#include "script/state.h"

static void note(void *context, const char *text)
{
    const struct run *run = context;

    if (run->watch.note && !run->replay) /* it was said when it was done */
        run->watch.note(run->watch.context, text);
}

/* PARE_SCRIPT_MEMORY_MIB, _INSTRUCTIONS and _SECONDS: for a schedule that needs more
 * than the usual limits, and for tests that want to reach them. */
static uint64_t from_environment(const char *name)
{
    const char *text = getenv(name);

    return text ? strtoull(text, NULL, 10) : 0;
}

static int run_schedule(lua_State *L)
{
    struct script *script = state_script(L);

    l_run_open(L);
    l_net_open(L);
    l_param_open(L);
    state_load(L, script->run->experiment->schedule);
    lua_call(L, 0, 0);
    l_run_check_args(L); /* of a schedule that called no verb */
    return 0;
}

static int run_script(struct script *script, const struct script_limits *limits,
                      struct pare_error *err)
{
    int status;

    script->memory_limit =
        limits ? limits->memory_bytes : (size_t)from_environment("PARE_SCRIPT_MEMORY_MIB") << 20;
    script->instructions_limit =
        (int64_t)(limits ? limits->instructions : from_environment("PARE_SCRIPT_INSTRUCTIONS"));
    script->seconds_limit =
        limits ? limits->seconds : (double)from_environment("PARE_SCRIPT_SECONDS");
    script->dir[0] = file_dir(script->run->experiment->schedule);
    script->dir[1] = file_join(registry_share_dir(), "scripts/lib");
    status = state_open(script, err);
    if (status == PARE_OK)
        status = state_enter(script, run_schedule, NULL, err);
    state_close(script);
    free(script->dir[0]);
    free(script->dir[1]);
    return status;
}

int script_run(struct run *run, const struct script_limits *limits, struct pare_error *err)
{
    struct script script = {.run = run, .random = &run->script, .note = note, .context = run};

    return run_script(&script, limits, err);
}

int script_begin(struct run *run, struct pare_error *err)
{
    struct pare_rng random = run->script;
    struct script script = {.run = run, .random = &random, .beginning = true};
    int status = run_script(&script, NULL, err);

    value_free(run->measured);
    run->measured = NULL;
    return status;
}

static int load_only(lua_State *L)
{
    state_load(L, lua_touserdata(L, 1));
    return 0;
}

int script_check(const char *path, struct pare_error *err)
{
    struct script script = {0};
    int status = state_open(&script, err);

    if (status == PARE_OK)
        status = state_enter(&script, load_only, path, err);
    state_close(&script);
    return status;
}
