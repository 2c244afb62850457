/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_ALLOC_H
#define BASE_ALLOC_H

/* Two ways to get memory. Buffers whose size comes from data, a network or a
 * file: alloc_zero, which reports. Small host strings and tree nodes: the x
 * functions, which end the process with one line and exit status 1 when there is
 * none; what is on disk is then as after a kill. */

#include <pare/base.h>
#include <stdio.h>

/* count * size zeroed bytes, 64-byte aligned; NULL with PARE_ENOMEM in err where
 * the product overflows or there is no memory. what names it in the message.
 * count 0 gives a valid pointer. Free with free(). */
PARE_API void *alloc_zero(size_t count, size_t size, const char *what, struct pare_error *err);

PARE_API void *xcalloc(size_t count, size_t size);
PARE_API void *xrealloc(void *old, size_t count, size_t size);
PARE_API char *xstrdup(const char *text);
PARE_API char *xstrndup(const char *text, size_t length);
PARE_API char *xasprintf(const char *format, ...) PARE_PRINTF(1, 2);
/* A stream into *text [*size_bytes and a NUL], which are right after every fflush and
 * after fclose; the text is the caller's. open_memstream ends it early and says
 * nothing when there is no memory. */
PARE_API FILE *xmemstream(char **text, size_t *size_bytes);
/* Ends the process as the x functions do: for others that need memory. */
_Noreturn PARE_API void alloc_die(void);

#endif
