/* SPDX-License-Identifier: Apache-2.0 */
/* Tables for people: the stages of a run, what each parameter and layer came to, their
 * sums, and what the schedule measured. */

#include "run/report.h"
#include "base/text.h"
#include "format/size.h"
#include "run/request.h"
#include <inttypes.h>
#include <string.h>

static double percent(size_t part, size_t whole)
{
    return whole ? 100.0 * (double)part / (double)whole : 0.0;
}

void report_stages(const struct run *run, FILE *out)
{
    double dense = (double)size_dense_bytes(run->net);
    char kept[32], bytes[32];

    fprintf(out, "%-9s%11s%21s%14s%9s\n", "stage", "test error", "kept weights", "bytes", "ratio");
    for (size_t i = 0; i < run->stages; i++) {
        const struct run_stage *s = &run->stage[i];
        fprintf(out, "%-9s%9.2f %%%11s %7.2f %%%14s%8.1fx\n", s->name, s->error_percent,
                text_count(s->kept, kept), percent(s->kept, s->weights),
                text_count(s->bytes, bytes), s->bytes ? dense / (double)s->bytes : 0.0);
    }
}

/* One line of the table of parameters: a parameter, or the sum of several. */
struct row {
    size_t total, kept, centroids, bytes;
};

static struct row row_of(const struct pare_net *net, const struct model_file *file, size_t i)
{
    const struct pare_param *p = &net->param[i];

    return (struct row){p->count, pare_param_kept(p), p->centroids,
                        file ? ledger_param_bytes(&file->ledger, i) : 0};
}

static void row_add(struct row *sum, const struct row *row)
{
    sum->total += row->total;
    sum->kept += row->kept;
    sum->centroids += row->centroids;
    sum->bytes += row->bytes;
}

static void print_bytes(size_t bytes, size_t values, FILE *out)
{
    char text[32];

    fprintf(out, "%12s", text_count(bytes, text));
    if (values)
        fprintf(out, "%8.3f", 8.0 * (double)bytes / (double)values);
}

static void print_row(const char *name, int width, const struct row *row, bool in_file, FILE *out)
{
    char total[32], zeroed[32], kept[32], centroids[32];

    fprintf(out, "%-*s%12s%12s%11s %7.2f %%%11s", width, name, text_count(row->total, total),
            text_count(row->total - row->kept, zeroed), text_count(row->kept, kept),
            percent(row->kept, row->total), text_count(row->centroids, centroids));
    if (in_file)
        print_bytes(row->bytes, row->total, out);
    fputc('\n', out);
}

/* What the weight and the bias of a layer came to, and the layer; adds them up. */
static void print_layer(const struct layer *layer, const struct pare_net *net,
                        const struct model_file *file, int width, struct row *weights,
                        struct row *biases, FILE *out)
{
    const size_t index[2] = {layer->weight, layer->bias};
    struct row *const sums[2] = {weights, biases};
    struct row both = {0};

    for (size_t k = 0; k < 2; k++) {
        if (index[k] == SIZE_MAX)
            continue;
        struct row row = row_of(net, file, index[k]);

        print_row(net->param[index[k]].name, width, &row, file, out);
        row_add(&both, &row);
        row_add(sums[k], &row);
    }
    if (layer->weight != SIZE_MAX && layer->bias != SIZE_MAX)
        print_row(layer->desc.name, width, &both, file, out);
}

/* Layer by layer and added up; with the bytes of the file where there is one. */
static void print_params(const struct pare_net *net, const struct model_file *file, FILE *out)
{
    struct row weights = {0}, biases = {0}, all = {0};
    int width = 9;

    for (size_t i = 0; i < net->params; i++)
        if ((int)strlen(net->param[i].name) > width)
            width = (int)strlen(net->param[i].name);
    fprintf(out, "\n%-*s%12s%12s%21s%11s%s\n", width, "parameter", "total", "zeroed", "kept",
            "centroids", file ? "       bytes    bits" : "");
    for (size_t i = 0; i < net->layers; i++)
        print_layer(&net->layer[i], net, file, width, &weights, &biases, out);
    row_add(&all, &weights);
    row_add(&all, &biases);
    print_row("weights", width, &weights, file, out);
    print_row("biases", width, &biases, file, out);
    print_row("all", width, &all, file, out);
    if (!file)
        return;
    fprintf(out, "%-*s%56s", width, "the rest", "");
    print_bytes(file->size_bytes - all.bytes, 0, out);
    fprintf(out, "\n%-*s%56s", width, "file", "");
    print_bytes(file->size_bytes, all.total, out);
    fputc('\n', out);
}

static void print_measured(const struct value *measured, FILE *out)
{
    for (const struct value *m = measured ? measured->child : NULL; m; m = m->next)
        fprintf(out, "%s%s: %.9g\n", m == measured->child ? "\n" : "", m->name,
                m->kind == VALUE_INT ? (double)m->integer : m->real);
}

static void print_miss(const struct value *line, FILE *out)
{
    char text[256];
    request_print(line, text, sizeof text);
    fprintf(out, "missed: %s\n", text);
}

void report_print(const struct run *run, const struct model_file *file, FILE *out)
{
    const struct pare_dataset_info *info = &run->data.info;

    fprintf(out, "%s, seed %" PRId64 "\n", run->experiment->name, run->experiment->seed);
    fprintf(out, "data: %s\nsha256: %s\n\n", info->source, info->sha256);
    report_stages(run, out);
    print_params(file ? file->net : run->net, file, out);
    if (!file)
        fputs("\nThe schedule encoded nothing, so there is no file.\n", out);
    print_measured(run->measured, out);
    fprintf(out, "\ntest error %.2f %%\n", run->test_error_percent);
    for (const struct value *m = run->misses ? run->misses->child : NULL; m; m = m->next)
        print_miss(m, out);
}
