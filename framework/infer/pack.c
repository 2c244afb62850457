/* SPDX-License-Identifier: Apache-2.0 */
/* Rows into the form that is looked up in registers. Outputs that keep about as many
 * weights share a group, because a group takes as many steps as its fullest. */

#include "base/alloc.h"
#include "infer/step.h"
#include <stdlib.h>

/* Below so many kept weights a step it is faster to walk the rows. */
enum { KEPT_A_STEP = 3 };

struct packer {
    const struct infer_rows *w;
    struct infer_packed *p;
    struct fullness {
        uint32_t row, kept;
    } * order;    /* [rows], fullest first */
    uint32_t *at; /* [PACK_LANES] next weight of each lane's row */
};

static int fuller(const void *a, const void *b)
{
    const struct fullness *x = a, *y = b;

    if (x->kept != y->kept)
        return x->kept > y->kept ? -1 : 1;
    return x->row < y->row ? -1 : 1;
}

/* Whether lane's next weight is among these inputs. */
static bool has_more(const struct packer *k, size_t group, size_t lane, size_t input)
{
    size_t i = group * PACK_LANES + lane;
    uint32_t at = k->at[lane];

    return i < k->w->rows && at < k->w->start[k->order[i].row + 1] &&
           k->w->column[at] / PACK_INPUTS == input;
}

/* Where a word stands: a lane's words of two steps side by side, so that one load has
 * both without a shuffle. */
static size_t word_at(size_t step, size_t lane)
{
    return (step - step % 2) * PACK_LANES + 2 * lane + step % 2;
}

/* The steps of a group; written to words from step on unless p->word is NULL. */
static size_t pack_group(struct packer *k, size_t group, size_t step)
{
    struct infer_packed *p = k->p;
    size_t first = step;

    for (size_t l = 0; l < PACK_LANES && group * PACK_LANES + l < k->w->rows; l++)
        k->at[l] = k->w->start[k->order[group * PACK_LANES + l].row];
    for (size_t input = 0; input * PACK_INPUTS < k->w->columns; input++)
        for (bool more = true; more;) {
            more = false;
            for (size_t l = 0; l < PACK_LANES; l++)
                more = more || has_more(k, group, l, input);
            for (size_t l = 0; l < PACK_LANES && more; l++) {
                unsigned word = PACK_INPUTS;
                if (has_more(k, group, l, input)) {
                    uint32_t at = k->at[l]++;
                    word = k->w->column[at] % PACK_INPUTS | (unsigned)k->w->code[at]
                                                                << PACK_PLACE_BITS;
                }
                if (p->word)
                    p->word[word_at(step, l)] = (uint16_t)word;
            }
            if (more && p->word)
                p->input[step] = (uint16_t)input;
            step += more;
        }
    for (size_t l = 0; l < PACK_LANES && (step - first) % 2 != 0 && p->word; l++)
        p->word[word_at(step, l)] = PACK_INPUTS;
    return step + (step - first) % 2;
}

static size_t pack_all(struct packer *k)
{
    size_t steps = 0;

    for (size_t g = 0; g < k->p->groups; g++) {
        if (k->p->word)
            k->p->start[g] = (uint32_t)steps;
        steps = pack_group(k, g, steps);
    }
    if (k->p->word)
        k->p->start[k->p->groups] = (uint32_t)steps;
    return steps;
}

static int packed_new(struct packer *k, size_t steps, struct pare_error *err)
{
    struct infer_packed *p = k->p;
    size_t lanes = p->groups * PACK_LANES;

    p->start = alloc_zero(p->groups + 1, sizeof *p->start, "packed weights", err);
    p->word = alloc_zero(steps, PACK_LANES * sizeof *p->word, "packed weights", err);
    p->input = alloc_zero(steps, sizeof *p->input, "packed weights", err);
    p->row = alloc_zero(lanes, sizeof *p->row, "packed weights", err);
    p->bias = alloc_zero(lanes, sizeof *p->bias, "packed weights", err);
    if (!p->start || !p->word || !p->input || !p->row || !p->bias)
        return PARE_ENOMEM;
    for (size_t i = 0; i < lanes; i++) {
        p->row[i] = (uint16_t)(i < k->w->rows ? k->order[i].row : k->w->rows);
        p->bias[i] = i < k->w->rows ? k->w->bias[k->order[i].row] : 0.0F;
    }
    for (size_t i = 0; i < sizeof p->book / sizeof *p->book; i++)
        p->book[i] = k->w->book[i];
    pack_all(k);
    return PARE_OK;
}

int step_pack(struct step *s, struct pare_error *err)
{
    struct infer_rows *w = &s->rows;
    uint32_t at[PACK_LANES] = {0};
    struct packer k = {.w = w, .p = &s->packed, .at = at};
    uint8_t largest = 0;
    int status = PARE_OK;
    size_t steps;

    for (size_t i = 0; w->code && i < w->kept; i++)
        largest = w->code[i] > largest ? w->code[i] : largest;
    if (!w->code || largest >= sizeof s->packed.book / sizeof *s->packed.book ||
        w->rows >= UINT16_MAX)
        return PARE_OK;
    k.order = alloc_zero(w->rows, sizeof *k.order, "packed weights", err);
    if (!k.order)
        return PARE_ENOMEM;
    for (size_t r = 0; r < w->rows; r++)
        k.order[r] = (struct fullness){(uint32_t)r, w->start[r + 1] - w->start[r]};
    qsort(k.order, w->rows, sizeof *k.order, fuller);
    *k.p = (struct infer_packed){.rows = w->rows,
                                 .columns = w->columns,
                                 .groups = (w->rows + PACK_LANES - 1) / PACK_LANES,
                                 .large = largest >= 32,
                                 .relu = s->relu};
    steps = pack_all(&k);
    if (w->kept / KEPT_A_STEP < steps) {
        k.p->groups = 0;
        goto out;
    }
    status = packed_new(&k, steps, err);
    free(w->start);
    free(w->column);
    free(w->code);
    free(w->book);
    free(w->bias);
    w->start = NULL;
    w->column = NULL;
    w->code = NULL;
    w->book = w->bias = NULL;
out:
    free(k.order);
    return status;
}
