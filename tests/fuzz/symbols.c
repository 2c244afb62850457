/* SPDX-License-Identifier: Apache-2.0 */
/* Parameters into streams and back. First a parameter drawn from the input, which
 * must come back the same in every layout and span; then the streams of a plan filled
 * with any symbols, which must be refused or make a parameter that splits into the
 * same streams. */

#include "compress/symbols.h"
#include "fuzz.h"
#include "net/param.h"
#include <string.h>

enum { COUNT_MAX = 512 };

static void *room(size_t n, size_t size)
{
    void *at = calloc(n + 1, size);

    FUZZ_CHECK(at);
    return at;
}

/* A parameter of the same state without contents. */
static struct pare_param like(const struct pare_param *p)
{
    struct pare_param q = {.name = "p", .rank = 1, .shape = {p->count}, .count = p->count};

    q.value = room(q.count, sizeof *q.value);
    q.keep = p->keep ? room(q.count, 1) : NULL;
    if (p->centroids > 0) {
        q.centroids = p->centroids;
        q.centroid = room(q.centroids, sizeof *q.centroid);
        q.code = room(q.count, sizeof *q.code);
        memcpy(q.centroid, p->centroid, q.centroids * sizeof *q.centroid);
    }
    return q;
}

static void clear(struct pare_param *p)
{
    free(p->value);
    free(p->keep);
    free(p->centroid);
    free(p->code);
}

static struct pare_param draw(const uint8_t *data, size_t size, unsigned form, uint32_t centroids)
{
    struct pare_param p = {.name = "p", .count = size};

    p.keep = form & 1 ? (uint8_t *)"" : NULL;
    p.centroids = form & 2 ? centroids : 0;
    p.centroid = p.centroids ? room(p.centroids, sizeof(float)) : NULL;
    for (uint32_t i = 0; i < p.centroids; i++)
        p.centroid[i] = (float)i * 0.5f - 7.0f;
    struct pare_param q = like(&p);
    free(p.centroid);
    for (size_t i = 0; i < q.count; i++) {
        float value;
        uint32_t bits = data[i] * 2654435761u;
        memcpy(&value, &bits, sizeof value);
        q.value[i] = value;
        if (q.keep)
            q.keep[i] = data[i] % 32 < form >> 3;
        if (q.code)
            q.code[i] = (uint16_t)(bits % q.centroids);
    }
    pare_param_project(&q);
    return q;
}

static void there_and_back(const struct pare_param *p, enum symbols_layout layout, unsigned span)
{
    struct symbols s;
    struct pare_error err = {0};
    struct pare_param q = like(p);
    const char *where = "";

    FUZZ_CHECK(symbols_split(p, layout, span, &s, &err) == PARE_OK);
    FUZZ_CHECK(symbols_join(&s, &q, &err) == PARE_OK);
    FUZZ_CHECK(param_equal(p, &q, &where));
    symbols_free(&s);
    clear(&q);
}

/* Symbols from the input, most within their alphabet. */
static void fill(struct symbols *s, const uint8_t *data, size_t size)
{
    size_t at = 0;

    for (size_t j = 0; j < s->streams; j++)
        for (size_t i = 0; i < s->stream[j].count; i++) {
            uint32_t x = size > 0 ? data[at++ % size] : 0;
            s->stream[j].symbol[i] = x == 255 ? 65535 : (uint16_t)(x % s->stream[j].alphabet);
        }
}

static void hostile(const struct pare_param *p, const uint8_t *data, size_t size, unsigned span,
                    size_t kept, size_t gaps, enum symbols_layout layout)
{
    struct symbols s, again;
    struct pare_error err = {0};
    struct pare_param q = like(p);
    int status =
        symbols_plan(p->keep != NULL, p->count, kept, p->centroids, layout, span, gaps, &s, &err);

    fuzz_check_error(status, &err);
    if (status == PARE_OK) {
        fill(&s, data, size);
        status = symbols_join(&s, &q, &err);
        fuzz_check_error(status, &err);
        if (status == PARE_OK) {
            FUZZ_CHECK(symbols_split(&q, s.layout, span, &again, &err) == PARE_OK);
            FUZZ_CHECK(again.streams == s.streams);
            for (size_t j = 0; j < s.streams; j++)
                FUZZ_CHECK(again.stream[j].count == s.stream[j].count &&
                           memcmp(again.stream[j].symbol, s.stream[j].symbol,
                                  s.stream[j].count * sizeof *s.stream[j].symbol) == 0);
            symbols_free(&again);
        }
        symbols_free(&s);
    }
    clear(&q);
}

static void one(const uint8_t *data, size_t size_bytes)
{
    unsigned form = (unsigned)fuzz_take(data, &size_bytes, 1);
    unsigned span = (unsigned)fuzz_take(data, &size_bytes, 1);
    uint32_t centroids = 1 + (uint32_t)fuzz_take(data, &size_bytes, 2);
    size_t kept = (size_t)fuzz_take(data, &size_bytes, 2);
    size_t gaps = kept + (size_t)fuzz_take(data, &size_bytes, 1);
    struct pare_param p;

    if (size_bytes == 0)
        return;
    size_bytes = size_bytes < COUNT_MAX ? size_bytes : COUNT_MAX;
    if (centroids % 64 > 0) /* large ones take longer, and few are enough */
        centroids = 1 + centroids % 20;
    p = draw(data, size_bytes, form, centroids);
    there_and_back(&p, SYMBOLS_GAP, span % 16);
    there_and_back(&p, SYMBOLS_INLINE, span % 16);
    if (span < 128)
        kept = p.keep ? kept % (size_bytes + 1) : size_bytes;
    hostile(&p, data, size_bytes, span % 17, kept, gaps, form & 4 ? SYMBOLS_INLINE : SYMBOLS_GAP);
    clear(&p);
}

const struct fuzz_target fuzz_target = {.one = one,
                                        .memory_bytes = 4 << 20,
                                        .memory_factor = 256,
                                        .seconds = 1.0,
                                        .seconds_a_mib = 60.0};
