/* SPDX-License-Identifier: Apache-2.0 */
/* Expectations: read from a config, found in a result, judged. */

#include "run/expected.h"

#include "base/alloc.h"
#include "config/schema.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { BETTER_NEITHER, BETTER_LOWER, BETTER_HIGHER };

const struct pare_option expected_options[] = {
    PARE_TEXT(expectation, metric, "",
              "what is measured: a name of run:metric, a member of result.json, or \"MEMBER of "
              "NAME\" for one of its stages or parameters"),
    PARE_TEXT(expectation, unit, "", "for people"),
    PARE_REAL(expectation, paper, -1e15, 1e15, "none", "the paper's value",
              .flags = PARE_OPTION_MAY_BE_NONE),
    PARE_REAL(expectation, low, -1e15, 1e15, "none", "least value that counts as reproduced",
              .flags = PARE_OPTION_MAY_BE_NONE),
    PARE_REAL(expectation, high, -1e15, 1e15, "none", "greatest value that counts as reproduced",
              .flags = PARE_OPTION_MAY_BE_NONE),
    PARE_CHOICE(expectation, better, "neither|lower|higher", "neither",
                "the side on which a value outside of the band is better still"),
    PARE_BOOL(expectation, reported, "false",
              "the value stands in the table and is not judged: no band"),
    PARE_TEXT(expectation, why, "", "why this band, or why none"),
    PARE_TEXT(expectation, cannot, "", "why it cannot be measured, where it cannot"),
    PARE_OPTIONS_END,
};

static void check_one(const struct value *v, const char *path, struct problems *problems)
{
    struct expectation e = {0};
    struct schema_part part = {expected_options, &e};

    if (schema_fill(&part, 1, v, path, NULL, problems)) {
        if (!*e.metric)
            problems_add(problems, v->file, v->line, "%s.metric is missing", path);
        else if (e.reported && !(isnan(e.low) && isnan(e.high) && e.better == BETTER_NEITHER))
            problems_add(problems, v->file, v->line,
                         "%s: what is reported is not judged: no low, high or better", path);
        else if (e.reported && *e.cannot)
            problems_add(problems, v->file, v->line, "%s: give one of reported and cannot", path);
        else if (!*e.cannot && !e.reported && isnan(e.low) && isnan(e.high))
            problems_add(problems, v->file, v->line,
                         "%s: give low, high or both; or reported = true; or cannot, with the "
                         "reason",
                         path);
        else if (e.low > e.high)
            problems_add(problems, v->file, v->line, "%s: low is %g, above high, %g", path, e.low,
                         e.high);
        else if (!*e.cannot && !*e.why)
            problems_add(problems, v->file, v->line, "%s.why is missing: say why %s", path,
                         e.reported ? "it is not judged" : "this band");
    }
    schema_free(expected_options, &e);
}

static const struct value *list_of(const struct value *root)
{
    const struct value *list = value_get(root, "expect");

    return list && list->kind == VALUE_LIST ? list : NULL;
}

void expected_check(const struct value *root, struct problems *problems)
{
    const struct value *any = value_get(root, "expect"), *list = list_of(root);
    size_t i = 0;

    if (any && !list)
        problems_add(problems, any->file, any->line,
                     "expect: must be a list of groups, ( { metric = \"...\"; ... }, ... )");
    for (const struct value *v = list ? list->child : NULL; v; v = v->next) {
        char *path = xasprintf("expect[%zu]", i++);

        check_one(v, path, problems);
        free(path);
    }
}

struct expectation *expected_read(const struct value *root, size_t *n)
{
    const struct value *list = list_of(root);
    size_t count = list ? value_count(list) : 0;
    struct expectation *all = xcalloc(count + 1, sizeof *all);
    struct problems none = {0};

    *n = 0;
    for (const struct value *v = list ? list->child : NULL; v; v = v->next) {
        struct schema_part part = {expected_options, &all[(*n)++]};
        schema_fill(&part, 1, v, "expect", NULL, &none);
    }
    problems_free(&none);
    return all;
}

void expected_free(struct expectation *list, size_t n)
{
    for (size_t i = 0; list && i < n; i++)
        schema_free(expected_options, &list[i]);
    free(list);
}

static double number_of(const struct value *v)
{
    if (v && v->kind == VALUE_REAL)
        return v->real;
    if (v && v->kind == VALUE_INT)
        return (double)v->integer;
    return (double)NAN;
}

/* The line of list whose member key is name. */
static const struct value *line_of(const struct value *list, const char *key, const char *name)
{
    for (const struct value *line = list ? list->child : NULL; line; line = line->next) {
        const struct value *v = value_get(line, key);
        if (v && v->kind == VALUE_TEXT && strcmp(v->text, name) == 0)
            return line;
    }
    return NULL;
}

double expected_value(const struct value *result, const char *metric)
{
    const struct value *v = value_get(value_get(result, "measured"), metric);
    const char *of = strstr(metric, " of ");
    const struct value *line;
    char *member;

    if (!v)
        v = value_get(result, metric);
    if (v || !of)
        return number_of(v);
    line = line_of(value_get(result, "stages"), "stage", of + strlen(" of "));
    if (!line)
        line = line_of(value_get(result, "params"), "name", of + strlen(" of "));
    member = xstrndup(metric, (size_t)(of - metric));
    v = value_get(line, member);
    free(member);
    return number_of(v);
}

const char *expected_verdict_name(enum verdict verdict)
{
    static const char *const names[VERDICTS] = {"reproduced", "better",   "not reproduced",
                                                "missing",    "reported", "cannot be measured"};

    return names[verdict];
}

enum verdict expected_judge(const struct expectation *e, double value)
{
    bool lower = e->better == BETTER_LOWER, higher = e->better == BETTER_HIGHER;

    if (*e->cannot)
        return VERDICT_CANNOT;
    if (isnan(value))
        return VERDICT_MISSING;
    if (e->reported)
        return VERDICT_REPORTED;
    if (lower && (value < e->low || (isnan(e->low) && value < e->paper)) && !(value > e->high))
        return VERDICT_BETTER;
    if (higher && (value > e->high || (isnan(e->high) && value > e->paper)) && !(value < e->low))
        return VERDICT_BETTER;
    return value < e->low || value > e->high ? VERDICT_NOT : VERDICT_REPRODUCED;
}
