/* SPDX-License-Identifier: Apache-2.0 */
/* Tables for people: the stages of a run and what each parameter came to. */

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

static void print_params(const struct model_file *file, FILE *out)
{
    const struct pare_net *net = file->net;
    char count[32], zeroed[32], kept[32], bytes[32];
    size_t in_params = 0;
    int width = 9;

    for (size_t i = 0; i < net->params; i++)
        if ((int)strlen(net->param[i].name) > width)
            width = (int)strlen(net->param[i].name);
    fprintf(out, "\n%-*s%12s%12s%21s%11s%12s%8s\n", width, "parameter", "weights", "zeroed", "kept",
            "centroids", "bytes", "bits");
    for (size_t i = 0; i < net->params; i++) {
        const struct pare_param *p = &net->param[i];
        size_t n = ledger_param_bytes(&file->ledger, i);
        in_params += n;
        fprintf(out, "%-*s%12s%12s%11s %7.2f %%%11" PRIu32 "%12s%8.3f\n", width, p->name,
                text_count(p->count, count), text_count(p->count - pare_param_kept(p), zeroed),
                text_count(pare_param_kept(p), kept), percent(pare_param_kept(p), p->count),
                p->centroids, text_count(n, bytes),
                p->count ? 8.0 * (double)n / (double)p->count : 0.0);
    }
    fprintf(out, "%-*s%12s%12s%21s%11s%12s\n", width, "the rest", "", "", "", "",
            text_count(file->size_bytes - in_params, bytes));
    fprintf(out, "%-*s%12s%12s%21s%11s%12s\n", width, "file", "", "", "", "",
            text_count(file->size_bytes, bytes));
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
    if (file)
        print_params(file, out);
    else
        fputs("\nThe schedule encoded nothing, so there is no file.\n", out);
    fprintf(out, "\ntest error %.2f %%\n", run->test_error_percent);
    for (const struct value *m = run->misses ? run->misses->child : NULL; m; m = m->next)
        print_miss(m, out);
}
