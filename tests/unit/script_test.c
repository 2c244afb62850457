/* SPDX-License-Identifier: Apache-2.0 */
/* The sandbox, its limits and the border between Lua tables and value trees; no
 * experiment behind them. tests/lua has the rest. */
#include "support/support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "run/run.h"
#include "script/state.h"
#include "support/net_support.h"

struct fixture {
    struct script script;
    struct pare_rng rng;
    struct pare_error err;
    char noted[4096];
};

static void note(void *context, const char *text)
{
    struct fixture *f = context;
    size_t n = strlen(f->noted);

    snprintf(f->noted + n, sizeof f->noted - n, "%s;", text);
}

static int run_chunk(lua_State *L)
{
    const char *text = lua_touserdata(L, 1);

    if (luaL_loadbufferx(L, text, strlen(text), "@s.lua", "t") != LUA_OK)
        return failure_syntax(L, "s.lua");
    lua_call(L, 0, 0);
    return 0;
}

static void open_fixture(struct fixture *f, size_t memory_bytes, int64_t instructions)
{
    memset(f, 0, sizeof *f);
    f->rng = pare_rng_stream(7, "script");
    f->script.random = &f->rng;
    f->script.note = note;
    f->script.context = f;
    f->script.memory_limit = memory_bytes;
    f->script.instructions_limit = instructions;
    ASSERT_OK(state_open(&f->script, &f->err), f->err);
}

/* Runs text in a state of its own; what it printed is in f->noted. */
static int run_text(struct fixture *f, const char *text)
{
    int status;

    open_fixture(f, 16 << 20, 20000000);
    status = state_enter(&f->script, run_chunk, text, &f->err);
    state_close(&f->script);
    assert_int_equal(f->script.memory_used, 0);
    return status;
}

static void assert_noted(const char *text, const char *expected)
{
    struct fixture f;

    ASSERT_OK(run_text(&f, text), f.err);
    assert_string_equal(f.noted, expected);
}

static void assert_fails(const char *text, const char *place, const char *expected)
{
    struct fixture f;

    if (run_text(&f, text) != PARE_EUSER)
        fail_msg("no error from: %s", text);
    if (!strstr(f.err.text, expected))
        fail_msg("'%s' gave '%s: %s'", text, f.err.place, f.err.text);
    assert_string_equal(f.err.place, place);
    assert_null(strchr(f.err.text, '\n'));
}

static void globals_are_an_allow_list(void **state)
{
    (void)state;
    /* _ENV itself is a table of ours: everything that is in it. */
    assert_noted(
        "local t = {} for k in pairs(_ENV) do t[#t + 1] = k end print(table.concat(t, ' '))",
        "_VERSION assert error getmetatable ipairs math next pairs pcall print rawequal "
        "rawget rawlen rawset require select setmetatable string table tonumber tostring "
        "type utf8 xpcall;");
    assert_noted(
        "local t = {} for k in pairs(string) do t[#t + 1] = k end print(table.concat(t, ' '))",
        "byte char find format gmatch gsub len lower match rep reverse sub upper;");
    assert_fails("string.dump(print)", "s.lua:1", "nil value (field 'dump')");
    assert_fails("('').dump(print)", "s.lua:1", "nil value (field 'dump')");
    assert_fails("\n\nlocal f = io.open('x')", "s.lua:3", "global 'io'");
    assert_fails("load('x')", "s.lua:1", "global 'load'");
    assert_fails("math.randomseed(3)", "s.lua:1", "math.randomseed: the stream is seeded");
}

static void libraries_cannot_be_changed(void **state)
{
    (void)state;
    assert_fails("string.rep = 1", "s.lua:1", "'rep' cannot be set");
    assert_fails("rawset(string, 'rep', 1)", "s.lua:1", "read-only");
    assert_fails("setmetatable(math, {})", "s.lua:1", "read-only");
    assert_fails("table.insert(table, 1)", "s.lua:1", "cannot be set");
    assert_noted("print(getmetatable(''), getmetatable(string))", "false\tfalse;");
    assert_fails("setmetatable({}, {__gc = print})", "s.lua:1", "'__gc' is not allowed");
    assert_fails("setmetatable({}, {__mode = 'k'})", "s.lua:1", "'__mode' is not allowed");
    assert_noted("print(setmetatable({}, {__index = {a = 5}}).a)", "5;");
}

/* Keys come in one order whatever the seed of Lua's hash. */
static void order_is_that_of_the_keys(void **state)
{
    (void)state;
    assert_noted("local t = {z = 1, a = 2, [3] = 3, [1] = 4, [2.5] = 5, [true] = 6, b = 7}\n"
                 "for k, v in pairs(t) do print(k, v) end",
                 "1\t4;2.5\t5;3\t3;a\t2;b\t7;z\t1;true\t6;");
    assert_noted("local t, k, s = {c = 1, a = 2, b = 3, [10] = 4}, nil, ''\n"
                 "repeat k = next(t, k) s = s .. tostring(k) .. ' ' until k == nil print(s)",
                 "10 a b c nil ;");
    assert_noted("print(next({}))", "nil;");
    /* A key taken away while going through is passed over. */
    assert_noted("local t = {a = 1, b = 2, c = 3}\n"
                 "for k in pairs(t) do print(k) t.b = nil end",
                 "a;c;");
    assert_fails("pairs({[{}] = 1})", "s.lua:1", "has no order");
    assert_noted("print(tostring({}), tostring(print), string.format('%s', {}))",
                 "table\tfunction\ttable;");
    assert_fails("print(string.format('%p', {}))", "s.lua:1", "address");
    assert_noted("for k, v in pairs(setmetatable({}, {__pairs = function() return next, {q = 1} "
                 "end})) do print(k, v) end",
                 "q\t1;");
}

static void sort_is_stable(void **state)
{
    (void)state;
    /* 1000 pairs sorted by a key with 7 values: positions ascend within a key. */
    assert_noted("local t = {}\n"
                 "for i = 1, 1000 do t[i] = {i * 31 % 7, i} end\n"
                 "table.sort(t, function(a, b) return a[1] < b[1] end)\n"
                 "for i = 2, 1000 do\n"
                 "  local a, b = t[i - 1], t[i]\n"
                 "  assert(a[1] < b[1] or a[1] == b[1] and a[2] < b[2], i)\n"
                 "end\n"
                 "local w = {5, 2, 9, 1} table.sort(w) print(table.concat(w, ' '))\n"
                 "table.sort(w, function() return true end) print(#w)",
                 "1 2 5 9;4;");
    assert_fails("table.sort({1, 'a'})", "s.lua:1", "attempt to compare");
}

static void random_is_the_runs_stream(void **state)
{
    struct pare_rng rng = pare_rng_stream(7, "script");
    char expected[256];
    double real = pare_rng_real(&rng);
    unsigned die = (unsigned)pare_rng_below(&rng, 6) + 1;
    int offset = (int)pare_rng_below(&rng, 11) - 5;

    (void)state;
    snprintf(expected, sizeof expected, "%.14g\t%u\t%d;", real, die, offset);
    assert_noted("print(math.random(), math.random(6), math.random(-5, 5))", expected);
    assert_fails("math.random(0)", "s.lua:1", "interval is empty");
    assert_noted("for i = 1, 100 do local r = math.random(math.mininteger, math.maxinteger) "
                 "assert(math.type(r) == 'integer') end print(1)",
                 "1;");
}

static void limits_are_not_survived(void **state)
{
    static const char *const endless[] = {
        "\nwhile true do end",
        "\nwhile true do pcall(function() while true do end end) end",
        "\nwhile true do xpcall(function() while true do end end, function() while true do end "
        "end) "
        "end",
        "\nlocal function f() return pcall(f) end while true do f() end",
        "\nlocal mt = {} local function f() local x <close> = setmetatable({}, mt) while true do "
        "end "
        "end mt.__close = function() while true do end end while true do pcall(f) end",
        "\nerror(setmetatable({}, {__tostring = function() while true do end end}))",
        "\nprint(setmetatable({}, {__tostring = function() while true do end end}))",
        "\ntable.move({}, 1, math.maxinteger - 1, 2)",
        "\ntable.insert(setmetatable({}, {__len = function() return 1e15 // 1 | 0 end}), 1, 'x')",
        "\ntable.sort(setmetatable({}, {__len = function() return 1 << 40 end}))",
        "\ntable.concat(setmetatable({}, {__index = function() return '' end}), '', 1, 1 << 60)",
        "\nlocal s = ('a'):rep(20000) s:find('.-.-.-.-.-b')",
        "\npcall(string.find, ('a'):rep(3000), 'a-a-a-a-b') while true do end",
        "\nlocal s = ('x'):rep(100000) while true do local t = s .. 'y' end",
    };

    (void)state;
    for (size_t i = 0; i < sizeof endless / sizeof *endless; i++)
        assert_fails(endless[i], "s.lua:2", "instructions");
}

static void memory_is_bounded(void **state)
{
    static const char *const greedy[] = {
        "\nlocal s = ('x'):rep(1e9)",
        "\nlocal s = 'x' while true do s = s .. s end",
        "\nlocal t = {} for i = 1, 1e9 do t[i] = i end",
        "\nlocal t = {} while true do t = {t} end",
        "\nwhile true do pcall(string.rep, 'x', 1e9) end",
        "\nlocal t = {} for i = 1, 1e6 do t[i] = ('x'):rep(100) .. i end",
    };

    (void)state;
    for (size_t i = 0; i < sizeof greedy / sizeof *greedy; i++)
        assert_fails(greedy[i], "s.lua:2", "memory");
}

static void errors_become_failures(void **state)
{
    struct fixture f;
    char deep[600];

    (void)state;
    assert_fails("local x = nil\nx.y = 1", "s.lua:2", "attempt to index a nil value (local 'x')");
    assert_fails("error('out of luck')", "s.lua:1", "out of luck");
    assert_fails("error('two\\nlines')", "s.lua:1", "two lines");
    assert_fails("local function f() error('there', 2) end\n\nf()", "s.lua:3", "there");
    assert_fails("error({code = 1})", "s.lua:1", "a table was raised");
    assert_fails("error(setmetatable({}, {__tostring = function() return 'mine' end}))", "s.lua:1",
                 "mine");
    assert_fails("error(setmetatable({}, {__tostring = function() error('no') end}))", "s.lua:1",
                 "could not be turned into text");
    assert_fails("error()", "s.lua:1", "a nil was raised");
    assert_fails("x = = 1", "s.lua:1", "unexpected symbol near '='");
    assert_fails("\n\nfor", "s.lua:3", "expected near <eof>");
    assert_fails("\x1bLuaS", "s.lua", "binary chunk");
    assert_noted("print(pcall(error, 'x', 0)) print(xpcall(error, function(e) return e .. '!' end, "
                 "'y', 0)) print(pcall(function(...) return ... end, 1, 2)) "
                 "print(xpcall(math.max, print, 4, 9))",
                 "false\tx;false\ty!;true\t1\t2;true\t9;");
    /* 250 nested parentheses: the parser's own limit. */
    strcpy(deep, "x = ");
    memset(deep + 4, '(', 250);
    strcpy(deep + 254, "1");
    memset(deep + 255, ')', 250);
    deep[505] = '\0';
    assert_int_equal(run_text(&f, deep), PARE_EUSER);
    assert_non_null(strstr(f.err.text, "overflow"));
}

/* Lua's own bound on the stack comes before the usual bound on memory. */
static void endless_recursion(void **state)
{
    struct fixture f;

    (void)state;
    open_fixture(&f, 0, 0);
    assert_int_equal(
        state_enter(&f.script, run_chunk, "\nlocal function f() return 1 + f() end f()", &f.err),
        PARE_EUSER);
    state_close(&f.script);
    assert_string_equal(f.err.place, "s.lua:2");
    assert_non_null(strstr(f.err.text, "stack overflow"));
}

/* Patterns of every day stay far from the limit; counts checked against brute force
 * would say the same: the bound is above the truth. */
static void patterns_of_names_are_cheap(void **state)
{
    (void)state;
    assert_noted(
        "local n = 0 for i = 1, 500 do\n"
        "  if ('conv1.weight'):match('^(%a+)(%d*)%.weight$') then n = n + 1 end end print(n)",
        "500;");
    assert_noted("local n = 0 for w in ('a bb ccc '):rep(300):gmatch('%a+') do n = n + 1 end "
                 "print(n)",
                 "900;");
    assert_noted("print(('a.b'):find('.', 1, true)) print((('x'):gsub('x', 'y')))", "2\t2;y;");
    assert_noted("print((''):rep(1 << 60) == '')", "true;");
}

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
    struct fixture f;
    struct table_case c = {.text =
                               "return {b = 2, a = 0.5, on_step = print, list = {1, 'two', {x = "
                               "true}}, whole = 10 / 2, empty = {}}"};
    const struct value *root, *list;

    (void)state;
    open_fixture(&f, 0, 0);
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
    ASSERT_OK(state_enter(&f.script, run_chunk,
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
        struct fixture f;
        struct table_case c = {.text = bad[i][0]};

        open_fixture(&f, 0, 0);
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
    return run_chunk(L);
}

static void failures_keep_their_status(void **state)
{
    struct fixture f;

    (void)state;
    open_fixture(&f, 0, 0);
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
    struct fixture f = {0};

    (void)state;
    f.script.memory_limit = 8 << 10;
    assert_int_not_equal(state_open(&f.script, &f.err), PARE_OK);
    assert_int_equal(f.script.memory_used, 0);
}

static void require_knows_two_folders(void **state)
{
    char dir[] = "/tmp/pare-script-XXXXXX", *lib, *path;
    struct fixture f;

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

    open_fixture(&f, 0, 0);
    f.script.dir[0] = dir;
    f.script.dir[1] = lib;
    ASSERT_OK(state_enter(&f.script, run_chunk,
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
        struct fixture f = {0};
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
    struct fixture f;
    struct pare_net *first = net_support_make(1, 2, 2, 3, one_layer, 1);
    struct pare_net *second = net_support_make(1, 2, 2, 3, one_layer, 2);
    struct run_decided decided[2] = {{12, 0}, {3, 0}};
    struct run run = {.net = first, .decided = decided};

    (void)state;
    open_fixture(&f, 0, 0);
    f.script.run = &run;
    ASSERT_OK(state_enter(&f.script, open_api, NULL, &f.err), f.err);
    ASSERT_OK(state_enter(&f.script, run_chunk,
                          "net = run.net p = net[1] weights = net:params('*.weight')\n"
                          "assert(p.count == 12 and net:sparsity() == 0 and #weights == 1)",
                          &f.err),
              f.err);
    run.net = second;
    net_free(first);
    ASSERT_OK(state_enter(&f.script, run_chunk,
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
        cmocka_unit_test(globals_are_an_allow_list),
        cmocka_unit_test(libraries_cannot_be_changed),
        cmocka_unit_test(order_is_that_of_the_keys),
        cmocka_unit_test(sort_is_stable),
        cmocka_unit_test(random_is_the_runs_stream),
        cmocka_unit_test(limits_are_not_survived),
        cmocka_unit_test(memory_is_bounded),
        cmocka_unit_test(errors_become_failures),
        cmocka_unit_test(endless_recursion),
        cmocka_unit_test(patterns_of_names_are_cheap),
        cmocka_unit_test(tables_become_trees_and_back),
        cmocka_unit_test(bad_tables_are_refused),
        cmocka_unit_test(failures_keep_their_status),
        cmocka_unit_test(a_limit_too_small_to_begin),
        cmocka_unit_test(require_knows_two_folders),
        cmocka_unit_test(every_memory_limit),
        cmocka_unit_test(stale_handles_are_errors),
        cmocka_unit_test(every_method_is_documented),
    };

    return cmocka_run_group_tests_name("script", tests, NULL, NULL);
}
