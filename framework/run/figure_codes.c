/* SPDX-License-Identifier: Apache-2.0 */
/* centroids.csv: each shared value as it was chosen and as it is now, and how many
 * weights have it (Han, Mao, Dally 2016, figures 4 and 5); gaps.csv: how many pruned
 * weights are passed over, as the file has them. */

#include "base/alloc.h"
#include "compress/symbols.h"
#include "run/figure.h"
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

static size_t *count_codes(const struct pare_param *p)
{
    size_t *count = xcalloc(p->centroids, sizeof *count);

    for (size_t i = 0; i < p->count; i++)
        if (!p->keep || p->keep[i])
            count[p->code[i]]++;
    return count;
}

static void put_float(double real, FILE *out)
{
    if (isnan(real))
        fputc(',', out);
    else
        fprintf(out, ",%.9g", real); /* the same float again */
}

bool figure_centroids(const struct figure *f, FILE *out)
{
    bool any = false;

    fputs("param,code,shared,tuned,weights\n", out);
    for (size_t i = 0; i < f->net->params; i++) {
        const struct pare_param *p = &f->net->param[i];
        const struct moments_param *past = f->moments ? &f->moments->param[i] : NULL;
        bool known = past && past->centroids == p->centroids;

        if (!p->centroid)
            continue;
        size_t *count = count_codes(p);
        for (uint32_t k = 0; k < p->centroids; k++) {
            fprintf(out, "%s,%" PRIu32, p->name, k);
            put_float(known ? (double)past->centroid[k] : (double)NAN, out);
            put_float((double)p->centroid[k], out);
            fprintf(out, ",%zu\n", count[k]);
        }
        free(count);
        any = true;
    }
    return any;
}

/* Counts of each gap; the last, fillers. */
static bool put_gaps(const struct pare_param *p, unsigned span_bits, FILE *out)
{
    struct symbols s = {0};

    int status = symbols_split(p, SYMBOLS_GAP, span_bits, &s, NULL);
    if (status == PARE_ENOMEM)
        alloc_die();
    if (status != PARE_OK)
        return false;
    const struct pare_stream *gaps = &s.stream[0];
    size_t *count = xcalloc(gaps->alphabet, sizeof *count);
    for (size_t i = 0; i < gaps->count; i++)
        count[gaps->symbol[i]]++;
    for (uint32_t gap = 0; gap < gaps->alphabet; gap++)
        if (count[gap])
            fprintf(out, "%s,%" PRIu32 ",%zu,%d\n", p->name, gap, count[gap],
                    gap == gaps->alphabet - 1);
    free(count);
    symbols_free(&s);
    return true;
}

bool figure_gaps(const struct figure *f, FILE *out)
{
    bool any = false;

    fputs("param,gap,entries,filler\n", out);
    for (size_t i = 0; f->file && i < f->net->params; i++) {
        const struct pare_param *p = &f->net->param[i];
        unsigned span_bits = f->file->ledger.span_bits[i];

        /* Where the file has no gaps, those that there are, whatever their length. */
        if (p->keep && !pare_param_is_bias(p))
            any |= put_gaps(p, span_bits ? span_bits : SYMBOLS_SPAN_BITS_MAX, out);
    }
    return any;
}
