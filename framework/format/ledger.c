/* SPDX-License-Identifier: Apache-2.0 */
/* The book of bytes: lines of (param, part, bytes), made while a file is read. */

#include "format/size.h"
#include <stdlib.h>

const char *ledger_part_name(enum ledger_part part)
{
    static const char *const names[LEDGER_PART_COUNT] = {
        "values", "codes",  "gaps",  "fillers", "codebook",
        "tables", "biases", "names", "framing", "checksum",
    };

    return (unsigned)part < LEDGER_PART_COUNT ? names[part] : NULL;
}

/* Lines of a param stand together, so one of another param ends the search; those of
 * the file stand before and after. */
static struct ledger_line *find(const struct ledger *ledger, size_t param, enum ledger_part part)
{
    for (size_t i = ledger->lines; i-- > 0;) {
        struct ledger_line *line = &ledger->line[i];
        if (line->param == param && line->part == part)
            return line;
        if (line->param != param && param != SIZE_MAX)
            return NULL;
    }
    return NULL;
}

int ledger_add(struct ledger *ledger, const struct pare_net *net, size_t param,
               enum ledger_part part, size_t bytes, struct pare_error *err)
{
    struct ledger_line *line, *grown;

    if (bytes == 0)
        return PARE_OK;
    if (param != SIZE_MAX && pare_param_is_bias(&net->param[param]))
        part = LEDGER_BIASES;
    line = find(ledger, param, part);
    if (line) {
        line->bytes += bytes;
        return PARE_OK;
    }
    grown = realloc(ledger->line, (ledger->lines + 1) * sizeof *grown);
    if (!grown)
        return pare_fail(err, PARE_ENOMEM, "no memory for the ledger");
    ledger->line = grown;
    ledger->line[ledger->lines++] = (struct ledger_line){param, part, bytes};
    return PARE_OK;
}

size_t ledger_total(const struct ledger *ledger)
{
    size_t sum = 0;

    for (size_t i = 0; i < ledger->lines; i++)
        sum += ledger->line[i].bytes;
    return sum;
}

size_t ledger_param_bytes(const struct ledger *ledger, size_t param)
{
    size_t sum = 0;

    for (size_t i = 0; i < ledger->lines; i++)
        if (ledger->line[i].param == param)
            sum += ledger->line[i].bytes;
    return sum;
}

size_t ledger_bytes(const struct ledger *ledger, size_t param, enum ledger_part part)
{
    size_t sum = 0;

    for (size_t i = 0; i < ledger->lines; i++)
        if (ledger->line[i].param == param && ledger->line[i].part == part)
            sum += ledger->line[i].bytes;
    return sum;
}

void ledger_free(struct ledger *ledger)
{
    free(ledger->line);
    free(ledger->span_bits);
    free(ledger->gap_symbols);
    *ledger = (struct ledger){0};
}
