/* SPDX-License-Identifier: Apache-2.0 */
/* What an experiment means for one verb and one parameter, and the whole of it
 * written down: as a config again, and as eight digits. */

#include "run/experiment.h"

#include "base/alloc.h"
#include "base/file.h"
#include "base/text.h"
#include "config/schema.h"
#include "run/groups.h"
#include "run/rundir.h"
#include <inttypes.h>
#include <pare/dataset.h>
#include <stdlib.h>
#include <string.h>

enum { SCHEDULE_BYTES_MAX = 1 << 20 };

static const char *pattern_of(const struct value *rule)
{
    const struct value *match = value_get(rule, "match");

    return match ? match->text : "";
}

static const struct value *first_rule(const struct experiment *e)
{
    const struct value *rules = value_get(e->root, "rules");

    return rules && rules->kind == VALUE_LIST ? rules->child : NULL;
}

/* Does the pattern speak of the bias and not of all that its layer has? */
static bool names_bias(const char *pattern, const char *bias)
{
    static const char suffix[] = ".bias";
    size_t length = strlen(bias);
    char *weight;
    bool both;

    if (!text_match(pattern, bias))
        return false;
    if (length < sizeof suffix || strcmp(bias + length - (sizeof suffix - 1), suffix) != 0)
        return true;
    weight = xasprintf("%.*s.weight", (int)(length - (sizeof suffix - 1)), bias);
    both = text_match(pattern, weight);
    free(weight);
    return !both;
}

/* A bias is pruned or shared only where somebody speaks of it; the skip of the
 * config's group is about weights. */
static void skip_bias(struct value *group)
{
    struct value *skip = value_new(VALUE_BOOL, "skip", "default", 0);

    skip->boolean = true;
    value_add(group, skip);
}

/* Those of one parameter, or of the call as a whole, out of a journal. */
static struct value *recorded_options(const struct value *recorded, enum verb verb,
                                      const char *param, bool is_bias)
{
    static const char *const others[] = {"param", "params", "own", "changes"};
    const struct value *own = param ? value_get(recorded, "own") : NULL, *found = NULL;

    for (const struct value *m = own ? own->child : NULL; m; m = m->next) {
        const struct value *of = value_get(m, "param");

        if (of && of->kind == VALUE_TEXT && strcmp(of->text, param) == 0)
            found = m;
    }
    struct value *group = value_clone(found ? found : recorded);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        value_drop(group, others[i]);
    if (param && is_bias && !found && (verb == VERB_PRUNE || verb == VERB_SHARE))
        skip_bias(group);
    return group;
}

struct value *experiment_options(const struct experiment *e, enum verb verb, const char *param,
                                 bool is_bias, const struct value *call)
{
    if (call && call == e->recorded)
        return recorded_options(call, verb, param, is_bias);
    const struct group *g = &groups[verb];
    const struct value *of_config = value_get(e->root, g->name);
    struct value *group =
        of_config ? value_clone(of_config) : value_new(VALUE_GROUP, g->name, e->path, 0);
    bool named = false;

    for (const struct value *rule = param ? first_rule(e) : NULL; rule; rule = rule->next) {
        const struct value *over = value_get(rule, g->name);

        if (!over || !text_match(pattern_of(rule), param))
            continue;
        group_layer(g, group, over);
        named |= names_bias(pattern_of(rule), param) || value_get(over, "skip");
    }
    if (call)
        group_layer(g, group, call);
    named |= value_get(call, "skip") != NULL;
    if (param && is_bias && !named && (verb == VERB_PRUNE || verb == VERB_SHARE))
        skip_bias(group);
    return group;
}

void experiment_check_rules(const struct experiment *e, const char *const *name, size_t n,
                            struct problems *problems)
{
    size_t i = 0;

    for (const struct value *rule = first_rule(e); rule; rule = rule->next, i++) {
        const struct value *match = value_get(rule, "match");
        const char *nearest;
        bool matches = !match || match->kind != VALUE_TEXT || !*match->text; /* said elsewhere */

        for (size_t j = 0; j < n && !matches; j++)
            matches = text_match(match->text, name[j]);
        if (matches)
            continue;
        nearest = text_nearest(match->text, name, n);
        if (nearest)
            problems_add(problems, match->file, match->line,
                         "rules[%zu].match: '%s' matches no parameter; did you mean '%s'?", i,
                         match->text, nearest);
        else
            problems_add(problems, match->file, match->line,
                         "rules[%zu].match: '%s' matches no parameter; they are called %s%s%s%s", i,
                         match->text, n ? name[0] : "nothing", n > 1 ? ", " : "",
                         n > 1 ? name[1] : "", n > 2 ? ", ..." : "");
    }
}

/* Do the config's group or its rules speak of the verb? */
static bool spoken_of(const struct experiment *e, const char *verb)
{
    bool found = value_get(e->root, verb) != NULL;

    for (const struct value *rule = first_rule(e); rule; rule = rule->next)
        found |= value_get(rule, verb) != NULL;
    return found;
}

static int print_group(const struct experiment *e, const struct group *g, FILE *out,
                       struct pare_error *err)
{
    struct group_filled filled;
    int status = group_fill(g, value_get(e->root, g->name), &filled, err);

    if (status == PARE_OK) {
        fprintf(out, "\n%s = {\n", g->name);
        for (size_t i = 0; i < 1 + GROUP_PLUGINS_MAX; i++)
            if (filled.part[i].self)
                schema_print(filled.part[i].options, filled.part[i].self, 4, false, out);
        fputs("};\n", out);
    }
    group_filled_free(&filled);
    return status;
}

/* The member of root called name as config text. */
static void print_member(const struct value *root, const char *name, FILE *out)
{
    const struct value *v = value_get(root, name);
    struct value alone = {.kind = VALUE_GROUP}, *copy;

    if (!v)
        return;
    copy = value_clone(v);
    alone.child = copy;
    value_print(&alone, 0, out);
    value_free(copy);
}

int experiment_print(const struct experiment *e, FILE *out, struct pare_error *err)
{
    const struct value *pack = value_get(e->root, "pack");
    char *schedule = rundir_schedule(".");

    fputs("# An experiment with every option written out.\nschema = 1;\n", out);
    if (pack)
        print_member(e->root, "pack", out);
    fputs("name = ", out);
    value_print_text(e->name, out);
    fprintf(out, ";\nseed = %" PRId64 ";\nschedule = ", e->seed);
    value_print_text(schedule, out);
    fputs(";\n", out);
    if (e->plugins) {
        fputs("plugins = ", out);
        value_print_text(e->plugins, out);
        fputs(";\n", out);
    }
    free(schedule);
    for (const struct group *g = groups; g->name; g++) {
        bool optional = g == &groups[VERB_PRUNE] || g == &groups[VERB_SHARE];
        int status = PARE_OK;

        if (!optional || spoken_of(e, g->name))
            status = print_group(e, g, out, err);
        if (status != PARE_OK)
            return status;
    }
    fputs("\n", out);
    print_member(e->root, "args", out);
    print_member(e->root, "rules", out);
    return PARE_OK;
}

/* Lines in any order, to be sorted. */
struct lines {
    char **at;
    size_t count;
};

static void add_line(struct lines *lines, char *line)
{
    lines->at = xrealloc(lines->at, lines->count + 1, sizeof *lines->at);
    lines->at[lines->count++] = line;
}

/* Where data lies does not say what it is. */
static bool is_place(const struct group *g, const char *option)
{
    return strcmp(g->name, "data") == 0 && strcmp(option, "path") == 0;
}

static int add_group(struct lines *lines, const struct experiment *e, const struct group *g,
                     struct pare_error *err)
{
    struct group_filled filled;
    int status = group_fill(g, value_get(e->root, g->name), &filled, err);

    for (size_t i = 0; status == PARE_OK && i < 1 + GROUP_PLUGINS_MAX; i++)
        for (size_t j = 0, n = schema_count(filled.part[i].options); j < n; j++) {
            const struct pare_option *o = &filled.part[i].options[j];
            char *text = schema_text(o, filled.part[i].self, true);

            if (text && !is_place(g, o->name))
                add_line(lines, xasprintf("%s.%s = %s\n", g->name, o->name, text));
            free(text);
        }
    group_filled_free(&filled);
    return status;
}

/* A member of the tree as one line, as it was written. */
static void add_member(struct lines *lines, const char *before, const struct value *root,
                       const char *name)
{
    char *text = NULL;
    size_t size;
    FILE *out = xmemstream(&text, &size);

    print_member(root, name, out);
    fclose(out);
    add_line(lines, xasprintf("%s%s", before, text));
    free(text);
}

static int by_bytes(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

int experiment_digest(const struct experiment *e, char hex[65], struct pare_error *err)
{
    const struct value *args = value_get(e->root, "args");
    struct lines lines = {0};
    struct pare_sha256 hash;
    char *schedule = NULL;
    size_t size_bytes = 0;
    int status = PARE_OK;

    for (const struct group *g = groups; g->name && status == PARE_OK; g++)
        if (value_get(e->root, g->name) && strcmp(g->name, "checkpoint") != 0)
            status = add_group(&lines, e, g, err);
    if (status != PARE_OK)
        goto out;
    schedule = file_read(e->schedule, SCHEDULE_BYTES_MAX, &size_bytes, err);
    if (!schedule) {
        status = err->status;
        goto out;
    }
    for (const struct value *v = args ? args->child : NULL; v; v = v->next)
        add_member(&lines, "args.", args, v->name);
    if (first_rule(e))
        add_member(&lines, "", e->root, "rules");
    add_line(&lines, xasprintf("seed = %" PRId64 "\n", e->seed));
    qsort(lines.at, lines.count, sizeof *lines.at, by_bytes);
    pare_sha256_start(&hash);
    for (size_t i = 0; i < lines.count; i++)
        pare_sha256_add(&hash, lines.at[i], strlen(lines.at[i]));
    pare_sha256_add(&hash, schedule, size_bytes);
    pare_sha256_end(&hash, hex);
out:
    free(schedule);
    for (size_t i = 0; i < lines.count; i++)
        free(lines.at[i]);
    free(lines.at);
    return status;
}

int experiment_identity(const struct experiment *e, char hex[9], struct pare_error *err)
{
    char digest[65] = "";
    int status = experiment_digest(e, digest, err);

    snprintf(hex, 9, "%.8s", digest);
    return status;
}
