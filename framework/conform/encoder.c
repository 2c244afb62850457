/* SPDX-License-Identifier: Apache-2.0 */
/* Encoders: streams of many shapes there and back, by a self of the same and one
 * of other options; input that is cut off, flipped or random ends in an error or
 * in symbols of the alphabet; the cost adds up to the bits. */

#include "base/alloc.h"
#include "conform/streams.h"
#include "conform/suite.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CUTS_MAX = 48, RANDOM_TRIES = 200, RANDOM_BYTES_MAX = 256 };

static const struct pare_encoder *encoder_of(const struct plugin_use *use)
{
    return (const struct pare_encoder *)use->plugin;
}

/* One stream under test. */
struct trial {
    struct suite *s;
    const char *name;
    struct guard symbol; /* what was encoded */
    struct pare_stream stream;
};

static struct trial trial_new(struct suite *s, size_t plan)
{
    struct trial t = {.s = s};

    t.name = streams_plan(plan, &t.stream);
    t.symbol = guard_new(t.stream.count * sizeof(uint16_t), 0);
    t.stream.symbol = t.symbol.at;
    streams_fill(plan, t.stream.symbol);
    return t;
}

static bool encode(const struct trial *t, const struct plugin_use *use, struct pare_cost *cost,
                   struct pare_bits *bits)
{
    struct pare_error err = {0};
    struct pare_stream stream = t->stream;
    struct guard before = guard_copy(t->symbol.at, t->symbol.size);
    int status;

    *bits = (struct pare_bits){0};
    status = encoder_of(use)->encode(use->self, &stream, bits, cost, &err);
    if (memcmp(before.at, t->symbol.at, before.size) != 0)
        suite_wrong(t->s, "%s: encode changed the symbols", t->name);
    guard_free(&before);
    if (!suite_ok(t->s, t->name, status, &err))
        return false;
    if (pare_bits_status(bits) != PARE_OK)
        suite_wrong(t->s, "%s: encode returned PARE_OK although its bits failed", t->name);
    return true;
}

/* Decodes bytes into out; *status is what decode said, after the general checks. */
static void decode(const struct trial *t, const struct plugin_use *use, const uint8_t *byte,
                   size_t size_bytes, struct pare_cost *cost, struct guard *out, int *status)
{
    struct pare_error err = {0};
    struct guard input = guard_copy(byte, size_bytes);
    struct pare_bits bits = pare_bits_over(input.at, size_bytes);
    struct pare_stream stream = t->stream;

    *out = guard_new(t->stream.count * sizeof(uint16_t), 0xFF);
    stream.symbol = out->at;
    *status = encoder_of(use)->decode(use->self, &bits, &stream, cost, &err);
    guard_check(t->s, out, "the symbols while decoding");
    if (memcmp(input.at, byte, size_bytes) != 0)
        suite_wrong(t->s, "%s: decode changed its input", t->name);
    if (*status != PARE_OK)
        suite_refusal(t->s, "decode", *status, &err);
    else if (bits.status != PARE_OK)
        suite_wrong(t->s, "%s: decode read past the end and returned PARE_OK", t->name);
    else if (stream.count != t->stream.count || stream.alphabet != t->stream.alphabet)
        suite_wrong(t->s, "%s: decode changed the stream's count or alphabet", t->name);
    guard_free(&input);
}

static void decode_same(const struct trial *t, const struct plugin_use *use,
                        const struct pare_bits *bits, struct pare_cost *cost)
{
    size_t size_bytes = pare_bits_size_bytes(bits);
    struct guard out;
    int status;

    decode(t, use, bits->byte ? bits->byte : (const uint8_t *)"", size_bytes, cost, &out, &status);
    if (status != PARE_OK)
        suite_wrong(t->s, "%s: decode refuses the %zu bytes that encode wrote", t->name,
                    size_bytes);
    for (size_t i = 0; status == PARE_OK && i < t->stream.count; i++) {
        uint16_t got = ((const uint16_t *)out.at)[i];

        if (got != t->stream.symbol[i]) {
            suite_wrong(t->s, "%s: symbol %zu of %zu was %u and comes back as %u", t->name, i,
                        t->stream.count, (unsigned)t->stream.symbol[i], (unsigned)got);
            break;
        }
    }
    guard_free(&out);
}

static bool same_bits(const struct pare_bits *a, const struct pare_bits *b)
{
    size_t size_bytes = pare_bits_size_bytes(a);

    return a->length == b->length && (size_bytes == 0 || memcmp(a->byte, b->byte, size_bytes) == 0);
}

static void check_round_trip(struct suite *s, const struct plugin_use *use)
{
    for (size_t i = 0; i < STREAMS_PLANS; i++) {
        struct trial t = trial_new(s, i);
        struct pare_bits bits, again;

        if (encode(&t, use, NULL, &bits)) {
            decode_same(&t, use, &bits, NULL);
            if (encode(&t, use, NULL, &again) && !same_bits(&bits, &again))
                suite_wrong(s, "%s: encoded twice, the bits differ", t.name);
            pare_bits_free(&again);
        }
        pare_bits_free(&bits);
        guard_free(&t.symbol);
    }
    suite_end(s, "round trip");
}

static void check_other_options(struct suite *s, const struct plugin_use *use,
                                const struct plugin_use *presets)
{
    for (size_t i = 0; i < STREAMS_PLANS; i++) {
        struct trial t = trial_new(s, i);
        struct pare_bits bits;

        if (encode(&t, use, NULL, &bits))
            decode_same(&t, presets, &bits, NULL);
        pare_bits_free(&bits);
        if (encode(&t, presets, NULL, &bits))
            decode_same(&t, use, &bits, NULL);
        pare_bits_free(&bits);
        guard_free(&t.symbol);
    }
    suite_end(s, "decoded by a self of other options");
}

/* table_bits and the symbols' bits against the length. */
static void cost_adds_up(const struct trial *t, const char *who, const struct pare_cost *cost,
                         size_t length)
{
    double sum = (double)cost->table_bits;

    for (size_t i = 0; i < t->stream.count; i++) {
        float bits = cost->symbol_bits[t->stream.symbol[i]];

        if (!(bits >= 0.0f) || !isfinite(bits))
            suite_wrong(t->s, "%s: %s: symbol %u is said to cost %g bits", t->name, who,
                        (unsigned)t->stream.symbol[i], (double)bits);
        sum += (double)bits;
    }
    /* padding to a byte, and averages in single precision */
    if (!(fabs(sum - (double)length) <= 8.0 + 1e-4 * (double)length))
        suite_wrong(t->s, "%s: %s: the cost adds up to %.1f bits of %zu", t->name, who, sum,
                    length);
}

static void check_cost(struct suite *s, const struct plugin_use *use)
{
    for (size_t i = 0; i < STREAMS_PLANS; i++) {
        struct trial t = trial_new(s, i);
        struct guard room = guard_new(t.stream.alphabet * sizeof(float), 0);
        struct pare_cost cost = {.symbol_bits = room.at};
        struct pare_bits bits, plain = {0};

        if (encode(&t, use, &cost, &bits)) {
            cost_adds_up(&t, "encode", &cost, bits.length);
            if (encode(&t, use, NULL, &plain) && !same_bits(&bits, &plain))
                suite_wrong(s, "%s: the bits differ when the cost is asked for", t.name);
            guard_refill(&room, 0);
            cost = (struct pare_cost){.symbol_bits = room.at};
            decode_same(&t, use, &bits, &cost);
            cost_adds_up(&t, "decode", &cost, bits.length);
        }
        guard_check(s, &room, "the cost");
        pare_bits_free(&plain);
        pare_bits_free(&bits);
        guard_free(&room);
        guard_free(&t.symbol);
    }
    suite_end(s, "cost adds up to the bits");
}

/* Whatever the bytes are: an error, or symbols of the alphabet. */
static void decode_hostile(const struct trial *t, const struct plugin_use *use, const uint8_t *byte,
                           size_t size_bytes)
{
    struct guard out;
    int status;

    decode(t, use, byte, size_bytes, NULL, &out, &status);
    for (size_t i = 0; status == PARE_OK && i < t->stream.count; i++)
        if (((const uint16_t *)out.at)[i] >= t->stream.alphabet) {
            suite_wrong(t->s, "%s: decode wrote the symbol %u, the alphabet has %u", t->name,
                        (unsigned)((const uint16_t *)out.at)[i], (unsigned)t->stream.alphabet);
            break;
        }
    guard_free(&out);
}

static void check_cut_off(struct suite *s, const struct plugin_use *use)
{
    for (size_t i = 0; i < STREAMS_PLANS; i++) {
        struct trial t = trial_new(s, i);
        struct pare_bits bits;
        size_t size_bytes = 0, step;

        if (encode(&t, use, NULL, &bits))
            size_bytes = pare_bits_size_bytes(&bits);
        step = size_bytes / CUTS_MAX + 1;
        for (size_t cut = 0; cut < size_bytes; cut += cut < 16 ? 1 : step)
            decode_hostile(&t, use, bits.byte, cut);
        if (size_bytes > 0)
            decode_hostile(&t, use, bits.byte, size_bytes - 1);
        pare_bits_free(&bits);
        guard_free(&t.symbol);
    }
    suite_end(s, "input cut off");
}

static void check_flipped(struct suite *s, const struct plugin_use *use)
{
    for (size_t i = 0; i < STREAMS_PLANS; i++) {
        struct trial t = trial_new(s, i);
        struct pare_bits bits;
        size_t step;

        if (!encode(&t, use, NULL, &bits))
            bits.length = 0;
        step = bits.length / CUTS_MAX + 1;
        for (size_t at = 0; at < bits.length; at += at < 64 ? 5 : step) {
            bits.byte[at / 8] ^= (uint8_t)(0x80u >> at % 8);
            decode_hostile(&t, use, bits.byte, pare_bits_size_bytes(&bits));
            bits.byte[at / 8] ^= (uint8_t)(0x80u >> at % 8);
        }
        pare_bits_free(&bits);
        guard_free(&t.symbol);
    }
    suite_end(s, "input with a flipped bit");
}

static void check_random(struct suite *s, const struct plugin_use *use)
{
    static const uint32_t alphabets[] = {1, 2, 17, 256, 65536};
    static const size_t counts[] = {0, 1, 100, 3000};
    struct pare_rng rng = pare_rng_stream(2, "conform bytes");
    uint8_t byte[RANDOM_BYTES_MAX];

    for (size_t i = 0; i < RANDOM_TRIES; i++) {
        struct trial t = {.s = s, .name = "random bytes"};
        size_t size_bytes = (size_t)pare_rng_below(&rng, sizeof byte);

        t.stream = (struct pare_stream){"code", alphabets[i % 5], counts[i / 5 % 4], NULL};
        for (size_t j = 0; j < size_bytes; j++)
            byte[j] = (uint8_t)pare_rng_u32(&rng);
        if (i < 40) /* all zeros and all ones too */
            memset(byte, i < 20 ? 0 : 0xFF, size_bytes);
        decode_hostile(&t, use, byte, size_bytes);
    }
    suite_end(s, "random bytes");
}

void conform_encoder(struct suite *s, const struct plugin_use *use,
                     const struct plugin_use *presets)
{
    check_round_trip(s, use);
    check_other_options(s, use, presets);
    check_cost(s, use);
    check_cut_off(s, use);
    check_flipped(s, use);
    check_random(s, use);
}
