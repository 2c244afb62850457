/* SPDX-License-Identifier: Apache-2.0 */
/* One encoder's decoder on any bytes: it ends, in symbols of the alphabet or in an
 * error, and symbols that it gave can be written and read again. The input's last bytes say how
 * many symbols of which alphabet are wanted. */

#include "fuzz.h"
#include <pare/encoder.h>
#include <string.h>

extern const struct pare_plugin *const pare_plugin_entry;

enum { COUNT_MAX = 10000 };

static void one(const uint8_t *data, size_t size_bytes)
{
    const struct pare_encoder *encoder = (const void *)pare_plugin_entry;
    struct pare_stream stream = {.name = "fuzz"}, second;
    struct pare_error err = {0};
    struct pare_cost cost = {0};
    struct pare_bits bits, again = {0};
    void *self = calloc(1, pare_plugin_entry->self_size + 1);
    uint8_t *copy;
    int status;

    stream.count = (size_t)fuzz_take(data, &size_bytes, 2) % COUNT_MAX;
    if (stream.count % 16 > 0) /* long ones take longer, and few are enough */
        stream.count %= 512;
    stream.alphabet = 1 + (uint32_t)fuzz_take(data, &size_bytes, 2);
    if (stream.alphabet % 16 > 0)
        stream.alphabet = 1 + stream.alphabet % 400;
    copy = malloc(size_bytes + 1);
    FUZZ_CHECK(self && copy);
    memcpy(copy, data, size_bytes);
    stream.symbol = malloc((stream.count + 1) * sizeof *stream.symbol);
    cost.symbol_bits = calloc(stream.alphabet, sizeof *cost.symbol_bits);
    FUZZ_CHECK(stream.symbol && cost.symbol_bits);
    if (pare_plugin_entry->setup)
        FUZZ_CHECK(pare_plugin_entry->setup(self, &err) == PARE_OK);
    bits = pare_bits_over(copy, size_bytes);
    status = encoder->decode(self, &bits, &stream, &cost, &err);
    fuzz_check_error(status, &err);
    if (status == PARE_OK && pare_bits_end(&bits) == PARE_OK) {
        for (size_t i = 0; i < stream.count; i++)
            FUZZ_CHECK(stream.symbol[i] < stream.alphabet);
        FUZZ_CHECK(encoder->encode(self, &stream, &again, NULL, &err) == PARE_OK);
        second = stream;
        second.symbol = calloc(stream.count + 1, sizeof *second.symbol);
        FUZZ_CHECK(second.symbol);
        bits = pare_bits_over(again.byte, pare_bits_size_bytes(&again));
        FUZZ_CHECK(encoder->decode(self, &bits, &second, NULL, &err) == PARE_OK);
        FUZZ_CHECK(memcmp(second.symbol, stream.symbol, stream.count * sizeof *stream.symbol) == 0);
        free(second.symbol);
    }
    pare_bits_free(&again);
    if (pare_plugin_entry->cleanup)
        pare_plugin_entry->cleanup(self);
    free(cost.symbol_bits);
    free(stream.symbol);
    free(copy);
    free(self);
}

const struct fuzz_target fuzz_target = {.one = one,
                                        .memory_bytes = 8 << 20,
                                        .memory_factor = 64,
                                        .seconds = 1.0,
                                        .seconds_a_mib = 60.0};
