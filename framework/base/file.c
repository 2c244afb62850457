/* SPDX-License-Identifier: Apache-2.0 */
/* Whole files. A failed write leaves what was there; a failed fsync is never
 * tried again on the same file, since the kernel has forgotten the dirty pages. */

#include "base/file.h"

#include "base/alloc.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int io_fail(struct pare_error *err, const char *path, const char *doing)
{
    int error = errno;

    return pare_fail_at(err, PARE_EIO, path, 0, "cannot %s: %s", doing, strerror(error));
}

static ssize_t read_all(int fd, char *out, size_t size)
{
    size_t done = 0;

    while (done < size) {
        ssize_t got = read(fd, out + done, size - done);

        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return -1;
        if (got == 0)
            break;
        done += (size_t)got;
    }
    return (ssize_t)done;
}

static int write_all(int fd, const char *data, size_t size)
{
    while (size) {
        ssize_t put = write(fd, data, size);

        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return -1;
        data += put;
        size -= (size_t)put;
    }
    return 0;
}

char *file_read(const char *path, size_t max_bytes, size_t *size_bytes, struct pare_error *err)
{
    struct stat st;
    char *data = NULL;
    ssize_t got;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

    if (fd < 0) {
        io_fail(err, path, "open");
        return NULL;
    }
    if (fstat(fd, &st) < 0) {
        io_fail(err, path, "read");
        goto out;
    }
    if (!S_ISREG(st.st_mode)) {
        pare_fail_at(err, PARE_EIO, path, 0, "not a regular file");
        goto out;
    }
    if ((uint64_t)st.st_size > max_bytes) {
        pare_fail_at(err, PARE_EFORMAT, path, 0, "too large: %lld bytes, at most %zu",
                     (long long)st.st_size, max_bytes);
        goto out;
    }
    data = alloc_zero((size_t)st.st_size + 1, 1, path, err);
    if (!data)
        goto out;
    got = read_all(fd, data, (size_t)st.st_size);
    if (got < 0) {
        io_fail(err, path, "read");
        free(data);
        data = NULL;
        goto out;
    }
    data[got] = '\0';
    *size_bytes = (size_t)got;
out:
    close(fd);
    return data;
}

int file_sync_dir(const char *path, struct pare_error *err)
{
    char *dir = file_dir(path);
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC), status = PARE_OK;

    /* A folder that one may write to but not read, and a file system without a flush of
     * folders: there is no more to be done, and no reason to stop. */
    if (fd < 0 ? errno != EACCES : fsync(fd) < 0 && errno != EINVAL && errno != EROFS)
        status = io_fail(err, dir, "sync the folder");
    if (fd >= 0)
        close(fd);
    free(dir);
    return status;
}

int file_write(const char *path, const void *data, size_t size_bytes, struct pare_error *err)
{
    char *temporary = xasprintf("%s.tmp.%ld", path, (long)getpid());
    int fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    int status = PARE_OK;

    if (fd < 0) {
        status = io_fail(err, path, "write");
        goto out;
    }
    if (write_all(fd, data, size_bytes) < 0 || fsync(fd) < 0)
        status = io_fail(err, path, "write");
    if (close(fd) < 0 && !status)
        status = io_fail(err, path, "write");
    if (!status && rename(temporary, path) < 0)
        status = io_fail(err, path, "write");
    if (status)
        unlink(temporary);
    else
        status = file_sync_dir(path, err);
out:
    free(temporary);
    return status;
}

int file_make_dir(const char *path, struct pare_error *err)
{
    char *walk = xstrdup(path);
    int status = PARE_OK;

    for (char *slash = walk + 1; *walk && !status; slash++) {
        char was = *slash;
        struct stat st;

        if (was && was != '/')
            continue;
        *slash = '\0';
        if (mkdir(walk, 0777) == 0)
            status = file_sync_dir(walk, err);
        else if (errno != EEXIST)
            status = io_fail(err, walk, "make the folder");
        if (!status && (stat(walk, &st) < 0 || !S_ISDIR(st.st_mode)))
            status = pare_fail_at(err, PARE_EIO, walk, 0, "not a folder");
        *slash = was;
        if (!was)
            break;
    }
    free(walk);
    return status;
}

bool file_exists(const char *path)
{
    return access(path, F_OK) == 0;
}

char *file_join(const char *dir, const char *name)
{
    size_t length = strlen(dir);

    if (name[0] == '/' || !length || strcmp(dir, ".") == 0)
        return xstrdup(name);
    return xasprintf("%s%s%s", dir, dir[length - 1] == '/' ? "" : "/", name);
}

char *file_dir(const char *path)
{
    const char *slash = strrchr(path, '/');

    if (!slash)
        return xstrdup(".");
    return slash == path ? xstrdup("/") : xstrndup(path, (size_t)(slash - path));
}

char *file_shown(const char *path)
{
    char *here = getcwd(NULL, 0);
    size_t length = here ? strlen(here) : 0;
    bool below = length > 1 && strncmp(path, here, length) == 0 && path[length] == '/';

    free(here);
    return xstrdup(below ? path + length + 1 : path);
}
