/* SPDX-License-Identifier: Apache-2.0 */
/* Tables of members; what they do not name may be anything. Ranges are checked where a
 * number is more than a number to who reads it. */

#include "run/journal_form.h"
#include "net/net.h"
#include "run/experiment.h"
#include <string.h>

#define IS(KIND) (1u << VALUE_##KIND)
enum {
    TEXT = IS(TEXT),
    WHOLE = IS(INT),
    REAL = IS(REAL) | IS(NONE), /* NaN stands in JSON as null */
    NUMBER = IS(INT) | REAL,
    BOOL = IS(BOOL),
    GROUP = IS(GROUP),
    LIST = IS(LIST),
};

struct member {
    const char *name; /* NULL: the end */
    unsigned kinds;
    bool must;
    const struct member *of; /* GROUP: its members; LIST: those of each entry, a group */
    unsigned entries;        /* LIST: what each entry is, where of says nothing; 0: anything */
};

static const struct member missed[] = {
    {"request", TEXT, true, NULL, 0},  {"param", TEXT, false, NULL, 0},
    {"wanted", NUMBER, true, NULL, 0}, {"got", NUMBER, true, NULL, 0},
    {"count", WHOLE, false, NULL, 0},  {NULL, 0, false, NULL, 0}};
static const struct member encoded[] = {
    {"bytes", WHOLE, true, NULL, 0}, {"error", REAL, true, NULL, 0}, {NULL, 0, false, NULL, 0}};
static const struct member after[] = {
    {"trained", BOOL, false, NULL, 0},  {"loss", WHOLE, false, NULL, 0},
    {"error", REAL, false, NULL, 0},    {"stages", LIST, false, NULL, GROUP},
    {"missed", LIST, false, missed, 0}, {"encoded", GROUP, false, encoded, 0},
    {"kept", LIST, false, NULL, WHOLE}, {"centroids", LIST, false, NULL, WHOLE},
    {NULL, 0, false, NULL, 0}};
static const struct member every[] = {
    {"file", TEXT, false, NULL, 0},     {"snapshot", TEXT, false, NULL, 0},
    {"inside", BOOL, false, NULL, 0},   {"hook", TEXT, false, NULL, 0},
    {"hook_at", WHOLE, false, NULL, 0}, {"at", REAL, false, NULL, 0},
    {"after", GROUP, false, after, 0},  {NULL, 0, false, NULL, 0}};

static const struct member failure[] = {{"status", WHOLE, true, NULL, 0},
                                        {"place", TEXT, true, NULL, 0},
                                        {"text", TEXT, true, NULL, 0},
                                        {NULL, 0, false, NULL, 0}};
static const struct member shown[] = {{"kept", WHOLE, true, NULL, 0},
                                      {"wanted", WHOLE, true, NULL, 0},
                                      {"cut", REAL, false, NULL, 0},
                                      {NULL, 0, false, NULL, 0}};
static const struct member verb[] = {{"verb", TEXT, true, NULL, 0},
                                     {"number", WHOLE, true, NULL, 0},
                                     {"options", GROUP, true, NULL, 0},
                                     {"result", GROUP, false, NULL, 0},
                                     {"error", GROUP, false, failure, 0},
                                     {"shown", LIST, false, shown, 0},
                                     {NULL, 0, false, NULL, 0}};
static const struct member start[] = {{"plugins", GROUP, false, NULL, 0},
                                      {NULL, 0, false, NULL, 0}};
static const struct member begin[] = {{"options", GROUP, true, NULL, 0}, {NULL, 0, false, NULL, 0}};
static const struct member epoch[] = {{"epoch", WHOLE, true, NULL, 0},
                                      {"epochs", WHOLE, true, NULL, 0},
                                      {"step", WHOLE, false, NULL, 0},
                                      {"steps", WHOLE, true, NULL, 0},
                                      {"total", WHOLE, false, NULL, 0},
                                      {"partial", BOOL, false, NULL, 0},
                                      {"stopped", BOOL, false, NULL, 0},
                                      {"step_loss", LIST, false, NULL, REAL},
                                      {"step_error", LIST, false, NULL, REAL},
                                      {"step_rate", LIST, false, NULL, REAL},
                                      {NULL, 0, false, NULL, 0}};
static const struct member reached[] = {{"stage", TEXT, true, NULL, 0}, {NULL, 0, false, NULL, 0}};
static const struct member stage[] = {{"result", GROUP, true, reached, 0},
                                      {NULL, 0, false, NULL, 0}};
static const struct member size[] = {{"bytes", WHOLE, true, NULL, 0}, {NULL, 0, false, NULL, 0}};
static const struct member require[] = {
    {"module", TEXT, true, NULL, 0}, {"sha256", TEXT, true, NULL, 0}, {NULL, 0, false, NULL, 0}};
static const struct member plugin[] = {{"plugin", TEXT, true, NULL, 0}, {NULL, 0, false, NULL, 0}};

static const struct member *const kinds[JOURNAL_KIND_COUNT] = {
    [JOURNAL_START] = start,     [JOURNAL_VERB] = verb,    [JOURNAL_BEGIN] = begin,
    [JOURNAL_EPOCH] = epoch,     [JOURNAL_STAGE] = stage,  [JOURNAL_SIZE] = size,
    [JOURNAL_REQUIRE] = require, [JOURNAL_PLUGIN] = plugin};

static bool is_any(const struct value *v, unsigned of)
{
    return (1u << v->kind & of) != 0;
}

static bool fits(const struct value *group, const struct member *members)
{
    for (const struct member *m = members; m->name; m++) {
        const struct value *v = value_get(group, m->name);

        if (!v ? m->must : !is_any(v, m->kinds))
            return false;
        if (v && m->of && v->kind == VALUE_GROUP && !fits(v, m->of))
            return false;
        if (!v || v->kind != VALUE_LIST || !(m->of || m->entries))
            continue;
        for (const struct value *e = v->child; e; e = e->next)
            if (!is_any(e, m->of ? (unsigned)GROUP : m->entries) || (m->of && !fits(e, m->of)))
                return false;
    }
    return true;
}

static bool within(const struct value *group, const char *name, int64_t min, int64_t max)
{
    const struct value *v = value_get(group, name);

    return !v || (v->integer >= min && v->integer <= max);
}

static bool all_within(const struct value *group, const char *name, int64_t max)
{
    const struct value *list = value_get(group, name);

    for (const struct value *v = list ? list->child : NULL; v; v = v->next)
        if (v->integer < 0 || v->integer > max)
            return false;
    return true;
}

/* "012.pare" and nothing that leads elsewhere. */
static bool names_a_step(const struct value *record, const char *name)
{
    const struct value *v = value_get(record, name);
    size_t digits = v ? strspn(v->text, "0123456789") : 0;

    return !v || (digits > 0 && digits < 10 && strcmp(v->text + digits, ".pare") == 0);
}

/* Of a parameter: whole numbers, and of how many where it was pruned. */
static bool misses_add_up(const struct value *list)
{
    for (const struct value *m = list ? list->child : NULL; m; m = m->next) {
        bool pruned = strcmp(value_get(m, "request")->text, verb_name(VERB_PRUNE)) == 0;

        if (!value_get(m, "param"))
            continue;
        if (value_get(m, "wanted")->kind != VALUE_INT || value_get(m, "got")->kind != VALUE_INT ||
            (pruned && !value_get(m, "count")))
            return false;
    }
    return true;
}

bool journal_form_misses(const struct value *list)
{
    static const struct member all[] = {{"misses", LIST, true, missed, 0},
                                        {NULL, 0, false, NULL, 0}};
    struct value copy = *list, group = {.kind = VALUE_GROUP, .child = &copy};

    copy.name = (char[]){"misses"};
    copy.next = NULL;
    return fits(&group, all) && misses_add_up(list);
}

bool journal_form_fits(const struct value *record, enum journal_kind kind)
{
    const struct value *changes, *error;

    if (record->kind != VALUE_GROUP || !fits(record, every) || !fits(record, kinds[kind]))
        return false;
    if (kind == JOURNAL_START && (value_get(record, "inside") || value_get(record, "file")))
        return false; /* a resume keeps it always, and nothing was done before it */
    changes = value_get(record, "after");
    error = kind == JOURNAL_VERB ? value_get(record, "error") : NULL;
    return names_a_step(record, "file") && names_a_step(record, "snapshot") &&
           within(changes, "loss", NET_LOSS_SOFTMAX, NET_LOSS_SIGMOID) &&
           all_within(changes, "kept", NET_WEIGHTS_MAX) &&
           all_within(changes, "centroids", UINT16_MAX + 1) &&
           misses_add_up(value_get(changes, "missed")) &&
           within(error, "status", PARE_ENUMBER, PARE_EUSER);
}
