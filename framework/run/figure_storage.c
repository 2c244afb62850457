/* SPDX-License-Identifier: Apache-2.0 */
/* storage.csv: every byte of the file, by parameter and by what it is for (Han, Mao,
 * Dally 2016, figure 11). It adds up to the file's size. */

#include "run/figure.h"

bool figure_storage(const struct figure *f, FILE *out)
{
    if (!f->file)
        return false;
    fputs("param,part,bytes\n", out);
    for (size_t i = 0; i < f->file->ledger.lines; i++) {
        const struct ledger_line *line = &f->file->ledger.line[i];

        fprintf(out, "%s,%s,%zu\n", line->param == SIZE_MAX ? "" : f->net->param[line->param].name,
                ledger_part_name(line->part), line->bytes);
    }
    return true;
}
