/* SPDX-License-Identifier: Apache-2.0 */
/* The huffman encoder against Huffman's own algorithm, the entropy, a plain search
 * under the length limit, a hand-worked layout, and hostile bits. */

#include "support/support.h"

#include "../../plugins/encoders/huffman.c"
#include "../../plugins/encoders/huffman/code.c"
#include "../../plugins/encoders/huffman/get.c"
#include "../../plugins/encoders/huffman/lookup.c"
#include "../../plugins/encoders/huffman/put.c"
#include "../../plugins/encoders/huffman/table.c"
#include <math.h>
#include <pare/rng.h>

enum { COUNT_MAX = 400000 };
static uint16_t symbols[COUNT_MAX], back[COUNT_MAX];
static uint64_t times[65536];
static float symbol_bits[65536];

static void count_all(const struct pare_stream *stream)
{
    memset(times, 0, sizeof(times));
    for (size_t i = 0; i < stream->count; i++)
        times[stream->symbol[i]]++;
}

/* Huffman 1952, naively: join the two lightest until one is left. The sum of the
 * joined weights is the total length. */
static uint64_t naive_total_bits(uint32_t alphabet)
{
    uint64_t *weight = calloc(alphabet, sizeof(*weight)), total = 0;
    size_t n = 0;

    assert_non_null(weight);
    for (uint32_t i = 0; i < alphabet; i++)
        if (times[i] > 0)
            weight[n++] = times[i];
    while (n > 1) {
        for (size_t last = n; last > n - 2; last--) {
            size_t least = 0;
            for (size_t i = 1; i < last; i++)
                if (weight[i] < weight[least])
                    least = i;
            uint64_t w = weight[least];
            weight[least] = weight[last - 1];
            weight[last - 1] = w;
        }
        weight[n - 2] += weight[n - 1];
        total += weight[--n - 1];
    }
    free(weight);
    return total;
}

static double entropy_bits(uint32_t alphabet, size_t count)
{
    double sum = 0.0;

    for (uint32_t i = 0; i < alphabet; i++)
        if (times[i] > 0)
            sum -= (double)times[i] * log2((double)times[i] / (double)count);
    return sum;
}

struct outcome {
    size_t table_bits, code_bits, used;
    unsigned longest;
};

/* Encodes, decodes, compares; the cost must add up to the bits, by both. */
static struct outcome round_trip(const struct pare_stream *stream)
{
    struct pare_cost cost = {.table_bits = 1, .symbol_bits = symbol_bits};
    struct pare_stream copy = {
        .alphabet = stream->alphabet, .count = stream->count, .symbol = back};
    struct pare_bits bits = {0}, read;
    struct pare_error err = {0};
    struct outcome out = {0};
    double kraft = 0.0;

    memset(symbol_bits, 0, sizeof(symbol_bits));
    ASSERT_OK(huffman.encode(NULL, stream, &bits, &cost, &err), err);
    if (stream->count == 0) {
        assert_int_equal(bits.length, 0);
        cost.table_bits = 0;
    }
    out.table_bits = cost.table_bits;
    for (int twice = 0; twice < 2; twice++) {
        double sum = (double)cost.table_bits;
        for (size_t i = 0; i < stream->count; i++)
            sum += (double)symbol_bits[stream->symbol[i]];
        assert_true(sum == (double)bits.length);
        assert_int_equal(cost.table_bits, out.table_bits);
        memset(symbol_bits, 0, sizeof(symbol_bits));
        memset(back, 0xee, stream->count * sizeof(*back));
        read = pare_bits_over(bits.byte, pare_bits_size_bytes(&bits));
        ASSERT_OK(huffman.decode(NULL, &read, &copy, &cost, &err), err);
        assert_memory_equal(back, stream->symbol, stream->count * sizeof(*back));
    }
    out.code_bits = bits.length - out.table_bits;
    for (uint32_t i = 0; i < stream->alphabet; i++)
        if (symbol_bits[i] > 0.0f) {
            out.used++;
            out.longest = fmax(out.longest, symbol_bits[i]);
            kraft += exp2(-(double)symbol_bits[i]);
        }
    if (out.used > 0)
        assert_true(kraft == 1.0);
    pare_bits_free(&bits);
    return out;
}

static struct pare_stream uniform(uint32_t alphabet, size_t count, uint64_t seed)
{
    struct pare_rng rng = pare_rng_stream(seed, "uniform");

    for (size_t i = 0; i < count; i++)
        symbols[i] = (uint16_t)pare_rng_below(&rng, alphabet);
    return (struct pare_stream){.alphabet = alphabet, .count = count, .symbol = symbols};
}

/* Gaps between kept weights at this density, in an alphabet span + 1. */
static struct pare_stream gaps(double density, unsigned span, size_t count)
{
    struct pare_rng rng = pare_rng_stream(span, "gaps");

    for (size_t i = 0; i < count; i++) {
        double gap = floor(log1p(-pare_rng_real(&rng)) / log1p(-density));
        symbols[i] = (uint16_t)(gap < span ? gap : span);
    }
    return (struct pare_stream){.alphabet = span + 1, .count = count, .symbol = symbols};
}

/* Codes of kept weights under equally spaced centroids: two humps with a valley. */
static struct pare_stream codes(uint32_t alphabet, size_t count)
{
    struct pare_rng rng = pare_rng_stream(alphabet, "codes");

    for (size_t i = 0; i < count;) {
        double x = pare_rng_normal(&rng);
        double code = floor((x / 8.0 + 0.5) * alphabet);
        if (fabs(x) > 1.0 && code >= 0.0 && code < alphabet)
            symbols[i++] = (uint16_t)code;
    }
    return (struct pare_stream){.alphabet = alphabet, .count = count, .symbol = symbols};
}

/* Symbol i occurs Fibonacci(i) times: Huffman's code is as deep as it gets. */
static struct pare_stream fibonacci(unsigned n)
{
    size_t count = 0;

    for (unsigned i = 0, a = 1, b = 1; i < n; i++) {
        for (unsigned j = 0; j < a; j++)
            symbols[count++] = (uint16_t)i;
        b += a;
        a = b - a;
    }
    return (struct pare_stream){.alphabet = n, .count = count, .symbol = symbols};
}

static void check_optimal(struct pare_stream stream)
{
    struct outcome out = round_trip(&stream);
    double entropy;

    count_all(&stream);
    entropy = entropy_bits(stream.alphabet, stream.count);
    assert_int_equal(out.code_bits, naive_total_bits(stream.alphabet));
    assert_true((double)out.code_bits >= entropy - 1e-6);
    assert_true((double)out.code_bits <= entropy + (double)stream.count);
}

static void test_optimal(void **state)
{
    static const uint32_t alphabets[] = {2, 3, 9, 33, 64, 256, 1000};

    (void)state;
    for (size_t a = 0; a < 7; a++)
        for (size_t count = 2; count <= 5000; count = count * 3 + 1)
            check_optimal(uniform(alphabets[a], count, count));
    check_optimal(gaps(0.08, 32, 20000));
    check_optimal(gaps(0.015, 128, 4000));
    check_optimal(codes(64, 20000));
    check_optimal(codes(256, 3000));
    check_optimal(uniform(65536, 3000, 5));
    check_optimal(fibonacci(15)); /* 14 deep: within the limit */
}

static void test_small_and_large(void **state)
{
    struct outcome out;
    struct pare_stream stream;

    (void)state;
    for (uint32_t alphabet = 1; alphabet <= 65536; alphabet = alphabet * 2 - (alphabet == 4)) {
        stream = uniform(alphabet, 0, 1);
        round_trip(&stream);
        stream = uniform(alphabet, 1, 1);
        out = round_trip(&stream);
        assert_int_equal(out.code_bits, 0);
        stream = uniform(alphabet, 300, 1);
        round_trip(&stream);
    }
    stream = uniform(65536, COUNT_MAX, 1); /* nearly all symbols occur */
    out = round_trip(&stream);
    assert_true(out.used > 60000 && out.longest <= 24);
    count_all(&stream);
    assert_true((double)out.code_bits < entropy_bits(65536, COUNT_MAX) + 0.1 * COUNT_MAX);
    for (size_t i = 0; i < 65536; i++)
        symbols[i] = (uint16_t)i;
    stream.count = 65536; /* each once */
    out = round_trip(&stream);
    assert_int_equal(out.code_bits, 65536 * 16);
    assert_true(out.table_bits < 65536 + 128);
}

static void test_all_equal_costs_nothing(void **state)
{
    static const uint32_t alphabets[] = {1, 2, 33, 256, 65536};

    (void)state;
    for (size_t a = 0; a < 5; a++)
        for (uint32_t s = 0; s < alphabets[a]; s = 2 * s + 1) {
            struct pare_stream stream = {
                .alphabet = alphabets[a], .count = 1000, .symbol = symbols};
            for (size_t i = 0; i < 1000; i++)
                symbols[i] = (uint16_t)s;
            struct outcome out = round_trip(&stream);
            assert_int_equal(out.code_bits, 0);
            assert_true(out.table_bits <= 4 + 3 * width(alphabets[a]) || alphabets[a] == 1);
        }
}

/* The least total with no length above limit, by trying every sorted multiset of
 * lengths whose Kraft sum is 1. weight: descending. */
static uint64_t search_limited(const uint64_t *weight, size_t n, unsigned least, unsigned limit,
                               uint32_t budget)
{
    uint64_t best = UINT64_MAX;

    if (n == 0)
        return budget == 0 ? 0 : UINT64_MAX;
    for (unsigned l = least; l <= limit; l++) {
        uint32_t cost = (uint32_t)1 << (limit - l);
        uint64_t rest;
        if (cost > budget || budget - cost > (n - 1) * (uint64_t)cost)
            continue;
        rest = search_limited(weight + 1, n - 1, l, limit, budget - cost);
        if (rest != UINT64_MAX && rest + weight[0] * l < best)
            best = rest + weight[0] * l;
    }
    return best;
}

static void test_length_limit(void **state)
{
    struct pare_stream stream = fibonacci(25); /* 24 deep without a limit */
    struct outcome out = round_trip(&stream);
    uint64_t descending[25];

    (void)state;
    assert_int_equal(out.longest, 15);
    count_all(&stream);
    for (size_t i = 0; i < 25; i++)
        descending[i] = times[24 - i];
    assert_int_equal(out.code_bits, search_limited(descending, 25, 1, 15, 1 << 15));
    assert_true(out.code_bits > naive_total_bits(25));

    assert_int_equal(code_deepest(2), 1);
    assert_int_equal(code_deepest(128), 15);
    assert_int_equal(code_deepest(129), 16);
    assert_int_equal(code_deepest(65536), 24);
}

static void test_table_is_small(void **state)
{
    struct pare_stream streams[6];
    double worst[6] = {2.0, 2.0, 2.0, 2.5, 2.5, 2.5};

    (void)state;
    for (int i = 0; i < 6; i++) {
        streams[i] = i == 0   ? gaps(0.08, 32, 20000)
                     : i == 1 ? gaps(0.02, 64, 4000)
                     : i == 2 ? gaps(0.015, 128, 4000)
                     : i == 3 ? codes(64, 20000)
                     : i == 4 ? codes(32, 2500)
                              : uniform(256, 2000, 1);
        struct outcome out = round_trip(&streams[i]);
        double parts = streams[i].count < 8192 ? 0.0 : 3.0 * 17.0;
        assert_true((double)out.table_bits <= worst[i] * streams[i].alphabet + parts);
    }
}

/* The layout, worked by hand. Alphabet 6, symbols 1 4 1 2 1 2 1: they occur 4, 1, 2
 * times, so lengths 1, 2, 2 for 1, 2, 4 and codes 0, 10, 11.
 *   used 3: 2 in width(6) = 3 bits            010
 *   runs: 0 | 1 2 | 3 | 4 | 5: 5 of them, 3 as golomb order 0: 4 has 3 bits    00100
 *   first 0                                   0
 *   unoccurring: left 3 in 3 runs, spare 0: nothing; occurring: left 3 in 2 runs,
 *   spare 1, order 0, extra 1: 2 has 2 bits   010
 *   the rest follows
 *   lengths: deepest min(15, 2) = 2, first 1: 0 in width(2) = 1 bit             0
 *   next +1: one 1-bit and a 0-bit            10
 *   codes                                     0 11 0 10 0 10 0 */
static void test_layout(void **state)
{
    uint16_t in[7] = {1, 4, 1, 2, 1, 2, 1};
    struct pare_stream stream = {.alphabet = 6, .count = 7, .symbol = in};
    static const char want[] = "010"
                               "00100"
                               "0"
                               "010"
                               "0"
                               "10"
                               "0110100100";
    struct pare_bits bits = {0};
    struct pare_error err = {0};

    (void)state;
    ASSERT_OK(huffman.encode(NULL, &stream, &bits, NULL, &err), err);
    assert_int_equal(bits.length, strlen(want));
    for (size_t i = 0; i < bits.length; i++)
        assert_int_equal(pare_bits_get(&bits, 1), want[i] - '0');
    pare_bits_free(&bits);
}

static int decode_status(const uint8_t *bytes, size_t size, uint32_t alphabet, size_t count)
{
    struct pare_stream copy = {.alphabet = alphabet, .count = count, .symbol = back};
    uint8_t *exact = malloc(size > 0 ? size : 1); /* so that a sanitizer sees reading past it */
    struct pare_error err = {0};
    struct pare_bits bits;
    int status;

    assert_non_null(exact);
    memcpy(exact, bytes, size);
    bits = pare_bits_over(exact, size);
    status = huffman.decode(NULL, &bits, &copy, NULL, &err);
    assert_true(status == PARE_OK || (status == PARE_EFORMAT && err.text[0] != '\0'));
    for (size_t i = 0; status == PARE_OK && i < count; i++)
        assert_true(back[i] < alphabet);
    free(exact);
    return status;
}

static void test_truncated(void **state)
{
    struct pare_stream stream = codes(64, 500);
    struct pare_bits bits = {0};
    struct pare_error err = {0};
    uint8_t longer[4096] = {0};

    (void)state;
    ASSERT_OK(huffman.encode(NULL, &stream, &bits, NULL, &err), err);
    size_t size = pare_bits_size_bytes(&bits);
    for (size_t n = 0; n < size; n++)
        assert_int_equal(decode_status(bits.byte, n, 64, 500), PARE_EFORMAT);
    assert_int_equal(decode_status(bits.byte, size, 64, 500), PARE_OK);
    memcpy(longer, bits.byte, size);
    assert_int_equal(decode_status(longer, size + 1, 64, 500), PARE_EFORMAT);
    assert_int_equal(decode_status(longer, 1, 64, 0), PARE_EFORMAT);
    pare_bits_free(&bits);
}

/* A long stream's parts: every remainder, codes beyond the first look-up, and the
 * lengths of the parts as docs/format.md has them. */
static void test_parts(void **state)
{
    struct pare_rng rng = pare_rng_stream(9, "shuffle");
    struct pare_stream stream;

    (void)state;
    for (size_t count = 8180; count < 8260; count++) {
        struct outcome out;
        stream = codes(64, count);
        out = round_trip(&stream);
        size_t table_bits = out.table_bits;
        stream.count = 8191; /* one part */
        out = round_trip(&stream);
        if (count >= 8192) /* lengths of 2,048 and a few codes of at most 15 bits */
            assert_in_range(table_bits, out.table_bits + 3 * 13, out.table_bits + 3 * 15 + 8);
    }
    stream = fibonacci(24);
    for (size_t i = stream.count; i > 1; i--) {
        size_t j = pare_rng_below(&rng, i);
        uint16_t swap = symbols[i - 1];
        symbols[i - 1] = symbols[j];
        symbols[j] = swap;
    }
    assert_int_equal(round_trip(&stream).longest, 15);
    stream = uniform(4096, COUNT_MAX, 3); /* every code is longer than a look-up */
    round_trip(&stream);
    stream = uniform(2, 8195, 3);
    round_trip(&stream);
}

/* 8,192 symbols, all 1 but 100 0s in the first part and 200 2s in the second. */
static void test_parts_layout(void **state)
{
    struct pare_stream stream = {.alphabet = 3, .count = 8192, .symbol = symbols};
    struct pare_bits bits = {0};
    struct pare_error err = {0};

    (void)state;
    for (size_t i = 0; i < 8192; i++) /* 1 has one bit, 0 and 2 have two */
        symbols[i] = i < 2048 ? (i < 100 ? 0 : 1) : i < 4096 ? (i < 2248 ? 2 : 1) : 1;
    ASSERT_OK(huffman.encode(NULL, &stream, &bits, NULL, &err), err);
    assert_int_equal(pare_bits_get(&bits, 2), 2);           /* used - 1 in width(3) */
    assert_int_equal(pare_bits_get(&bits, 1), 1);           /* 0: 2 - 1 in width(2) */
    assert_int_equal(pare_bits_get(&bits, 3), 6);           /* 1: -1; the last follows */
    assert_int_equal(pare_bits_get(&bits, 13), 2048 + 100); /* width(2048 * 2 + 1) = 13 */
    assert_int_equal(pare_bits_get(&bits, 13), 2048 + 200);
    assert_int_equal(pare_bits_get(&bits, 13), 2048);
    assert_int_equal(bits.length - bits.at, 8192 + 300);
    for (size_t i = 0; i < 8192; i++)
        assert_int_equal(symbols[i] == 1 ? pare_bits_get(&bits, 1) : pare_bits_get(&bits, 2),
                         symbols[i] == 1   ? 0
                         : symbols[i] == 0 ? 2
                                           : 3);
    pare_bits_free(&bits);
}

static void test_hostile_parts(void **state)
{
    struct pare_stream stream = codes(64, 9000);
    struct pare_bits bits = {0};
    struct pare_error err = {0};
    struct pare_cost cost = {.symbol_bits = symbol_bits};
    struct pare_rng rng = pare_rng_stream(4, "hostile parts");

    (void)state;
    ASSERT_OK(huffman.encode(NULL, &stream, &bits, &cost, &err), err);
    size_t size = pare_bits_size_bytes(&bits);
    for (size_t n = 0; n < size; n += n < 200 || n + 200 > size ? 1 : 37)
        assert_int_equal(decode_status(bits.byte, n, 64, 9000), PARE_EFORMAT);
    /* another length of a part */
    for (size_t at = cost.table_bits - 3 * 15; at < cost.table_bits; at++) {
        bits.byte[at / 8] ^= (uint8_t)(0x80 >> at % 8);
        assert_int_equal(decode_status(bits.byte, size, 64, 9000), PARE_EFORMAT);
        bits.byte[at / 8] ^= (uint8_t)(0x80 >> at % 8);
    }
    for (int i = 0; i < 500; i++) {
        size_t at = pare_rng_below(&rng, bits.length);
        bits.byte[at / 8] ^= (uint8_t)(0x80 >> at % 8);
        decode_status(bits.byte, size, 64, 9000);
    }
    pare_bits_free(&bits);
}

static void test_random_bytes(void **state)
{
    static const uint32_t alphabets[] = {1, 2, 3, 7, 33, 256, 4096, 65536};
    struct pare_rng rng = pare_rng_stream(3, "hostile");
    size_t good = 0;

    (void)state;
    for (int i = 0; i < 20000; i++) {
        uint8_t bytes[64];
        size_t size = pare_rng_below(&rng, sizeof(bytes) + 1);
        uint64_t mask = pare_rng_u64(&rng); /* many with few ones */
        for (size_t j = 0; j < size; j++)
            bytes[j] = (uint8_t)(pare_rng_u32(&rng) & (mask & 1 ? 0xff : mask >> 8));
        good += decode_status(bytes, size, alphabets[pare_rng_below(&rng, 8)],
                              pare_rng_below(&rng, 100)) == PARE_OK;
    }
    assert_true(good > 0);
}

static void test_broken_tables(void **state)
{
    static const struct {
        const char *bits;
        uint32_t alphabet;
        size_t count;
        int status;
    } table[] = {
        {"110", 6, 9, PARE_EFORMAT},                   /* used 7 of 6 */
        {"11", 6, 3, PARE_EFORMAT},                    /* used 4 in 3 symbols */
        {"010000000000000000000", 6, 9, PARE_EFORMAT}, /* golomb without end */
        {"010001111", 6, 9, PARE_EFORMAT},             /* 8 runs of 6 symbols */
        {"0100111011", 6, 9, PARE_EFORMAT},            /* extra 2 where spare is 1 */
        {"1111", 4, 9, PARE_EFORMAT},                  /* length 4, deepest is 3 */
        {"111010", 4, 9, PARE_EFORMAT},                /* lengths 3, 4 */
        {"1100110", 4, 9, PARE_EFORMAT},               /* lengths 1, 0 */
        {"11000", 4, 9, PARE_EFORMAT},                 /* lengths 1, 1: nothing left for two more */
        {"111000", 4, 9, PARE_EFORMAT},                /* lengths 3, 3, 3: no last one fits 5/8 */
        {"1110110110", 4, 9, PARE_OK},                 /* lengths 3, 2, 1, 3 */
    };

    (void)state;
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        struct pare_error err = {0};
        struct pare_bits bits = {0};
        struct code c;
        for (const char *at = table[i].bits; *at != '\0'; at++)
            pare_bits_put(&bits, *at == '1', 1);
        pare_bits_put(&bits, 0, 57);
        ASSERT_OK(code_new(&c, table[i].alphabet, table[i].count, &err), err);
        if (code_read(&c, table[i].count, &bits) != table[i].status)
            fail_msg("table %zu: status %d", i, pare_bits_status(&bits));
        assert_true(bits.at < bits.length);
        code_free(&c);
        pare_bits_free(&bits);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_optimal),
        cmocka_unit_test(test_small_and_large),
        cmocka_unit_test(test_all_equal_costs_nothing),
        cmocka_unit_test(test_length_limit),
        cmocka_unit_test(test_table_is_small),
        cmocka_unit_test(test_layout),
        cmocka_unit_test(test_truncated),
        cmocka_unit_test(test_parts),
        cmocka_unit_test(test_parts_layout),
        cmocka_unit_test(test_hostile_parts),
        cmocka_unit_test(test_random_bytes),
        cmocka_unit_test(test_broken_tables),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
