/* SPDX-License-Identifier: Apache-2.0 */
/* Option tables written out: as config text, as help, as reference pages. */

#include "config/schema.h"

#include "base/alloc.h"
#include "base/text.h"
#include "config/schema_read.h"
#include "config/value.h"
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const void *field_of(const struct pare_option *o, const void *self)
{
    return (const char *)self + o->offset;
}

static void print_choice(const char *choices, int i, FILE *out)
{
    const char *at = choices;

    for (; i > 0 && (at = strchr(at, '|')); i--)
        at++;
    fprintf(out, "\"%.*s\"", at ? (int)strcspn(at, "|") : 0, at ? at : "");
}

static void print_value(const struct pare_option *o, const void *field, int indent, FILE *out);

static void print_rows(const struct pare_option *o, const struct pare_rows *rows, int indent,
                       FILE *out)
{
    fputs("(", out);
    for (size_t i = 0; i < rows->count; i++) {
        const void *row = (const char *)rows->at + i * o->row_size;

        fprintf(out, "%s\n%*s{", i ? "," : "", indent + 4, "");
        for (const struct pare_option *in = o->row; in->type != PARE_OPTION_END; in++) {
            fprintf(out, " %s = ", in->name);
            print_value(in, field_of(in, row), indent + 4, out);
            fputs(";", out);
        }
        fputs(" }", out);
    }
    if (rows->count)
        fprintf(out, "\n%*s", indent, "");
    fputs(")", out);
}

static void print_value(const struct pare_option *o, const void *field, int indent, FILE *out)
{
    const struct pare_ints *list = field;
    const char *text;
    double real;

    switch (o->type) {
    case PARE_OPTION_BOOL:
        fputs(*(const bool *)field ? "true" : "false", out);
        break;
    case PARE_OPTION_INT:
        if ((o->flags & PARE_OPTION_MAY_BE_NONE) && *(const int64_t *)field == INT64_MIN)
            fputs("\"none\"", out);
        else
            fprintf(out, "%" PRId64, *(const int64_t *)field);
        break;
    case PARE_OPTION_REAL:
        real = *(const double *)field;
        if (isnan(real))
            fputs("\"none\"", out);
        else
            value_print_real(real, out);
        break;
    case PARE_OPTION_CHOICE:
        print_choice(o->choices, *(const int *)field, out);
        break;
    case PARE_OPTION_TEXT:
        text = *(const char *const *)field;
        value_print_text(text ? text : "", out);
        break;
    case PARE_OPTION_INTS:
        fputs("[", out);
        for (size_t i = 0; i < list->count; i++)
            fprintf(out, "%s%" PRId64, i ? ", " : "", list->at[i]);
        fputs("]", out);
        break;
    case PARE_OPTION_ROWS:
        print_rows(o, field, indent, out);
        break;
    case PARE_OPTION_END:
        break;
    }
}

/* The field, or with field NULL the preset, as config text; allocated. */
static char *value_as_text(const struct pare_option *o, const void *field, int indent)
{
    struct problems problems = {0};
    union {
        int64_t integer;
        double real;
        char *text;
        struct pare_ints ints;
        struct pare_rows rows;
    } preset;
    char *text = NULL;
    size_t size;
    FILE *out = xmemstream(&text, &size);

    memset(&preset, 0, sizeof preset);
    if (!field)
        schema_read_preset(o, o->name, &preset, &problems);
    print_value(o, field ? field : &preset, indent, out);
    if (!field)
        schema_clear(o, &preset);
    problems_free(&problems);
    fclose(out);
    return text;
}

char *schema_text(const struct pare_option *o, const void *self, bool changed_only)
{
    char *now = value_as_text(o, field_of(o, self), 0), *preset = NULL;

    if (changed_only)
        preset = value_as_text(o, NULL, 0);
    if (preset && strcmp(now, preset) == 0) {
        free(now);
        now = NULL;
    }
    free(preset);
    return now;
}

/* Has o kept its preset while a rival of it was given? Both may not be printed. */
static bool pushed_aside(const struct pare_option *options, const struct pare_option *o,
                         const void *self)
{
    char *own = schema_text(o, self, true), word[64];
    bool aside = false;

    for (int i = 0; !own && o->rivals && text_choice_word(o->rivals, i, word, sizeof word); i++) {
        const struct pare_option *rival = schema_option(options, word);
        char *given = rival ? schema_text(rival, self, true) : NULL;

        aside |= given && strcmp(given, "\"none\"") != 0;
        free(given);
    }
    free(own);
    return aside;
}

void schema_print(const struct pare_option *options, const void *self, int indent,
                  bool changed_only, FILE *out)
{
    for (size_t i = 0, n = schema_count(options); i < n; i++) {
        const struct pare_option *o = &options[i];
        char *changed = schema_text(o, self, true), *text;

        if ((changed || !changed_only) && !pushed_aside(options, o, self)) {
            text = value_as_text(o, field_of(o, self), indent);
            fprintf(out, "%*s%s = %s;\n", indent, "", o->name, text);
            free(text);
        }
        free(changed);
    }
}

/* "number 0..1 or none": what may be written; allocated. */
static char *range_text(const struct pare_option *o)
{
    bool low = schema_unbounded(o, o->min), high = schema_unbounded(o, o->max);
    const char *none = o->flags & PARE_OPTION_MAY_BE_NONE ? " or \"none\"" : "";
    const char *word = o->type == PARE_OPTION_REAL   ? "number"
                       : o->type == PARE_OPTION_INTS ? "[ whole numbers"
                                                     : "whole number";
    const char *end = o->type == PARE_OPTION_INTS ? " ]" : "";
    char min[32], max[32];

    text_real(o->min, min);
    text_real(o->max, max);
    if (low && high)
        return xasprintf("%s%s%s", word, end, none);
    if (high)
        return xasprintf("%s from %s%s%s", word, min, end, none);
    if (low)
        return xasprintf("%s to %s%s%s", word, max, end, none);
    return xasprintf("%s %s..%s%s%s", word, min, max, end, none);
}

static char *type_text(const struct pare_option *o)
{
    switch (o->type) {
    case PARE_OPTION_BOOL:
        return xstrdup("true|false");
    case PARE_OPTION_CHOICE:
        return xstrdup(o->choices);
    case PARE_OPTION_TEXT:
        return xstrdup("text");
    case PARE_OPTION_ROWS:
        return xstrdup("( { ... }, ... )");
    default:
        return range_text(o);
    }
}

/* The preset for people: what one would write, nothing where that is empty text. */
static const char *preset_text(const struct pare_option *o)
{
    return o->preset && *o->preset ? o->preset : "-";
}

/* The widest entry of the columns name, type and preset. */
static void widths(const struct pare_option *options, int width[3])
{
    width[0] = width[1] = width[2] = 0;
    for (size_t i = 0, n = schema_count(options); i < n; i++) {
        char *type = type_text(&options[i]);
        int length[3] = {(int)strlen(options[i].name), (int)strlen(type),
                         (int)strlen(preset_text(&options[i]))};

        for (int j = 0; j < 3; j++)
            if (length[j] > width[j])
                width[j] = length[j];
        free(type);
    }
}

static void help(const struct pare_option *options, int indent, FILE *out)
{
    int width[3];

    widths(options, width);
    for (size_t i = 0, n = schema_count(options); i < n; i++) {
        const struct pare_option *o = &options[i];
        char *type = type_text(o);

        fprintf(out, "%*s%-*s  %-*s  %-*s  %s\n", indent, "", width[0], o->name, width[1], type,
                width[2], preset_text(o), o->help);
        if (o->type == PARE_OPTION_ROWS)
            help(o->row, indent + 4, out);
        free(type);
    }
}

void schema_help(const struct pare_option *options, FILE *out)
{
    help(options, 2, out);
}

/* A cell: '|' would end it. */
static void cell(const char *text, bool code, FILE *out)
{
    if (code)
        fputc('`', out);
    for (; *text; text++) {
        if (*text == '|')
            fputc('\\', out);
        fputc(*text, out);
    }
    if (code)
        fputc('`', out);
}

static void markdown_rows(const struct pare_option *options, const char *before, FILE *out)
{
    for (size_t i = 0, n = schema_count(options); i < n; i++) {
        const struct pare_option *o = &options[i];
        char *type = type_text(o), *name = xasprintf("%s%s", before, o->name);

        fputs("| ", out);
        cell(name, true, out);
        fputs(" | ", out);
        cell(type, true, out);
        fputs(" | ", out);
        cell(preset_text(o), o->preset && *o->preset, out);
        fputs(" | ", out);
        cell(o->help, false, out);
        fputs(" |\n", out);
        if (o->type == PARE_OPTION_ROWS) {
            char *within = xasprintf("%s[].", name);

            markdown_rows(o->row, within, out);
            free(within);
        }
        free(type);
        free(name);
    }
}

void schema_help_markdown(const struct pare_option *options, FILE *out)
{
    fputs("| option | values | preset | meaning |\n|---|---|---|---|\n", out);
    markdown_rows(options, "", out);
}
