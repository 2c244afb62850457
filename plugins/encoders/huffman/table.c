/* SPDX-License-Identifier: Apache-2.0 */
/* The table of a code, written and read by the same lines, so that its layout is
 * stated once: a field puts its value into the bits, or takes it from there, and
 * either way returns it. Errors stick to the bits. */

#include "code.h"
#include <string.h>

struct table {
    struct pare_bits *bits;
    bool reading;
};

static uint32_t field(struct table *t, uint32_t value, unsigned size)
{
    if (t->reading)
        return (uint32_t)pare_bits_get(t->bits, size);
    pare_bits_put(t->bits, value, size);
    return value;
}

/* value times bit, then the other bit. */
static uint32_t field_unary(struct table *t, uint32_t bit, uint32_t value, uint32_t max)
{
    uint32_t n = 0;

    while (field(t, n < value ? bit : !bit, 1) == bit && t->bits->status == PARE_OK)
        if (n++ == max)
            t->bits->status = PARE_EFORMAT;
    return n;
}

static uint32_t field_golomb(struct table *t, uint32_t value, unsigned k)
{
    uint32_t least = (uint32_t)1 << k;
    unsigned more = field_unary(t, 0, floor_log2(value + least) - k, 17 - k);
    uint32_t top = least << more;

    return (top | field(t, (value + least) & (top - 1), k + more)) - least;
}

static uint32_t run_length(const uint8_t *length, uint32_t at, uint32_t end)
{
    uint32_t i = at;

    while (i < end && (length[i] != 0) == (length[at] != 0))
        i++;
    return i - at;
}

/* Which symbols occur. Reading: their length becomes 1. */
static void field_map(struct table *t, struct code *c)
{
    uint32_t runs = 0, kind, left[2] = {c->alphabet - c->used, c->used}, to_come[2];

    if (!t->reading)
        for (uint32_t i = 0; i < c->alphabet; runs++)
            i += run_length(c->length, i, c->alphabet);
    runs = 2 + field_golomb(t, runs - 2, 0);
    kind = field(t, c->length[0] != 0, 1);
    to_come[kind] = (runs + 1) / 2;
    to_come[!kind] = runs / 2;
    if (to_come[0] > left[0] || to_come[1] > left[1])
        t->bits->status = PARE_EFORMAT;
    for (uint32_t i = 0; i < c->alphabet && t->bits->status == PARE_OK; kind = !kind) {
        uint32_t spare = left[kind] - to_come[kind], extra = spare;
        if (to_come[kind] > 1 && spare > 0) {
            extra = t->reading ? 0 : run_length(c->length, i, c->alphabet) - 1;
            extra = field_golomb(t, extra, floor_log2(spare / to_come[kind]));
        }
        if (extra > spare) {
            t->bits->status = PARE_EFORMAT;
            return;
        }
        if (t->reading)
            memset(c->length + i, (int)kind, extra + 1);
        i += extra + 1;
        left[kind] -= extra + 1;
        to_come[kind]--;
    }
}

/* The lengths of the symbols that occur. Reading: those that field_map marked. */
static void field_lengths(struct table *t, struct code *c)
{
    uint32_t budget = (uint32_t)1 << CODE_LENGTH_MAX, rest = c->used, last = 0;

    for (uint32_t i = 0; i < c->alphabet && t->bits->status == PARE_OK; i++) {
        uint32_t now = c->length[i];
        if (now == 0)
            continue;
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
            t->bits->status = PARE_EFORMAT;
            return;
        }
        budget -= (uint32_t)1 << (CODE_LENGTH_MAX - now);
        c->length[i] = (uint8_t)now;
        last = now;
        rest--;
    }
    if (budget != 0)
        t->bits->status = PARE_EFORMAT;
}

static void field_table(struct table *t, struct code *c, size_t count)
{
    uint32_t most = count < c->alphabet ? (uint32_t)count : c->alphabet;

    c->used = 1 + field(t, c->used - 1, width(most));
    if (c->used > most) {
        t->bits->status = PARE_EFORMAT;
        return;
    }
    if (c->used < c->alphabet)
        field_map(t, c);
    else if (t->reading)
        memset(c->length, 1, c->alphabet);
    if (c->used > 1)
        field_lengths(t, c);
}

int code_write(struct code *c, size_t count, struct pare_bits *bits)
{
    struct table t = {bits, false};

    field_table(&t, c, count);
    return pare_bits_status(bits);
}

int code_read(struct code *c, size_t count, struct pare_bits *bits)
{
    struct table t = {bits, true};

    field_table(&t, c, count);
    return pare_bits_status(bits);
}
