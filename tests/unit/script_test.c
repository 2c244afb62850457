/* SPDX-License-Identifier: Apache-2.0 */
/* The sandbox and its limits; no experiment behind them. tests/lua has the rest. */
#include "support/script_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void assert_noted(const char *text, const char *expected)
{
    struct script_fixture f;

    ASSERT_OK(script_support_run(&f, text), f.err);
    assert_string_equal(f.noted, expected);
}

static void assert_fails(const char *text, const char *place, const char *expected)
{
    struct script_fixture f;

    if (script_support_run(&f, text) != PARE_EUSER)
        fail_msg("no error from: %s", text);
    if (!strstr(f.err.text, expected))
        fail_msg("'%s' gave '%s: %s'", text, f.err.place, f.err.text);
    assert_string_equal(f.err.place, place);
    assert_null(strchr(f.err.text, '\n'));
}
/* One call in C that would take hours. */
static void find_is_charged(void **state)
{
    (void)state;
    assert_fails("(('a'):rep(1000000)):find(('a'):rep(500000) .. 'b', 1, true)", "s.lua:1",
                 "instructions");
    assert_noted("print((('a'):rep(100000) .. 'b'):find('ab', 1, true))", "100000\t100001;");
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
    struct script_fixture f;
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
    assert_int_equal(script_support_run(&f, deep), PARE_EUSER);
    assert_non_null(strstr(f.err.text, "overflow"));
}

/* Lua's own bound on the stack comes before the usual bound on memory. */
static void endless_recursion(void **state)
{
    struct script_fixture f;

    (void)state;
    script_support_open(&f, 0, 0);
    assert_int_equal(state_enter(&f.script, script_support_chunk,
                                 "\nlocal function f() return 1 + f() end f()", &f.err),
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
int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(find_is_charged),
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
    };
    return cmocka_run_group_tests_name("script", tests, NULL, NULL);
}
