/* SPDX-License-Identifier: Apache-2.0 */

/* IDX files (LeCun, Cortes, "The MNIST database"): bytes 0, 0, type, rank; rank
 * big-endian sizes of 32 bits; the values. Only type 8, unsigned bytes, is read.
 * The header is not believed before the file is seen to be able to hold what it
 * promises, and no more than that is ever inflated. */

#include "file.h"
#include "inflate.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <zlib.h>

/* Deflate cannot make less than 1 byte out of this many (zlib's own limit is 1,032). */
enum { INFLATE_MAX = 1040, CHUNK = 1 << 20, BUFFER_LEAST = 1 << 10, BUFFER_MOST = 1 << 17 };

/* Says what the library has to say, or that the file ends early. */
static int read_fail(gzFile in, const char *path, size_t want, size_t got, struct pare_error *err)
{
    int code;
    const char *text = gzerror(in, &code);

    if (code == Z_MEM_ERROR)
        return pare_fail_at(err, PARE_ENOMEM, path, 0, "no memory for zlib");
    if (code == Z_ERRNO)
        return pare_fail_at(err, PARE_EIO, path, 0, "cannot read: %s", strerror(errno));
    if (code != Z_OK && code != Z_BUF_ERROR)
        return pare_fail_at(err, PARE_EFORMAT, path, 0, "damaged gzip file: %s", text);
    return pare_fail_at(err, PARE_EFORMAT, path, 0,
                        "truncated: the header promises %zu bytes after it, there are %zu", want,
                        got);
}

/* n bytes of the header; short_text where the file has fewer. */
static bool read_head(gzFile in, unsigned char *out, unsigned n, const char *path,
                      const char *short_text, struct pare_error *err)
{
    int got = gzread(in, out, n);

    if (got < 0)
        read_fail(in, path, n, 0, err);
    else if ((unsigned)got != n)
        pare_fail_at(err, PARE_EFORMAT, path, 0, "%s", short_text);
    return (unsigned)got == n;
}

static int read_header(struct idx_file *file, gzFile in, const char *path, off_t file_size,
                       struct pare_sha256 *hash, struct pare_error *err)
{
    unsigned char head[4 + 4 * IDX_RANK_MAX];
    uint64_t size = 1, limit = (uint64_t)file_size * INFLATE_MAX;

    if (!read_head(in, head, 4, path, "too short for an IDX file", err))
        return err->status;
    if (head[0] != 0 || head[1] != 0)
        return pare_fail_at(err, PARE_EFORMAT, path, 0,
                            "not an IDX file: it starts with the bytes %02x %02x, not 00 00",
                            head[0], head[1]);
    if (head[2] != 8)
        return pare_fail_at(err, PARE_EFORMAT, path, 0,
                            "values of type 0x%02x; only unsigned bytes (0x08) are read", head[2]);
    file->rank = head[3];
    if (file->rank < 1 || file->rank > IDX_RANK_MAX)
        return pare_fail_at(err, PARE_EFORMAT, path, 0, "%u dimensions; it must be 1 to %d",
                            file->rank, IDX_RANK_MAX);
    if (!read_head(in, head + 4, 4 * file->rank, path, "truncated within the header", err))
        return err->status;
    for (unsigned d = 0; d < file->rank; d++) {
        const unsigned char *b = head + 4 + 4 * (size_t)d;

        file->dim[d] = (size_t)b[0] << 24 | (size_t)b[1] << 16 | (size_t)b[2] << 8 | (size_t)b[3];
        if (file->dim[d] == 0)
            return pare_fail_at(err, PARE_EFORMAT, path, 0, "dimension %u is 0", d + 1);
        if (file->dim[d] > limit / size)
            return pare_fail_at(err, PARE_EFORMAT, path, 0,
                                "the header promises more than a file of %lld bytes can hold",
                                (long long)file_size);
        size *= file->dim[d];
    }
    file->size = (size_t)size;
    pare_sha256_add(hash, head, 4 + 4 * (size_t)file->rank);
    return PARE_OK;
}

static int read_data(struct idx_file *file, gzFile in, const char *path, off_t file_size,
                     struct pare_sha256 *hash, struct pare_error *err)
{
    size_t head = 4 + 4 * (size_t)file->rank;
    unsigned char beyond;
    int code;

    /* What is not zipped is there or is not: known before memory is taken. */
    if (gzdirect(in) && (uint64_t)file_size < head + file->size)
        return read_fail(in, path, file->size, (size_t)file_size - head, err);
    file->bytes = malloc(head + file->size);
    if (!file->bytes)
        return pare_fail_at(err, PARE_ENOMEM, path, 0, "no memory for %zu bytes", file->size);
    file->data = file->bytes + head;
    if (!gzdirect(in) && inflate_whole(path, file_size, file->bytes, head + file->size)) {
        pare_sha256_add(hash, file->data, file->size);
        return PARE_OK;
    }
    for (size_t at = 0; at < file->size;) {
        size_t left = file->size - at;
        int got = gzread(in, file->data + at, (unsigned)(left < CHUNK ? left : CHUNK));

        if (got <= 0)
            return read_fail(in, path, file->size, at, err);
        pare_sha256_add(hash, file->data + at, (size_t)got);
        at += (size_t)got;
    }
    /* reading on makes zlib compare its checksum too */
    if (gzread(in, &beyond, 1) == 1)
        return pare_fail_at(err, PARE_EFORMAT, path, 0,
                            "longer than the %zu bytes that its header promises", file->size);
    gzerror(in, &code);
    return code == Z_OK ? PARE_OK : read_fail(in, path, file->size, file->size, err);
}

/* Small files get by with little. */
static unsigned buffer_size(off_t file_size)
{
    return file_size < BUFFER_LEAST  ? BUFFER_LEAST
           : file_size > BUFFER_MOST ? BUFFER_MOST
                                     : (unsigned)file_size;
}

int idx_file_load(struct idx_file *file, const char *path, struct pare_error *err)
{
    struct pare_sha256 hash;
    struct stat info;
    gzFile in;
    int status;

    *file = (struct idx_file){0};
    errno = 0;
    if (stat(path, &info) != 0 || !(in = gzopen(path, "rb")))
        return pare_fail_at(err, errno ? PARE_EIO : PARE_ENOMEM, path, 0, "cannot open: %s",
                            strerror(errno ? errno : ENOMEM));
    gzbuffer(in, buffer_size(info.st_size));
    pare_sha256_start(&hash);
    status = read_header(file, in, path, info.st_size, &hash, err);
    if (status == PARE_OK)
        status = read_data(file, in, path, info.st_size, &hash, err);
    gzclose(in);
    pare_sha256_end(&hash, file->sha256);
    return status;
}

void idx_file_free(struct idx_file *file)
{
    free(file->bytes);
    *file = (struct idx_file){0};
}
