/* SPDX-License-Identifier: Apache-2.0 */
/* Grids and curves among the cells of an experiment, and the data of its pictures. */

#include "cli/reproduce_series.h"

#include "base/alloc.h"
#include "cli/csv.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Takes the next word at *at: its length; 0 at the end. */
static size_t next_word(const char **at)
{
    *at += strspn(*at, " ");
    return strcspn(*at, " ");
}

static bool ends_in_comma(const char *word, size_t length)
{
    return length > 0 && word[length - 1] == ',';
}

static char *without_comma(const char *word, size_t length)
{
    return xstrndup(word, length - ends_in_comma(word, length));
}

/* "5", "0.95,": its value; NaN: the word is none. */
static double number_of(const char *word, size_t length)
{
    char *text = without_comma(word, length), *end;
    bool plain = *text >= '0' && *text <= '9' && text[strspn(text, "0123456789.")] == '\0';
    double x = strtod(text, &end);

    plain = plain && !*end;
    free(text);
    return plain ? x : (double)NAN;
}

/* Appends the word to the words so far. */
static void put_word(char *words, const char *word, size_t length)
{
    size_t used = strlen(words);

    if (used > 0)
        words[used++] = ' ';
    memcpy(words + used, word, length);
    words[used + length] = '\0';
}

static struct series_place place_of(const char *metric)
{
    struct series_place p = {.series = xcalloc(strlen(metric) + 2, 1), .x = (double)NAN};
    const char *at = metric;
    size_t length = next_word(&at);

    p.quantity = without_comma(at, length);
    for (at += length; (length = next_word(&at)) > 0; at += length) {
        double x = isnan(p.x) ? number_of(at, length) : (double)NAN;

        if (isnan(x)) {
            put_word(p.series, at, length);
            continue;
        }
        p.x = x;
        const char *next = at + length;
        size_t more = ends_in_comma(at, length) ? 0 : next_word(&next);
        bool comma = ends_in_comma(at, length) || ends_in_comma(next, more);

        p.x_name = without_comma(next, more);
        if (more) {
            at = next;
            length = more;
        }
        if (comma && *p.series && !ends_in_comma(p.series, strlen(p.series)))
            memcpy(p.series + strlen(p.series), ",", 2);
    }
    if (!p.x_name)
        p.x_name = xstrdup("");
    return p;
}

/* The mean over the runs that have measured it; NaN: none. */
static double mean_of(const struct reproduce_file *file, const char *metric)
{
    double sum = 0.0;
    size_t n = 0;

    for (size_t i = 0; i < file->jobs; i++) {
        double x = expected_value(file->job[i].result, metric);

        if (!isnan(x)) {
            sum += x;
            n++;
        }
    }
    return n ? sum / (double)n : (double)NAN;
}

/* Where the runs have measured "percent NAME" beside "QUANTITY NAME", that is its place:
 * how large what has that quality is. */
static void place_by_size(struct series_place *p, const struct reproduce_file *file,
                          const char *metric)
{
    const char *name = strchr(metric, ' ');
    char *other = xasprintf("percent%s", name ? name : "");
    double percent = name && !isnan(p->x) ? mean_of(file, other) : (double)NAN;

    if (!isnan(percent) && strcmp(p->quantity, "percent") != 0) {
        p->x = percent;
        free(p->x_name);
        p->x_name = xstrdup("percent");
    }
    free(other);
}

static bool same_line(const struct reproduce_file *file, const struct series_place *p, size_t a,
                      size_t b)
{
    return strcmp(p[a].quantity, p[b].quantity) == 0 && strcmp(p[a].series, p[b].series) == 0 &&
           strcmp(p[a].x_name, p[b].x_name) == 0 &&
           strcmp(file->expect[a].unit, file->expect[b].unit) == 0;
}

/* Is there another place in the series of cell i? */
static bool has_fellow(const struct reproduce_file *file, const struct series_place *p, size_t i)
{
    for (size_t k = 0; k < file->expects; k++)
        if (!*file->expect[k].cannot && same_line(file, p, i, k) &&
            (p[k].x < p[i].x || p[k].x > p[i].x))
            return true;
    return false;
}

struct series_place *series_places(const struct reproduce_file *file)
{
    struct series_place *p = xcalloc(file->expects + 1, sizeof *p);
    bool *alone = xcalloc(file->expects + 1, sizeof *alone);

    for (size_t i = 0; i < file->expects; i++) {
        p[i] = place_of(file->expect[i].metric);
        place_by_size(&p[i], file, file->expect[i].metric);
    }
    for (size_t i = 0; i < file->expects; i++)
        alone[i] = !has_fellow(file, p, i);
    for (size_t i = 0; i < file->expects; i++)
        if (alone[i])
            p[i].x = (double)NAN;
    free(alone);
    return p;
}

void series_free(struct series_place *place, size_t n)
{
    for (size_t i = 0; place && i < n; i++) {
        free(place[i].quantity);
        free(place[i].series);
        free(place[i].x_name);
    }
    free(place);
}

void series_csv(const struct reproduce_file *file, FILE *out)
{
    struct series_place *place = series_places(file);

    fputs("metric,quantity,series,x_name,x,unit,paper,mean,min,max,n,low,high,verdict\n", out);
    for (size_t i = 0; i < file->expects; i++) {
        const struct expectation *e = &file->expect[i];
        const struct series_place *p = &place[i];
        struct reproduce_cell c = reproduce_cell(file, e);
        bool in_series = !isnan(p->x);

        if (*e->cannot)
            continue;
        csv_put_text(e->metric, out);
        fputc(',', out);
        csv_put_text(in_series ? p->quantity : "", out);
        fputc(',', out);
        csv_put_text(in_series ? p->series : "", out);
        fputc(',', out);
        csv_put_text(in_series ? p->x_name : "", out);
        csv_put_real(p->x, out);
        fputc(',', out);
        csv_put_text(e->unit, out);
        csv_put_real(e->paper, out);
        csv_put_real(c.mean, out);
        csv_put_real(c.min, out);
        csv_put_real(c.max, out);
        fprintf(out, ",%zu", c.n);
        csv_put_real(e->low, out);
        csv_put_real(e->high, out);
        fprintf(out, ",%s\n", expected_verdict_name(c.verdict));
    }
    series_free(place, file->expects);
}
