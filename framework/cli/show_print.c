/* SPDX-License-Identifier: Apache-2.0 */
/* pare show for people: header, parameters, ledger, stages, other compressors. At
 * most 100 columns for nets with names of usual length. */

#include "cli/cli.h"
#include "cli/show.h"
#include "cli/table.h"
#include <string.h>

enum { LINE_WIDTH = 98 };

static double percent(double part, double whole)
{
    return whole > 0.0 ? 100.0 * part / whole : 0.0;
}

/* "300x784" */
static void shape_text(const struct pare_param *p, char *out, size_t room)
{
    size_t at = 0;

    out[0] = '\0';
    for (unsigned i = 0; i < p->rank && at < room; i++)
        at += (size_t)snprintf(out + at, room - at, i ? "x%zu" : "%zu", p->shape[i]);
}

static void layer_text(const struct layer *layer, char *out, size_t room)
{
    const struct layer_desc *d = &layer->desc;

    switch (d->kind) {
    case LAYER_DENSE:
        snprintf(out, room, "%s (dense %zu)", d->name, d->units);
        break;
    case LAYER_CONV:
        snprintf(out, room, "%s (conv %zu@%zux%zu, stride %zu, pad %zu)", d->name, d->units,
                 d->kernel, d->kernel, d->stride, d->pad);
        break;
    case LAYER_MAXPOOL:
    case LAYER_AVGPOOL:
        snprintf(out, room, "%spool %zux%zu, stride %zu",
                 d->kind == LAYER_MAXPOOL ? "max" : "average ", d->kernel, d->kernel, d->stride);
        break;
    case LAYER_DROPOUT:
        snprintf(out, room, "dropout %g", d->rate);
        break;
    default:
        snprintf(out, room, "%s", d->kind == LAYER_RELU ? "relu" : "flatten");
        break;
    }
}

/* The layers in one row, broken between layers where the line is full. */
static void print_network(const struct pare_net *net)
{
    int at = printf("  network %zux%zux%zu", net->input[0], net->input[1], net->input[2]);

    for (size_t i = 0; i < net->layers; i++) {
        char text[LAYER_NAME_BYTES + 128];
        layer_text(&net->layer[i], text, sizeof text);
        if (at + (int)strlen(text) + 4 > LINE_WIDTH)
            at = printf("\n         ") - 1;
        at += printf(" -> %s", text);
    }
    printf(" -> %zu classes\n", net->classes);
}

/* The data group on one line; nothing that a terminal would obey. */
static void print_data(const char *text)
{
    bool blank = true; /* between words: one is due before the next */

    if (!text)
        return;
    fputs("  data   ", stdout);
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        bool space = c == ' ' || c == '\n' || c == '\t';
        if (!space && blank)
            putchar(' ');
        if (!space)
            putchar(c < 0x20 || c == 0x7f ? '?' : c);
        blank = space;
    }
    putchar('\n');
}

static void print_head(const struct show *s)
{
    char file[32], dense[32];

    printf("%s: %s bytes, 1/%.2f of %s bytes of dense float32\n", s->path,
           cli_count(s->file.size_bytes, file), (double)s->dense_bytes / (double)s->file.size_bytes,
           cli_count(s->dense_bytes, dense));
    print_network(s->file.net);
    print_data(s->file.data_text);
}

static void print_params(const struct show *s)
{
    static const char *const head[] = {"parameter", "shape",     "weights",    "kept",
                                       "kept %",    "centroids", "bits/weight"};
    struct table t = {.columns = sizeof head / sizeof head[0]};

    for (size_t i = 0; i < t.columns; i++)
        table_cell(&t, "%s", head[i]);
    for (size_t i = 0; i < s->file.net->params; i++) {
        const struct pare_param *p = &s->file.net->param[i];
        size_t kept = pare_param_kept(p);
        char shape[128];
        shape_text(p, shape, sizeof shape);
        table_cell(&t, "%s", p->name);
        table_cell(&t, "%s", shape);
        table_count(&t, p->count);
        table_count(&t, kept);
        table_cell(&t, "%.2f", percent((double)kept, (double)p->count));
        if (p->centroid)
            table_count(&t, p->centroids);
        else
            table_cell(&t, "-");
        table_cell(&t, "%.3f", show_bits(s, i));
    }
    puts("\nparameters");
    table_print(&t, 2, stdout);
    table_free(&t);
}

static size_t part_bytes(const struct ledger *ledger, enum ledger_part part)
{
    size_t sum = 0;

    for (size_t i = 0; i < ledger->lines; i++)
        if (ledger->line[i].part == part)
            sum += ledger->line[i].bytes;
    return sum;
}

/* One row: param's bytes in the parts that occur, and their sum. */
static void ledger_row(const struct show *s, size_t param, struct table *t)
{
    const struct ledger *ledger = &s->file.ledger;

    table_cell(t, "%s", param == SIZE_MAX ? "(the file)" : s->file.net->param[param].name);
    for (int part = 0; part < LEDGER_PART_COUNT; part++) {
        size_t bytes = ledger_bytes(ledger, param, (enum ledger_part)part);
        if (part_bytes(ledger, (enum ledger_part)part) == 0)
            continue;
        if (bytes)
            table_count(t, bytes);
        else
            table_cell(t, "-");
    }
    table_count(t, ledger_param_bytes(ledger, param));
}

static void print_ledger(const struct show *s)
{
    const struct ledger *ledger = &s->file.ledger;
    struct table t = {.columns = 2};

    table_cell(&t, "bytes");
    for (int part = 0; part < LEDGER_PART_COUNT; part++) {
        if (part_bytes(ledger, (enum ledger_part)part) == 0)
            continue;
        table_cell(&t, "%s", ledger_part_name((enum ledger_part)part));
        t.columns++;
    }
    table_cell(&t, "total");
    for (size_t i = 0; i < s->file.net->params; i++)
        ledger_row(s, i, &t);
    ledger_row(s, SIZE_MAX, &t);
    table_cell(&t, "total");
    for (int part = 0; part < LEDGER_PART_COUNT; part++)
        if (part_bytes(ledger, (enum ledger_part)part) > 0)
            table_count(&t, part_bytes(ledger, (enum ledger_part)part));
    table_count(&t, ledger_total(ledger));
    puts("\nwhere the bytes are");
    table_print(&t, 2, stdout);
    table_free(&t);
}

static void stage_row(const char *name, const struct size_stages *sum, struct table *t)
{
    const double stage[3] = {sum->p, sum->pq, sum->pqh};

    table_cell(t, "%s", name);
    table_count(t, (size_t)sum->dense);
    for (size_t i = 0; i < 3; i++) {
        table_count(t, (size_t)(stage[i] + 0.5));
        table_cell(t, "%.2f %%", percent(stage[i], sum->dense));
    }
}

static void print_stages(const struct show *s)
{
    static const char *const head[] = {"layer", "dense", "P", "", "P+Q", "", "P+Q+H", ""};
    struct table t = {.columns = sizeof head / sizeof head[0]};
    struct size_stages total = {0};

    for (size_t i = 0; i < t.columns; i++)
        table_cell(&t, "%s", head[i]);
    for (size_t i = 0; i < s->file.net->layers; i++) {
        const struct layer *layer = &s->file.net->layer[i];
        struct size_stages sum = show_stages(s, layer);
        if (layer->weight == SIZE_MAX && layer->bias == SIZE_MAX)
            continue;
        stage_row(layer->desc.name, &sum, &t);
        total.dense += sum.dense;
        total.p += sum.p;
        total.pq += sum.pq;
        total.pqh += sum.pqh;
    }
    table_cell(&t, "(the file)");
    for (size_t i = 1; i < t.columns - 2; i++)
        table_cell(&t, "%s", "");
    table_count(&t, ledger_param_bytes(&s->file.ledger, SIZE_MAX));
    table_cell(&t, "%s", "");
    total.pqh += (double)ledger_param_bytes(&s->file.ledger, SIZE_MAX);
    stage_row("total", &total, &t);
    puts("\nbytes by stage: pruned (P), shared (P+Q), in this file (P+Q+H)");
    table_print(&t, 2, stdout);
    table_free(&t);
}

static void whole_row(struct table *t, const char *name, size_t bytes, size_t dense_bytes)
{
    table_cell(t, "%s", name);
    if (bytes) {
        table_count(t, bytes);
        table_cell(t, "%.2f %%", percent((double)bytes, (double)dense_bytes));
    } else {
        table_cell(t, "%s", "");
        table_cell(t, "not tried on so many bytes; --general does");
    }
}

static void print_whole(const struct show *s)
{
    struct table t = {.columns = 3};

    whole_row(&t, "dense float32", s->dense_bytes, s->dense_bytes);
    whole_row(&t, "dense float32, gzip -9", s->gzip_bytes, s->dense_bytes);
    whole_row(&t, "dense float32, zstd -19", s->zstd_bytes, s->dense_bytes);
    whole_row(&t, "this file", s->file.size_bytes, s->dense_bytes);
    puts("\nthe same weights in other forms");
    table_print(&t, 2, stdout);
    table_free(&t);
}

void show_print(const struct show *s)
{
    print_head(s);
    print_params(s);
    print_ledger(s);
    print_stages(s);
    print_whole(s);
}
