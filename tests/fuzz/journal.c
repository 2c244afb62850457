/* SPDX-License-Identifier: Apache-2.0 */
/* A journal's bytes. In one form as they are; in the other the checksum of every line
 * is made right, so that what is in the lines is believed. Every record that is taken
 * can be read. */

#include "run/journal.h"
#include "base/hash.h"
#include "fuzz.h"
#include <stdio.h>
#include <string.h>

enum { BYTES_MAX = 1 << 17 };

/* Closes each line "{...}" by its checksum. */
static size_t sealed(const uint8_t *data, size_t size, char *out)
{
    size_t n = 0;

    for (size_t at = 0; at < size;) {
        const uint8_t *end = memchr(data + at, '\n', size - at);
        size_t length = (end ? (size_t)(end - data) : size) - at;

        if (n + length + 40 > BYTES_MAX)
            break;
        memcpy(out + n, data + at, length);
        if (length > 1 && out[n + length - 1] == '}')
            length += (size_t)sprintf(out + n + length - 1, ",\"crc\":\"%08x\"}\n",
                                      hash_crc32(0, data + at, length - 1)) -
                      1;
        else
            out[n + length++] = '\n';
        n += length;
        at = end ? (size_t)(end - data) + 1 : size;
    }
    return n;
}

static void read_journal(const uint8_t *data, size_t size)
{
    struct pare_error err = {0};
    struct journal *j = journal_open_reading(fuzz_file(0, data, size), &err);

    if (!j) {
        fuzz_check_error(err.status, &err);
        FUZZ_CHECK(err.status == PARE_EFORMAT);
        return;
    }
    for (size_t i = 0; i < journal_count(j); i++) {
        const struct journal_record *r = journal_at(j, i);
        struct value *group = journal_read(j, i, &err);

        FUZZ_CHECK(group && r->kind < JOURNAL_KIND_COUNT);
        FUZZ_CHECK(r->end <= size && (i == 0 || r->end > journal_at(j, i - 1)->end));
        value_free(group);
    }
    journal_close(j);
}

static void one(const uint8_t *data, size_t size_bytes)
{
    static char text[BYTES_MAX];

    read_journal(data, size_bytes);
    read_journal((const uint8_t *)text, sealed(data, size_bytes, text));
}

const struct fuzz_target fuzz_target = {.one = one,
                                        .memory_bytes = 1 << 20,
                                        .memory_factor = 2000,
                                        .seconds = 0.5,
                                        .seconds_a_mib = 60.0};
