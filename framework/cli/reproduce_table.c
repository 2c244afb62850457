/* SPDX-License-Identifier: Apache-2.0 */
/* The paper's numbers beside those of this machine, a line a cell. Nothing in them
 * differs from one call to the next. */

#include "cli/reproduce.h"

#include "base/alloc.h"
#include "base/file.h"
#include "cli/csv.h"
#include "run/json.h"
#include "run/tree.h"
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct reproduce_cell reproduce_cell(const struct reproduce_file *file, const struct expectation *e)
{
    struct reproduce_cell c = {.mean = NAN, .deviation = NAN, .min = NAN, .max = NAN};
    double sum = 0.0, squares = 0.0;

    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < file->jobs && !*e->cannot; i++) {
            double x = expected_value(file->job[i].result, e->metric);
            if (isnan(x))
                continue;
            if (pass == 1) {
                squares += (x - c.mean) * (x - c.mean);
                continue;
            }
            c.min = c.n ? fmin(c.min, x) : x;
            c.max = c.n ? fmax(c.max, x) : x;
            sum += x;
            c.mean = sum / (double)++c.n;
        }
    if (c.n) /* seeds that agree do so exactly, whatever a sum rounds to */
        c.deviation = c.max > c.min ? sqrt(squares / (double)(c.n - 1)) : 0.0;
    if (c.n && !(c.max > c.min))
        c.mean = c.min;
    c.verdict = expected_judge(e, c.n == file->jobs ? c.mean : (double)NAN);
    return c;
}

/* Six digits at most, "-" for none. */
static const char *number(double x, char out[32])
{
    if (isnan(x))
        return "-";
    snprintf(out, 32, "%.6g", x);
    return out;
}

/* "1.4 .. 1.64", "<= 1.64". */
static const char *band(const struct expectation *e, char out[80])
{
    char low[32], high[32];

    if (isnan(e->low) && isnan(e->high))
        return "-";
    if (isnan(e->low))
        snprintf(out, 80, "<= %s", number(e->high, high));
    else if (isnan(e->high))
        snprintf(out, 80, ">= %s", number(e->low, low));
    else
        snprintf(out, 80, "%s .. %s", number(e->low, low), number(e->high, high));
    return out;
}

/* Text within a cell of a Markdown table. */
static void put_cell(const char *text, FILE *out)
{
    for (; *text; text++) {
        if (*text == '|')
            fputc('\\', out);
        fputc(*text == '\n' ? ' ' : *text, out);
    }
}

static void put_row(const struct reproduce_file *file, const struct expectation *e, FILE *out)
{
    struct reproduce_cell c = reproduce_cell(file, e);
    char paper[32], mean[32], deviation[32], min[32], max[32], range[80];

    fputs("| ", out);
    put_cell(e->metric, out);
    if (*e->unit) {
        fputs(", ", out);
        put_cell(e->unit, out);
    }
    fprintf(out, " | %s | %s | %s | %s | %s | %zu | %s | ", number(e->paper, paper),
            number(c.mean, mean), number(c.deviation, deviation), number(c.min, min),
            number(c.max, max), c.n, band(e, range));
    fprintf(out, "%s | ", expected_verdict_name(c.verdict));
    put_cell(*e->cannot ? e->cannot : e->why, out);
    fputs(" |\n", out);
}

static void count_verdicts(const struct reproduce_file *file, size_t n, size_t count[VERDICTS])
{
    memset(count, 0, VERDICTS * sizeof *count);
    for (size_t f = 0; f < n; f++)
        for (size_t i = 0; i < file[f].expects; i++)
            count[reproduce_cell(&file[f], &file[f].expect[i]).verdict]++;
}

void reproduce_print(const struct reproduce_pack *pack, FILE *out)
{
    const struct reproduce_file *file = pack->file;
    const char *between = "";
    size_t count[VERDICTS];

    fprintf(out, "# %s\n", pack->name);
    for (size_t f = 0; f < pack->files; f++) {
        fprintf(out, "\n## %s\n\n`%s`, %s", file[f].name, file[f].config,
                file[f].jobs == 0   ? "not run"
                : file[f].jobs == 1 ? "seed"
                                    : "seeds");
        for (size_t i = 0; i < file[f].jobs; i++)
            fprintf(out, "%s %" PRId64, i ? "," : "", file[f].job[i].seed);
        fputs("\n\n| metric | paper | here, mean | sd | min | max | n | band | verdict | why |\n"
              "|---|---|---|---|---|---|---|---|---|---|\n",
              out);
        for (size_t i = 0; i < file[f].expects; i++)
            put_row(&file[f], &file[f].expect[i], out);
    }
    count_verdicts(file, pack->files, count);
    fputs("\n", out);
    for (int v = 0; v < VERDICTS; v++)
        if (count[v]) {
            fprintf(out, "%s%zu %s", between, count[v], expected_verdict_name((enum verdict)v));
            between = ", ";
        }
    fputs(*between ? ".\n" : "Nothing is expected.\n", out);
}

static void print_csv(const struct reproduce_pack *pack, FILE *out)
{
    const struct reproduce_file *file = pack->file;

    fputs("experiment,metric,unit,paper,mean,sd,min,max,n,low,high,verdict\r\n", out);
    for (size_t f = 0; f < pack->files; f++)
        for (size_t i = 0; i < file[f].expects; i++) {
            const struct expectation *e = &file[f].expect[i];
            struct reproduce_cell c = reproduce_cell(&file[f], e);

            csv_put_text(file[f].name, out);
            fputc(',', out);
            csv_put_text(e->metric, out);
            fputc(',', out);
            csv_put_text(e->unit, out);
            csv_put_real(e->paper, out);
            csv_put_real(c.mean, out);
            csv_put_real(c.deviation, out);
            csv_put_real(c.min, out);
            csv_put_real(c.max, out);
            fprintf(out, ",%zu", c.n);
            csv_put_real(e->low, out);
            csv_put_real(e->high, out);
            fprintf(out, ",%s\r\n", expected_verdict_name(c.verdict));
        }
}

static void add_cell(const struct reproduce_file *file, const struct expectation *e,
                     struct value *list)
{
    struct reproduce_cell c = reproduce_cell(file, e);
    struct value *line = tree_add_group(list, NULL), *values;

    tree_text(line, "metric", e->metric);
    tree_text(line, "unit", e->unit);
    tree_real(line, "paper", e->paper);
    tree_real(line, "mean", c.mean);
    tree_real(line, "sd", c.deviation);
    tree_real(line, "min", c.min);
    tree_real(line, "max", c.max);
    tree_size(line, "n", c.n);
    values = tree_add_list(line, "values");
    for (size_t i = 0; i < file->jobs; i++)
        tree_real(values, NULL, expected_value(file->job[i].result, e->metric));
    tree_real(line, "low", e->low);
    tree_real(line, "high", e->high);
    tree_text(line, "verdict", expected_verdict_name(c.verdict));
    tree_text(line, "why", *e->cannot ? e->cannot : e->why);
}

static void print_json(const struct reproduce_pack *pack, FILE *out)
{
    const struct reproduce_file *file = pack->file;
    struct value *all = tree_group(), *list;

    tree_text(all, "pack", pack->name);
    list = tree_add_list(all, "experiments");
    for (size_t f = 0; f < pack->files; f++) {
        struct value *one = tree_add_group(list, NULL), *seeds;

        tree_text(one, "name", file[f].name);
        tree_text(one, "config", file[f].config);
        seeds = tree_add_list(one, "runs");
        for (size_t i = 0; i < file[f].jobs; i++) {
            struct value *seed = tree_add_group(seeds, NULL);
            tree_int(seed, "seed", file[f].job[i].seed);
            tree_text(seed, "folder", file[f].job[i].dir);
        }
        struct value *cells = tree_add_list(one, "cells");
        for (size_t i = 0; i < file[f].expects; i++)
            add_cell(&file[f], &file[f].expect[i], cells);
    }
    json_print(all, out);
    value_free(all);
}

int reproduce_store(const struct reproduce_pack *pack, struct pare_error *err)
{
    static const struct {
        const char *name;
        void (*print)(const struct reproduce_pack *, FILE *);
    } form[] = {
        {"table.md", reproduce_print}, {"table.csv", print_csv}, {"table.json", print_json}};
    int status = file_make_dir(pack->root, err);

    for (size_t i = 0; status == PARE_OK && i < sizeof form / sizeof *form; i++) {
        char *path = file_join(pack->root, form[i].name), *text = NULL;
        size_t size = 0;
        FILE *out = xmemstream(&text, &size);

        form[i].print(pack, out);
        fclose(out);
        status = file_write(path, text, size, err);
        free(text);
        free(path);
    }
    return status;
}
