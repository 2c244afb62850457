/* SPDX-License-Identifier: Apache-2.0 */
/* Memory: big buffers that report, small strings that do not. */

#include "base/alloc.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

/* Without stdio, which may need memory, and without what is done at exit, since
 * other threads are still at work. */
void alloc_die(void)
{
    static const char text[] = "pare: no memory\n";
    ssize_t written = write(STDERR_FILENO, text, sizeof text - 1);

    (void)written;
    _exit(1);
}

static void *must(void *memory)
{
    if (!memory)
        alloc_die();
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

struct memstream {
    char **text;
    size_t *size_bytes, room;
};

static ssize_t memstream_write(void *cookie, const char *data, size_t n)
{
    struct memstream *m = cookie;

    if (n >= m->room - *m->size_bytes) {
        m->room = 2 * m->room + n;
        *m->text = xrealloc(*m->text, m->room, 1);
    }
    memcpy(*m->text + *m->size_bytes, data, n);
    *m->size_bytes += n;
    (*m->text)[*m->size_bytes] = '\0';
    return (ssize_t)n;
}

static int memstream_close(void *cookie)
{
    free(cookie);
    return 0;
}

FILE *xmemstream(char **text, size_t *size_bytes)
{
    const cookie_io_functions_t io = {.write = memstream_write, .close = memstream_close};
    struct memstream *m = xcalloc(1, sizeof *m);

    *text = xcalloc(1, 256);
    *size_bytes = 0;
    *m = (struct memstream){text, size_bytes, 256};
    return must(fopencookie(m, "w", io));
}
