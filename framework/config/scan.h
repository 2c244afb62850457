/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONFIG_SCAN_H
#define CONFIG_SCAN_H

/* The front before libconfig: reads the text of one file by the grammar of a
 * config file, says what is wrong in words, and writes it out anew in a form in
 * which libconfig 1.5 has nothing left to get wrong: no includes, no comments,
 * integers of more than 32 bits marked with L, arrays as lists, every line where
 * it was. */

#include "config/problems.h"

enum token_kind {
    TOKEN_END,
    TOKEN_BAD, /* a problem was added; nothing after it can be read */
    TOKEN_NAME,
    TOKEN_TEXT,
    TOKEN_BOOL,
    TOKEN_INT,
    TOKEN_REAL,
    TOKEN_SIGN, /* one of = : ; , { } ( ) [ ] */
    TOKEN_INCLUDE,
};

struct token {
    enum token_kind kind;
    const char *at; /* into the text */
    size_t length;
    unsigned line;
    int64_t integer; /* INT */
};

struct scan {
    const char *at, *end;
    const char *file;
    unsigned line;
    bool one_line; /* line breaks do not count: all of it stands at line */
    struct problems *problems;
};

/* Is it text: no NUL, valid UTF-8? Adds a problem where it is not. */
bool scan_is_text(const char *text, size_t size_bytes, const char *file, unsigned line,
                  struct problems *problems);
/* The next token. Numbers out of range and unknown escapes are problems that do
 * not stop the scan. */
struct token scan_next(struct scan *scan);

/* An @include of a file: where it stands, and how many of the file's own settings
 * stand before it. */
struct front_include {
    char *path;
    unsigned line;
    size_t after;
};

struct front {
    const char *file;
    unsigned line; /* of the first line; with one_line of all of it */
    bool one_line;
    bool one_value;   /* the text is one value; written out as "value = ..." */
    size_t *settings; /* counted up to CONFFILE_SETTINGS_MAX, by several fronts */
    struct problems *problems;
    /* results: */
    char *text; /* for libconfig */
    struct front_include *include;
    size_t includes;
};

/* Fills the results; false when problems were added. Free either way. */
bool front_read(struct front *front, const char *text, size_t size_bytes);
void front_free(struct front *front);

#endif
