/* SPDX-License-Identifier: Apache-2.0 */
/* Memory: big buffers that report, small strings that do not. */

#include "base/alloc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ALIGNMENT = 64 };

void *alloc_zero(size_t count, size_t size, const char *what, struct pare_error *err)
{
    size_t bytes;
    void *memory = NULL;

    if (__builtin_mul_overflow(count, size, &bytes) || bytes > SIZE_MAX - ALIGNMENT) {
        pare_fail(err, PARE_ENOMEM, "no memory for %s: %zu x %zu bytes", what, count, size);
        return NULL;
    }
    bytes = bytes ? (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT : ALIGNMENT;
    memory = aligned_alloc(ALIGNMENT, bytes);
    if (!memory) {
        pare_fail(err, PARE_ENOMEM, "no memory for %s: %zu bytes", what, bytes);
        return NULL;
    }
    memset(memory, 0, bytes);
    return memory;
}

static void *must(void *memory)
{
    if (!memory) {
        fputs("pare: no memory\n", stderr);
        abort();
    }
    return memory;
}

void *xcalloc(size_t count, size_t size)
{
    return must(calloc(count ? count : 1, size ? size : 1));
}

void *xrealloc(void *old, size_t count, size_t size)
{
    return must(reallocarray(old, count ? count : 1, size ? size : 1));
}

char *xstrdup(const char *text)
{
    return must(strdup(text));
}

char *xstrndup(const char *text, size_t length)
{
    return must(strndup(text, length));
}

char *xasprintf(const char *format, ...)
{
    va_list arguments;
    char *text = NULL;
    int length;

    va_start(arguments, format);
    length = vasprintf(&text, format, arguments);
    va_end(arguments);
    return must(length < 0 ? NULL : text);
}
