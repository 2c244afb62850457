/* SPDX-License-Identifier: Apache-2.0 */
/* One encoder there and back: any symbols of any alphabet come back as they were, the
 * same symbols make the same bits, and those cut short are refused or give others. */

#include "fuzz.h"
#include <pare/encoder.h>
#include <string.h>

extern const struct pare_plugin *const pare_plugin_entry;

enum { COUNT_MAX = 12000 };

/* The input as symbols: a row of runs, so that few bytes make long streams too. */
static size_t fill(uint16_t *symbol, uint32_t alphabet, unsigned form, const uint8_t *data,
                   size_t size)
{
    size_t n = 0;

    for (size_t i = 0; i + 1 < size && n < COUNT_MAX; i += 2) {
        uint32_t s = (uint32_t)data[i] | (uint32_t)data[i + 1] << 8;
        size_t times = form < 120 ? 1 : 1 + (s * 2654435761u >> 20) % (1u << (form - 116));

        for (; times > 0 && n < COUNT_MAX; times--)
            symbol[n++] = (uint16_t)(s % alphabet);
    }
    return n;
}

static void encode(const struct pare_encoder *encoder, void *self, const struct pare_stream *stream,
                   struct pare_bits *bits)
{
    struct pare_error err = {0};

    FUZZ_CHECK(encoder->encode(self, stream, bits, NULL, &err) == PARE_OK);
}

static void decode(const struct pare_encoder *encoder, void *self, const uint8_t *byte, size_t size,
                   struct pare_stream *back, int wanted)
{
    struct pare_error err = {0};
    uint8_t *copy = calloc(1, size + 1);
    struct pare_bits bits = pare_bits_over(copy, size);
    int status;

    FUZZ_CHECK(copy);
    if (size > 0)
        memcpy(copy, byte, size);
    memset(back->symbol, 0xaa, back->count * sizeof *back->symbol);
    status = encoder->decode(self, &bits, back, NULL, &err);
    fuzz_check_error(status, &err);
    if (status == PARE_OK)
        status = pare_bits_end(&bits);
    FUZZ_CHECK(status == PARE_OK || wanted != PARE_OK);
    free(copy);
}

static void one(const uint8_t *data, size_t size_bytes)
{
    static uint16_t symbol[COUNT_MAX], second[COUNT_MAX];
    const struct pare_encoder *encoder = (const void *)pare_plugin_entry;
    struct pare_stream stream = {.name = "fuzz", .symbol = symbol}, back;
    struct pare_bits bits = {0}, twice = {0};
    struct pare_error err = {0};
    void *self = calloc(1, pare_plugin_entry->self_size + 1);
    unsigned form = (unsigned)fuzz_take(data, &size_bytes, 1);

    stream.alphabet = 1 + (uint32_t)fuzz_take(data, &size_bytes, 2);
    if (form % 16 > 0) /* large ones take longer, and few are enough */
        stream.alphabet = 1 + stream.alphabet % 300;
    stream.count = fill(symbol, stream.alphabet, form >> 1, data, size_bytes);
    FUZZ_CHECK(self);
    if (pare_plugin_entry->setup)
        FUZZ_CHECK(pare_plugin_entry->setup(self, &err) == PARE_OK);
    encode(encoder, self, &stream, &bits);
    encode(encoder, self, &stream, &twice);
    FUZZ_CHECK(bits.length == twice.length);
    FUZZ_CHECK(bits.length == 0 || memcmp(bits.byte, twice.byte, pare_bits_size_bytes(&bits)) == 0);
    back = stream;
    back.symbol = second;
    decode(encoder, self, bits.byte, pare_bits_size_bytes(&bits), &back, PARE_OK);
    FUZZ_CHECK(memcmp(symbol, second, stream.count * sizeof *symbol) == 0);
    if (bits.length > 8)
        decode(encoder, self, bits.byte, pare_bits_size_bytes(&bits) - 1, &back, PARE_EFORMAT);
    pare_bits_free(&bits);
    pare_bits_free(&twice);
    if (pare_plugin_entry->cleanup)
        pare_plugin_entry->cleanup(self);
    free(self);
}

const struct fuzz_target fuzz_target = {.one = one,
                                        .memory_bytes = 16 << 20,
                                        .memory_factor = 64,
                                        .seconds = 1.0,
                                        .seconds_a_mib = 60.0};
