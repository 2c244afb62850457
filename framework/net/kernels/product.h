/* SPDX-License-Identifier: Apache-2.0 */

/* The matrix product for one instruction set; included by its file, which defines
 * vec, LANES, ROWS, VECS and vec_*. A tile of up to ROWS x VECS vectors of c stays in
 * registers over the whole of k; each element is one chain of fused additions. */

struct tile {
    const struct kernel_product *p;
    const float *a, *b;
    float *c;
    size_t row, lanes; /* first row of c; columns that exist */
};

/* c's part is not made of whole vectors, or lies across. */
static void put_tile(const struct tile *t, const float *done, size_t rows)
{
    const struct kernel_product *p = t->p;

    if (p->c_column == 1) {
        for (size_t r = 0; r < rows; r++)
            for (size_t j = 0; j < t->lanes; j++)
                t->c[r * p->c_row + j] = done[r * VECS * LANES + j];
        return;
    }
    for (size_t j = 0; j < t->lanes; j++)
        for (size_t r = 0; r < rows; r++)
            t->c[j * p->c_column + r * p->c_row] = done[r * VECS * LANES + j];
}

static void take_tile(const struct tile *t, float *start, size_t rows)
{
    const struct kernel_product *p = t->p;

    for (size_t r = 0; r < rows; r++)
        for (size_t j = 0; j < VECS * LANES; j++)
            start[r * VECS * LANES + j] =
                j < t->lanes ? t->c[r * p->c_row + j * p->c_column] : 0.0F;
}

static inline __attribute__((always_inline)) void tile_of(const struct tile *t, const size_t rows,
                                                          const size_t vecs, bool indirect)
{
    const struct kernel_product *p = t->p;
    const float *a = t->a, *b = t->b;
    size_t a_row = p->a_row, a_column = p->a_column, b_step = p->b_step;
    bool direct = p->c_column == 1 && t->lanes == vecs * LANES;
    float edge[ROWS * VECS * LANES];
    vec sum[ROWS][VECS];

    if (p->add && !direct)
        take_tile(t, edge, rows);
    UNROLL
    for (size_t r = 0; r < rows; r++) {
        vec start = p->bias ? vec_set(p->bias[t->row + r]) : vec_set(0.0F);

        UNROLL
        for (size_t v = 0; v < vecs; v++)
            sum[r][v] = !p->add  ? start
                        : direct ? vec_load(t->c + r * p->c_row + v * LANES)
                                 : vec_load(edge + (r * VECS + v) * LANES);
    }
    for (size_t k = 0; k < p->k; k++) {
        const float *from = indirect ? b + p->b_row[k] : b + k * b_step;
        vec row[VECS];

        UNROLL
        for (size_t v = 0; v < vecs; v++)
            row[v] = vec_load(from + v * LANES);
        UNROLL
        for (size_t r = 0; r < rows; r++) {
            vec factor = vec_set(a[r * a_row]);

            UNROLL
            for (size_t v = 0; v < vecs; v++)
                sum[r][v] = vec_fma(factor, row[v], sum[r][v]);
        }
        a += a_column;
    }
    UNROLL
    for (size_t r = 0; r < rows; r++)
        UNROLL
    for (size_t v = 0; v < vecs; v++)
        vec_store(direct ? t->c + r * p->c_row + v * LANES : edge + (r * VECS + v) * LANES,
                  sum[r][v]);
    if (!direct)
        put_tile(t, edge, rows);
}

/* One function for each size of tile, so that all of its sums are registers. */
#define TILE(rows, vecs)                                                                           \
    static void tile_##rows##x##vecs(const struct tile *t)                                         \
    {                                                                                              \
        if (t->p->b_row)                                                                           \
            tile_of(t, rows, vecs, true);                                                          \
        else                                                                                       \
            tile_of(t, rows, vecs, false);                                                         \
    }
#define TILES(vecs)                                                                                \
    TILE(1, vecs) TILE(2, vecs) TILE(3, vecs) TILE(4, vecs) TILE(5, vecs) TILE(6, vecs)
#define TILE_NAMES(vecs)                                                                           \
    {                                                                                              \
        tile_1x##vecs, tile_2x##vecs, tile_3x##vecs, tile_4x##vecs, tile_5x##vecs, tile_6x##vecs   \
    }
TILES(1)
TILES(2)
#if VECS == 4
TILES(3)
TILES(4)
#endif

static void (*const tiles[VECS][ROWS])(const struct tile *) = {
    TILE_NAMES(1),
    TILE_NAMES(2),
#if VECS == 4
    TILE_NAMES(3),
    TILE_NAMES(4),
#endif
};

/* The size of part i of n things in parts as equal as can be. */
struct cut {
    size_t parts, each, more; /* the first `more` have one more */
};

static struct cut cut_of(size_t n, size_t most)
{
    size_t parts = (n + most - 1) / most;

    return (struct cut){.parts = parts, .each = n / parts, .more = n % parts};
}

static size_t cut_size(const struct cut *c, size_t i)
{
    return c->each + (i < c->more);
}

static void product(const struct kernel_product *p)
{
    struct cut columns = cut_of((p->n + LANES - 1) / LANES, VECS), rows = cut_of(p->m, ROWS);
    size_t at = 0;

    for (size_t j = 0; j < columns.parts; j++) {
        size_t wide = cut_size(&columns, j), left = p->n - at, row = 0;

        for (size_t i = 0; i < rows.parts; i++) {
            size_t high = cut_size(&rows, i);
            struct tile t = {.p = p,
                             .a = p->a + row * p->a_row,
                             .b = p->b + at,
                             .c = p->c + row * p->c_row + at * p->c_column,
                             .row = row,
                             .lanes = left < wide * LANES ? left : wide * LANES};

            tiles[wide - 1][high - 1](&t);
            row += high;
        }
        at += wide * LANES;
    }
}
