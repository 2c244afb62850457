/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_TABLE_H
#define CLI_TABLE_H

/* Tables for people: cells are filled row by row, columns get the width of their
 * widest cell. Column 0 stands left, the others right. */

#include <pare/base.h>
#include <stdio.h>

struct table {
    size_t columns;
    char **cell; /* [cells] */
    size_t cells;
};

/* Zero a table but for columns before use. */
void table_cell(struct table *table, const char *format, ...) PARE_PRINTF(2, 3);
/* A count in groups of three digits. */
void table_count(struct table *table, size_t n);
/* Each row after indent spaces, without spaces at its end. */
void table_print(const struct table *table, int indent, FILE *out);
void table_free(struct table *table);

#endif
