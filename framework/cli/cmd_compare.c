/* SPDX-License-Identifier: Apache-2.0 */
/* pare compare: run folders side by side, as tables or as JSON. */

#include "base/alloc.h"
#include "cli/cli.h"
#include "cli/table.h"
#include "run/compare.h"
#include "run/json.h"
#include <stdlib.h>
#include <string.h>

/* Rows of the table of steps at its two ends; and characters of a value. */
enum { STEPS_FIRST = 24, STEPS_LAST = 16, VALUE_CHARACTERS = 32, DIGEST_CHARACTERS = 12 };

struct arguments {
    const char **dir;
    size_t dirs;
    bool json;
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct arguments *a = state->input;

    switch (key) {
    case 'j':
        a->json = true;
        return 0;
    case ARGP_KEY_ARG:
        a->dir = xrealloc(a->dir, a->dirs + 1, sizeof *a->dir);
        a->dir[a->dirs++] = arg;
        return 0;
    case ARGP_KEY_END:
        if (a->dirs < 2)
            argp_error(state, "which run folders? It takes two or more");
        if (a->dirs > 26)
            argp_error(state, "%zu run folders are too many; 26 at most", a->dirs);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_option options[] = {
    {"json", 'j', NULL, 0, "print one JSON object instead of tables", 0},
    {0},
};
static const struct argp_child children[] = {{&cli_plugins_argp, 0, NULL, 0}, {0}};
static const struct argp argp = {
    .options = options,
    .parser = parse,
    .args_doc = "RUN RUN...",
    .doc = "Says which settings, code, data and plugins the runs in these folders were not made "
           "with alike, and where their results part: by their journals step by step, and by "
           "their model files parameter by parameter. Reads what is recorded and runs nothing."
           "\vExit status: 0 done, 1 a folder cannot be read, 2 the command line is wrong.",
    .children = children,
};

static bool is_digest(const char *text)
{
    return strlen(text) == 64 && !text[strspn(text, "0123456789abcdef")];
}

/* A value on few characters. */
static void value_cell(struct table *table, const struct value *v)
{
    char *text = v->kind == VALUE_TEXT   ? xstrdup(v->text)
                 : v->kind == VALUE_NONE ? xstrdup("-")
                                         : json_line(v);
    size_t length = strlen(text);

    if (is_digest(text))
        table_cell(table, "%.*s", DIGEST_CHARACTERS, text);
    else if (length > VALUE_CHARACTERS)
        table_cell(table, "%.*s...", VALUE_CHARACTERS - 3, text);
    else
        table_cell(table, "%s", text);
    free(text);
}

/* A measured number for each run; digits < 0: a count. */
static void number_cells(struct table *table, const struct value *line, const char *name,
                         int digits)
{
    const struct value *values = value_get(line, name);

    for (const struct value *v = values ? values->child : NULL; v; v = v->next)
        if (v->kind == VALUE_REAL)
            table_cell(table, "%.*f", digits < 0 ? 0 : digits, v->real);
        else if (v->kind == VALUE_INT)
            table_count(table, (size_t)v->integer);
        else
            table_cell(table, "-");
}

static void head_cells(struct table *table, const char *name, size_t runs)
{
    for (size_t i = 0; i < runs; i++)
        table_cell(table, "%s %c", name, (char)('A' + i));
}

static const struct value *first_of(const struct value *all, const char *name)
{
    const struct value *list = value_get(all, name);

    return list ? list->child : NULL;
}

static void print_made(const struct value *all, const char *name, size_t runs)
{
    struct table table = {.columns = 1 + runs};
    const struct value *row = first_of(all, name);

    if (!row) {
        printf("%s: the same\n", name);
        return;
    }
    table_cell(&table, "%s", name);
    for (size_t i = 0; i < runs; i++)
        table_cell(&table, "%c", (char)('A' + i));
    for (; row; row = row->next) {
        table_cell(&table, "  %s", value_get(row, "name")->text);
        for (const struct value *v = first_of(row, "values"); v; v = v->next)
            value_cell(&table, v);
    }
    table_print(&table, 0, stdout);
    table_free(&table);
}

static void print_parted(const struct value *all)
{
    char letter = 'B';

    for (const struct value *p = first_of(all, "parted"); p; p = p->next, letter++) {
        if (value_get(p, "same")->boolean)
            printf("A and %c: every step is the same\n", letter);
        else
            printf("A and %c part at step %lld, %s: %s: %s, %s\n", letter,
                   (long long)value_get(p, "step")->integer, value_get(p, "what")->text,
                   value_get(p, "field")->text, value_get(p, "first")->text,
                   value_get(p, "other")->text);
    }
}

/* "train", or "prune/share" where the runs do not do the same. */
static void verb_cell(struct table *table, const struct value *line)
{
    const struct value *first = first_of(line, "verbs");
    char *text = xstrdup(first->kind == VALUE_TEXT ? first->text : "-");

    for (const struct value *v = first->next; v; v = v->next) {
        const char *word = v->kind == VALUE_TEXT ? v->text : "-";

        if ((first->kind == VALUE_TEXT ? strcmp(word, first->text) : strcmp(word, "-")) == 0)
            continue;
        char *longer = xasprintf("%s/%s", text, word);
        free(text);
        text = longer;
    }
    table_cell(table, "%s", text);
    free(text);
}

static void print_steps(const struct value *all, size_t runs)
{
    struct table table = {.columns = 2 + 3 * runs};
    size_t n = value_count(value_get(all, "steps")), i = 0;

    if (n == 0)
        return;
    table_cell(&table, "step");
    table_cell(&table, "verb");
    head_cells(&table, "error %", runs);
    head_cells(&table, "kept", runs);
    head_cells(&table, "bytes", runs);
    for (const struct value *line = first_of(all, "steps"); line; line = line->next, i++) {
        if (n > STEPS_FIRST + STEPS_LAST && i >= STEPS_FIRST && i < n - STEPS_LAST) {
            for (size_t c = 0; i == STEPS_FIRST && c < table.columns; c++)
                table_cell(&table, c ? "" : "...");
            continue;
        }
        table_cell(&table, "%lld", (long long)value_get(line, "step")->integer);
        verb_cell(&table, line);
        number_cells(&table, line, "error", 2);
        number_cells(&table, line, "kept", -1);
        number_cells(&table, line, "bytes", -1);
    }
    putchar('\n');
    table_print(&table, 0, stdout);
    table_free(&table);
}

static void print_stages(const struct value *all, size_t runs)
{
    struct table table = {.columns = 1 + 2 * runs};

    if (!first_of(all, "stages"))
        return;
    table_cell(&table, "stage");
    head_cells(&table, "test error %", runs);
    head_cells(&table, "bytes", runs);
    for (const struct value *line = first_of(all, "stages"); line; line = line->next) {
        table_cell(&table, "%s", value_get(line, "stage")->text);
        number_cells(&table, line, "error", 2);
        number_cells(&table, line, "bytes", -1);
    }
    putchar('\n');
    table_print(&table, 0, stdout);
    table_free(&table);
}

static void print_params(const struct value *all, size_t runs)
{
    const struct value *files = value_get(all, "files");
    struct table table = {.columns = 1 + 3 * runs};

    if (!first_of(all, "params"))
        return;
    table_cell(&table, "parameter");
    head_cells(&table, "kept", runs);
    head_cells(&table, "values", runs);
    head_cells(&table, "bytes", runs);
    for (const struct value *line = first_of(all, "params"); line; line = line->next) {
        table_cell(&table, "%s", value_get(line, "name")->text);
        number_cells(&table, line, "kept", -1);
        number_cells(&table, line, "centroids", -1);
        number_cells(&table, line, "bytes", -1);
    }
    table_cell(&table, "the file");
    for (size_t i = 0; i < 2 * runs; i++)
        table_cell(&table, "%s", "");
    number_cells(&table, files, "bytes", -1);
    putchar('\n');
    table_print(&table, 0, stdout);
    table_free(&table);
}

static void print_tables(const struct value *all)
{
    static const char *const made[] = {"settings", "code", "data", "plugins"};
    size_t runs = value_count(value_get(all, "runs"));
    char letter = 'A';

    for (const struct value *v = first_of(all, "runs"); v; v = v->next)
        printf("%c  %s\n", letter++, v->text);
    putchar('\n');
    for (size_t i = 0; i < sizeof made / sizeof *made; i++)
        print_made(all, made[i], runs);
    putchar('\n');
    print_parted(all);
    print_steps(all, runs);
    print_stages(all, runs);
    print_params(all, runs);
}

int cmd_compare(int argc, char **argv)
{
    struct arguments a = {0};
    struct pare_error err = {0};
    struct value *comparison = NULL;
    int exit_status = CLI_DONE;

    cli_parse(&argp, argc, argv, &a);
    if (compare_runs(a.dir, a.dirs, &comparison, &err) != PARE_OK)
        exit_status = cli_fail(&err);
    else if (a.json)
        json_print(comparison, stdout);
    else
        print_tables(comparison);
    value_free(comparison);
    free(a.dir);
    return exit_status;
}
