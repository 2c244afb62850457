/* SPDX-License-Identifier: Apache-2.0 */
/* The raw encoder: widths by definition, round trips, hostile bits. */

#include "support/support.h"

#include "../../plugins/encoders/raw.c"
#include <math.h>
#include <pare/rng.h>
#include <stdlib.h>
#include <string.h>

static uint16_t symbols[1000];
static float symbol_bits[65536];

static struct pare_stream random_stream(uint32_t alphabet, size_t count)
{
    struct pare_rng rng = pare_rng_stream(alphabet, "raw");

    for (size_t i = 0; i < count; i++)
        symbols[i] = (uint16_t)pare_rng_below(&rng, alphabet);
    if (count > 0)
        symbols[count / 2] = (uint16_t)(alphabet - 1);
    return (struct pare_stream){.alphabet = alphabet, .count = count, .symbol = symbols};
}

static void test_round_trip_and_width(void **state)
{
    static const uint32_t alphabets[] = {1, 2, 3, 16, 17, 256, 257, 65535, 65536};
    static const size_t counts[] = {0, 1, 7, 1000};

    (void)state;
    for (size_t a = 0; a < 9; a++)
        for (size_t n = 0; n < 4; n++) {
            struct pare_stream stream = random_stream(alphabets[a], counts[n]);
            uint16_t back[1000];
            struct pare_stream copy = {
                .alphabet = stream.alphabet, .count = stream.count, .symbol = back};
            struct pare_cost cost = {.table_bits = 99, .symbol_bits = symbol_bits};
            struct pare_bits bits = {0};
            struct pare_error err = {0};
            size_t width = (size_t)ceil(log2((double)alphabets[a]));

            ASSERT_OK(raw.encode(NULL, &stream, &bits, &cost, &err), err);
            assert_int_equal(bits.length, counts[n] * width);
            assert_int_equal(cost.table_bits, 0);
            assert_float_equal(symbol_bits[alphabets[a] - 1], (float)width, 0.0f);

            struct pare_bits read = pare_bits_over(bits.byte, pare_bits_size_bytes(&bits));
            ASSERT_OK(raw.decode(NULL, &read, &copy, &cost, &err), err);
            assert_memory_equal(back, symbols, counts[n] * sizeof(*back));
            pare_bits_free(&bits);
        }
}

static void test_layout(void **state)
{
    uint16_t five[3] = {5, 1, 4}; /* alphabet 6, three bits each: 101 001 100, then 0-bits */
    struct pare_stream stream = {.alphabet = 6, .count = 3, .symbol = five};
    struct pare_bits bits = {0};
    struct pare_error err = {0};

    (void)state;
    ASSERT_OK(raw.encode(NULL, &stream, &bits, NULL, &err), err);
    assert_int_equal(pare_bits_size_bytes(&bits), 2);
    assert_int_equal(bits.byte[0], 0xa6);
    assert_int_equal(bits.byte[1], 0x00);
    pare_bits_free(&bits);
}

static int decode_status(const uint8_t *bytes, size_t size, uint32_t alphabet, size_t count)
{
    uint16_t back[16];
    struct pare_stream copy = {.alphabet = alphabet, .count = count, .symbol = back};
    uint8_t *exact = malloc(size > 0 ? size : 1); /* so that a sanitizer sees reading past it */
    struct pare_error err = {0};
    struct pare_bits bits;
    int status;

    assert_non_null(exact);
    memcpy(exact, bytes, size);
    bits = pare_bits_over(exact, size);
    status = raw.decode(NULL, &bits, &copy, NULL, &err);
    assert_int_equal(status, err.status);
    free(exact);
    return status;
}

static void test_hostile(void **state)
{
    static const uint8_t good[2] = {0xa6, 0x00}, high[2] = {0xe6, 0x00}, dirty[2] = {0xa6, 0x01};

    (void)state;
    assert_int_equal(decode_status(good, 2, 6, 3), PARE_OK);
    assert_int_equal(decode_status(good, 1, 6, 3), PARE_EFORMAT); /* too short */
    assert_int_equal(decode_status(good, 0, 6, 3), PARE_EFORMAT);
    assert_int_equal(decode_status(good, 2, 6, 2), PARE_EFORMAT);  /* a byte too many */
    assert_int_equal(decode_status(high, 2, 6, 3), PARE_EFORMAT);  /* symbol 7 of 6 */
    assert_int_equal(decode_status(dirty, 2, 6, 3), PARE_EFORMAT); /* 1-bits in the fill */
    assert_int_equal(decode_status(good, 1, 1, 9), PARE_EFORMAT);  /* bytes where none belong */
    assert_int_equal(decode_status(good, 0, 1, 9), PARE_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip_and_width),
        cmocka_unit_test(test_layout),
        cmocka_unit_test(test_hostile),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
