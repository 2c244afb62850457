/* SPDX-License-Identifier: Apache-2.0 */
#ifndef COMPRESS_ORDER_H
#define COMPRESS_ORDER_H

/* Floats as whole numbers in the same order, for radix methods. Both zeros are
 * one; NaN has no place. */

#include <stdint.h>
#include <string.h>

static inline uint32_t order_key(float x)
{
    uint32_t bits;

    x += 0.0f; /* -0 becomes 0 */
    memcpy(&bits, &x, sizeof(bits));
    return bits ^ (-(bits >> 31) | 0x80000000u); /* no branch: signs cannot be foretold */
}

static inline float order_value(uint32_t key)
{
    uint32_t bits = key ^ (((key >> 31) - 1) | 0x80000000u);
    float x;

    memcpy(&x, &bits, sizeof(x));
    return x;
}

#endif
