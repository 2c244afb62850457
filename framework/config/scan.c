/* SPDX-License-Identifier: Apache-2.0 */
/* Text of a config file into tokens. What libconfig 1.5 would take and turn into
 * something else is refused here: integers beyond 64 bits, reals beyond a double,
 * unknown escapes, strings that run over a line's end. */

#include "config/scan.h"

#include "base/alloc.h"
#include "base/text.h"
#include "config/conffile.h"
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

bool scan_is_text(const char *text, size_t size_bytes, const char *file, unsigned line,
                  struct problems *problems)
{
    unsigned below = 0;

    for (size_t i = 0, n; i < size_bytes; i += n) {
        n = text_utf8(text + i, size_bytes - i);
        if (!n || !text[i]) {
            problems_add(problems, file, line ? line + below : 0,
                         n ? "a NUL byte; this is no text"
                           : "not valid UTF-8; save the file as UTF-8");
            return false;
        }
        below += text[i] == '\n';
    }
    return true;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_word(char c)
{
    return is_letter(c) || is_digit(c) || c == '_' || c == '-';
}

static bool is_hex(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static char peek(const struct scan *s, size_t ahead)
{
    if ((size_t)(s->end - s->at) <= ahead)
        return '\0';
    return s->at[ahead];
}

static void step(struct scan *s)
{
    if (*s->at++ == '\n' && !s->one_line)
        s->line++;
}

/* Over blanks and comments; false when a comment does not end. */
static bool skip_blanks(struct scan *s)
{
    while (s->at < s->end) {
        char c = *s->at;

        if (c == ' ' || (c >= '\t' && c <= '\r' && c != '\v')) {
            step(s);
        } else if (c == '#' || (c == '/' && peek(s, 1) == '/')) {
            while (s->at < s->end && *s->at != '\n')
                s->at++;
        } else if (c == '/' && peek(s, 1) == '*') {
            unsigned line = s->line;

            for (s->at += 2; s->at < s->end && !(*s->at == '*' && peek(s, 1) == '/');)
                step(s);
            if (s->at == s->end) {
                problems_add(s->problems, s->file, line, "a comment that is not closed with */");
                return false;
            }
            s->at += 2;
        } else {
            break;
        }
    }
    return true;
}

/* After a backslash within quotes. */
static void check_escape(const struct scan *s)
{
    char c = peek(s, 1);

    if (c && strchr("nrtf\\\"", c))
        return;
    if (c == 'x' && is_hex(peek(s, 2)) && is_hex(peek(s, 3))) {
        if (peek(s, 2) >= '8' || (peek(s, 2) == '0' && peek(s, 3) == '0'))
            problems_add(s->problems, s->file, s->line,
                         "'\\x%c%c' in a string is outside \\x01..\\x7f; write the character "
                         "itself, in UTF-8",
                         peek(s, 2), peek(s, 3));
        return;
    }
    problems_add(s->problems, s->file, s->line,
                 "unknown escape in a string; write \\\\ for a backslash");
}

static void scan_text(struct scan *s, struct token *t)
{
    t->kind = TOKEN_TEXT;
    for (s->at++; s->at < s->end && *s->at != '"' && *s->at != '\n'; s->at++)
        if (*s->at == '\\') {
            check_escape(s);
            if (peek(s, 1) && peek(s, 1) != '\n')
                s->at++;
        }
    if (s->at == s->end || *s->at != '"') {
        problems_add(s->problems, s->file, t->line,
                     "a string that is not closed with \" on its line");
        t->kind = TOKEN_BAD;
        return;
    }
    s->at++;
    t->length = (size_t)(s->at - t->at);
    if (t->length > CONFFILE_TEXT_MAX) {
        problems_add(s->problems, s->file, t->line, "a string of %zu bytes; at most %d",
                     t->length - 2, CONFFILE_TEXT_MAX - 2);
        t->kind = TOKEN_BAD;
    }
}

static size_t digits(const char *at)
{
    size_t n = 0;

    while (is_digit(at[n]))
        n++;
    return n;
}

/* [+-] digits [. digits] [e [+-] digits], at least one digit before the e? */
static bool is_real(const char *word)
{
    size_t whole, part = 0;

    word += *word == '-' || *word == '+';
    whole = digits(word);
    word += whole;
    if (*word == '.') {
        part = digits(++word);
        word += part;
    }
    if (!whole && !part)
        return false;
    if (*word == 'e' || *word == 'E') {
        word++;
        word += *word == '-' || *word == '+';
        if (!is_digit(*word))
            return false;
        word += digits(word);
    }
    return !*word;
}

/* A whole number, decimal or hexadecimal, with or without L. */
static bool is_whole(const char *word, int *base)
{
    size_t n;

    *base = word[0] == '0' && (word[1] == 'x' || word[1] == 'X') ? 16 : 10;
    if (*base == 16) {
        word += 2;
        for (n = 0; is_hex(word[n]);)
            n++;
    } else {
        word += *word == '-' || *word == '+';
        n = digits(word);
    }
    return n && (!word[n] || !strcmp(word + n, "L") || !strcmp(word + n, "LL"));
}

static void scan_number(struct scan *s, struct token *t)
{
    bool hex = peek(s, 0) == '0' && (peek(s, 1) == 'x' || peek(s, 1) == 'X');
    char *word;
    int base;

    for (s->at++; s->at < s->end; s->at++) {
        bool sign = (*s->at == '-' || *s->at == '+') && (s->at[-1] == 'e' || s->at[-1] == 'E');

        if (!is_word(*s->at) && *s->at != '.' && (hex || !sign))
            break;
    }
    t->length = (size_t)(s->at - t->at);
    word = xstrndup(t->at, t->length);
    errno = 0;
    if (is_whole(word, &base)) {
        t->kind = TOKEN_INT;
        t->integer = strtoll(word, NULL, base);
        if (errno)
            problems_add(s->problems, s->file, t->line,
                         "%.40s is outside the whole numbers that there are, %" PRId64 "..%" PRId64,
                         word, INT64_MIN, INT64_MAX);
    } else if (is_real(word)) {
        t->kind = TOKEN_REAL;
        if (!isfinite(strtod(word, NULL)))
            problems_add(s->problems, s->file, t->line, "%.40s is too large for a number", word);
    } else {
        problems_add(s->problems, s->file, t->line,
                     "'%.40s' is neither a number nor a name; text stands in quotes", word);
        t->kind = TOKEN_BAD;
    }
    free(word);
}

static void scan_word(struct scan *s, struct token *t)
{
    while (s->at < s->end && is_word(*s->at))
        s->at++;
    t->length = (size_t)(s->at - t->at);
    t->kind = (t->length == 4 && !strncasecmp(t->at, "true", 4)) ||
                      (t->length == 5 && !strncasecmp(t->at, "false", 5))
                  ? TOKEN_BOOL
                  : TOKEN_NAME;
}

struct token scan_next(struct scan *s)
{
    struct token t = {.kind = TOKEN_BAD};

    if (!skip_blanks(s))
        return t;
    t.at = s->at;
    t.line = s->line;
    if (s->at == s->end) {
        t.kind = TOKEN_END;
    } else if (*s->at == '"') {
        scan_text(s, &t);
    } else if (is_letter(*s->at)) {
        scan_word(s, &t);
    } else if (is_digit(*s->at) || *s->at == '.' ||
               ((*s->at == '-' || *s->at == '+') && (is_digit(peek(s, 1)) || peek(s, 1) == '.'))) {
        scan_number(s, &t);
    } else if (strchr("=:;,{}()[]", *s->at)) {
        t.kind = TOKEN_SIGN;
        t.length = 1;
        s->at++;
    } else if (s->end - s->at >= 8 && !strncmp(s->at, "@include", 8)) {
        t.kind = TOKEN_INCLUDE;
        t.length = 8;
        s->at += 8;
    } else {
        problems_add(s->problems, s->file, t.line,
                     "unexpected '%.*s'; names begin with a letter, text stands in quotes, "
                     "comments begin with #",
                     (int)text_utf8(s->at, (size_t)(s->end - s->at)), s->at);
    }
    return t;
}
