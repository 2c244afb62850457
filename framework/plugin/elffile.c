/* SPDX-License-Identifier: Apache-2.0 */
/* The header and the program headers of a shared library against the size of
 * its file. Leaves everything else that may be wrong with it to dlopen, which
 * reports. */

#include "plugin/elffile.h"
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define NATIVE_ORDER ELFDATA2LSB
#else
#define NATIVE_ORDER ELFDATA2MSB
#endif
#define NATIVE_CLASS (sizeof(void *) == 8 ? ELFCLASS64 : ELFCLASS32)

enum { HEADERS_MAX = 256 };

static int cut_off(const char *path, size_t size, struct pare_error *err)
{
    return pare_fail_at(err, PARE_EPLUGIN, path, 0,
                        "the shared library is cut off after %zu bytes; build or copy it again",
                        size);
}

static int cannot_read(const char *path, struct pare_error *err)
{
    return pare_fail_at(err, PARE_EIO, path, 0, "cannot read: %s", strerror(errno));
}

static int check_header(const ElfW(Ehdr) * header, const char *path, struct pare_error *err)
{
    if (memcmp(header->e_ident, ELFMAG, SELFMAG) != 0)
        return pare_fail_at(err, PARE_EPLUGIN, path, 0, "not a shared library");
    if (header->e_ident[EI_CLASS] != NATIVE_CLASS || header->e_ident[EI_DATA] != NATIVE_ORDER)
        return pare_fail_at(err, PARE_EPLUGIN, path, 0, "built for another kind of machine");
    if (header->e_type != ET_DYN || header->e_phentsize != sizeof(ElfW(Phdr)) ||
        header->e_phnum == 0 || header->e_phnum > HEADERS_MAX)
        return pare_fail_at(err, PARE_EPLUGIN, path, 0, "not a shared library");
    return PARE_OK;
}

/* false: at the end with errno 0, else with its reason. */
static bool read_at(int fd, void *out, size_t size, off_t at)
{
    errno = 0;
    for (size_t done = 0; done < size;) {
        ssize_t got = pread(fd, (char *)out + done, size - done, at + (off_t)done);

        if (got == 0 || (got < 0 && errno != EINTR))
            return false;
        done += got < 0 ? 0 : (size_t)got;
    }
    return true;
}

static int check_segments(int fd, const ElfW(Ehdr) * header, size_t size, const char *path,
                          struct pare_error *err)
{
    ElfW(Phdr) segment[HEADERS_MAX] = {0};
    size_t bytes = header->e_phnum * sizeof *segment;

    if (header->e_phoff > size || bytes > size - header->e_phoff)
        return cut_off(path, size, err);
    if (!read_at(fd, segment, bytes, (off_t)header->e_phoff))
        return errno ? cannot_read(path, err) : cut_off(path, size, err);
    for (size_t i = 0; i < header->e_phnum; i++)
        if (segment[i].p_type == PT_LOAD &&
            (segment[i].p_offset > size || segment[i].p_filesz > size - segment[i].p_offset))
            return cut_off(path, size, err);
    return PARE_OK;
}

int elffile_check(const char *path, struct pare_error *err)
{
    struct stat st;
    ElfW(Ehdr) header;
    int status, fd;

    if (stat(path, &st) != 0)
        return cannot_read(path, err);
    if (!S_ISREG(st.st_mode))
        return pare_fail_at(err, PARE_EPLUGIN, path, 0, "not a regular file");
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return cannot_read(path, err);
    memset(&header, 0, sizeof header);
    if (!read_at(fd, &header, sizeof header, 0) && errno)
        status = cannot_read(path, err);
    else if ((size_t)st.st_size < sizeof header)
        status = memcmp(header.e_ident, ELFMAG, SELFMAG) == 0
                     ? cut_off(path, (size_t)st.st_size, err)
                     : pare_fail_at(err, PARE_EPLUGIN, path, 0, "not a shared library");
    else if ((status = check_header(&header, path, err)) == PARE_OK)
        status = check_segments(fd, &header, (size_t)st.st_size, path, err);
    close(fd);
    return status;
}
