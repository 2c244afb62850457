/* SPDX-License-Identifier: Apache-2.0 */
/* Aligned columns of text. */

#include "cli/table.h"
#include "base/alloc.h"
#include "cli/cli.h"
#include <stdlib.h>
#include <string.h>

enum { BETWEEN = 2 };

void table_cell(struct table *table, const char *format, ...)
{
    va_list args;

    table->cell = xrealloc(table->cell, table->cells + 1, sizeof *table->cell);
    va_start(args, format);
    if (vasprintf(&table->cell[table->cells++], format, args) < 0)
        alloc_die();
    va_end(args);
}

void table_count(struct table *table, size_t n)
{
    char digits[32];

    table_cell(table, "%s", cli_count(n, digits));
}

static int column_width(const struct table *table, size_t column)
{
    size_t width = 0;

    for (size_t i = column; i < table->cells; i += table->columns)
        if (strlen(table->cell[i]) > width)
            width = strlen(table->cell[i]);
    return (int)width;
}

/* Of the last cell of a row that is not empty. */
static size_t row_end(const struct table *table, size_t row)
{
    size_t n = table->columns;

    while (n > 0 && !*table->cell[row * table->columns + n - 1])
        n--;
    return n;
}

void table_print(const struct table *table, int indent, FILE *out)
{
    for (size_t row = 0; row < table->cells / table->columns; row++) {
        fprintf(out, "%*s", indent, "");
        for (size_t i = 0; i < row_end(table, row); i++) {
            const char *cell = table->cell[row * table->columns + i];
            if (i == 0)
                fprintf(out, "%-*s", column_width(table, i), cell);
            else
                fprintf(out, "%*s", BETWEEN + column_width(table, i), cell);
        }
        fputc('\n', out);
    }
}

void table_free(struct table *table)
{
    for (size_t i = 0; i < table->cells; i++)
        free(table->cell[i]);
    free(table->cell);
    table->cell = NULL;
    table->cells = 0;
}
