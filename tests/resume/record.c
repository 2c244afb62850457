/* SPDX-License-Identifier: Apache-2.0 */
/* To be preloaded: appends to the file RECORD what happens to the folder RECORD_IN and
 * all below it, in the order in which it happens, for powercut.py. An entry is
 *   KIND INODE BYTES PATH, a newline, and BYTES bytes
 * KIND  open     PATH was opened to be written and is the file INODE; the bytes: all it holds
 *       data     the file INODE was written or cut and now holds the bytes
 *       sync     the same, and it was flushed to the disk
 *       syncdir  the folder PATH was flushed to the disk
 *       mkdir, rmdir, unlink    of PATH
 *       rename   PATH has become the bytes
 * What a stream writes by itself shows with the next call on it. */

#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;
static __typeof__(&write) real_write;
static __typeof__(&open) real_open;
static int record = -1;
static char top[PATH_MAX];

static void *real(const char *name)
{
    return dlsym(RTLD_NEXT, name);
}

static void __attribute__((constructor)) start(void)
{
    const char *path = getenv("RECORD"), *in = getenv("RECORD_IN");

    *(void **)&real_write = real("write");
    *(void **)&real_open = real("open");
    if (path && in && snprintf(top, sizeof top, "%s", in) < PATH_MAX)
        record = real_open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
}

static void put(const void *data, size_t size)
{
    if (real_write(record, data, size) != (ssize_t)size)
        abort(); /* a record with a hole would prove nothing */
}

static bool is_ours(const char *path)
{
    size_t length = strlen(top);

    return strncmp(path, top, length) == 0 && (path[length] == '/' || !path[length]);
}

static void add(const char *kind, unsigned long inode, const char *path, const void *data,
                size_t size)
{
    char line[PATH_MAX + 64];
    int length = snprintf(line, sizeof line, "%s %lu %zu %s\n", kind, inode, size, path);

    put(line, (size_t)length);
    put(data, size);
}

/* What is open as fd, with all that it holds. */
static void add_file(const char *kind, const char *folder_kind, int fd)
{
    char link[64], path[PATH_MAX];
    struct stat info;
    ssize_t n;
    char *data;
    int again;

    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    n = readlink(link, path, sizeof path - 1);
    path[n > 0 ? n : 0] = '\0';
    if (!is_ours(path) || fstat(fd, &info) != 0)
        return;
    if (S_ISDIR(info.st_mode)) {
        if (folder_kind)
            add(folder_kind, info.st_ino, path, "", 0);
        return;
    }
    again = real_open(link, O_RDONLY | O_CLOEXEC); /* fd may not be for reading */
    data = malloc((size_t)info.st_size + 1);
    if (again < 0 || !data || pread(again, data, (size_t)info.st_size, 0) != info.st_size)
        abort();
    add(kind, info.st_ino, path, data, (size_t)info.st_size);
    close(again);
    free(data);
}

/* RESULT NAME TYPES does what it does, and where it has worked NOTE is taken. */
#define NOTED(RESULT, NAME, TYPES, ARGUMENTS, WORKED, NOTE)                                        \
    RESULT NAME TYPES                                                                              \
    {                                                                                              \
        static __typeof__(&NAME) next;                                                             \
        RESULT result;                                                                             \
        pthread_mutex_lock(&one_at_a_time);                                                        \
        if (!next)                                                                                 \
            *(void **)&next = real(#NAME);                                                         \
        result = next ARGUMENTS;                                                                   \
        if (record >= 0 && (WORKED))                                                               \
            NOTE;                                                                                  \
        pthread_mutex_unlock(&one_at_a_time);                                                      \
        return result;                                                                             \
    }

#define NOTED_PATH(NAME, TYPES, ARGUMENTS)                                                         \
    NOTED(int, NAME, TYPES, ARGUMENTS, result == 0 && is_ours(path), add(#NAME, 0, path, "", 0))

NOTED(ssize_t, write, (int fd, const void *data, size_t size), (fd, data, size), result > 0,
      add_file("data", NULL, fd))
NOTED(int, ftruncate, (int fd, off_t size), (fd, size), result == 0, add_file("data", NULL, fd))
NOTED(int, fsync, (int fd), (fd), result == 0, add_file("sync", "syncdir", fd))
NOTED(int, fdatasync, (int fd), (fd), result == 0, add_file("sync", "syncdir", fd))
NOTED(int, fflush, (FILE * stream), (stream), result == 0 && stream && fileno(stream) > 2,
      add_file("data", NULL, fileno(stream)))
NOTED(int, rename, (const char *path, const char *to), (path, to), result == 0 && is_ours(path),
      add("rename", 0, path, to, strlen(to)))
NOTED_PATH(unlink, (const char *path), (path))
NOTED_PATH(rmdir, (const char *path), (path))
NOTED_PATH(mkdir, (const char *path, mode_t mode), (path, mode))
NOTED(FILE *, fopen, (const char *path, const char *mode), (path, mode), result &&*mode != 'r',
      add_file("open", NULL, fileno(result)))

/* The last bytes of a stream are seen while it is still open. */
int fclose(FILE *stream)
{
    static __typeof__(&fclose) next;

    if (!next)
        *(void **)&next = real("fclose");
    if (fileno(stream) > 2)
        fflush(stream);
    return next(stream);
}

int open(const char *path, int flags, ...)
{
    va_list list;
    int fd;

    va_start(list, flags);
    pthread_mutex_lock(&one_at_a_time);
    fd = real_open(path, flags, flags & (O_CREAT | O_TMPFILE) ? va_arg(list, mode_t) : 0);
    if (record >= 0 && fd >= 0 && (flags & (O_WRONLY | O_RDWR)))
        add_file("open", NULL, fd);
    pthread_mutex_unlock(&one_at_a_time);
    va_end(list);
    return fd;
}
