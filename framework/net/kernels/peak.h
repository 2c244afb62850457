/* SPDX-License-Identifier: Apache-2.0 */

/* The machine's limit: chains of multiply-adds in registers, more of them than the
 * units take to fill, and no memory. */

static size_t peak(size_t rounds, float *out)
{
    enum { CHAINS = 12, UNITS = 2 };
    vec chain[CHAINS], factor = vec_set(*out), one = vec_set(1.0F);

    for (size_t i = 0; i < CHAINS; i++)
        chain[i] = vec_set((float)i);
    for (size_t round = 0; round < rounds; round++)
        for (size_t i = 0; i < UNITS; i++)
            UNROLL for (size_t c = 0; c < CHAINS; c++) chain[c] = vec_fma(chain[c], factor, one);
    for (size_t c = 1; c < CHAINS; c++)
        chain[0] = vec_fma(chain[c], factor, chain[0]);

    float lane[LANES];

    vec_store(lane, chain[0]);
    *out = lane[0];
    return rounds * UNITS * CHAINS * LANES * 2;
}
