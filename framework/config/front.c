/* SPDX-License-Identifier: Apache-2.0 */
/* Tokens of a config file by the grammar of libconfig 1.5, written out again for
 * it. Stops at the first error of grammar, since what follows would be guesses;
 * names given twice and numbers out of range do not stop it. */

#include "config/scan.h"

#include "base/alloc.h"
#include "config/conffile.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* A name seen in a group that is still open, for finding it given twice. */
struct seen {
    const char *at;
    size_t length;
    unsigned line;
};

struct parser {
    struct front *front;
    struct scan scan;
    struct token next;
    FILE *out;
    unsigned out_line;
    struct seen *seen;
    size_t seen_count, seen_room;
    size_t top; /* settings at the top level so far */
    unsigned depth;
};

static bool is_sign(const struct token *t, char sign)
{
    return t->kind == TOKEN_SIGN && *t->at == sign;
}

static void advance(struct parser *p)
{
    p->next = scan_next(&p->scan);
}

/* Adds the problem and gives false, so that a parser can return it. */
static bool wrong(struct parser *p, unsigned line, const char *format, ...) PARE_PRINTF(3, 4);
static bool wrong(struct parser *p, unsigned line, const char *format, ...)
{
    va_list arguments;
    char text[256];

    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    problems_add(p->front->problems, p->front->file, line, "%s", text);
    return false;
}

/* "'epochs'", "the end of the file": the token for a message. */
static const char *shown(const struct token *t, char room[64])
{
    if (t->kind == TOKEN_END)
        return "the end";
    snprintf(room, 64, "%s%.*s%s", t->kind == TOKEN_TEXT ? "" : "'",
             (int)(t->length < 48 ? t->length : 48), t->at, t->kind == TOKEN_TEXT ? "" : "'");
    return room;
}

/* Line breaks up to line, so that libconfig sees everything where it stood. */
static void emit_lines(struct parser *p, unsigned line)
{
    for (; p->out_line < line; p->out_line++)
        fputc('\n', p->out);
}

static bool count_setting(struct parser *p, unsigned line)
{
    if (++*p->front->settings > CONFFILE_SETTINGS_MAX)
        return wrong(p, line, "more than %d settings", CONFFILE_SETTINGS_MAX);
    return true;
}

static bool parse_value(struct parser *p, const char *of);

/* Strings side by side are one. */
static bool parse_text(struct parser *p)
{
    size_t length = 0;

    while (p->next.kind == TOKEN_TEXT) {
        length += p->next.length;
        if (length > CONFFILE_TEXT_MAX)
            return wrong(p, p->next.line, "a string of more than %d bytes", CONFFILE_TEXT_MAX - 2);
        fprintf(p->out, "%.*s ", (int)p->next.length, p->next.at);
        advance(p);
    }
    return p->next.kind != TOKEN_BAD;
}

static bool parse_plain(struct parser *p)
{
    const struct token *t = &p->next;

    if (t->kind == TOKEN_TEXT)
        return parse_text(p);
    if (t->kind == TOKEN_INT)
        fprintf(p->out, "%" PRId64 "%s", t->integer,
                t->integer > INT32_MAX || t->integer < INT32_MIN ? "L" : "");
    else
        fprintf(p->out, "%.*s", (int)t->length, t->at);
    advance(p);
    return p->next.kind != TOKEN_BAD;
}

/* What an array may hold only one of: texts, numbers, truths; 0: no plain value. */
static int plain_class(enum token_kind kind)
{
    switch (kind) {
    case TOKEN_TEXT:
        return 1;
    case TOKEN_INT:
    case TOKEN_REAL:
        return 2;
    case TOKEN_BOOL:
        return 3;
    default:
        return 0;
    }
}

static bool check_member(struct parser *p, char close, int class)
{
    int now = plain_class(p->next.kind);

    if (close != ']' || p->next.kind == TOKEN_NAME || p->next.kind == TOKEN_BAD)
        return true;
    if (!now && p->next.kind == TOKEN_SIGN && strchr("{([", *p->next.at))
        return wrong(p, p->next.line,
                     "an array [ ] holds plain values; lists of groups stand in ( )");
    if (now && class && now != class)
        return wrong(p, p->next.line, "an array [ ] holds texts or numbers, not both at once");
    return true;
}

/* After the opening sign of an array or a list. Both become lists, since an array
 * of libconfig's refuses 1 beside 1.5 and beside 3000000000. */
static bool parse_list(struct parser *p, char close, unsigned line)
{
    int class = 0;

    fputs("(", p->out);
    while (!is_sign(&p->next, close)) {
        char room[64];

        if (p->next.kind == TOKEN_END)
            return wrong(p, line, "a list that is not closed with '%c'", close);
        if (!check_member(p, close, class))
            return false;
        if (!class)
            class = plain_class(p->next.kind);
        else
            fputs(", ", p->out);
        class = class ? class : 4;
        if (!parse_value(p, NULL))
            return false;
        if (is_sign(&p->next, ',')) {
            advance(p); /* one before the closing sign is fine, as in later libconfigs */
        } else if (p->next.kind == TOKEN_END) {
            return wrong(p, line, "a list that is not closed with '%c'", close);
        } else if (!is_sign(&p->next, close)) {
            if (p->next.kind == TOKEN_BAD)
                return false;
            return wrong(p, p->next.line, "missing ',' or '%c' before %s, in the list of line %u",
                         close, shown(&p->next, room), line);
        }
    }
    fputs(")", p->out);
    advance(p);
    return p->next.kind != TOKEN_BAD;
}

/* A name must be new in its group; an error otherwise, but reading goes on. */
static void note_name(struct parser *p, size_t first, const struct token *name)
{
    for (size_t i = first; i < p->seen_count; i++)
        if (p->seen[i].length == name->length && !memcmp(p->seen[i].at, name->at, name->length)) {
            wrong(p, name->line, "'%.*s' is given twice; first in line %u",
                  (int)(name->length < 64 ? name->length : 64), name->at, p->seen[i].line);
            return;
        }
    if (p->seen_count == p->seen_room) {
        p->seen_room = p->seen_room ? 2 * p->seen_room : 64;
        p->seen = xrealloc(p->seen, p->seen_room, sizeof *p->seen);
    }
    p->seen[p->seen_count++] = (struct seen){name->at, name->length, name->line};
}

static bool parse_setting(struct parser *p, size_t first, char close)
{
    struct token name = p->next;
    char room[64], of[72];

    if (!count_setting(p, name.line))
        return false;
    note_name(p, first, &name);
    snprintf(of, sizeof of, "%.*s", (int)(name.length < 64 ? name.length : 64), name.at);
    emit_lines(p, name.line);
    fprintf(p->out, "%.*s = ", (int)name.length, name.at);
    advance(p);
    if (!is_sign(&p->next, '=') && !is_sign(&p->next, ':')) {
        if (p->next.kind == TOKEN_BAD)
            return false;
        return wrong(p, name.line, "missing '=' after '%s'", of);
    }
    advance(p);
    if (!parse_value(p, of))
        return false;
    fputs("; ", p->out);
    if (is_sign(&p->next, ';') || is_sign(&p->next, ',')) {
        advance(p);
        return p->next.kind != TOKEN_BAD;
    }
    if (p->next.kind == TOKEN_NAME || p->next.kind == TOKEN_END || p->next.kind == TOKEN_INCLUDE ||
        (close && is_sign(&p->next, close)))
        return true; /* libconfig asks for no ';' there */
    if (is_sign(&p->next, '}') || is_sign(&p->next, ')') || is_sign(&p->next, ']'))
        return true; /* said by the caller, who knows what is open */
    return wrong(p, p->next.line, "unexpected %s after the value of '%s'; missing ';'?",
                 shown(&p->next, room), of);
}

static bool parse_include(struct parser *p, char close)
{
    struct front *f = p->front;
    struct token at = p->next;

    if (close)
        return wrong(p, at.line,
                     "@include inside a group; it stands at the top level alone, "
                     "between settings");
    if (f->one_line)
        return wrong(p, at.line, "@include is only for files");
    advance(p);
    if (p->next.kind == TOKEN_BAD)
        return false;
    if (p->next.kind != TOKEN_TEXT || p->next.line != at.line || p->next.length < 3)
        return wrong(p, at.line, "@include wants a path in quotes: @include \"base.cfg\"");
    if (f->includes == CONFFILE_INCLUDES_MAX)
        return wrong(p, at.line, "@include: more than %d in all", CONFFILE_INCLUDES_MAX);
    f->include = xrealloc(f->include, f->includes + 1, sizeof *f->include);
    f->include[f->includes++] = (struct front_include){
        .path = xstrndup(p->next.at + 1, p->next.length - 2), .line = at.line, .after = p->top};
    advance(p);
    if (is_sign(&p->next, ';'))
        advance(p);
    return p->next.kind != TOKEN_BAD;
}

/* Settings up to close, which is not taken; close 0: up to the end. */
static bool parse_settings(struct parser *p, char close, unsigned line, const char *of)
{
    size_t first = p->seen_count;
    char room[64];

    while (!(close ? is_sign(&p->next, close) : p->next.kind == TOKEN_END)) {
        switch (p->next.kind) {
        case TOKEN_NAME:
            if (!parse_setting(p, first, close))
                return false;
            p->top += !close;
            break;
        case TOKEN_INCLUDE:
            if (!parse_include(p, close))
                return false;
            break;
        case TOKEN_BAD:
            return false;
        case TOKEN_END:
            return wrong(p, line, "the group%s%s%s is not closed with '}'", of ? " '" : "",
                         of ? of : "", of ? "'" : "");
        case TOKEN_TEXT:
            return wrong(p, p->next.line, "%s where a name should stand; names have no quotes",
                         shown(&p->next, room));
        default:
            if (close && strchr(")]", *p->next.at))
                return wrong(p, p->next.line, "'%c' where '}' should close the group of line %u",
                             *p->next.at, line);
            if (strchr("})]", *p->next.at))
                return wrong(p, p->next.line, "'%c' closes nothing that is open", *p->next.at);
            return wrong(p, p->next.line, "unexpected %s; a setting reads NAME = VALUE;",
                         shown(&p->next, room));
        }
    }
    p->seen_count = first;
    return true;
}

static bool parse_group(struct parser *p, unsigned line, const char *of)
{
    fputs("{ ", p->out);
    if (!parse_settings(p, '}', line, of))
        return false;
    fputs("}", p->out);
    advance(p);
    return p->next.kind != TOKEN_BAD;
}

/* of: the setting whose value it is, NULL in a list. */
static bool parse_value(struct parser *p, const char *of)
{
    unsigned line = p->next.line;
    char sign, room[64];
    bool fine;

    if (!of && !count_setting(p, line))
        return false;
    if (!of)
        emit_lines(p, line);
    if (plain_class(p->next.kind))
        return parse_plain(p);
    if (p->next.kind == TOKEN_BAD)
        return false;
    if (p->next.kind == TOKEN_NAME)
        return wrong(p, line, "%s must stand in quotes: \"%.*s\"", shown(&p->next, room),
                     (int)(p->next.length < 48 ? p->next.length : 48), p->next.at);
    sign = '\0';
    if (p->next.kind == TOKEN_SIGN)
        sign = *p->next.at;
    if (!sign || !strchr("{([", sign)) {
        if (of)
            return wrong(p, line, "'%s' has no value before %s", of, shown(&p->next, room));
        return wrong(p, line, "unexpected %s in a list", shown(&p->next, room));
    }
    if (p->depth == CONFFILE_DEPTH_MAX)
        return wrong(p, line, "groups and lists nested more than %d deep", CONFFILE_DEPTH_MAX);
    p->depth++;
    advance(p);
    fine = sign == '{' ? parse_group(p, line, of) : parse_list(p, sign == '(' ? ')' : ']', line);
    p->depth--;
    return fine;
}

static bool parse_one(struct parser *p)
{
    char room[64];

    fputs("value = ", p->out);
    if (!parse_value(p, "value"))
        return false;
    if (p->next.kind != TOKEN_END)
        return wrong(p, p->next.line, "unexpected %s after the value", shown(&p->next, room));
    return true;
}

bool front_read(struct front *front, const char *text, size_t size_bytes)
{
    struct parser p = {.front = front, .out_line = front->one_line ? UINT32_MAX : front->line};
    size_t before = front->problems->count, size;
    bool fine = scan_is_text(text, size_bytes, front->file, front->line, front->problems);

    if (fine && size_bytes >= 3 && !memcmp(text, "\xef\xbb\xbf", 3)) { /* a byte order mark */
        text += 3;
        size_bytes -= 3;
    }
    p.scan = (struct scan){.at = text,
                           .end = text + size_bytes,
                           .file = front->file,
                           .line = front->line,
                           .one_line = front->one_line,
                           .problems = front->problems};
    p.out = xmemstream(&front->text, &size);
    if (fine) {
        advance(&p);
        fine = front->one_value ? parse_one(&p) : parse_settings(&p, '\0', front->line, NULL);
    }
    fclose(p.out);
    free(p.seen);
    return fine && front->problems->count == before;
}

void front_free(struct front *front)
{
    for (size_t i = 0; i < front->includes; i++)
        free(front->include[i].path);
    free(front->include);
    free(front->text);
    front->include = NULL;
    front->includes = 0;
    front->text = NULL;
}
