/* SPDX-License-Identifier: Apache-2.0 */
/* The kept weights of a param into the order that the kernels walk in. */

#include "base/alloc.h"
#include "infer/step.h"
#include "net/layer.h"
#include <stdlib.h>
#include <string.h>

enum { COLUMNS_MAX = 65536, CODES_MAX = 256 };

/* Kept weights as they are listed, without those that are 0. */
struct list {
    size_t n;
    uint32_t *position;
    uint16_t *code; /* shared */
    float *value;   /* not shared */
};

static void list_free(struct list *list)
{
    free(list->position);
    free(list->code);
    free(list->value);
}

static float list_value(const struct list *list, const struct pare_param *p, size_t i)
{
    return list->code ? p->centroid[list->code[i]] : list->value[i];
}

/* As many are where zeros are shared like any other value. */
static void drop_zeros(struct list *list, const struct pare_param *p, size_t kept)
{
    for (size_t i = 0; i < kept; i++) {
        if (list_value(list, p, i) == 0.0F)
            continue;
        list->position[list->n] = list->position[i];
        if (list->code)
            list->code[list->n++] = list->code[i];
        else
            list->value[list->n++] = list->value[i];
    }
}

static int list_new(struct list *list, const struct pare_param *p, const struct symbols *symbols,
                    struct pare_error *err)
{
    size_t kept = symbols->kept;
    int status;

    *list = (struct list){0};
    list->position = alloc_zero(kept, sizeof *list->position, "kept weights", err);
    if (p->centroids > 0)
        list->code = alloc_zero(kept, sizeof *list->code, "kept weights", err);
    else
        list->value = alloc_zero(kept, sizeof *list->value, "kept weights", err);
    if (!list->position || !(list->code || list->value))
        return PARE_ENOMEM;
    status = symbols_list(symbols, p->count, list->position, list->code, list->value, err);
    if (status == PARE_OK)
        drop_zeros(list, p, kept);
    return status;
}

static int rows_new(struct infer_rows *w, const struct pare_param *p, size_t kept, size_t blocks,
                    struct pare_error *err)
{
    bool coded = p->centroids > 0 && p->centroids <= CODES_MAX;

    *w = (struct infer_rows){
        .rows = p->shape[0], .columns = p->count / p->shape[0], .blocks = blocks, .kept = kept};
    if (w->columns > COLUMNS_MAX || kept > UINT32_MAX)
        return pare_fail(err, PARE_ESTATE,
                         "%s: %zu inputs an output; the compressed engine takes %d at most",
                         p->name, w->columns, COLUMNS_MAX);
    w->start = alloc_zero(blocks * w->rows + 1, sizeof *w->start, p->name, err);
    w->column = alloc_zero(kept, sizeof *w->column, p->name, err);
    if (coded) {
        w->code = alloc_zero(kept, sizeof *w->code, p->name, err);
        w->book = alloc_zero(CODES_MAX, sizeof *w->book, p->name, err);
        if (w->book)
            memcpy(w->book, p->centroid, p->centroids * sizeof *w->book);
    } else {
        w->value = alloc_zero(kept, sizeof *w->value, p->name, err);
    }
    return w->start && w->column && (coded ? w->code && w->book : w->value != NULL) ? PARE_OK
                                                                                    : PARE_ENOMEM;
}

/* Sorts by block, then row, then column: positions are in the order of row, column. */
static void rows_fill(struct infer_rows *w, const struct pare_param *p, const struct list *list,
                      size_t *next)
{
    size_t width = (w->columns + w->blocks - 1) / w->blocks;

    for (size_t i = 0; i < w->kept; i++) {
        size_t row = list->position[i] / w->columns, column = list->position[i] % w->columns;
        w->start[column / width * w->rows + row + 1]++;
    }
    for (size_t i = 0; i < w->blocks * w->rows; i++) {
        next[i] = w->start[i];
        w->start[i + 1] += w->start[i];
    }
    for (size_t i = 0; i < w->kept; i++) {
        size_t row = list->position[i] / w->columns, column = list->position[i] % w->columns;
        size_t to = next[column / width * w->rows + row]++;
        w->column[to] = (uint16_t)column;
        if (w->code)
            w->code[to] = (uint8_t)list->code[i];
        else
            w->value[to] = list_value(list, p, i);
    }
}

int step_weight(struct infer *m, struct step *s, const struct pare_param *p,
                const struct symbols *symbols, struct pare_error *err)
{
    size_t columns = p->count / p->shape[0], best = m->kernels->block_columns;
    size_t blocks = m->tile > 0 && s->kind == LAYER_DENSE ? (columns + best - 1) / best : 1;
    struct list list;
    int status = list_new(&list, p, symbols, err);
    size_t *next = alloc_zero(blocks * p->shape[0], sizeof *next, "kept weights", err);

    if (status == PARE_OK)
        status = next ? rows_new(&s->rows, p, list.n, blocks, err) : PARE_ENOMEM;
    if (status == PARE_OK) {
        rows_fill(&s->rows, p, &list, next);
        s->rows.relu = s->relu;
    }
    free(next);
    list_free(&list);
    return status;
}

int step_bias(struct step *s, const struct pare_param *p, const struct symbols *symbols,
              struct pare_error *err)
{
    struct list list;
    int status = list_new(&list, p, symbols, err);

    s->rows.bias = alloc_zero(p->count, sizeof *s->rows.bias, p->name, err);
    if (!s->rows.bias)
        status = PARE_ENOMEM;
    for (size_t i = 0; status == PARE_OK && i < list.n; i++)
        s->rows.bias[list.position[i]] = list_value(&list, p, i);
    list_free(&list);
    return status;
}

static void rows_free(struct infer_rows *w)
{
    free(w->start);
    free(w->column);
    free(w->code);
    free(w->book);
    free(w->value);
    free(w->bias);
}

void step_free(struct step *s)
{
    rows_free(&s->rows);
    free(s->packed.start);
    free(s->packed.word);
    free(s->packed.input);
    free(s->packed.row);
    free(s->packed.bias);
    free(s->offset);
}

size_t step_weight_bytes(const struct step *s)
{
    const struct infer_rows *w = &s->rows;
    const struct infer_packed *p = &s->packed;
    size_t bytes = s->offset ? w->columns * sizeof *s->offset : 0;

    if (p->groups > 0)
        return p->start[p->groups] * (PACK_LANES * sizeof *p->word + sizeof *p->input) +
               (p->groups + 1) * sizeof *p->start + sizeof p->book +
               p->groups * PACK_LANES * (sizeof *p->row + sizeof *p->bias);
    if (w->start)
        bytes += (w->blocks * w->rows + 1) * sizeof *w->start + w->kept * sizeof *w->column +
                 w->rows * sizeof *w->bias;
    bytes += w->code ? w->kept * sizeof *w->code + CODES_MAX * sizeof *w->book : 0;
    bytes += w->value ? w->kept * sizeof *w->value : 0;
    return bytes;
}
