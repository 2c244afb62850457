/* SPDX-License-Identifier: Apache-2.0 */
/* Philox4x32-10. Block b of a stream is the cipher of the counter (b, 0) under the
 * stream's key; the key is a hash of the seed and the stream's name. */

#include <pare/rng.h>

#include <math.h>
#include <string.h>

enum { ROUNDS = 10 };

static void philox(uint64_t key, uint64_t block, uint32_t out[4])
{
    uint32_t c0 = (uint32_t)block, c1 = (uint32_t)(block >> 32), c2 = 0, c3 = 0;
    uint32_t k0 = (uint32_t)key, k1 = (uint32_t)(key >> 32);

    for (int round = 0; round < ROUNDS; round++) {
        uint64_t a = (uint64_t)0xD2511F53u * c0, b = (uint64_t)0xCD9E8D57u * c2;

        c0 = (uint32_t)(b >> 32) ^ c1 ^ k0;
        c2 = (uint32_t)(a >> 32) ^ c3 ^ k1;
        c1 = (uint32_t)b;
        c3 = (uint32_t)a;
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    out[0] = c0;
    out[1] = c1;
    out[2] = c2;
    out[3] = c3;
}

/* The finalizer of SplitMix64 (Steele, Lea, Flood 2014). */
static uint64_t mix(uint64_t x)
{
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
    return x ^ (x >> 31);
}

struct pare_rng pare_rng_stream(uint64_t seed, const char *name)
{
    uint64_t key = mix(seed + 0x9E3779B97F4A7C15u);

    for (; *name; name++)
        key = mix(key + 0x9E3779B97F4A7C15u + (unsigned char)*name);
    return (struct pare_rng){.key = key, .used = 4};
}

uint32_t pare_rng_u32(struct pare_rng *rng)
{
    if (rng->used >= 4) {
        philox(rng->key, rng->block++, rng->word);
        rng->used = 0;
    }
    return rng->word[rng->used++];
}

uint64_t pare_rng_u64(struct pare_rng *rng)
{
    uint64_t high = pare_rng_u32(rng);

    return high << 32 | pare_rng_u32(rng);
}

/* Draws again from the few values that would favor low results. */
uint64_t pare_rng_below(struct pare_rng *rng, uint64_t n)
{
    uint64_t limit = UINT64_MAX - UINT64_MAX % n, draw;

    do
        draw = pare_rng_u64(rng);
    while (draw >= limit);
    return draw % n;
}

double pare_rng_real(struct pare_rng *rng)
{
    return (double)(pare_rng_u64(rng) >> 11) * 0x1p-53;
}

double pare_rng_normal(struct pare_rng *rng)
{
    double u = 1.0 - pare_rng_real(rng), v = pare_rng_real(rng);

    return sqrt(-2.0 * log(u)) * cos(6.283185307179586 * v);
}

void pare_rng_shuffle(struct pare_rng *rng, uint32_t *index, size_t n)
{
    for (size_t i = n; i > 1; i--) {
        size_t j = (size_t)pare_rng_below(rng, i);
        uint32_t swap = index[i - 1];

        index[i - 1] = index[j];
        index[j] = swap;
    }
}

void pare_rng_fill(struct pare_rng *rng, uint32_t *out, size_t n)
{
    size_t i = 0;

    while (i < n && rng->used < 4)
        out[i++] = rng->word[rng->used++];
    for (; i + 4 <= n; i += 4)
        philox(rng->key, rng->block++, out + i);
    while (i < n)
        out[i++] = pare_rng_u32(rng);
}
