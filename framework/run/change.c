/* SPDX-License-Identifier: Apache-2.0 */
/* Changes of a training under way: checked as options are, against a table and the
 * net, before anything is taken over. */

#include "run/change.h"
#include "base/alloc.h"
#include "base/text.h"
#include "config/schema.h"
#include "run/tree.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct pare_option change_options[] = {
    PARE_REAL(train_change, rate, 0, 1000, "none", "learning rate; none: as the options say",
              .flags = PARE_OPTION_MAY_BE_NONE),
    PARE_REAL(train_change, dropout, 0, 0.99, "none",
              "rate of all dropout layers; none: as the options say",
              .flags = PARE_OPTION_MAY_BE_NONE),
    PARE_OPTIONS_END,
};

void change_start(const struct run *run, bool *frozen, struct train_change *change)
{
    memset(frozen, 0, run->net->params * sizeof *frozen);
    *change = (struct train_change){.rate = NAN, .dropout = NAN, .frozen = frozen};
}

/* Marks the parameters that the pattern matches. */
static void freeze(const struct run *run, const char *what, const struct value *pattern,
                   bool *frozen, struct problems *problems)
{
    const struct pare_net *net = run->net;
    bool found = false;

    if (pattern->kind != VALUE_TEXT) {
        problems_add(problems, pattern->file, pattern->line,
                     "%s.frozen: must be a pattern of names or a list of them", what);
        return;
    }
    for (size_t i = 0; i < net->params; i++) {
        bool matches = text_match(pattern->text, net->param[i].name);

        frozen[i] |= matches;
        found |= matches;
    }
    if (!found)
        problems_add(problems, pattern->file, pattern->line,
                     "%s.frozen: no parameter matches '%s'; the first is '%s'", what, pattern->text,
                     net->param[0].name);
}

static void check_dropout(const struct run *run, const char *what, const struct value *asked,
                          double dropout, struct problems *problems)
{
    for (size_t i = 0; i < run->net->layers; i++)
        if (run->net->layer[i].desc.kind == LAYER_DROPOUT)
            return;
    if (dropout > 0.0)
        problems_add(problems, asked->file, asked->line,
                     "%s.dropout: the model has no dropout layer; give the model a dropout rate",
                     what);
}

int change_read(const struct run *run, const char *what, const struct value *asked,
                struct train_change *change, struct pare_error *err)
{
    static const char *const also[] = {"frozen", NULL};
    bool *frozen = xcalloc(run->net->params + 1, sizeof *frozen);
    const struct value *patterns = value_get(asked, "frozen");
    struct train_change read = {0};
    struct schema_part part = {change_options, &read};
    struct problems problems = {0};

    if (schema_fill(&part, 1, asked, what, also, &problems))
        check_dropout(run, what, asked, read.dropout, &problems);
    if (patterns && patterns->kind == VALUE_LIST)
        for (const struct value *p = patterns->child; p; p = p->next)
            freeze(run, what, p, frozen, &problems);
    else if (patterns)
        freeze(run, what, patterns, frozen, &problems);
    int status = problems_status(&problems, err);
    if (status != PARE_OK)
        goto out;
    if (value_get(asked, "rate"))
        change->rate = read.rate;
    if (value_get(asked, "dropout"))
        change->dropout = read.dropout;
    if (patterns)
        memcpy(change->frozen, frozen, run->net->params * sizeof *frozen);
out:
    problems_free(&problems);
    free(frozen);
    return status;
}

static bool same(double a, double b)
{
    return (isnan(a) && isnan(b)) || !(a < b || a > b || isnan(a) || isnan(b));
}

bool change_equal(const struct run *run, const struct train_change *a, const struct train_change *b)
{
    return same(a->rate, b->rate) && same(a->dropout, b->dropout) &&
           memcmp(a->frozen, b->frozen, run->net->params * sizeof *a->frozen) == 0;
}

static void print_real(struct value *group, const char *name, double x)
{
    if (isnan(x))
        tree_text(group, name, "none");
    else
        tree_real(group, name, x);
}

void change_print(const struct run *run, const struct train_change *change, struct value *group)
{
    print_real(group, "rate", change->rate);
    print_real(group, "dropout", change->dropout);
    struct value *names = tree_add_list(group, "frozen");
    for (size_t i = 0; i < run->net->params; i++)
        if (change->frozen[i])
            tree_text(names, NULL, run->net->param[i].name);
}
