/* SPDX-License-Identifier: Apache-2.0 */
/* To be preloaded: counts the calls that write to disk (FAULT_IN: those alone whose
 * file's path holds this text) and at number N of them
 *   FAULT=kill:N    ends the process, after half of the bytes where there are any
 *   FAULT=full:N    lets it and all later writes fail as on a full disk, the first
 *                   after half of its bytes
 *   FAULT=count:N   goes on; FAULT_COUNT names a file for the number of calls */

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static long calls; /* of one thread at a time: pare writes from no two at once */

static void report(void) __attribute__((destructor));
static void report(void)
{
    const char *path = getenv("FAULT_COUNT");
    FILE *out = path ? fopen(path, "w") : NULL;

    if (out) {
        fprintf(out, "%ld\n", calls);
        fclose(out);
    }
}

enum fault { NONE, KILL, FULL_NOW, FULL };

static const char *path_of(int fd, char path[4096])
{
    char link[64];

    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, path, 4095);
    path[n > 0 ? n : 0] = '\0';
    return path;
}

static enum fault next_fault(const char *path)
{
    const char *text = getenv("FAULT"), *colon = text ? strchr(text, ':') : NULL;
    const char *in = getenv("FAULT_IN");
    long at = colon ? strtol(colon + 1, NULL, 10) : 0;

    if (in && !strstr(path, in))
        return NONE;
    calls++;
    if (text && strncmp(text, "kill:", 5) == 0 && calls == at)
        return KILL;
    if (text && strncmp(text, "full:", 5) == 0 && calls >= at)
        return calls == at ? FULL_NOW : FULL;
    return NONE;
}

static void *real(const char *name)
{
    return dlsym(RTLD_NEXT, name);
}

static void die(void)
{
    kill(getpid(), SIGKILL);
    for (;;)
        pause();
}

ssize_t write(int fd, const void *data, size_t size)
{
    ssize_t (*next)(int, const void *, size_t);
    char path[4096];
    enum fault fault = fd > 2 ? next_fault(path_of(fd, path)) : NONE;

    *(void **)&next = real("write");
    if (fault == KILL) {
        next(fd, data, size / 2);
        die();
    }
    if (fault == FULL_NOW && size > 1)
        return next(fd, data, size / 2);
    if (fault != NONE) {
        errno = ENOSPC;
        return -1;
    }
    return next(fd, data, size);
}

/* Those that only move or flush: killed before they do it; a full disk shows in
 * fsync, too. */
#define ONE(NAME, TYPES, ARGUMENTS, PATH, FAILS)                                                   \
    int NAME TYPES                                                                                 \
    {                                                                                              \
        int(*next) TYPES;                                                                          \
        char path[4096];                                                                           \
        (void)path;                                                                                \
        enum fault fault = next_fault(PATH);                                                       \
        *(void **)&next = real(#NAME);                                                             \
        if (fault == KILL)                                                                         \
            die();                                                                                 \
        if ((FAILS) && fault != NONE) {                                                            \
            errno = ENOSPC;                                                                        \
            return -1;                                                                             \
        }                                                                                          \
        return next ARGUMENTS;                                                                     \
    }

ONE(fsync, (int fd), (fd), path_of(fd, path), 1)
ONE(fdatasync, (int fd), (fd), path_of(fd, path), 1)
ONE(rename, (const char *from, const char *to), (from, to), from, 0)
ONE(ftruncate, (int fd, off_t size), (fd, size), path_of(fd, path), 0)
ONE(unlink, (const char *name), (name), name, 0)
ONE(mkdir, (const char *name, unsigned mode), (name, mode), name, 1)
