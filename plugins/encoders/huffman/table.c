/* SPDX-License-Identifier: Apache-2.0 */
/* The table of a code, written and read by the same lines, so that its layout is
 * stated once: a field puts its value into the bits, or takes it from there, and
 * either way returns it. Errors stick to the bits. */

#include "code.h"

/* What is read is taken from a window, of which good bits are left at its top. */
struct table {
    struct pare_bits *bits;
    bool reading;
    uint64_t window;
    unsigned good;
};

enum { WINDOW_BITS = 57 };

/* The first error stays: where there was no memory, nothing that follows fits. */
static void refuse(struct table *t)
{
    if (t->bits->status == PARE_OK)
        t->bits->status = PARE_EFORMAT;
}

/* The bits from the first on that has not been taken. */
static void refill(struct table *t)
{
    pare_bits_skip(t->bits, WINDOW_BITS - t->good);
    t->window = pare_bits_peek(t->bits, WINDOW_BITS) << (64 - WINDOW_BITS);
    t->good = WINDOW_BITS;
}

static void take(struct table *t, unsigned size)
{
    t->window <<= size;
    t->good -= size;
}

static uint32_t field(struct table *t, uint32_t value, unsigned size)
{
    if (!t->reading) {
        pare_bits_put(t->bits, value, size);
        return value;
    }
    if (t->good < size)
        refill(t);
    value = (uint32_t)(t->window >> 1 >> (63 - size));
    take(t, size);
    return value;
}

/* value times bit, then the other bit; value <= max <= 56. */
static uint32_t field_unary(struct table *t, uint32_t bit, uint32_t value, uint32_t max)
{
    uint64_t flip = bit ? UINT64_MAX : 0;

    if (!t->reading) {
        pare_bits_put(t->bits, bit ? (UINT64_C(2) << value) - 2 : 1, value + 1);
        return value;
    }
    if ((t->window ^ flip) >> 1 >> (63 - t->good) == 0) /* its end is not in the window */
        refill(t);
    value = (unsigned)__builtin_clzll((t->window ^ flip) | 1);
    if (value > max) {
        refuse(t);
        return 0;
    }
    take(t, value + 1);
    return value;
}

static uint32_t field_golomb(struct table *t, uint32_t value, unsigned k)
{
    uint32_t least = (uint32_t)1 << k;
    unsigned more = field_unary(t, 0, floor_log2(value + least) - k, 17 - k);
    uint32_t top = least << more;

    return (top | field(t, (value + least) & (top - 1), k + more)) - least;
}

/* How many symbols from c->symbol[i] on follow one another. */
static uint32_t run_length(const struct code *c, uint32_t i)
{
    uint32_t n = 1;

    while (i + n < c->used && c->symbol[i + n] == c->symbol[i] + n)
        n++;
    return n;
}

static uint32_t count_runs(const struct code *c)
{
    uint32_t runs = 1 + (c->symbol[0] > 0);

    for (uint32_t i = 0; i < c->used;) {
        i += run_length(c, i);
        if (i < c->used)
            runs += 2;
    }
    return runs + (c->symbol[c->used - 1] + 1u < c->alphabet);
}

/* Which symbols occur, where not all do. i: those passed, at: symbols passed. */
static void field_map(struct table *t, struct code *c)
{
    uint32_t kind, left[2] = {c->alphabet - c->used, c->used}, to_come[2], i = 0;
    uint32_t runs = 2 + field_golomb(t, t->reading ? 0 : count_runs(c) - 2, 0);

    kind = field(t, !t->reading && c->symbol[0] == 0, 1);
    to_come[kind] = (runs + 1) / 2;
    to_come[!kind] = runs / 2;
    if (to_come[0] > left[0] || to_come[1] > left[1])
        refuse(t);
    for (uint32_t at = 0; at < c->alphabet && t->bits->status == PARE_OK; kind = !kind) {
        uint32_t spare = left[kind] - to_come[kind], extra = spare;
        if (to_come[kind] > 1 && spare > 0) {
            extra = t->reading ? 0 : (kind ? run_length(c, i) : c->symbol[i] - at) - 1;
            extra = field_golomb(t, extra, floor_log2(spare / to_come[kind]));
        }
        if (extra > spare) {
            refuse(t);
            return;
        }
        for (uint32_t end = at + extra + 1; at < end; at++)
            if (kind)
                c->symbol[i++] = (uint16_t)at;
        left[kind] -= extra + 1;
        to_come[kind]--;
    }
}

/* The lengths of the symbols that occur. */
static void field_lengths(struct table *t, struct code *c)
{
    uint32_t budget = (uint32_t)1 << CODE_LENGTH_MAX, rest = c->used, last = 0;

    for (uint32_t i = 0; i < c->used && t->bits->status == PARE_OK; i++) {
        uint32_t now = c->length[i];
        if (rest == 1) {
            now = CODE_LENGTH_MAX - floor_log2(budget);
        } else if (rest == c->used) {
            now = 1 + field(t, now - 1, width(code_deepest(c->used)));
        } else {
            uint32_t turn = now > last ? 2 * (now - last) - 1 : 2 * (last - now);
            turn = field_unary(t, 1, turn, 2 * CODE_LENGTH_MAX);
            now = turn % 2 != 0 ? last + (turn + 1) / 2 : last - turn / 2;
        }
        if (now < 1 || now > code_deepest(c->used) ||
            (uint32_t)1 << (CODE_LENGTH_MAX - now) > budget) {
            refuse(t);
            return;
        }
        budget -= (uint32_t)1 << (CODE_LENGTH_MAX - now);
        c->length[i] = (uint8_t)now;
        last = now;
        rest--;
    }
    if (budget != 0)
        refuse(t);
}

static void field_table(struct table *t, struct code *c, size_t count)
{
    uint32_t most = count < c->alphabet ? (uint32_t)count : c->alphabet;

    c->used = 1 + field(t, c->used - 1, width(most));
    if (c->used > most) {
        refuse(t);
        return;
    }
    for (uint32_t i = 0; i < c->used && t->reading; i++) {
        c->symbol[i] = (uint16_t)i;
        c->length[i] = 1;
    }
    if (c->used < c->alphabet)
        field_map(t, c);
    if (c->used > 1)
        field_lengths(t, c);
}

int code_write(struct code *c, size_t count, struct pare_bits *bits)
{
    struct table t = {.bits = bits};

    field_table(&t, c, count);
    return pare_bits_status(bits);
}

int code_read(struct code *c, size_t count, struct pare_bits *bits)
{
    struct table t = {.bits = bits, .reading = true, .good = WINDOW_BITS};

    refill(&t);
    field_table(&t, c, count);
    pare_bits_skip(bits, WINDOW_BITS - t.good);
    return pare_bits_status(bits);
}
