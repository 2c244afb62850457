/* SPDX-License-Identifier: Apache-2.0 */
/* The global run: the config, the arguments, the log, the random stream, the net. */
#include "base/text.h"
#include "run/json.h"
#include "run/record.h"
#include "script/state.h"

#include <stdlib.h>
#include <string.h>

#define TYPE "pare.run"

static const char asked_key, config_key;
static const char *const fields[] = {"net", "config", "name", "seed", "samples", NULL};

int l_run_unknown(lua_State *L, const char *object, const char *key, const luaL_Reg *methods,
                  const char *const *names)
{
    const char *known[32], *nearest;
    size_t n = 0;

    for (; methods->name && n < 32; methods++)
        known[n++] = methods->name;
    for (; *names && n < 32; names++)
        known[n++] = *names;
    nearest = text_nearest(key, known, n);
    if (nearest)
        return failure_user(L, "%s has no '%s'; did you mean '%s'?", object, key, nearest);
    return failure_user(L, "%s has no '%s'", object, key);
}

static void check_run(lua_State *L)
{
    if (!luaL_testudata(L, 1, TYPE))
        failure_user(L, "call it with a colon: run:log { ... }");
}

/* Pushes the table of the names that run:arg was called with. */
static void push_asked(lua_State *L)
{
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &asked_key) != LUA_TNIL)
        return;
    lua_pop(L, 1);
    lua_newtable(L);
    lua_pushvalue(L, -1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &asked_key);
}

static const struct value *args_of(lua_State *L)
{
    return value_get(state_script(L)->run->experiment->root, "args");
}

void l_run_check_args(lua_State *L)
{
    const struct value *args = args_of(L);
    struct problems problems = {0};
    struct pare_error err = {0};
    const char **name;
    size_t n;

    if (!args || !args->child)
        return;
    push_asked(L);
    n = (size_t)order_keys(L, -1);
    name = lua_newuserdatauv(L, (n + 1) * sizeof *name, 0);
    for (size_t i = 0; i < n; i++) {
        lua_rawgeti(L, -2, (lua_Integer)i + 1);
        name[i] = lua_tostring(L, -1); /* lives in the list of keys */
        lua_pop(L, 1);
    }
    for (const struct value *v = args->child; v; v = v->next) {
        bool asked = false;
        const char *nearest;

        for (size_t i = 0; i < n; i++)
            asked |= strcmp(name[i], v->name) == 0;
        if (asked)
            continue;
        nearest = text_nearest(v->name, name, n);
        if (nearest)
            problems_add(&problems, v->file, v->line,
                         "args.%s: the schedule asks for no such argument; did you mean '%s'?",
                         v->name, nearest);
        else
            problems_add(&problems, v->file, v->line,
                         "args.%s: the schedule asks for no such argument", v->name);
    }
    problems_status(&problems, &err);
    problems_free(&problems);
    if (err.status != PARE_OK)
        failure_raise(L, &err);
    lua_pop(L, 3);
}

static bool same_value(const struct value *a, const struct value *b)
{
    double x = a->kind == VALUE_INT ? (double)a->integer : a->real;
    double y = b->kind == VALUE_INT ? (double)b->integer : b->real;
    bool numbers = (a->kind == VALUE_INT || a->kind == VALUE_REAL) &&
                   (b->kind == VALUE_INT || b->kind == VALUE_REAL);

    if (a->kind == VALUE_TEXT && b->kind == VALUE_TEXT)
        return strcmp(a->text, b->text) == 0;
    return numbers && x == y;
}

void l_run_blame_args(lua_State *L, const struct value *options, struct pare_error *err)
{
    const struct value *args = args_of(L), *option = NULL;
    size_t word = strcspn(err->text, ": "), used = strlen(err->text);

    /* "train.epochs: ..." */
    for (const struct value *v = options ? options->child : NULL; v; v = v->next) {
        size_t length = strlen(v->name);

        if (word > length && err->text[word - length - 1] == '.' &&
            strncmp(err->text + word - length, v->name, length) == 0)
            option = v;
    }
    for (const struct value *v = option && args ? args->child : NULL; v; v = v->next) {
        char line[16] = "";

        if (!same_value(v, option) || used >= sizeof err->text)
            continue;
        if (v->line)
            snprintf(line, sizeof line, ":%u", v->line);
        used += (size_t)snprintf(err->text + used, sizeof err->text - used,
                                 "; args.%s has this value (%s%s)", v->name, v->file, line);
    }
}

/* An argument must be of the kind that its default is of. */
static void check_arg(lua_State *L, const struct value *v, int given, int preset)
{
    struct pare_error err = {0};
    const char *wanted = luaL_typename(L, preset);

    if (lua_isnoneornil(L, preset))
        return;
    if (lua_type(L, preset) == lua_type(L, given) &&
        (!lua_isinteger(L, preset) || lua_isinteger(L, given)))
        return;
    if (lua_isinteger(L, preset))
        wanted = "whole number";
    else if (lua_isstring(L, preset) && !lua_isnumber(L, preset))
        wanted = "text";
    pare_fail_at(&err, PARE_EUSER, v->file, v->line, "args.%s: must be a %s, as its default is",
                 v->name, wanted);
    failure_raise(L, &err);
}

static int run_arg(lua_State *L)
{
    const struct value *v;
    const char *name;

    check_run(L);
    name = luaL_checkstring(L, 2);
    push_asked(L);
    lua_pushboolean(L, 1);
    lua_setfield(L, -2, name);
    lua_pop(L, 1);
    v = value_get(args_of(L), name);
    if (!v) {
        if (lua_isnone(L, 3))
            return failure_user(L,
                                "args.%s: the schedule needs this argument; say args = { %s = "
                                "...; } in the config",
                                name, name);
        lua_settop(L, 3);
        return 1;
    }
    tovalue_push(L, v, true);
    check_arg(L, v, lua_gettop(L), lua_gettop(L) > 3 ? 3 : lua_gettop(L) + 1);
    return 1;
}

/* "accuracy 0.98, step 3" */
static void push_line(lua_State *L, const struct value *tree)
{
    luaL_Buffer text;
    char number[64];

    luaL_buffinit(L, &text);
    for (const struct value *v = tree->child; v; v = v->next) {
        luaL_addstring(&text, v == tree->child ? "" : ", ");
        luaL_addstring(&text, v->name);
        luaL_addchar(&text, ' ');
        if (v->kind == VALUE_REAL) {
            snprintf(number, sizeof number, "%.6g", v->real);
            luaL_addstring(&text, number);
        } else if (v->kind == VALUE_TEXT) {
            luaL_addstring(&text, v->text);
        } else {
            struct owner *owner = owner_push(L, "pare.owner", free);

            owner->thing = json_line(v);
            lua_pushstring(L, owner->thing);
            owner_release(owner);
            lua_remove(L, -2);
            luaL_addvalue(&text);
        }
    }
    luaL_pushresult(&text);
}

static int run_log(lua_State *L)
{
    struct script *script = state_script(L);
    struct pare_error err = {0};
    struct owner *owner;
    struct value *tree;

    check_run(L);
    lua_settop(L, 2);
    owner = tovalue_owner(L);
    tree = tovalue_read(L, 2, "run:log", NULL, owner);
    push_line(L, tree);
    if (script->note)
        script->note(script->context, lua_tostring(L, -1));
    if (record_metrics(script->run, "log", tree, &err) != PARE_OK)
        return failure_raise(L, &err);
    owner_release(owner);
    return 0;
}

/* run:metric(name, value): what the experiment has measured, for its expectations. */
static int run_metric(lua_State *L)
{
    struct run *run = state_script(L)->run;
    struct pare_error err = {0};
    const char *name;
    double value;

    check_run(L);
    name = luaL_checkstring(L, 2);
    value = luaL_checknumber(L, 3);
    if (*name == '\0')
        return failure_user(L, "metric: a metric needs a name");
    if (record_measured(run, name, value, &err) != PARE_OK)
        return failure_raise(L, &err);
    lua_pushfstring(L, "%s: %f", name, value);
    if (state_script(L)->note)
        state_script(L)->note(state_script(L)->context, lua_tostring(L, -1));
    return 0;
}

static int run_random(lua_State *L)
{
    check_run(L);
    return numbers_random(L, 2);
}

const luaL_Reg l_run_methods[] = {{"arg", run_arg},
                                  {"log", run_log},
                                  {"metric", run_metric},
                                  {"random", run_random},
                                  {NULL, NULL}};

static void push_samples(lua_State *L, const struct run *run)
{
    const size_t *count = run->data.info.count;

    lua_createtable(L, 0, 3);
    lua_pushinteger(L, (lua_Integer)count[PARE_SPLIT_TRAIN]);
    lua_setfield(L, -2, "train");
    lua_pushinteger(L, (lua_Integer)count[PARE_SPLIT_VALIDATION]);
    lua_setfield(L, -2, "validation");
    lua_pushinteger(L, (lua_Integer)count[PARE_SPLIT_TEST]);
    lua_setfield(L, -2, "test");
}

static void push_config(lua_State *L)
{
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &config_key) != LUA_TNIL)
        return;
    lua_pop(L, 1);
    tovalue_push(L, state_script(L)->run->experiment->root, true);
    lua_pushvalue(L, -1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &config_key);
}

static int run_index(lua_State *L)
{
    const struct run *run = state_script(L)->run;
    const char *key = luaL_checkstring(L, 2);

    if (lua_getfield(L, lua_upvalueindex(1), key) != LUA_TNIL)
        return 1;
    if (strcmp(key, "net") == 0)
        l_net_push(L);
    else if (strcmp(key, "config") == 0)
        push_config(L);
    else if (strcmp(key, "name") == 0)
        lua_pushstring(L, run->experiment->name);
    else if (strcmp(key, "seed") == 0)
        lua_pushinteger(L, run->experiment->seed);
    else if (strcmp(key, "samples") == 0)
        push_samples(L, run);
    else
        return l_run_unknown(L, "run", key, l_run_methods, fields);
    return 1;
}

static int run_newindex(lua_State *L)
{
    return failure_user(L, "run.%s cannot be set: run is read-only", luaL_tolstring(L, 2, NULL));
}

void l_run_open(lua_State *L)
{
    lua_newuserdatauv(L, 0, 0);
    luaL_newmetatable(L, TYPE);
    luaL_newlibtable(L, l_run_methods);
    luaL_setfuncs(L, l_run_methods, 0);
    lua_pushcclosure(L, run_index, 1);
    lua_setfield(L, -2, "__index");
    lua_pushcfunction(L, run_newindex);
    lua_setfield(L, -2, "__newindex");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_setmetatable(L, -2);
    lua_setglobal(L, "run");
}
