/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PARE_OPTION_H
#define PARE_OPTION_H

/* Options: one table from which come reading a config group, reading a Lua
 * table, --set, help, the reference pages, the resolved config and the
 * identity of a run.
 *
 * A row names a field of the struct that is filled; a field of the wrong C type
 * stops the build. The default is written as text and read by the same parser
 * as the user's, so help prints exactly what one may write. */

#include <pare/base.h>

enum pare_option_type {
    PARE_OPTION_END = 0,
    PARE_OPTION_BOOL,
    PARE_OPTION_INT,
    PARE_OPTION_REAL,
    PARE_OPTION_CHOICE,
    PARE_OPTION_TEXT,
    PARE_OPTION_INTS,
    PARE_OPTION_ROWS,
};

enum pare_option_flag {
    /* A verb's option that may differ from one parameter to the next, and so
     * may stand in a rule. Every option of a plugin may. */
    PARE_OPTION_PER_PARAM = 1u << 0,
    /* "none" may be written; a REAL then holds NaN and an INT INT64_MIN. */
    PARE_OPTION_MAY_BE_NONE = 1u << 1,
};

struct pare_option {
    const char *name;
    enum pare_option_type type;
    unsigned flags;
    size_t offset;                 /* of the field in the struct that is filled */
    double min, max;               /* INT, REAL, each of INTS: inclusive bounds */
    const char *choices;           /* CHOICE: "one|rms"; the field holds the index */
    const char *preset;            /* the default, as the user would write it */
    const char *help;              /* one line, lower case, with the unit */
    const char *rivals;            /* "quality|threshold": a later layer that gives this
                                      option drops these; giving two at once is an error */
    const struct pare_option *row; /* ROWS: the options of one row */
    size_t row_size;               /* ROWS: sizeof of one row's struct */
};

/* A list of whole numbers. Owned by the host. */
struct pare_ints {
    int64_t *at;
    size_t count;
};

/* A list of groups, each filled by the row table into an array of structs.
 * Owned by the host. */
struct pare_rows {
    void *at;
    size_t count;
};

/* offsetof, after checking the field's type. The arguments after the preset of
 * the macros below: the help text, then further fields, .flags = ... */
#define PARE_FIELD(S, F, TYPE) _Generic(((struct S *)0)->F, TYPE : offsetof(struct S, F))

#define PARE_BOOL(S, F, PRESET, ...)                                                               \
    {                                                                                              \
        .name = #F, .type = PARE_OPTION_BOOL, .offset = PARE_FIELD(S, F, bool),                    \
        .preset = (PRESET), .help = __VA_ARGS__                                                    \
    }
/* MIN..MAX inclusive; the field is an int64_t. */
#define PARE_INT(S, F, MIN, MAX, PRESET, ...)                                                      \
    {                                                                                              \
        .name = #F, .type = PARE_OPTION_INT, .offset = PARE_FIELD(S, F, int64_t), .min = (MIN),    \
        .max = (MAX), .preset = (PRESET), .help = __VA_ARGS__                                      \
    }
#define PARE_REAL(S, F, MIN, MAX, PRESET, ...)                                                     \
    {                                                                                              \
        .name = #F, .type = PARE_OPTION_REAL, .offset = PARE_FIELD(S, F, double), .min = (MIN),    \
        .max = (MAX), .preset = (PRESET), .help = __VA_ARGS__                                      \
    }
/* CHOICES: words joined by '|'; the field is an int holding the word's index. */
#define PARE_CHOICE(S, F, CHOICES, PRESET, ...)                                                    \
    {                                                                                              \
        .name = #F, .type = PARE_OPTION_CHOICE, .offset = PARE_FIELD(S, F, int),                   \
        .choices = (CHOICES), .preset = (PRESET), .help = __VA_ARGS__                              \
    }
/* The field is a char * owned by the host, never NULL, "" when not given. */
#define PARE_TEXT(S, F, PRESET, ...)                                                               \
    {                                                                                              \
        .name = #F, .type = PARE_OPTION_TEXT, .offset = PARE_FIELD(S, F, char *),                  \
        .preset = (PRESET), .help = __VA_ARGS__                                                    \
    }
/* Whole numbers "[300, 100]"; the field is a struct pare_ints. */
#define PARE_INTS(S, F, MIN, MAX, PRESET, ...)                                                     \
    {                                                                                              \
        .name = #F, .type = PARE_OPTION_INTS, .offset = PARE_FIELD(S, F, struct pare_ints),        \
        .min = (MIN), .max = (MAX), .preset = (PRESET), .help = __VA_ARGS__                        \
    }
/* A list of groups; ROW is the row's struct tag, TABLE its option table. */
#define PARE_ROWS(S, F, ROW, TABLE, ...)                                                           \
    {                                                                                              \
        .name = #F, .type = PARE_OPTION_ROWS, .offset = PARE_FIELD(S, F, struct pare_rows),        \
        .row = (TABLE), .row_size = sizeof(struct ROW), .preset = "()", .help = __VA_ARGS__        \
    }
#define PARE_OPTIONS_END                                                                           \
    {                                                                                              \
        .name = NULL, .type = PARE_OPTION_END                                                      \
    }

#endif
