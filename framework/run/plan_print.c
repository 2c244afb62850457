/* SPDX-License-Identifier: Apache-2.0 */
/* A plan as tables: the steps, the parameters, the file, the requests. */

#include "base/text.h"
#include "run/json.h"
#include "run/plan.h"
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Of longer schedules only so many steps at either end are shown. */
enum { STEPS_SHOWN = 30, STEPS_SHOWN_TWICE = 2 * STEPS_SHOWN };

static double real_of(const struct value *group, const char *name)
{
    const struct value *v = value_get(group, name);
    return v && v->kind == VALUE_INT    ? (double)v->integer
           : v && v->kind == VALUE_REAL ? v->real
                                        : NAN;
}

static const char *count_of(const struct value *group, const char *name, char out[32])
{
    const struct value *v = value_get(group, name);
    return v && v->kind == VALUE_INT ? text_count((size_t)v->integer, out) : "unknown";
}

/* "0.4 s", "2:24", "1:02:03" */
static const char *duration(double seconds, char out[32])
{
    long s = lround(seconds);
    if (seconds < 59.95)
        snprintf(out, 32, "%.1f s", seconds);
    else if (s >= 3600)
        snprintf(out, 32, "%ld:%02ld:%02ld", s / 3600, s / 60 % 60, s % 60);
    else
        snprintf(out, 32, "%ld:%02ld", s / 60, s % 60);
    return out;
}

static void print_scalar(const struct value *v, FILE *out)
{
    char *text = v->kind == VALUE_TEXT ? NULL : json_line(v);
    fprintf(out, "%s %s", v->name, text ? text : v->text);
    free(text);
}

/* "amount 0.7, scope global" without what has its own place; how many. */
static int print_scalars(const struct value *options, FILE *out)
{
    int n = 0;
    for (const struct value *v = options ? options->child : NULL; v; v = v->next) {
        if (v->kind == VALUE_LIST || v->kind == VALUE_GROUP || strcmp(v->name, "param") == 0)
            continue;
        fputs(n++ ? ", " : "", out);
        print_scalar(v, out);
    }
    return n;
}

static void print_options(const struct value *options, FILE *out)
{
    const struct value *params = value_get(options, "params"), *own = value_get(options, "own");
    int n = print_scalars(options, out);

    for (const struct value *v = params ? params->child : NULL; v; v = v->next)
        fprintf(out, "%s%s", v != params->child ? ", " : n ? "; " : "", v->text);
    n += params != NULL;
    for (const struct value *v = own ? own->child : NULL; v; v = v->next) {
        fprintf(out, "%s%s: ", n++ ? "; " : "", value_get(v, "param")->text);
        if (print_scalars(v, out) == 0)
            fputs("the presets", out);
    }
}

static void print_changes(const struct value *params, int indent, FILE *out)
{
    if (!params->child)
        return;
    fprintf(out, "%*s", indent, "");
    for (const struct value *v = params->child; v; v = v->next) {
        int64_t centroids = value_get(v, "centroids")->integer;
        fprintf(out, "%s%s %.2f %% zero", v == params->child ? "-> " : "; ",
                value_get(v, "name")->text, 100.0 * real_of(v, "sparsity"));
        if (centroids)
            fprintf(out, ", %" PRId64 " values", centroids);
    }
    fputc('\n', out);
}

static void print_step(const struct value *step, FILE *out)
{
    const struct value *within = value_get(step, "within"), *text = value_get(step, "note");
    char bytes[32], time[32];
    enum { INDENT = 48 };

    const struct value *options = value_get(step, "options"), *error = value_get(step, "error");
    bool asked = options && options->child;
    fprintf(out, "%5" PRId64 "  %-9s%8.2f %%%12s%10s%s", value_get(step, "number")->integer,
            value_get(step, "verb")->text, 100.0 * real_of(step, "sparsity"),
            count_of(step, "bytes", bytes), duration(real_of(step, "seconds"), time),
            asked || error ? "  " : "");
    print_options(options, out);
    if (error)
        fprintf(out, "%serror %.2f %%", asked ? "; " : "", error->real);
    fputc('\n', out);
    for (const struct value *v = within ? within->child : NULL; v; v = v->next)
        fprintf(out, "%*s%s x%" PRId64 " within %s\n", INDENT, "", value_get(v, "verb")->text,
                value_get(v, "count")->integer, value_get(step, "verb")->text);
    print_changes(value_get(step, "params"), INDENT, out);
    if (text)
        fprintf(out, "%*s%s\n", INDENT, "", text->text);
}

static void print_steps(const struct value *steps, FILE *out)
{
    size_t n = value_count(steps), i = 0, left_out = 0;

    if (n == 0)
        return;
    fprintf(out, "%5s  %-9s%10s%12s%10s  %s\n", "step", "verb", "zero", "bytes", "time",
            "asked beyond the presets");
    for (const struct value *step = steps->child; step; step = step->next, i++) {
        if (n <= STEPS_SHOWN_TWICE + 1 || i < STEPS_SHOWN || i + STEPS_SHOWN >= n)
            print_step(step, out);
        else if (left_out++ == 0)
            fprintf(out, "       ... %zu more; --json has them all\n", n - STEPS_SHOWN_TWICE);
    }
    fputc('\n', out);
}

static void print_shape(const struct value *shape, char *out, size_t room)
{
    size_t used = 0;
    *out = '\0';
    for (const struct value *d = shape->child; d && used < room; d = d->next)
        used +=
            (size_t)snprintf(out + used, room - used, "%s%" PRId64, used ? "x" : "", d->integer);
}

static void print_params(const struct value *params, FILE *out)
{
    char shape[64], count[32], bytes[32];
    int width = 9;

    for (const struct value *p = params->child; p; p = p->next)
        if ((int)strlen(value_get(p, "name")->text) > width)
            width = (int)strlen(value_get(p, "name")->text);
    fprintf(out, "%-*s%16s%12s%11s  %-10s%5s%12s\n", width, "parameter", "shape", "weights", "kept",
            "by", "bits", "bytes");
    for (const struct value *p = params->child; p; p = p->next) {
        print_shape(value_get(p, "shape"), shape, sizeof shape);
        fprintf(out, "%-*s%16s%12s%9.2f %%  %-10s%5" PRId64 "%12s\n", width,
                value_get(p, "name")->text, shape, count_of(p, "count", count),
                100.0 * real_of(p, "density"), value_get(p, "by")->text,
                value_get(p, "bits")->integer, count_of(p, "bytes", bytes));
    }
}

static void print_request(const struct value *line, FILE *out)
{
    const struct value *param = value_get(line, "param");
    const char *verdict = value_get(line, "verdict")->text;
    double predicted = real_of(line, "predicted");

    if (param)
        fprintf(out, "%s: %s: ", value_get(line, "request")->text, param->text);
    else
        fprintf(out, "request.%s: ", value_get(line, "request")->text);
    fprintf(out, "%.6g asked, ", real_of(line, "wanted"));
    if (!isnan(predicted))
        fprintf(out, "%.6g predicted: ", predicted);
    else if (strcmp(verdict, "missed") == 0)
        fputs("nothing encoded: ", out);
    fprintf(out, "%s%s\n", verdict,
            strcmp(verdict, "near") == 0 ? ", a prediction may be so much off" : "");
}

void plan_print(const struct value *plan, FILE *out)
{
    char dense[32], bytes[32], time[32];

    print_steps(value_get(plan, "steps"), out);
    print_params(value_get(plan, "params"), out);
    fprintf(out, "\ndense %s bytes, ", count_of(plan, "dense_bytes", dense));
    if (value_get(plan, "file_bytes")->kind == VALUE_INT)
        fprintf(out, "file about %s bytes, ratio %.1fx", count_of(plan, "file_bytes", bytes),
                real_of(plan, "ratio"));
    else
        fputs("no file", out);
    fprintf(out, ", %.2f %% of the weights kept, about %s here\n", 100.0 * real_of(plan, "density"),
            duration(real_of(plan, "seconds"), time));
    for (const struct value *r = value_get(plan, "requests")->child; r; r = r->next)
        print_request(r, out);
    for (const struct value *text = value_get(plan, "notes")->child; text; text = text->next)
        fprintf(out, "note: %s\n", text->text);
}
