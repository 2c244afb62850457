/* SPDX-License-Identifier: Apache-2.0 */
/* Tables that a schedule measures, known by the names that it gives to run:metric:
 * grid.csv      "accuracy NAME N bits", also "..., STAGE": accuracy by bits
 * tradeoff.csv  "error NAME" with "percent NAME": error by size; what NAME is without
 *               its numbers is the way that they were come by */

#include "base/alloc.h"
#include "run/figure.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static double real_of(const struct value *v)
{
    return v->kind == VALUE_INT ? (double)v->integer : v->real;
}

/* In quotes where it must be (RFC 4180). */
static void put_text(const char *text, FILE *out)
{
    bool quoted = strpbrk(text, ",\"\n") != NULL;

    if (quoted)
        fputc('"', out);
    for (; *text; text++) {
        if (*text == '"')
            fputc('"', out);
        fputc(*text, out);
    }
    if (quoted)
        fputc('"', out);
}

/* "accuracy linear 5 bits, tuned": name, bits, stage ("" where there is none). */
static bool read_grid(const char *metric, char name[64], unsigned *bits, char stage[64])
{
    char digits[4];
    int end = 0;

    stage[0] = '\0';
    if (sscanf(metric, "accuracy %63[A-Za-z0-9_] %3[0-9] bits%n", name, digits, &end) != 2 || !end)
        return false;
    *bits = (unsigned)strtoul(digits, NULL, 10);
    if (metric[end] == '\0')
        return true;
    return sscanf(metric + end, ", %63[^\n]", stage) == 1;
}

bool figure_grid(const struct figure *f, FILE *out)
{
    const struct value *m = f->run->measured ? f->run->measured->child : NULL;
    char name[64], stage[64];
    bool any = false;
    unsigned bits;

    fputs("name,stage,bits,accuracy_percent\n", out);
    for (; m; m = m->next) {
        if (!read_grid(m->name, name, &bits, stage))
            continue;
        fprintf(out, "%s,", name);
        put_text(stage, out);
        fprintf(out, ",%u", bits);
        figure_real(real_of(m), out);
        fputc('\n', out);
        any = true;
    }
    return any;
}

/* "pruned 0.9, shared" without its numbers: "pruned, shared". */
static char *way_of(const char *name)
{
    char *way = xcalloc(strlen(name) + 1, 1), *to = way;

    for (const char *c = name; *c;) {
        const char *word = c;

        while (*c == ' ')
            c++;
        if (isdigit((unsigned char)*c)) {
            while (isdigit((unsigned char)*c) || *c == '.')
                c++;
            continue; /* with the blanks before it */
        }
        while (*c && *c != ' ')
            c++;
        memcpy(to, word, (size_t)(c - word));
        to += c - word;
    }
    return way;
}

bool figure_tradeoff(const struct figure *f, FILE *out)
{
    static const char error[] = "error ";
    const struct value *m = f->run->measured ? f->run->measured->child : NULL;
    bool any = false;

    fputs("way,name,percent,error_percent\n", out);
    for (; m; m = m->next) {
        if (strncmp(m->name, error, strlen(error)) != 0)
            continue;
        const char *name = m->name + strlen(error);
        char *other = xasprintf("percent %s", name), *way = way_of(name);
        const struct value *percent = value_get(f->run->measured, other);

        if (percent) {
            put_text(way, out);
            fputc(',', out);
            put_text(name, out);
            figure_real(real_of(percent), out);
            figure_real(real_of(m), out);
            fputc('\n', out);
            any = true;
        }
        free(way);
        free(other);
    }
    return any;
}
