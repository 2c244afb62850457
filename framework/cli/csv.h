/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_CSV_H
#define CLI_CSV_H

/* A CSV file (RFC 4180, but that a field holds no newline) in memory. */

#include <pare/base.h>
#include <stdio.h>

struct csv {
    char **field; /* [rows][columns], the header first; "" where a line is short */
    size_t rows, columns;
};

/* NULL: it is not there, or not to be read (then with err). */
struct csv *csv_read(const char *path, struct pare_error *err);
void csv_free(struct csv *csv);

/* The field of a row (1: the first behind the header) below this name; "" where there
 * is none. */
const char *csv_text(const struct csv *csv, size_t row, const char *column);
/* NaN where it is no number. */
double csv_real(const struct csv *csv, size_t row, const char *column);
/* Do the fields of the row hold these texts? A NULL text: any. */
bool csv_is(const struct csv *csv, size_t row, const char *column, const char *text);
/* The next row that has another text in the column than all before it, or rows. */
size_t csv_next_new(const struct csv *csv, size_t row, const char *column);

/* A field: in quotes, those within doubled, a newline as a blank. */
void csv_put_text(const char *text, FILE *out);
/* A comma and every digit; nothing behind it for NaN. */
void csv_put_real(double real, FILE *out);

#endif
