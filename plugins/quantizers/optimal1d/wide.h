/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OPTIMAL1D_WIDE_H
#define OPTIMAL1D_WIDE_H

/* Arithmetic in twice the precision of a double. Needs a compiler that keeps to
 * IEEE 754 and does not contract. */

/* high, plus what high does not hold. */
struct wide {
    double high, low;
};

/* Knuth, TAOCP 4.2.2, theorem B. */
static inline struct wide wide_sum(double a, double b)
{
    double sum = a + b, part = sum - a;

    return (struct wide){sum, (a - (sum - part)) + (b - part)};
}

static inline struct wide wide_add(struct wide a, struct wide b)
{
    struct wide sum = wide_sum(a.high, b.high);

    return wide_sum(sum.high, sum.low + (a.low + b.low));
}

static inline struct wide wide_subtract(struct wide a, struct wide b)
{
    return wide_add(a, (struct wide){-b.high, -b.low});
}

/* Dekker 1971, "A floating-point technique for extending the available precision",
 * section 5. */
static inline struct wide wide_product(double a, double b)
{
    double product = a * b, split_a = a * 0x1.0000002p27, split_b = b * 0x1.0000002p27;
    double high_a = split_a - (split_a - a), high_b = split_b - (split_b - b);
    double low_a = a - high_a, low_b = b - high_b;

    return (struct wide){product, ((high_a * high_b - product) + high_a * low_b + low_a * high_b) +
                                      low_a * low_b};
}

#endif
