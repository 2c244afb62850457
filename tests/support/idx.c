/* SPDX-License-Identifier: Apache-2.0 */
/* The synthetic data set. Its random numbers are its own (xorshift64*), so that a
 * change in the framework's cannot change it. */

#include "support/idx.h"
#include <stdint.h>
#include <stdio.h>

enum { PIXELS = IDX_SIDE * IDX_SIDE, NOISE_PERCENT = 66 };

static uint32_t draw(uint64_t *state)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return (uint32_t)((*state * 2685821657736338717u) >> 32);
}

static void put_u32(uint32_t v, FILE *out)
{
    for (int shift = 24; shift >= 0; shift -= 8)
        fputc((int)(v >> shift & 0xff), out);
}

static int make_pair(const char *dir, const char *images, const char *labels, uint32_t n,
                     uint8_t pattern[IDX_CLASSES][PIXELS], uint64_t *state)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", dir, images);
    FILE *x = fopen(path, "w");
    snprintf(path, sizeof path, "%s/%s", dir, labels);
    FILE *y = fopen(path, "w");
    int failed = !x || !y;

    if (!failed) {
        put_u32(0x803, x);
        put_u32(n, x);
        put_u32(IDX_SIDE, x);
        put_u32(IDX_SIDE, x);
        put_u32(0x801, y);
        put_u32(n, y);
        for (uint32_t i = 0; i < n; i++) {
            uint32_t label = draw(state) % IDX_CLASSES;
            fputc((int)label, y);
            for (int p = 0; p < PIXELS; p++) {
                uint8_t noise = (uint8_t)draw(state);
                fputc(draw(state) % 100 < NOISE_PERCENT ? noise : pattern[label][p], x);
            }
        }
    }
    failed |= x && fclose(x) != 0;
    failed |= y && fclose(y) != 0;
    return failed ? -1 : 0;
}

int idx_make(const char *dir)
{
    uint64_t state = 0x9e3779b97f4a7c15u;
    uint8_t pattern[IDX_CLASSES][PIXELS];

    for (int c = 0; c < IDX_CLASSES; c++)
        for (int p = 0; p < PIXELS; p++)
            pattern[c][p] = (uint8_t)draw(&state);
    if (make_pair(dir, "train-images-idx3-ubyte", "train-labels-idx1-ubyte", IDX_TRAIN, pattern,
                  &state) != 0)
        return -1;
    return make_pair(dir, "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte", IDX_TEST, pattern,
                     &state);
}
