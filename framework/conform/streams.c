/* SPDX-License-Identifier: Apache-2.0 */
/* Streams of many shapes: nothing, one symbol, the smallest and the largest
 * alphabet, skewed, runs, each once, and the counts of which the code is deepest. */

#include "conform/streams.h"
#include <pare/rng.h>

enum shape { UNIFORM, SKEWED, CONSTANT, RUNS, RAMP, FIBONACCI, TWO_FAR };

static const struct {
    const char *name;
    uint32_t alphabet;
    size_t count;
    enum shape shape;
} plans[] = {
    {"empty", 16, 0, UNIFORM},
    {"empty with an alphabet of 65536", 65536, 0, UNIFORM},
    {"one symbol", 256, 1, UNIFORM},
    {"alphabet of 1", 1, 1000, CONSTANT},
    {"alphabet of 2", 2, 4001, UNIFORM},
    {"alphabet of 2, skewed", 2, 4001, SKEWED},
    {"alphabet of 16, skewed", 16, 5000, SKEWED},
    {"alphabet of 256", 256, 5000, UNIFORM},
    {"alphabet of 65536", 65536, 5000, UNIFORM},
    {"alphabet of 65536, one in use", 65536, 300, CONSTANT},
    {"alphabet of 65536, two in use", 65536, 300, TWO_FAR},
    {"alphabet of 33, runs", 33, 5000, RUNS},
    {"alphabet of 256, each once", 256, 256, RAMP},
    /* counts 1, 1, 2, 3, 5, ...: the deepest code there is */
    {"alphabet of 20, Fibonacci", 20, 17710, FIBONACCI},
};
_Static_assert(sizeof plans / sizeof *plans == STREAMS_PLANS, "every plan is tried");

const char *streams_plan(size_t plan, struct pare_stream *stream)
{
    *stream = (struct pare_stream){"code", plans[plan].alphabet, plans[plan].count, NULL};
    return plans[plan].name;
}

/* Symbol i's Fibonacci number of times, the rarest first. */
static void fill_fibonacci(uint16_t *symbol, size_t count, struct pare_rng *rng)
{
    size_t at = 0, a = 1, b = 1;

    for (uint16_t value = 0; at < count; value++) {
        for (size_t i = 0; i < a && at < count; i++)
            symbol[at++] = value;
        b += a;
        a = b - a;
    }
    for (size_t i = count; i > 1; i--) {
        size_t j = (size_t)pare_rng_below(rng, i);
        uint16_t swap = symbol[i - 1];

        symbol[i - 1] = symbol[j];
        symbol[j] = swap;
    }
}

void streams_fill(size_t plan, uint16_t *symbol)
{
    enum shape shape = plans[plan].shape;
    uint32_t alphabet = plans[plan].alphabet;
    size_t count = plans[plan].count;
    struct pare_rng rng = pare_rng_stream(1, "conform stream");

    if (shape == FIBONACCI) {
        fill_fibonacci(symbol, count, &rng);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        uint32_t draw = (uint32_t)pare_rng_below(&rng, alphabet), value = draw;

        if (shape == SKEWED)
            for (value = 0; value + 1 < alphabet && pare_rng_below(&rng, 20) == 0;)
                value++;
        else if (shape == CONSTANT)
            value = alphabet - 1;
        else if (shape == RUNS)
            value = i % 100 == 0 ? draw : symbol[i - 1];
        else if (shape == RAMP)
            value = (uint32_t)(i % alphabet);
        else if (shape == TWO_FAR)
            value = i % 3 ? 7 : alphabet - 1;
        symbol[i] = (uint16_t)value;
    }
}
