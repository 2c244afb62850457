/* SPDX-License-Identifier: Apache-2.0 */
/* bench_codes MODEL PARAM ENCODER SECONDS FOLDER: encodes and decodes the streams of one
 * parameter of a model file, over and over, and prints a line of JSON for each. The
 * entropy is of order zero. The symbols are left as bytes in FOLDER/STREAM.bin. */

#include "compress/symbols.h"
#include "format/read.h"
#include "plugin/registry.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct timing {
    double encode, decode; /* seconds of the fastest */
    size_t size_bytes, table_bits;
};

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static double entropy_bytes(const struct pare_stream *s)
{
    double *uses = calloc(s->alphabet, sizeof *uses), bits = 0.0;

    if (!uses)
        abort();
    for (size_t i = 0; i < s->count; i++)
        uses[s->symbol[i]] += 1.0;
    for (size_t i = 0; i < s->alphabet; i++)
        bits -= uses[i] > 0.0 ? uses[i] * log2(uses[i] / (double)s->count) : 0.0;
    free(uses);
    return bits / 8.0;
}

/* Once each way; what comes back must be what went in. */
static int once(const struct pare_encoder *encoder, void *self, const struct pare_stream *s,
                struct pare_stream *back, struct timing *t, struct pare_error *err)
{
    struct pare_bits bits = {0};
    double started = now();
    int status = encoder->encode(self, s, &bits, NULL, err);
    double encoded = now();

    if (status == PARE_OK) {
        struct pare_bits in = pare_bits_over(bits.byte, pare_bits_size_bytes(&bits));

        status = encoder->decode(self, &in, back, NULL, err);
        t->decode = fmin(t->decode, now() - encoded);
        t->encode = fmin(t->encode, encoded - started);
        t->size_bytes = pare_bits_size_bytes(&bits);
    }
    if (status == PARE_OK && memcmp(s->symbol, back->symbol, s->count * sizeof *s->symbol) != 0)
        status = pare_fail(err, PARE_EFORMAT, "%s: not what went in", s->name);
    pare_bits_free(&bits);
    return status;
}

static int table_bits(const struct pare_encoder *encoder, void *self, const struct pare_stream *s,
                      size_t *bits, struct pare_error *err)
{
    struct pare_cost cost = {.symbol_bits = calloc(s->alphabet, sizeof(float))};
    struct pare_bits out = {0};
    int status = encoder->encode(self, s, &out, &cost, err);

    *bits = cost.table_bits;
    free(cost.symbol_bits);
    pare_bits_free(&out);
    return status;
}

static int measure(const struct plugin_use *use, const struct pare_stream *s, double seconds,
                   struct pare_error *err)
{
    const void *plugin = use->plugin;
    const struct pare_encoder *encoder = plugin;
    struct timing t = {.encode = INFINITY, .decode = INFINITY};
    struct pare_stream back = *s;
    double until = now() + seconds, megabytes = (double)s->count * 1e-6;
    int status = table_bits(encoder, use->self, s, &t.table_bits, err);

    back.symbol = calloc(s->count, sizeof *back.symbol);
    if (!back.symbol)
        abort();
    while (status == PARE_OK && now() < until)
        status = once(encoder, use->self, s, &back, &t, err);
    free(back.symbol);
    if (status == PARE_OK)
        printf("{\"stream\": \"%s\", \"symbols\": %zu, \"alphabet\": %u, \"bytes\": %zu, "
               "\"table_bytes\": %.6g, \"entropy_bytes\": %.10g, \"encode\": %.6g, "
               "\"decode\": %.6g}\n",
               s->name, s->count, s->alphabet, t.size_bytes, (double)t.table_bits / 8.0,
               entropy_bytes(s), megabytes / t.encode, megabytes / t.decode);
    return status;
}

/* Symbols as bytes, those above 255 cut off: for coders that know only bytes. */
static void save(const struct pare_stream *s, const char *folder)
{
    char path[4096];

    snprintf(path, sizeof path, "%s/%s.bin", folder, s->name);
    FILE *file = fopen(path, "wb");
    for (size_t i = 0; file && i < s->count; i++)
        putc(s->symbol[i] < 255 ? s->symbol[i] : 255, file);
    if (!file || fclose(file) != 0)
        abort();
}

static unsigned span_of(const struct model_file *file, const struct pare_param *p)
{
    return file->ledger.span_bits[p - file->net->param];
}

int main(int argc, char **argv)
{
    struct pare_error err = {0};
    struct model_file file = {0};
    struct plugin_use use = {0};
    struct symbols streams = {0};

    if (argc != 6)
        return 2;
    int status = format_read_path(argv[1], &file, &err);
    struct pare_param *p = status == PARE_OK ? net_param(file.net, argv[2]) : NULL;
    const struct pare_plugin *plugin = registry_get(PARE_KIND_ENCODER, argv[3], &err);
    if (p && plugin)
        status = plugin_use_open(&use, plugin, NULL, "encode", NULL, NULL, &err);
    if (p && plugin && status == PARE_OK)
        status = symbols_split(p, SYMBOLS_GAP, span_of(&file, p), &streams, &err);
    for (size_t i = 0; i < streams.streams && status == PARE_OK; i++) {
        save(&streams.stream[i], argv[5]);
        status = measure(&use, &streams.stream[i], atof(argv[4]), &err);
    }
    if (!p || !plugin || status != PARE_OK)
        fprintf(stderr, "%s\n", err.text[0] ? err.text : "no such parameter");
    symbols_free(&streams);
    plugin_use_close(&use);
    model_file_free(&file);
    return p && plugin && status == PARE_OK ? 0 : 1;
}
