/* SPDX-License-Identifier: Apache-2.0 */
/* epochs.csv and events.csv: the error from epoch to epoch with the phases, and what
 * happened in between. */

#include "run/curve.h"
#include "run/figure.h"

bool figure_epochs(const struct figure *f, FILE *out)
{
    const struct curve *curve = f->run->curve;

    fputs("epoch,phase,rate,loss,error_percent,validation_error_percent,prunings\n", out);
    for (size_t i = 0; curve && i < curve->epochs; i++) {
        const struct curve_epoch *e = &curve->epoch[i];

        fprintf(out, "%zu,%s", i + 1, e->phase);
        figure_real(e->rate, out);
        figure_real(e->loss, out);
        figure_real(e->error_percent, out);
        figure_real(e->validation_error_percent, out);
        fprintf(out, ",%zu\n", e->prunings);
    }
    return curve && curve->epochs > 0;
}

bool figure_events(const struct figure *f, FILE *out)
{
    const struct curve *curve = f->run->curve;

    fputs("epoch,what,test_error_percent\n", out);
    for (size_t i = 0; curve && i < curve->events; i++) {
        const struct curve_event *e = &curve->event[i];

        fprintf(out, "%zu,%s", e->epoch, e->what);
        figure_real(e->error_percent, out);
        fputc('\n', out);
    }
    return curve && curve->events > 0;
}
