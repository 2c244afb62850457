/* SPDX-License-Identifier: Apache-2.0 */
/* Lines of JSON with a checksum. Only records inside a train may be lost in a
 * crash, with all that follows them: every other one was flushed before the next
 * was written. So what cannot be read is a torn end as long as only such records
 * follow it, and damage otherwise. */

#include "run/journal.h"
#include "base/alloc.h"
#include "base/file.h"
#include "base/hash.h"
#include "run/journal_form.h"
#include "run/json.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

struct journal {
    char *path;
    int fd;
    size_t size_bytes; /* of the file */
    struct journal_record *record;
    size_t count;
    bool torn;
    struct pare_error failed;
};

#define CRC_BEFORE ",\"crc\":\""
enum {
    CRC_BEFORE_BYTES = sizeof CRC_BEFORE - 1,
    CRC_BYTES = CRC_BEFORE_BYTES + 8 + 2, /* and "} */
    JOURNAL_BYTES_MAX = 1 << 30,
};

static const char *const words[JOURNAL_KIND_COUNT] = {
    [JOURNAL_START] = "start",  [JOURNAL_BEGIN] = "begin", [JOURNAL_EPOCH] = "epoch",
    [JOURNAL_STAGE] = "stage",  [JOURNAL_SIZE] = "size",   [JOURNAL_REQUIRE] = "require",
    [JOURNAL_PLUGIN] = "plugin"};

const char *journal_word(enum journal_kind kind)
{
    return words[kind];
}

static int fail_io(const struct journal *j, const char *doing, struct pare_error *err)
{
    return pare_fail_at(err, PARE_EIO, j->path, 0, "cannot %s: %s", doing, strerror(errno));
}

static char *text_member(const struct value *group, const char *name)
{
    const struct value *v = value_get(group, name);

    return v && v->kind == VALUE_TEXT ? xstrdup(v->text) : NULL;
}

/* The kind that the record says it is; false when it says none that is known. */
static bool find_kind(const struct value *group, enum journal_kind *kind)
{
    char *word = text_member(group, "record");
    bool found = !word && value_get(group, "verb");

    *kind = JOURNAL_VERB;
    for (int k = 0; word && k < JOURNAL_KIND_COUNT; k++)
        if (words[k] && strcmp(words[k], word) == 0) {
            *kind = (enum journal_kind)k;
            found = true;
        }
    free(word);
    return found;
}

static bool checksum_fits(const char *line, size_t length)
{
    char wanted[CRC_BYTES + 1];
    size_t rest = length - CRC_BYTES;

    if (length <= CRC_BYTES)
        return false;
    snprintf(wanted, sizeof wanted, CRC_BEFORE "%08" PRIx32 "\"}", hash_crc32(0, line, rest));
    return memcmp(line + rest, wanted, CRC_BYTES) == 0;
}

/* A line without its newline; false when it is none of ours. */
static bool read_line(struct journal_record *r, const char *line, size_t length)
{
    struct value *group;

    if (!checksum_fits(line, length))
        return false;
    char *text = xasprintf("%.*s}", (int)(length - CRC_BYTES), line);
    group = json_parse(text, strlen(text), "journal", NULL);
    if (!group || !find_kind(group, &r->kind) || !journal_form_fits(group, r->kind)) {
        value_free(group);
        free(text);
        return false;
    }
    r->text = text;
    r->inside = value_get(group, "inside") != NULL;
    r->file = text_member(group, "file");
    r->snapshot = text_member(group, "snapshot");
    value_free(group);
    return true;
}

static void free_record(struct journal_record *r)
{
    free(r->file);
    free(r->snapshot);
    free(r->text);
    *r = (struct journal_record){0};
}

static int read_lines(struct journal *j, const char *text, struct pare_error *err)
{
    unsigned number = 0, bad = 0;

    for (size_t at = 0; at < j->size_bytes;) {
        const char *line = text + at, *end = memchr(line, '\n', j->size_bytes - at);
        struct journal_record r = {0};

        number++;
        at = end ? (size_t)(end - text) + 1 : j->size_bytes;
        if (!end || !read_line(&r, line, (size_t)(end - line))) {
            bad = bad ? bad : number;
            continue;
        }
        if (bad && !r.inside) {
            free_record(&r);
            return pare_fail_at(err, PARE_EFORMAT, j->path, bad,
                                "a damaged record, and good ones after it; --force-new starts "
                                "over in another folder");
        }
        if (bad) {
            free_record(&r);
            continue;
        }
        r.end = at;
        j->record = xrealloc(j->record, j->count + 1, sizeof *j->record);
        j->record[j->count++] = r;
    }
    j->torn = bad > 0;
    return PARE_OK;
}

static int read_all(struct journal *j, struct pare_error *err)
{
    char *text = file_read(j->path, JOURNAL_BYTES_MAX, &j->size_bytes, err);
    int status = text ? read_lines(j, text, err) : err->status;

    free(text);
    return status;
}

static struct journal *open_locked(const char *path, int flags, int lock, struct pare_error *err)
{
    struct journal *j = xcalloc(1, sizeof *j);

    j->path = xstrdup(path);
    j->fd = open(path, flags | O_CLOEXEC, 0666);
    if (j->fd < 0)
        fail_io(j, "open", err);
    else if (flock(j->fd, lock | LOCK_NB) == 0 && read_all(j, err) == PARE_OK)
        return j;
    else if (errno == EWOULDBLOCK && !err->status)
        pare_fail_at(err, PARE_ESTATE, path, 0,
                     "another process is at work in this run folder; wait for it, or start over "
                     "in another folder with --force-new");
    else if (!err->status)
        fail_io(j, "lock", err);
    journal_close(j);
    return NULL;
}

struct journal *journal_open(const char *path, struct pare_error *err)
{
    return open_locked(path, O_RDWR | O_CREAT | O_APPEND, LOCK_EX, err);
}

struct journal *journal_open_reading(const char *path, struct pare_error *err)
{
    return open_locked(path, O_RDONLY, LOCK_SH, err);
}

void journal_close(struct journal *journal)
{
    if (!journal)
        return;
    for (size_t i = 0; i < journal->count; i++)
        free_record(&journal->record[i]);
    free(journal->record);
    if (journal->fd >= 0)
        close(journal->fd);
    free(journal->path);
    free(journal);
}

size_t journal_count(const struct journal *journal)
{
    return journal->count;
}

const struct journal_record *journal_at(const struct journal *journal, size_t i)
{
    return &journal->record[i];
}

struct value *journal_read(const struct journal *journal, size_t i, struct pare_error *err)
{
    const char *text = journal->record[i].text;

    return json_parse(text, strlen(text), journal->path, err);
}

bool journal_torn(const struct journal *journal)
{
    return journal->torn;
}

int journal_cut(struct journal *journal, size_t n, struct pare_error *err)
{
    size_t end = n ? journal->record[n - 1].end : 0;

    if (journal->size_bytes > end &&
        (ftruncate(journal->fd, (off_t)end) < 0 || fsync(journal->fd) < 0))
        return fail_io(journal, "shorten", err);
    journal->size_bytes = end;
    while (journal->count > n)
        free_record(&journal->record[--journal->count]);
    return PARE_OK;
}

static int put(struct journal *j, const char *line, size_t size_bytes)
{
    for (size_t done = 0; done < size_bytes;) {
        ssize_t n = write(j->fd, line + done, size_bytes - done);

        if (n < 0 && errno != EINTR)
            return -1;
        done += n < 0 ? 0 : (size_t)n;
    }
    return 0;
}

int journal_add(struct journal *journal, const struct value *record, bool sync,
                struct pare_error *err)
{
    char *text = json_line(record);
    size_t rest = strlen(text) - 1;
    char *line = xasprintf("%.*s" CRC_BEFORE "%08" PRIx32 "\"}\n", (int)rest, text,
                           hash_crc32(0, text, rest));
    size_t size_bytes = strlen(line);

    if (journal->failed.status == PARE_OK &&
        (put(journal, line, size_bytes) < 0 || (sync && fdatasync(journal->fd) < 0))) {
        fail_io(journal, "append", &journal->failed);
        /* What is left of the line is found torn if this fails as well. */
        if (ftruncate(journal->fd, (off_t)journal->size_bytes) == 0)
            fsync(journal->fd);
    }
    if (journal->failed.status == PARE_OK)
        journal->size_bytes += size_bytes;
    else if (err)
        *err = journal->failed;
    free(line);
    free(text);
    return journal->failed.status;
}
