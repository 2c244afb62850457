/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONFIG_PROBLEMS_H
#define CONFIG_PROBLEMS_H

/* Everything that is wrong with the user's text, gathered, so that all of it can
 * be said at once. */

#include <pare/base.h>
#include <stdio.h>

struct problem {
    char *file; /* a path, "--set", ... */
    unsigned line;
    char *text;
    size_t order; /* in which they were added */
};

enum { PROBLEMS_NEAR = 64, PROBLEMS_SHOWN_MAX = 100 };

/* Zero it before use. */
struct problems {
    struct problem *at;
    size_t count, room;
};

/* Adds one; an exact repetition of one of the last PROBLEMS_NEAR is dropped. */
PARE_API void problems_add(struct problems *list, const char *file, unsigned line,
                           const char *format, ...) PARE_PRINTF(4, 5);
PARE_API void problems_free(struct problems *list);
/* Sorted by file and line, "file:line: text" and below it the line itself,
 * indented, where the file can be read; of more than PROBLEMS_SHOWN_MAX the first. */
PARE_API void problems_print(struct problems *list, FILE *out);
/* All of them in one error, status PARE_EUSER: the first one and how many more
 * there are. PARE_OK when there is none. */
PARE_API int problems_status(struct problems *list, struct pare_error *err);

#endif
