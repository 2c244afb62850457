/* SPDX-License-Identifier: Apache-2.0 */
/* What a net would take in other forms: dense, at the stages of the papers, and
 * through general compressors. */

#include "format/size.h"
#include "base/alloc.h"
#include "base/hash.h"
#include "compress/symbols.h"
#include "format/container.h"
#include <math.h>
#include <stdlib.h>
#include <zlib.h>
#include <zstd.h>

enum { WIDTHS = SYMBOLS_SPAN_BITS_MAX + 1 };

/* entries [WIDTHS]: kept weights and fillers when an index has that many bits. */
static void count_entries(const struct pare_param *p, size_t *entries)
{
    size_t gap = 0;

    for (unsigned b = 0; b < WIDTHS; b++)
        entries[b] = 0;
    for (size_t i = 0; i < p->count; i++) {
        if (!p->keep[i]) {
            gap++;
            continue;
        }
        for (unsigned b = 0; b < WIDTHS; b++)
            entries[b] += 1 + (gap >> b);
        gap = 0;
    }
}

/* Bytes of a param whose values take value_bits each. */
static double fixed_width(const struct pare_param *p, unsigned value_bits)
{
    size_t entries[WIDTHS];
    double least = INFINITY;

    if (!p->keep)
        return (double)p->count * value_bits / 8.0;
    count_entries(p, entries);
    for (unsigned b = 0; b < WIDTHS; b++)
        least = fmin(least, (double)entries[b] * (b + value_bits) / 8.0);
    return least;
}

static unsigned width_of(uint32_t alphabet)
{
    unsigned width = 0;

    while ((UINT64_C(1) << width) < alphabet)
        width++;
    return width;
}

struct size_stages size_of_param(const struct pare_net *net, const struct ledger *ledger,
                                 size_t param)
{
    const struct pare_param *p = &net->param[param];
    struct size_stages s = {.dense = 4.0 * (double)p->count};

    s.p = s.pq = fixed_width(p, 32);
    if (p->centroid)
        s.pq = fixed_width(p, width_of(p->centroids)) + 4.0 * p->centroids;
    if (ledger)
        s.pqh = (double)ledger_param_bytes(ledger, param);
    return s;
}

size_t size_dense_bytes(const struct pare_net *net)
{
    size_t bytes = 0;

    for (size_t i = 0; i < net->params; i++)
        bytes += 4 * net->param[i].count;
    return bytes;
}

/* Writes p's values as they stand in files; returns the byte behind them. */
static uint8_t *put_values(const struct pare_param *p, uint8_t *at)
{
    for (size_t i = 0; i < p->count; i++) {
        uint32_t bits = container_float_bits(p->value[i]);
        for (unsigned j = 0; j < 4; j++)
            *at++ = (uint8_t)(bits >> 8 * j);
    }
    return at;
}

int size_digest(const struct pare_param *p, char hex[65], struct pare_error *err)
{
    uint8_t *values = alloc_zero(p->count, 4, "values", err);

    if (!values)
        return PARE_ENOMEM;
    put_values(p, values);
    hash_sha256(values, 4 * p->count, hex);
    free(values);
    return PARE_OK;
}

static int gzip_size(const uint8_t *data, size_t size_bytes, size_t *out, struct pare_error *err)
{
    enum { GZIP_WINDOW = 15 + 16, LEVEL = 9, MEMORY = 8, ROOM = 1 << 16 };
    uint8_t room[ROOM];
    z_stream z = {.next_in = (Bytef *)(uintptr_t)data};
    size_t left = size_bytes;
    int status;

    if (deflateInit2(&z, LEVEL, Z_DEFLATED, GZIP_WINDOW, MEMORY, Z_DEFAULT_STRATEGY) != Z_OK)
        return pare_fail(err, PARE_ENOMEM, "no memory for zlib");
    do {
        if (z.avail_in == 0) {
            z.avail_in = left < ROOM ? (uInt)left : ROOM;
            left -= z.avail_in;
        }
        z.next_out = room;
        z.avail_out = ROOM;
        status = deflate(&z, left ? Z_NO_FLUSH : Z_FINISH);
    } while (status == Z_OK);
    *out = z.total_out;
    deflateEnd(&z);
    if (status != Z_STREAM_END)
        return pare_fail(err, PARE_ESTATE, "zlib failed with status %d", status);
    return PARE_OK;
}

static int zstd_size(const uint8_t *data, size_t size_bytes, size_t *out, struct pare_error *err)
{
    enum { LEVEL = 19 };
    size_t room = ZSTD_compressBound(size_bytes);
    void *packed = alloc_zero(room, 1, "zstd", err);
    int status = PARE_OK;

    if (!packed)
        return PARE_ENOMEM;
    *out = ZSTD_compress(packed, room, data, size_bytes, LEVEL);
    if (ZSTD_isError(*out))
        status = pare_fail(err, PARE_ESTATE, "zstd: %s", ZSTD_getErrorName(*out));
    free(packed);
    return status;
}

int size_generic(const struct pare_net *net, size_t *gzip_bytes, size_t *zstd_bytes,
                 struct pare_error *err)
{
    size_t size_bytes = size_dense_bytes(net);
    uint8_t *values = alloc_zero(size_bytes, 1, "values", err), *at = values;
    int status;

    if (!values)
        return PARE_ENOMEM;
    for (size_t i = 0; i < net->params; i++)
        at = put_values(&net->param[i], at);
    status = gzip_size(values, size_bytes, gzip_bytes, err);
    if (!status)
        status = zstd_size(values, size_bytes, zstd_bytes, err);
    free(values);
    return status;
}
