/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUN_JOURNAL_H
#define RUN_JOURNAL_H

/* The journal of a run: what was done, a JSON object a line, closed by a CRC-32 of
 * the rest of its line. It is all that a resume knows; docs/runs.md has the records
 * and their members. The open file is the lock of the run folder. */

#include "config/value.h"

enum journal_kind {
    JOURNAL_START,   /* what the run was begun with */
    JOURNAL_VERB,    /* a verb is done, or has failed */
    JOURNAL_BEGIN,   /* a train begins */
    JOURNAL_EPOCH,   /* an epoch of it is done; the last one perhaps in part */
    JOURNAL_STAGE,   /* a stage was measured (run/stages.h) */
    JOURNAL_SIZE,    /* the bytes of the file that the net would make */
    JOURNAL_REQUIRE, /* the schedule has read a module */
    JOURNAL_PLUGIN,  /* a plugin was loaded */
    JOURNAL_KIND_COUNT,
};

/* What is needed to find one's way. */
struct journal_record {
    enum journal_kind kind;
    bool inside;    /* in a train, called by a hook */
    char *file;     /* the checkpoint of the state after it; NULL: none */
    char *snapshot; /* of a snapshot: the checkpoint that holds it */
    char *text;     /* the JSON of the line without its checksum */
    size_t end;     /* offset of the byte after the line */
};

struct journal;

/* Opens or makes it, locks it and reads it. A last line that was not written in
 * full is left out (journal_torn); any other bad line is PARE_EFORMAT. PARE_ESTATE:
 * another process has it. */
struct journal *journal_open(const char *path, struct pare_error *err);
/* The same to read it alone: it must be there, and nothing may be added or cut. */
struct journal *journal_open_reading(const char *path, struct pare_error *err);
void journal_close(struct journal *journal);

/* Records as of the opening, but for those cut off. */
size_t journal_count(const struct journal *journal);
const struct journal_record *journal_at(const struct journal *journal, size_t i);
/* The record as a group, which the caller frees. */
struct value *journal_read(const struct journal *journal, size_t i, struct pare_error *err);
bool journal_torn(const struct journal *journal);
/* Takes all but the first n records out of the file. */
int journal_cut(struct journal *journal, size_t n, struct pare_error *err);

/* Appends. sync: it and those before are on disk before this returns. After a
 * failure every further call fails with the same error, since what follows would
 * have no place. */
int journal_add(struct journal *journal, const struct value *record, bool sync,
                struct pare_error *err);
/* "start"; verbs have none: NULL. */
const char *journal_word(enum journal_kind kind);

#endif
