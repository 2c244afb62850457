/* SPDX-License-Identifier: Apache-2.0 */
/* Params into streams and back: the paper's example, round trips over every state
 * and span, filler counts against theory, and streams that no param has. */

#include "support/support.h"

#include "base/alloc.h"
#include "compress/symbols.h"
#include "net/param.h"
#include <math.h>
#include <pare/rng.h>
#include <stdlib.h>
#include <string.h>

static struct pare_error err;

/* density below 0: not pruned; centroids 0: not shared. */
static struct pare_param make_param(size_t count, double density, uint32_t centroids, uint64_t seed)
{
    struct pare_rng rng = pare_rng_stream(seed, "param");
    struct pare_param p = {.name = strdup("w"), .rank = 2, .shape = {1, count}, .count = count};

    p.value = alloc_zero(count, sizeof(float), "value", &err);
    if (density >= 0.0)
        p.keep = alloc_zero(count, 1, "keep", &err);
    if (centroids > 0) {
        p.centroids = centroids;
        p.centroid = alloc_zero(centroids, sizeof(float), "centroid", &err);
        p.code = alloc_zero(count, sizeof(uint16_t), "code", &err);
        for (uint32_t j = 0; j < centroids; j++)
            p.centroid[j] = (float)j - (float)centroids / 2.0f;
    }
    for (size_t i = 0; i < count; i++) {
        p.value[i] = (float)pare_rng_normal(&rng);
        if (p.keep != NULL)
            p.keep[i] = pare_rng_real(&rng) < density;
        if (p.code != NULL)
            p.code[i] = (uint16_t)pare_rng_below(&rng, centroids);
    }
    pare_param_project(&p);
    return p;
}

/* What a reader has before the streams are decoded. */
static struct pare_param blank_like(const struct pare_param *p)
{
    struct pare_param q = make_param(p->count, p->keep != NULL ? 0.5 : -1.0, p->centroids, 99);

    if (p->centroid != NULL)
        memcpy(q.centroid, p->centroid, p->centroids * sizeof(float));
    return q;
}

static void test_example_of_the_paper(void **state)
{
    /* Han 2016, figure 2: weights at 1, 4, 15; the gap of 11 exceeds the span of 8,
     * so one filler. Its indices 1, 3, (8), 3 count from weight to weight; gaps
     * count the pruned positions in between: one less after the first. */
    float value[16] = {0};
    uint8_t keep[16] = {0};
    struct pare_param p = {.name = "w", .rank = 1, .count = 16, .value = value, .keep = keep};
    static const uint16_t want[4] = {1, 2, 8, 2};
    struct symbols s;

    (void)state;
    keep[1] = keep[4] = keep[15] = 1;
    value[1] = 3.4f;
    value[4] = 0.9f;
    value[15] = 1.7f;
    ASSERT_OK(symbols_split(&p, SYMBOLS_GAP, 3, &s, &err), err);
    assert_int_equal(s.streams, 5);
    assert_string_equal(s.stream[0].name, "gap");
    assert_int_equal(s.stream[0].alphabet, 9);
    assert_int_equal(s.stream[0].count, 4);
    assert_memory_equal(s.stream[0].symbol, want, sizeof(want));
    assert_int_equal(s.fillers, 1);
    assert_string_equal(s.stream[4].name, "byte3");
    assert_int_equal(s.stream[4].symbol[0], 0x40); /* 3.4 is 0x4059999a */
    assert_int_equal(s.stream[1].symbol[0], 0x9a);
    symbols_free(&s);
}

/* The gap stream by its definition: is it this mask's, with no more symbols than
 * needed? */
static void check_gaps(const struct symbols *s, const struct pare_param *p)
{
    const struct pare_stream *gap = &s->stream[0];
    size_t at = 0, span = (size_t)1 << s->span_bits, fillers = 0;

    assert_int_equal(gap->alphabet, span + 1);
    for (size_t i = 0; i < gap->count; i++) {
        for (size_t j = 0; j < gap->symbol[i]; j++)
            assert_int_equal(p->keep[at++], 0);
        fillers += gap->symbol[i] == span;
        if (gap->symbol[i] < span)
            assert_int_equal(p->keep[at++], 1);
    }
    assert_int_equal(fillers, s->fillers);
    assert_int_equal(gap->count, fillers + pare_param_kept(p));
}

/* Split, plan as the reader, copy the symbols, join: equal? */
static void round_trip(const struct pare_param *p, enum symbols_layout layout, unsigned span_bits)
{
    struct pare_param q = blank_like(p);
    struct symbols s, t;
    const char *where;

    ASSERT_OK(symbols_split(p, layout, span_bits, &s, &err), err);
    if (p->keep != NULL && s.layout == SYMBOLS_GAP)
        check_gaps(&s, p);
    ASSERT_OK(symbols_plan(p->keep != NULL, p->count, pare_param_kept(p), p->centroids, s.layout,
                           s.span_bits, s.stream[0].count, &t, &err),
              err);
    assert_int_equal(t.streams, s.streams);
    assert_int_equal(t.fillers, s.fillers);
    for (size_t j = 0; j < s.streams; j++) {
        assert_string_equal(t.stream[j].name, s.stream[j].name);
        assert_int_equal(t.stream[j].alphabet, s.stream[j].alphabet);
        assert_int_equal(t.stream[j].count, s.stream[j].count);
        for (size_t i = 0; i < s.stream[j].count; i++)
            assert_true(s.stream[j].symbol[i] < s.stream[j].alphabet);
        memcpy(t.stream[j].symbol, s.stream[j].symbol, s.stream[j].count * sizeof(uint16_t));
    }
    ASSERT_OK(symbols_join(&t, &q, &err), err);
    if (!param_equal(p, &q, &where))
        fail_msg("layout %d, span of %u bits, %zu weights: %s differ", layout, span_bits, p->count,
                 where);
    symbols_free(&s);
    symbols_free(&t);
    param_release(&q);
}

static void test_round_trip(void **state)
{
    static const double densities[] = {-1.0, 0.0, 0.003, 0.1, 0.5, 1.0};
    static const uint32_t centroids[] = {0, 1, 2, 16, 1000};
    static const size_t counts[] = {1, 2, 37, 3000};

    (void)state;
    for (size_t d = 0; d < 6; d++)
        for (size_t c = 0; c < 5; c++)
            for (size_t n = 0; n < 4; n++) {
                struct pare_param p = make_param(counts[n], densities[d], centroids[c], n);
                for (unsigned span_bits = 0; span_bits <= SYMBOLS_SPAN_BITS_MAX; span_bits++)
                    round_trip(&p, SYMBOLS_GAP, span_bits);
                round_trip(&p, SYMBOLS_INLINE, 5);
                param_release(&p);
            }
}

static void test_long_gaps_and_ends(void **state)
{
    struct pare_param p = make_param(100000, 0.0, 2, 1);
    struct symbols s;

    (void)state;
    p.keep[70000] = 1;
    pare_param_project(&p);
    for (unsigned span_bits = 0; span_bits <= SYMBOLS_SPAN_BITS_MAX; span_bits++) {
        round_trip(&p, SYMBOLS_GAP, span_bits);
        /* 70,000 pruned before it, and those after it cost nothing */
        ASSERT_OK(symbols_split(&p, SYMBOLS_GAP, span_bits, &s, &err), err);
        assert_int_equal(s.stream[0].count, 1 + (70000 >> span_bits));
        symbols_free(&s);
    }
    param_release(&p);
}

static void test_inline_gives_way(void **state)
{
    struct pare_param p = make_param(5000, 0.3, 65535, 1), q = make_param(5000, 0.3, 0, 1);
    struct symbols s;

    (void)state;
    ASSERT_OK(symbols_split(&p, SYMBOLS_INLINE, 5, &s, &err), err);
    assert_int_equal(s.layout, SYMBOLS_INLINE);
    assert_int_equal(s.stream[0].alphabet, 65536);
    symbols_free(&s);
    round_trip(&p, SYMBOLS_INLINE, 5);
    param_release(&p);

    p = make_param(5000, 0.3, 65536, 1); /* 1 + code would need 65,537 symbols */
    ASSERT_OK(symbols_split(&p, SYMBOLS_INLINE, 5, &s, &err), err);
    assert_int_equal(s.layout, SYMBOLS_GAP);
    symbols_free(&s);
    ASSERT_OK(symbols_split(&q, SYMBOLS_INLINE, 5, &s, &err), err); /* not shared */
    assert_int_equal(s.layout, SYMBOLS_GAP);
    symbols_free(&s);
    param_release(&p);
    param_release(&q);
}

/* Independent positions of density d: a gap is S or longer with probability
 * (1-d)^S, so q / (1 - q) fillers a kept weight, q = (1-d)^S. At 8 % and a span of
 * 32 that is 7 %, at 1.85 % and 5 bits 120 %. */
static void test_filler_rate(void **state)
{
    static const double densities[] = {0.08, 0.0185};

    (void)state;
    for (int d = 0; d < 2; d++) {
        struct pare_param p = make_param(235200, densities[d], 0, 3);
        double q = pow(1.0 - densities[d], 32.0), want = q / (1.0 - q);
        struct symbols s;
        ASSERT_OK(symbols_split(&p, SYMBOLS_GAP, 5, &s, &err), err);
        double rate = (double)s.fillers / (double)pare_param_kept(&p);
        assert_true(fabs(rate - want) < 0.05 * want);
        assert_true(fabs(rate - (d == 0 ? 0.07 : 1.20)) < 0.06);
        symbols_free(&s);
        param_release(&p);
    }
}

static int plan_status(bool pruned, size_t count, size_t kept, uint32_t centroids,
                       enum symbols_layout layout, unsigned span_bits, size_t gap_count)
{
    struct symbols s;
    int status =
        symbols_plan(pruned, count, kept, centroids, layout, span_bits, gap_count, &s, &err);

    symbols_free(&s);
    return status;
}

static void test_impossible_plans(void **state)
{
    (void)state;
    assert_int_equal(plan_status(true, 100, 10, 4, SYMBOLS_GAP, 5, 12), PARE_OK);
    assert_int_equal(plan_status(true, 100, 10, 4, SYMBOLS_GAP, 5, 13), PARE_EFORMAT);
    assert_int_equal(plan_status(true, 100, 10, 4, SYMBOLS_GAP, 5, 9), PARE_EFORMAT);
    assert_int_equal(plan_status(true, 100, 10, 4, SYMBOLS_GAP, 5, SIZE_MAX), PARE_EFORMAT);
    assert_int_equal(plan_status(true, 100, 101, 4, SYMBOLS_GAP, 5, 101), PARE_EFORMAT);
    assert_int_equal(plan_status(false, 100, 99, 4, SYMBOLS_GAP, 5, 0), PARE_EFORMAT);
    assert_int_equal(plan_status(false, 100, 100, 65537, SYMBOLS_GAP, 5, 0), PARE_EFORMAT);
    assert_int_equal(plan_status(true, 100, 10, 4, SYMBOLS_GAP, 16, 10), PARE_EFORMAT);
    assert_int_equal(plan_status(true, 100, 10, 65536, SYMBOLS_INLINE, 0, 0), PARE_EFORMAT);
    assert_int_equal(plan_status(true, 100, 10, 0, SYMBOLS_INLINE, 0, 0), PARE_EFORMAT);
    assert_int_equal(plan_status(false, 100, 100, 4, SYMBOLS_INLINE, 0, 0), PARE_EFORMAT);
}

/* Joins gap symbols into 10 positions of which kept, with 2 centroids. */
static int join_gaps_status(const uint16_t *gap, size_t n, size_t kept, uint16_t code)
{
    struct pare_param p = make_param(10, 0.5, 2, 1);
    struct symbols s;
    int status;

    ASSERT_OK(symbols_plan(true, 10, kept, 2, SYMBOLS_GAP, 1, n, &s, &err), err);
    memcpy(s.stream[0].symbol, gap, n * sizeof(*gap));
    for (size_t i = 0; i < s.stream[1].count; i++)
        s.stream[1].symbol[i] = code;
    status = symbols_join(&s, &p, &err);
    symbols_free(&s);
    param_release(&p);
    return status;
}

static void test_hostile_symbols(void **state)
{
    static const uint16_t good[] = {1, 2, 2, 0, 1}, past[] = {2, 2, 2, 1, 1, 0}, end[] = {1, 1, 2},
                          more[] = {1, 0, 0}, wide[] = {3, 0};

    (void)state;
    assert_int_equal(join_gaps_status(good, 5, 3, 1), PARE_OK);
    assert_int_equal(join_gaps_status(good, 5, 3, 2), PARE_EFORMAT); /* code 2 of 2 */
    assert_int_equal(join_gaps_status(past, 6, 3, 0), PARE_EFORMAT); /* position 10 of 10 */
    assert_int_equal(join_gaps_status(end, 3, 2, 0), PARE_EFORMAT);  /* ends in a filler */
    assert_int_equal(join_gaps_status(more, 3, 2, 0), PARE_EFORMAT); /* 3 kept where 2 belong */
    assert_int_equal(join_gaps_status(wide, 2, 2, 0), PARE_EFORMAT); /* symbol 3 of 3 */
}

/* Whatever join accepts, split gives back. */
static void test_random_symbols(void **state)
{
    struct pare_rng rng = pare_rng_stream(1, "hostile");
    size_t accepted = 0;

    (void)state;
    for (int round = 0; round < 20000; round++) {
        size_t count = 1 + pare_rng_below(&rng, 12), kept = pare_rng_below(&rng, count + 1);
        unsigned span_bits = (unsigned)pare_rng_below(&rng, 3);
        size_t gaps = kept + pare_rng_below(&rng, ((count - kept) >> span_bits) + 1);
        enum symbols_layout layout = pare_rng_below(&rng, 4) == 0 ? SYMBOLS_INLINE : SYMBOLS_GAP;
        struct pare_param p = make_param(count, 0.5, 3, 1);
        struct symbols s, t;

        ASSERT_OK(symbols_plan(true, count, kept, 3, layout, span_bits, gaps, &s, &err), err);
        for (size_t j = 0; j < s.streams; j++)
            for (size_t i = 0; i < s.stream[j].count; i++)
                s.stream[j].symbol[i] = (uint16_t)pare_rng_below(&rng, s.stream[j].alphabet);
        if (symbols_join(&s, &p, &err) == PARE_OK) {
            accepted++;
            ASSERT_OK(symbols_split(&p, layout, span_bits, &t, &err), err);
            for (size_t j = 0; j < s.streams; j++) {
                assert_int_equal(t.stream[j].count, s.stream[j].count);
                assert_memory_equal(t.stream[j].symbol, s.stream[j].symbol,
                                    s.stream[j].count * sizeof(uint16_t));
            }
            symbols_free(&t);
        }
        symbols_free(&s);
        param_release(&p);
    }
    assert_true(accepted > 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_example_of_the_paper), cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_long_gaps_and_ends),   cmocka_unit_test(test_inline_gives_way),
        cmocka_unit_test(test_filler_rate),          cmocka_unit_test(test_impossible_plans),
        cmocka_unit_test(test_hostile_symbols),      cmocka_unit_test(test_random_symbols),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
