/* SPDX-License-Identifier: Apache-2.0 */
/* layers.csv: number, mean and deviation of the weights at each moment; weights.csv:
 * their histograms, without empty bins, and the part of the kept weights up to each. */

#include "run/figure.h"
#include <inttypes.h>

static void put_layer(const char *name, const char *moment, const struct moment *at, FILE *out)
{
    fprintf(out, "%s,%s,%zu,%zu", name, moment, at->weights, at->kept);
    figure_real(at->mean, out);
    figure_real(at->deviation, out);
    figure_real(at->deviation_zeros, out);
    figure_real(at->least, out);
    figure_real(at->most, out);
    fputc('\n', out);
}

static void put_bins(const char *name, const char *moment, const struct moment *at, FILE *out)
{
    uint64_t below = 0;

    for (uint32_t i = 0; i < at->bins; i++) {
        double low = (double)(at->first + i) * at->width;
        double high = (double)(at->first + i + 1) * at->width;

        if (at->count[i] == 0)
            continue;
        below += at->count[i];
        fprintf(out, "%s,%s,%.9g,%.9g,%" PRIu32, name, moment, low, high, at->count[i]);
        figure_real((double)below / (double)at->kept, out);
        fputc('\n', out);
    }
}

static bool put_moments(const struct figure *f,
                        void (*put)(const char *name, const char *moment, const struct moment *at,
                                    FILE *out),
                        FILE *out)
{
    bool any = false;

    for (size_t i = 0; f->moments && i < f->net->params; i++)
        for (int k = 0; k < MOMENTS; k++) {
            const struct moment *at = &f->moments->param[i].at[k];

            if (at->there)
                put(f->net->param[i].name, moment_names[k], at, out);
            any |= at->there;
        }
    return any;
}

bool figure_layers(const struct figure *f, FILE *out)
{
    fputs("param,moment,weights,kept,mean,deviation,deviation_zeros,least,most\n", out);
    return put_moments(f, put_layer, out);
}

bool figure_weights(const struct figure *f, FILE *out)
{
    fputs("param,moment,low,high,weights,cumulative\n", out);
    return put_moments(f, put_bins, out);
}
