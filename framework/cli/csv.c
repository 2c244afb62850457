/* SPDX-License-Identifier: Apache-2.0 */
/* Reads what run/figure*.c and the tables of packs write; other CSV files do no harm. */

#include "cli/csv.h"
#include "base/alloc.h"
#include "base/file.h"
#include "base/text.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { BYTES_MAX = 1 << 26, COLUMNS_MAX = 4096 };

/* The next field at *at, which is moved behind it and its comma. */
static char *take_field(const char **at, const char *end, bool *last)
{
    char *field = xcalloc((size_t)(end - *at) + 1, 1), *to = field;
    bool quoted = *at < end && **at == '"';
    const char *c = *at + quoted;

    for (; c < end; c++) {
        if (quoted && *c == '"' && (c + 1 == end || c[1] != '"')) {
            quoted = false;
            continue;
        }
        if (!quoted && *c == ',')
            break;
        c += quoted && *c == '"';
        *to++ = *c;
    }
    *last = c >= end;
    *at = c + 1;
    return field;
}

static size_t count_columns(const char *line, const char *end)
{
    size_t n = 0;
    bool last = false;

    while (!last && n < COLUMNS_MAX) {
        free(take_field(&line, end, &last));
        n++;
    }
    return n;
}

static void take_line(struct csv *csv, const char *line, const char *end)
{
    bool last = line == end;

    csv->field = xrealloc(csv->field, (csv->rows + 1) * csv->columns, sizeof *csv->field);
    for (size_t i = 0; i < csv->columns; i++)
        csv->field[csv->rows * csv->columns + i] =
            last ? xstrdup("") : take_field(&line, end, &last);
    csv->rows++;
}

struct csv *csv_read(const char *path, struct pare_error *err)
{
    size_t size = 0;
    char *text = file_exists(path) ? file_read(path, BYTES_MAX, &size, err) : NULL;

    if (!text)
        return NULL;
    struct csv *csv = xcalloc(1, sizeof *csv);
    for (const char *line = text; line < text + size;) {
        const char *end = memchr(line, '\n', (size_t)(text + size - line));

        end = end ? end : text + size;
        if (!csv->columns)
            csv->columns = count_columns(line, end);
        take_line(csv, line, end);
        line = end + 1;
    }
    free(text);
    return csv;
}

void csv_free(struct csv *csv)
{
    for (size_t i = 0; csv && i < csv->rows * csv->columns; i++)
        free(csv->field[i]);
    if (csv)
        free(csv->field);
    free(csv);
}

const char *csv_text(const struct csv *csv, size_t row, const char *column)
{
    for (size_t i = 0; row < csv->rows && i < csv->columns; i++)
        if (strcmp(csv->field[i], column) == 0)
            return csv->field[row * csv->columns + i];
    return "";
}

double csv_real(const struct csv *csv, size_t row, const char *column)
{
    const char *text = csv_text(csv, row, column);
    char *end;
    double real = strtod(text, &end);

    return end == text || *end || !isfinite(real) ? (double)NAN : real;
}

bool csv_is(const struct csv *csv, size_t row, const char *column, const char *text)
{
    return !text || strcmp(csv_text(csv, row, column), text) == 0;
}

size_t csv_next_new(const struct csv *csv, size_t row, const char *column)
{
    for (row++; row < csv->rows; row++) {
        size_t before = 1;

        while (before < row && !csv_is(csv, before, column, csv_text(csv, row, column)))
            before++;
        if (before == row)
            break;
    }
    return row;
}

void csv_put_text(const char *text, FILE *out)
{
    fputc('"', out);
    for (; *text; text++) {
        if (*text == '"')
            fputc('"', out);
        fputc(*text == '\n' ? ' ' : *text, out);
    }
    fputc('"', out);
}

void csv_put_real(double real, FILE *out)
{
    char text[32] = "";

    if (!isnan(real))
        text_real(real, text);
    fprintf(out, ",%s", text);
}
