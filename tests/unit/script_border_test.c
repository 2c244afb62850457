/* SPDX-License-Identifier: Apache-2.0 */
/* The border between Lua and C: tables and value trees, failures, modules, handles, and
 * what of the API is documented. */
#include "support/script_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "run/run.h"
#include "support/net_support.h"

struct table_case {
    const char *text;
    struct owner *owner;
};

static int read_table(lua_State *L)
{
    static const char *const without[] = {"on_step", NULL};
    struct table_case *c = lua_touserdata(L, 1);

    lua_pop(L, 1);
    if (luaL_loadstring(L, c->text) != LUA_OK)
        return lua_error(L);
    lua_call(L, 0, 1);
    /* Stays in the registry, so that the test can look at it. */
    c->owner = tovalue_owner(L);
    lua_pushvalue(L, -1);
    lua_setfield(L, LUA_REGISTRYINDEX, "tree");
    tovalue_read(L, 1, "prune", without, c->owner);
    return 0;
}

static int push_tree(lua_State *L)
{
    const struct value *tree = lua_touserdata(L, 1);

    tovalue_push(L, tree, true);
    lua_setglobal(L, "tree");
    return 0;
}

static void tables_become_trees_and_back(void **state)
{
    struct script_fixture f;
    struct table_case c = {.text =
                               "return {b = 2, a = 0.5, on_step = print, list = {1, 'two', {x = "
                               "true}}, whole = 10 / 2, empty = {}}"};
    const struct value *root, *list;

    (void)state;
    script_support_open(&f, 0, 0);
    ASSERT_OK(state_enter(&f.script, read_table, &c, &f.err), f.err);
    root = c.owner->thing;
    assert_int_equal(value_count(root), 5);
    assert_string_equal(root->child->name, "a");
    assert_true(root->child->kind == VALUE_REAL && root->child->real == 0.5);
    assert_string_equal(root->child->next->name, "b");
    assert_int_equal(value_get(root, "b")->integer, 2);
    assert_int_equal(value_get(root, "whole")->kind, VALUE_INT);
    list = value_get(root, "list");
    assert_int_equal(list->kind, VALUE_LIST);
    assert_string_equal(list->child->next->text, "two");
    assert_true(value_get(list->child->next->next, "x")->boolean);

    ASSERT_OK(state_enter(&f.script, push_tree, root, &f.err), f.err);
    ASSERT_OK(state_enter(&f.script, script_support_chunk,
                          "assert(tree.a == 0.5 and tree.list[3].x and #tree.list == 3)\n"
                          "local t = {} for k in pairs(tree) do t[#t + 1] = k end\n"
                          "assert(table.concat(t, ' ') == 'a b empty list whole')\n"
                          "assert(not pcall(function() tree.list[1] = 2 end))",
                          &f.err),
              f.err);
    state_close(&f.script);
}

static void bad_tables_are_refused(void **state)
{
    static const char *const bad[][2] = {
        {"return {f = print}", "prune.f: a function has no place here"},
        {"return {1, 2}", "prune takes options by name"},
        {"return 5", "prune takes one table of options, not a number"},
        {"return {a = {1, x = 2}}", "prune.a: a table must be a list"},
        {"return {a = {[1] = 1, [3] = 2}}", "prune.a: a table must be a list"},
        {"local t = {} t.t = t return t", "prune: tables within tables more than 16 deep"},
        {"local t = {} for i = 1, 3000 do t[i] = i end return {a = t}", "more than 2000 values"},
        {"return {a = 'x\\0y'}", "prune.a: a text with a zero byte"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct script_fixture f;
        struct table_case c = {.text = bad[i][0]};

        script_support_open(&f, 0, 0);
        assert_int_equal(state_enter(&f.script, read_table, &c, &f.err), PARE_EUSER);
        state_close(&f.script);
        if (!strstr(f.err.text, bad[i][1]))
            fail_msg("'%s' gave '%s'", bad[i][0], f.err.text);
    }
}

static int raise_verb_error(lua_State *L)
{
    struct pare_error err = {0};

    pare_fail(&err, PARE_EREQUEST, "fc1.weight: asked for 10, got 12");
    return failure_raise(L, &err);
}

static int with_verb(lua_State *L)
{
    lua_pushcfunction(L, raise_verb_error);
    lua_setglobal(L, "verb");
    return script_support_chunk(L);
}

static void failures_keep_their_status(void **state)
{
    struct script_fixture f;

    (void)state;
    script_support_open(&f, 0, 0);
    assert_int_equal(state_enter(&f.script, with_verb, "\nverb()", &f.err), PARE_EREQUEST);
    assert_string_equal(f.err.place, "s.lua:2");
    assert_string_equal(f.err.text, "fc1.weight: asked for 10, got 12");
    /* Caught, looked at, raised again. */
    assert_int_equal(
        state_enter(&f.script, with_verb,
                    "local ok, e = pcall(verb)\n"
                    "assert(not ok and e.status == 'request' and e.text:find('12'))\n"
                    "assert(e.place == 's.lua:1' and ('' .. e):find('^s.lua:1: fc1'))\n"
                    "assert(e.nothing == nil)\n"
                    "error(e)",
                    &f.err),
        PARE_EREQUEST);
    state_close(&f.script);
}

static void a_limit_too_small_to_begin(void **state)
{
    struct script_fixture f = {0};

    (void)state;
    f.script.memory_limit = 8 << 10;
    assert_int_not_equal(state_open(&f.script, &f.err), PARE_OK);
    assert_int_equal(f.script.memory_used, 0);
}

static void require_knows_two_folders(void **state)
{
    char dir[] = "/tmp/pare-script-XXXXXX", *lib, *path;
    struct script_fixture f;

    (void)state;
    assert_non_null(mkdtemp(dir));
    lib = file_join(dir, "lib");
    ASSERT_OK(file_make_dir(lib, NULL), f.err);
    path = file_join(lib, "helper.lua");
    ASSERT_OK(file_write(path, "return {n = (...) }", 19, NULL), f.err);
    free(path);
    path = file_join(dir, "ring.lua");
    ASSERT_OK(file_write(path, "return require 'ring'", 21, NULL), f.err);
    free(path);
    path = file_join(dir, "broken.lua");
    ASSERT_OK(file_write(path, "\nlocal = 1", 10, NULL), f.err);

    script_support_open(&f, 0, 0);
    f.script.dir[0] = dir;
    f.script.dir[1] = lib;
    ASSERT_OK(state_enter(&f.script, script_support_chunk,
                          "local h = require 'helper' assert(h.n == 'helper')\n"
                          "assert(require('helper') == h)\n"
                          "for _, bad in ipairs {'../x', '/etc/passwd', 'A', 'a.b', '', 'a/b'} do\n"
                          "  local ok, e = pcall(require, bad)\n"
                          "  assert(not ok and e.text:find('is not a module'), e)\n"
                          "end\n"
                          "local ok, e = pcall(require, 'ring')\n"
                          "assert(not ok and e.text:find('requires itself'), e)\n"
                          "local ok, e = pcall(require, 'broken')\n"
                          "assert(not ok and e.place:find('broken.lua:2$'), e)\n"
                          "local ok, e = pcall(require, 'absent')\n"
                          "assert(not ok and e.text:find('there is no absent.lua'), e)",
                          &f.err),
              f.err);
    state_close(&f.script);
    assert_int_equal(remove(path), 0);
    free(path);
    free(lib);
}

/* Whatever the limit that is reached, and wherever: an error, nothing left over. */
static void every_memory_limit(void **state)
{
    size_t began = 0, ended = 0;

    (void)state;
    for (size_t limit = 16 << 10; ended < 20; limit += 333) {
        struct script_fixture f = {0};
        struct table_case c = {
            .text = "local t = {list = {}} for i = 1, 50 do t['k' .. i] = {i, tostring(i)} end "
                    "for k, v in pairs(t) do pcall(string.rep, k, 100) end "
                    "table.sort(t.list) return t"};
        int status;

        assert_true(limit < (1 << 20));
        f.script.memory_limit = limit;
        f.script.random = &f.rng;
        if (state_open(&f.script, &f.err) != PARE_OK) {
            assert_int_equal(f.script.memory_used, 0);
            continue;
        }
        began++;
        status = state_enter(&f.script, read_table, &c, &f.err);
        if (status == PARE_OK)
            status = state_enter(&f.script, push_tree, c.owner->thing, &f.err);
        state_close(&f.script);
        assert_int_equal(f.script.memory_used, 0);
        if (status == PARE_OK)
            ended++;
        else
            assert_non_null(strstr(f.err.text, "memory"));
    }
    assert_true(began > ended + 50);
}

static void one_layer(struct pare_net *net)
{
    pare_net_dense(net, "fc1", 3);
}

static int open_api(lua_State *L)
{
    l_run_open(L);
    l_net_open(L);
    l_param_open(L);
    return 0;
}

static void stale_handles_are_errors(void **state)
{
    struct script_fixture f;
    struct pare_net *first = net_support_make(1, 2, 2, 3, one_layer, 1);
    struct pare_net *second = net_support_make(1, 2, 2, 3, one_layer, 2);
    struct run_decided decided[2] = {{12, 0}, {3, 0}};
    struct run run = {.net = first, .decided = decided};

    (void)state;
    script_support_open(&f, 0, 0);
    f.script.run = &run;
    ASSERT_OK(state_enter(&f.script, open_api, NULL, &f.err), f.err);
    ASSERT_OK(state_enter(&f.script, script_support_chunk,
                          "net = run.net p = net[1] weights = net:params('*.weight')\n"
                          "assert(p.count == 12 and net:sparsity() == 0 and #weights == 1)",
                          &f.err),
              f.err);
    run.net = second;
    net_free(first);
    ASSERT_OK(state_enter(&f.script, script_support_chunk,
                          "local function stale(f, ...)\n"
                          "  local ok, e = pcall(f, ...)\n"
                          "  assert(not ok and e.text:find('no more'), e)\n"
                          "end\n"
                          "stale(function() return p.count end)\n"
                          "stale(tostring, p)\n"
                          "stale(function() return #net end)\n"
                          "stale(function() return weights[1] end)\n"
                          "stale(function() return net:sparsity() end)\n"
                          "stale(function() return net:train() end)\n"
                          "assert(run.net[1].count == 12)",
                          &f.err),
              f.err);
    state_close(&f.script);
    net_free(second);
}

static void assert_names(const luaL_Reg *methods, const char *object, const char *class,
                         const char *page, const char *meta)
{
    char heading[128], function[128];

    for (; methods->name; methods++) {
        snprintf(heading, sizeof heading, "\n### %s:%s(", object, methods->name);
        snprintf(function, sizeof function, "\nfunction %s:%s(", class, methods->name);
        if (!strstr(page, heading))
            fail_msg("docs/lua.md has no heading for %s:%s", object, methods->name);
        if (!strstr(meta, function))
            fail_msg("pare.meta.lua has no %s:%s", class, methods->name);
    }
}

static void every_method_is_documented(void **state)
{
    size_t size;
    char *page = file_read(TEST_SOURCE_DIR "/../docs/lua.md", 1 << 20, &size, NULL);
    char *meta = file_read(TEST_SOURCE_DIR "/../scripts/lib/pare.meta.lua", 1 << 20, &size, NULL);

    (void)state;
    assert_non_null(page);
    assert_non_null(meta);
    assert_names(l_run_methods, "run", "run", page, meta);
    assert_names(l_net_methods, "net", "Net", page, meta);
    assert_names(l_param_methods, "p", "Param", page, meta);
    free(page);
    free(meta);
}
int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables_become_trees_and_back),
        cmocka_unit_test(bad_tables_are_refused),
        cmocka_unit_test(failures_keep_their_status),
        cmocka_unit_test(a_limit_too_small_to_begin),
        cmocka_unit_test(require_knows_two_folders),
        cmocka_unit_test(every_memory_limit),
        cmocka_unit_test(stale_handles_are_errors),
        cmocka_unit_test(every_method_is_documented),
    };
    return cmocka_run_group_tests_name("script border", tests, NULL, NULL);
}
