/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes and bits of each parameter, out of the ledger of its file. */

#include "run/tally.h"

#include "format/size.h"
#include "run/tree.h"
#include <math.h>

/* Sums over weights; biases are left out. */
struct sums {
    double dense, pq, pqh;
    double kept, entries; /* weights that have a code, indices */
    double code_bits, code_bits_coded, index_bits, index_bits_coded; /* in all */
};

/* The narrowest code for k shared values. */
static double width_of(uint32_t k)
{
    return k > 1 ? ceil(log2((double)k)) : 0.0;
}

static void add_bits(struct value *line, const struct sums *s)
{
    tree_real(line, "code_bits", s->kept > 0.0 ? s->code_bits / s->kept : (double)NAN);
    tree_real(line, "code_bits_coded", s->kept > 0.0 ? s->code_bits_coded / s->kept : (double)NAN);
    tree_real(line, "index_bits", s->entries > 0.0 ? s->index_bits / s->entries : (double)NAN);
    tree_real(line, "index_bits_coded",
              s->entries > 0.0 ? s->index_bits_coded / s->entries : (double)NAN);
}

static struct sums sums_of(const struct model_file *file, size_t i)
{
    const struct pare_param *p = &file->net->param[i];
    struct size_stages stages = size_of_param(file->net, &file->ledger, i);
    struct sums s = {.dense = stages.dense, .pq = stages.pq, .pqh = stages.pqh};
    size_t codes = ledger_bytes(&file->ledger, i, LEDGER_CODES);
    size_t gaps = ledger_bytes(&file->ledger, i, LEDGER_GAPS) +
                  ledger_bytes(&file->ledger, i, LEDGER_FILLERS);

    if (p->centroid) {
        s.kept = (double)pare_param_kept(p);
        s.code_bits = s.kept * width_of(p->centroids);
        s.code_bits_coded = 8.0 * (double)codes;
    }
    s.entries = (double)file->ledger.gap_symbols[i];
    s.index_bits = s.entries * file->ledger.span_bits[i];
    s.index_bits_coded = 8.0 * (double)gaps;
    return s;
}

static void add_param(const struct model_file *file, size_t i, const struct sums *s,
                      struct value *list)
{
    const struct pare_param *p = &file->net->param[i];
    size_t kept = pare_param_kept(p), bytes = ledger_param_bytes(&file->ledger, i);
    struct value *line = tree_add_group(list, NULL);

    tree_text(line, "name", p->name);
    tree_size(line, "count", p->count);
    tree_size(line, "zeroed", p->count - kept);
    tree_size(line, "kept", kept);
    tree_real(line, "kept_percent", 100.0 * (double)kept / (double)p->count);
    tree_size(line, "centroids", p->centroids);
    tree_size(line, "bytes", bytes);
    tree_real(line, "bits", 8.0 * (double)bytes / (double)p->count);
    tree_real(line, "pq_bytes", s->pq);
    tree_real(line, "pq_percent", 100.0 * s->pq / s->dense);
    tree_real(line, "pqh_percent", 100.0 * s->pqh / s->dense);
    if (!pare_param_is_bias(p))
        add_bits(line, s);
}

void tally_add(const struct model_file *file, struct value *group)
{
    struct value *list = tree_add_list(group, "params");
    struct sums all = {0};

    for (size_t i = 0; i < file->net->params; i++) {
        struct sums s = sums_of(file, i);

        add_param(file, i, &s, list);
        if (pare_param_is_bias(&file->net->param[i]))
            continue;
        all.dense += s.dense;
        all.pq += s.pq;
        all.pqh += s.pqh;
        all.kept += s.kept;
        all.entries += s.entries;
        all.code_bits += s.code_bits;
        all.code_bits_coded += s.code_bits_coded;
        all.index_bits += s.index_bits;
        all.index_bits_coded += s.index_bits_coded;
    }
    tree_real(group, "pq_percent", 100.0 * all.pq / all.dense);
    tree_real(group, "pqh_percent", 100.0 * all.pqh / all.dense);
    add_bits(group, &all);
}
