/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PARE_BASE_H
#define PARE_BASE_H

/* Results and errors, shared by the framework and every plugin.
 *
 * A function that can fail returns PARE_OK or a negative pare_status and says
 * why in the caller's struct pare_error. Nothing here allocates. */

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
#error "pare's plugin interface is C"
#endif

#define PARE_API __attribute__((visibility("default")))
#define PARE_PRINTF(FORMAT, FIRST) __attribute__((format(printf, FORMAT, FIRST)))

enum pare_status {
    PARE_OK = 0,
    PARE_EUSER = -1,    /* the user's text (command line, config, script) is wrong */
    PARE_EFORMAT = -2,  /* bytes read from a file are not what they claim to be */
    PARE_EIO = -3,      /* the system refused to read or write */
    PARE_ENOMEM = -4,   /* no memory */
    PARE_EPLUGIN = -5,  /* a plugin is missing, unfit or broke its contract */
    PARE_EREQUEST = -6, /* a request (sparsity, bits, bytes, error) was not met */
    PARE_ESTATE = -7,   /* not possible in the present state of the network */
    PARE_ENUMBER = -8,  /* NaN or infinity where a number was needed */
};

enum { PARE_PLACE_BYTES = 256, PARE_TEXT_BYTES = 768 };

/* What went wrong and where. Owned by the caller; zero it before use. */
struct pare_error {
    int status;
    char place[PARE_PLACE_BYTES]; /* "file:line", a file, or empty */
    char text[PARE_TEXT_BYTES];   /* one line, lower case, no full stop */
};

/* Records status and text and returns status. A null err is allowed: only the
 * status is then kept. The place is left empty. */
PARE_API int pare_fail(struct pare_error *err, int status, const char *format, ...)
    PARE_PRINTF(3, 4);

/* As pare_fail, with a place. line 0: the file alone is the place. */
PARE_API int pare_fail_at(struct pare_error *err, int status, const char *file, unsigned line,
                          const char *format, ...) PARE_PRINTF(5, 6);

/* Puts "format: " before the recorded text, by the one frame that knows the
 * name of the thing being worked on. Returns err's status. */
PARE_API int pare_fail_in(struct pare_error *err, const char *format, ...) PARE_PRINTF(2, 3);

/* "user", "format", "io", ...: a stable word for a status, for logs and JSON. */
PARE_API const char *pare_status_name(int status);

#endif
