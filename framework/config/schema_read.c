/* SPDX-License-Identifier: Apache-2.0 */
/* One value into one field, as the option's type asks; what does not fit is said
 * with what was given and what would fit. */

#include "config/schema_read.h"

#include "base/alloc.h"
#include "base/text.h"
#include "config/conffile.h"
#include "config/schema.h"
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SHOWN_MAX = 48 };

/* What is being read and where to complain. */
struct reader {
    const struct pare_option *option;
    const struct value *value;
    const char *path;
    struct problems *problems;
};

/* Adds the problem and gives false. */
static bool wrong(const struct reader *r, const char *format, ...) PARE_PRINTF(2, 3);
static bool wrong(const struct reader *r, const char *format, ...)
{
    va_list arguments;
    char text[640];

    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    problems_add(r->problems, r->value->file, r->value->line, "%s: %s", r->path, text);
    return false;
}

bool schema_unbounded(const struct pare_option *o, double bound)
{
    return fabs(bound) >= (o->type == PARE_OPTION_REAL ? 1e300 : 9e15);
}

/* The value as the user wrote it, more or less. */
static const char *shown(const struct value *v, char room[64])
{
    switch (v->kind) {
    case VALUE_NONE:
        return "none";
    case VALUE_BOOL:
        return v->boolean ? "true" : "false";
    case VALUE_INT:
        snprintf(room, 64, "%" PRId64, v->integer);
        return room;
    case VALUE_REAL:
        text_real(v->real, room);
        return room;
    case VALUE_TEXT:
        snprintf(room, 64, "\"%.*s\"", SHOWN_MAX, v->text);
        return room;
    case VALUE_RAW:
        snprintf(room, 64, "'%.*s'", SHOWN_MAX, v->text);
        return room;
    case VALUE_LIST:
        return "a list";
    default:
        return "a group";
    }
}

static bool wrong_type(const struct reader *r, const char *wanted)
{
    bool none = r->option->flags & PARE_OPTION_MAY_BE_NONE;
    char room[64];

    return wrong(r, "must be %s%s, not %s", wanted, none ? " or \"none\"" : "",
                 shown(r->value, room));
}

enum number { NUMBER_NONE, NUMBER_WHOLE, NUMBER_REAL };

/* Text as a number: decimal or 0x, no words such as inf. */
static enum number text_number(const char *text, int64_t *whole, double *real)
{
    const char *unsigned_ = text + (*text == '-' || *text == '+');
    bool hex = unsigned_[0] == '0' && (unsigned_[1] == 'x' || unsigned_[1] == 'X');
    char *end;

    if (!((*unsigned_ >= '0' && *unsigned_ <= '9') || *unsigned_ == '.'))
        return NUMBER_NONE;
    errno = 0;
    *whole = strtoll(text, &end, hex ? 16 : 10);
    if (end != text && !*end && !errno) {
        *real = (double)*whole;
        return NUMBER_WHOLE;
    }
    if (hex)
        return NUMBER_NONE;
    *real = strtod(text, &end);
    return end != text && !*end ? NUMBER_REAL : NUMBER_NONE;
}

static enum number to_number(const struct value *v, int64_t *whole, double *real)
{
    enum number number = NUMBER_NONE;

    if (v->kind == VALUE_INT) {
        *whole = v->integer;
        *real = (double)v->integer;
        return NUMBER_WHOLE;
    }
    if (v->kind == VALUE_REAL) {
        *real = v->real;
        number = NUMBER_REAL;
    } else if (v->kind == VALUE_RAW) {
        number = text_number(v->text, whole, real);
    }
    if (number == NUMBER_REAL && *real == floor(*real) && fabs(*real) < 9e15) {
        *whole = (int64_t)*real;
        return NUMBER_WHOLE;
    }
    return number;
}

static bool within(const struct reader *r, double x)
{
    const struct pare_option *o = r->option;
    bool low = schema_unbounded(o, o->min), high = schema_unbounded(o, o->max);
    char min[32], max[32], room[64], *given = room;
    size_t length = strlen(shown(r->value, room));

    if (x >= o->min && x <= o->max)
        return true;
    if (r->value->kind == VALUE_RAW) { /* numbers need no quotes */
        room[length - 1] = '\0';
        given = room + 1;
    } else if (r->value->kind == VALUE_REAL) {
        text_real(r->value->real, room);
    }
    text_real(o->min, min);
    text_real(o->max, max);
    if (high)
        return wrong(r, "%s is below %s", given, min);
    if (low)
        return wrong(r, "%s is above %s", given, max);
    return wrong(r, "%s is outside %s..%s", given, min, max);
}

static bool read_int(const struct reader *r, int64_t *out)
{
    enum number number;
    int64_t whole = 0;
    double real = 0;
    char text[32];

    if (schema_is_none(r->option, r->value)) {
        *out = INT64_MIN;
        return true;
    }
    number = to_number(r->value, &whole, &real);
    if (number == NUMBER_REAL && fabs(real) >= 9e15 && isfinite(real)) {
        text_real(real, text);
        return wrong(r, "%s is too large for a whole number", text);
    }
    if (number != NUMBER_WHOLE)
        return wrong_type(r, "a whole number");
    if (!within(r, (double)whole))
        return false;
    *out = whole;
    return true;
}

static bool read_real(const struct reader *r, double *out)
{
    int64_t whole;
    double real = 0;

    if (schema_is_none(r->option, r->value)) {
        *out = NAN;
        return true;
    }
    if (to_number(r->value, &whole, &real) == NUMBER_NONE)
        return wrong_type(r, "a number");
    if (!isfinite(real))
        return wrong(r, "must be a finite number");
    if (!within(r, real))
        return false;
    *out = real;
    return true;
}

static bool read_bool(const struct reader *r, bool *out)
{
    const struct value *v = r->value;

    if (v->kind == VALUE_BOOL)
        *out = v->boolean;
    else if (v->kind == VALUE_RAW && strcmp(v->text, "true") == 0)
        *out = true;
    else if (v->kind == VALUE_RAW && strcmp(v->text, "false") == 0)
        *out = false;
    else
        return wrong_type(r, "true or false");
    return true;
}

static bool read_choice(const struct reader *r, int *out)
{
    const struct value *v = r->value;
    bool word = v->kind == VALUE_TEXT || v->kind == VALUE_RAW;
    int choice = word ? text_choice(r->option->choices, v->text) : -1;
    char room[64];

    if (choice < 0)
        return wrong(r, "must be one of %s, not %s", r->option->choices, shown(v, room));
    *out = choice;
    return true;
}

/* A VALUE_RAW by the grammar of a config file; problems get the path. */
static struct value *parse_raw(const struct reader *r)
{
    struct problems own = {0};
    struct value *v = conffile_parse_raw(r->value, &own);

    for (size_t i = 0; i < own.count; i++)
        wrong(r, "%s", own.at[i].text);
    problems_free(&own);
    return v;
}

static bool read_text(const struct reader *r, char **out)
{
    if (r->value->kind != VALUE_TEXT && r->value->kind != VALUE_RAW)
        return wrong_type(r, "text in quotes");
    free(*out);
    *out = xstrdup(r->value->text);
    return true;
}

static bool read_ints(const struct reader *r, struct pare_ints *out)
{
    struct pare_ints list = {.count = value_count(r->value)};
    bool fine = true;
    size_t i = 0;

    if (r->value->kind != VALUE_LIST)
        return wrong_type(r, "a list of whole numbers, such as [300, 100]");
    list.at = xcalloc(list.count, sizeof *list.at);
    for (const struct value *c = r->value->child; c; c = c->next, i++) {
        char *path = xasprintf("%s[%zu]", r->path, i);
        struct reader one = {r->option, c, path, r->problems};

        fine &= read_int(&one, &list.at[i]);
        free(path);
    }
    if (!fine) {
        free(list.at);
        return false;
    }
    free(out->at);
    *out = list;
    return true;
}

static bool read_rows(const struct reader *r, struct pare_rows *out)
{
    const struct pare_option *o = r->option;
    struct pare_rows rows = {.count = value_count(r->value)};
    bool fine = true;
    size_t i = 0;

    if (r->value->kind != VALUE_LIST)
        return wrong_type(r, "a list of groups, ( { ... }, { ... } )");
    rows.at = xcalloc(rows.count, o->row_size);
    for (const struct value *c = r->value->child; c; c = c->next, i++) {
        struct schema_part part = {o->row, (char *)rows.at + i * o->row_size};
        char *path = xasprintf("%s[%zu]", r->path, i);

        fine &= schema_fill(&part, 1, c, path, NULL, r->problems);
        free(path);
    }
    schema_clear(o, fine ? out : &rows);
    if (fine)
        *out = rows;
    return fine;
}

/* A list, which as VALUE_RAW must be parsed first. */
static bool read_list(const struct reader *r, void *field)
{
    struct reader own = *r;
    struct value *parsed = NULL;
    bool fine;

    if (r->value->kind == VALUE_RAW) {
        parsed = parse_raw(r);
        if (!parsed)
            return false;
        own.value = parsed;
    }
    fine = r->option->type == PARE_OPTION_INTS ? read_ints(&own, field) : read_rows(&own, field);
    value_free(parsed);
    return fine;
}

bool schema_read(const struct pare_option *o, const struct value *v, const char *path, void *field,
                 struct problems *problems)
{
    struct reader r = {o, v, path, problems};

    switch (o->type) {
    case PARE_OPTION_BOOL:
        return read_bool(&r, field);
    case PARE_OPTION_INT:
        return read_int(&r, field);
    case PARE_OPTION_REAL:
        return read_real(&r, field);
    case PARE_OPTION_CHOICE:
        return read_choice(&r, field);
    case PARE_OPTION_TEXT:
        return read_text(&r, field);
    case PARE_OPTION_INTS:
    case PARE_OPTION_ROWS:
        return read_list(&r, field);
    default:
        return wrong(&r, "an option of an unknown type");
    }
}

bool schema_read_preset(const struct pare_option *o, const char *path, void *field,
                        struct problems *problems)
{
    struct value *v = value_text(VALUE_RAW, o->name, o->preset ? o->preset : "", "default", 0);
    bool fine = schema_read(o, v, path, field, problems);

    value_free(v);
    return fine;
}

void schema_clear(const struct pare_option *o, void *field)
{
    if (o->type == PARE_OPTION_TEXT) {
        free(*(char **)field);
        *(char **)field = NULL;
    } else if (o->type == PARE_OPTION_INTS) {
        struct pare_ints *list = field;

        free(list->at);
        *list = (struct pare_ints){0};
    } else if (o->type == PARE_OPTION_ROWS) {
        struct pare_rows *rows = field;

        for (size_t i = 0; i < rows->count; i++)
            schema_free(o->row, (char *)rows->at + i * o->row_size);
        free(rows->at);
        *rows = (struct pare_rows){0};
    }
}

bool schema_is_none(const struct pare_option *o, const struct value *v)
{
    if (!(o->flags & PARE_OPTION_MAY_BE_NONE))
        return false;
    return v->kind == VALUE_NONE ||
           ((v->kind == VALUE_TEXT || v->kind == VALUE_RAW) && strcmp(v->text, "none") == 0);
}

void schema_set_none(const struct pare_option *o, void *field)
{
    if (o->type == PARE_OPTION_REAL)
        *(double *)field = NAN;
    else if (o->type == PARE_OPTION_INT)
        *(int64_t *)field = INT64_MIN;
}
