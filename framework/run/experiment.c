/* SPDX-License-Identifier: Apache-2.0 */
/* An experiment file read, laid over by --set, and checked from end to end; what
 * depends on the data and the network (shapes, patterns that match nothing) is
 * left to the run. */

#include "run/experiment.h"

#include "base/alloc.h"
#include "base/file.h"
#include "config/conffile.h"
#include "config/schema.h"
#include "run/expected.h"
#include "run/groups.h"
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { SCHEMA_KNOWN = 1, NAME_BYTES_MAX = 64 };

/* The settings beside the groups. */
struct top {
    int64_t schema, pack, seed;
    char *name, *schedule, *plugins;
};

const struct pare_option experiment_settings[] = {
    PARE_INT(top, schema, -0x1p63, 0x1p63, "1", "version of the config language"),
    PARE_INT(top, pack, 0, 0x1p63, "0", "version of a set of configs; recorded alone"),
    PARE_TEXT(top, name, "", "name of the run; preset: the name of the file"),
    PARE_INT(top, seed, 0, 0x1p63, "1", "start of all random numbers"),
    PARE_TEXT(top, schedule, "default.lua", "Lua file that says what is done"),
    PARE_TEXT(top, plugins, "",
              "folder with plugins of this experiment's own, seen from the config's; only with "
              "--allow-plugin-path"),
    PARE_OPTIONS_END,
};

/* The texts of --set in args and rules are values by themselves: nothing else says
 * what they should be. */
static void settle_raw(struct value *root, struct problems *problems)
{
    struct value *args = value_get(root, "args"), *rules = value_get(root, "rules");

    for (struct value *v = args && args->kind == VALUE_GROUP ? args->child : NULL, *next; v;
         v = next) {
        struct problems ignored = {0};
        struct value *parsed = v->kind == VALUE_RAW ? conffile_parse_raw(v, &ignored) : NULL;

        next = v->next;
        if (parsed)
            value_add(args, parsed);
        else if (v->kind == VALUE_RAW)
            v->kind = VALUE_TEXT;
        problems_free(&ignored);
    }
    if (rules && rules->kind == VALUE_RAW) {
        struct problems own = {0};
        struct value *parsed = conffile_parse_raw(rules, &own);

        for (size_t i = 0; i < own.count; i++)
            problems_add(problems, rules->file, rules->line, "rules: %s", own.at[i].text);
        problems_free(&own);
        if (parsed)
            value_add(root, parsed);
        else
            value_drop(root, "rules");
    }
}

static void check_args(const struct value *args, struct problems *problems)
{
    if (args && args->kind != VALUE_GROUP) {
        schema_fill(NULL, 0, args, "args", NULL, problems);
        return;
    }
    for (const struct value *v = args ? args->child : NULL; v; v = v->next)
        if (v->kind == VALUE_LIST || v->kind == VALUE_GROUP)
            problems_add(problems, v->file, v->line,
                         "args.%s: must be a number, a text, true or false, not a %s", v->name,
                         v->kind == VALUE_LIST ? "list" : "group");
}

/* The rule's pattern, and that every other member is the group of a verb. */
static void check_rule_form(const struct value *rule, const char *path, struct problems *problems)
{
    struct rule {
        char *match;
    } filled = {0};
    static const struct pare_option options[] = {
        PARE_TEXT(rule, match, "", "pattern of names"),
        PARE_OPTIONS_END,
    };
    const char *verbs[VERB_COUNT + 1] = {NULL};
    struct schema_part part = {options, &filled};
    bool fine;

    for (int i = 0; i < VERB_COUNT; i++)
        verbs[i] = verb_name((enum verb)i);
    fine = schema_fill(&part, 1, rule, path, verbs, problems);
    if (fine && !*filled.match)
        problems_add(problems, rule->file, rule->line,
                     "%s.match is missing; it names parameters, such as \"fc1.*\"", path);
    else if (fine && value_count(rule) < 2)
        problems_add(problems, rule->file, rule->line,
                     "%s asks for nothing; give it a group of a verb, such as prune", path);
    schema_free(options, &filled);
}

static void check_rules(const struct value *root, struct problems *problems)
{
    const struct value *rules = value_get(root, "rules");
    size_t i = 0;

    if (rules && rules->kind != VALUE_LIST) {
        problems_add(problems, rules->file, rules->line,
                     "rules: must be a list of groups, ( { match = \"...\"; ... }, ... )");
        return;
    }
    for (const struct value *rule = rules ? rules->child : NULL; rule; rule = rule->next, i++) {
        char *path = xasprintf("rules[%zu]", i);

        check_rule_form(rule, path, problems);
        for (int v = 0; rule->kind == VALUE_GROUP && v < VERB_COUNT; v++) {
            const struct value *group = value_get(rule, groups[v].name);
            char *full = xasprintf("%s.%s", path, groups[v].name);

            if (group)
                group_check_rule(&groups[v], value_get(root, groups[v].name), group, full,
                                 problems);
            free(full);
        }
        free(path);
    }
}

static void check_groups(struct experiment *e, struct problems *problems)
{
    static const char *const needed[][2] = {
        {"data", "data = { plugin = \"idx\"; name = \"mnist\"; };"},
        {"model", "model = { plugin = \"lenet300\"; };"},
    };

    e->sound = true;
    for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++)
        if (!value_get(e->root, needed[i][0])) {
            e->sound = false;
            problems_add(problems, e->path, 0, "%s is missing; write %s", needed[i][0],
                         needed[i][1]);
        }
    for (const struct group *g = groups; g->name; g++) {
        const struct value *v = value_get(e->root, g->name);
        size_t before = problems->count;

        if (v)
            group_check(g, v, problems);
        if (problems->count != before && (g == group_find("data") || g == group_find("model")))
            e->sound = false;
    }
    check_args(value_get(e->root, "args"), problems);
    check_rules(e->root, problems);
    expected_check(e->root, problems);
}

static bool is_file(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

static char *schedules_dir(void)
{
    return file_join(registry_share_dir(), "scripts/schedules");
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* "default.lua, gradual.lua": the schedules that came with pare, allocated. */
static char *schedules_there(void)
{
    char *dir = schedules_dir(), *all = xstrdup("");
    char **names = NULL;
    size_t n = 0;
    DIR *handle = opendir(dir);

    for (struct dirent *entry; handle && (entry = readdir(handle));) {
        size_t length = strlen(entry->d_name);

        if (length < 5 || strcmp(entry->d_name + length - 4, ".lua") != 0)
            continue;
        names = xrealloc(names, n + 1, sizeof *names);
        names[n++] = xstrdup(entry->d_name);
    }
    if (handle)
        closedir(handle);
    if (n)
        qsort(names, n, sizeof *names, by_name);
    for (size_t i = 0; i < n; i++) {
        char *longer = xasprintf("%s%s%s", all, i ? ", " : "", names[i]);

        free(all);
        free(names[i]);
        all = longer;
    }
    free(names);
    free(dir);
    return all;
}

/* Beside the file that names it, beside the config, among those of pare. */
static void find_schedule(struct experiment *e, const char *name, struct problems *problems)
{
    const struct value *at = value_get(e->root, "schedule");
    char *dirs[] = {file_dir(at ? at->file : e->path), file_dir(e->path), schedules_dir()};

    for (size_t i = 0; i < sizeof dirs / sizeof dirs[0]; i++) {
        char *path = *name ? file_join(dirs[i], name) : NULL;

        if (path && !e->schedule && is_file(path))
            e->schedule = xstrdup(path);
        free(path);
    }
    if (!e->schedule) {
        char *there = schedules_there();

        problems_add(problems, at ? at->file : e->path, at ? at->line : 0,
                     "schedule: '%s' is neither beside the config nor in %s%s%s", name, dirs[2],
                     *there ? "; there are " : "", there);
        free(there);
    }
    for (size_t i = 0; i < sizeof dirs / sizeof dirs[0]; i++)
        free(dirs[i]);
}

/* Before the groups are checked, whose plugins may lie there. */
static void find_plugins(struct experiment *e, const char *name, struct problems *problems)
{
    const struct value *at = value_get(e->root, "plugins");
    struct pare_error err = {0};
    char *dir, *path;

    if (!*name)
        return;
    dir = file_dir(at->file && *at->file != '-' ? at->file : e->path);
    path = file_join(dir, name);
    e->plugins = realpath(path, NULL);
    if (registry_add_asked(e->plugins ? e->plugins : path, &err) != PARE_OK)
        problems_add(problems, at->file, at->line, "plugins: %s", err.text);
    free(path);
    free(dir);
}

static bool names_a_folder(const char *name)
{
    return *name && *name != '.' && *name != '-' && strlen(name) <= NAME_BYTES_MAX &&
           !name[strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-")];
}

/* The name of the file without what follows its last dot, fit for a folder. */
static char *name_of_file(const char *path)
{
    const char *base = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
    const char *dot = strrchr(base, '.');
    size_t length = dot && dot > base ? (size_t)(dot - base) : strlen(base);
    char *name = xstrndup(base, length < NAME_BYTES_MAX ? length : NAME_BYTES_MAX);

    for (char *c = name; *c; c++) {
        char one[2] = {*c, '\0'};

        if (!names_a_folder(one) && !(c > name && (*c == '.' || *c == '-')))
            *c = '_';
    }
    return name;
}

static void check_top(struct experiment *e, const struct top *top, struct problems *problems)
{
    const struct value *schema = value_get(e->root, "schema"), *name = value_get(e->root, "name");

    if (!schema)
        problems_add(problems, e->path, 0, "schema is missing; begin the file with schema = %d;",
                     SCHEMA_KNOWN);
    else if (top->schema != SCHEMA_KNOWN)
        problems_add(problems, schema->file, schema->line,
                     "schema: %lld is not known; this pare reads schema %d", (long long)top->schema,
                     SCHEMA_KNOWN);
    if (name && (name->kind == VALUE_TEXT || name->kind == VALUE_RAW) && !names_a_folder(top->name))
        problems_add(problems, name->file, name->line,
                     "name: '%s' cannot name a folder; use up to %d letters, digits, '.', '_' "
                     "and '-'",
                     top->name, NAME_BYTES_MAX);
    e->name = name ? xstrdup(top->name) : name_of_file(e->path);
    if (e->seed < 0)
        e->seed = top->seed;
    find_schedule(e, top->schedule, problems);
    find_plugins(e, top->plugins, problems);
}

static void read_top(struct experiment *e, struct problems *problems)
{
    const char *also[16] = {"args", "rules", "expect"};
    struct top top = {0};
    struct schema_part part = {experiment_settings, &top};
    size_t n = 3;

    for (const struct group *g = groups; g->name; g++)
        also[n++] = g->name;
    schema_fill(&part, 1, e->root, "", also, problems);
    check_top(e, &top, problems);
    schema_free(experiment_settings, &top);
}

/* The host's own options of model, request and checkpoint, as far as they are right. */
static void keep_options(struct experiment *e)
{
    const struct group *model = group_find("model");
    struct value *own = group_own(model, value_get(e->root, "model"));
    struct schema_part of_model = {model_options, &e->model};
    struct schema_part of_request = {request_options, &e->request};
    struct schema_part of_checkpoint = {checkpoint_options, &e->checkpoint};
    struct problems none = {0};

    schema_fill(&of_model, 1, own, "model", NULL, &none);
    schema_fill(&of_request, 1, value_get(e->root, "request"), "request", NULL, &none);
    schema_fill(&of_checkpoint, 1, value_get(e->root, "checkpoint"), "checkpoint", NULL, &none);
    problems_free(&none);
    value_free(own);
}

struct experiment *experiment_load(const char *path, char *const *set, size_t sets, int64_t seed,
                                   struct problems *problems)
{
    struct value *root = conffile_read_layered(path, groups_layer, problems);
    struct value *over = value_new(VALUE_GROUP, NULL, "--set", 0);
    struct experiment *e;

    for (size_t i = 0; i < sets; i++)
        conffile_set(over, set[i], problems);
    if (!root) {
        value_free(over);
        return NULL;
    }
    groups_layer(root, over);
    value_free(over);
    settle_raw(root, problems);

    e = xcalloc(1, sizeof *e);
    e->path = xstrdup(path);
    e->root = root;
    e->seed = seed;
    read_top(e, problems);
    check_groups(e, problems);
    keep_options(e);
    return e;
}

void experiment_free(struct experiment *e)
{
    if (!e)
        return;
    schema_free(model_options, &e->model);
    schema_free(request_options, &e->request);
    schema_free(checkpoint_options, &e->checkpoint);
    value_free(e->root);
    free(e->plugins);
    free(e->schedule);
    free(e->name);
    free(e->path);
    free(e);
}
