/* SPDX-License-Identifier: Apache-2.0 */
/* pare plugins: what is found in the search path. One that is unfit is listed
 * with the reason, and makes the command fail. */

#include "base/alloc.h"
#include "cli/cli.h"
#include "cli/kinds.h"
#include "plugin/registry.h"
#include "run/json.h"
#include <stdlib.h>
#include <string.h>

struct arguments {
    enum pare_kind kind;
    bool json;
};

struct entry {
    enum pare_kind kind;
    char *name;
    const struct pare_plugin *plugin; /* NULL: unfit */
    struct pare_error err;
};

struct list {
    struct entry *at;
    size_t n, unfit;
};

static void gather(struct list *list, enum pare_kind kind)
{
    size_t n;
    char **names = registry_list(kind, &n);

    list->at = xrealloc(list->at, list->n + n + 1, sizeof *list->at);
    for (size_t i = 0; i < n; i++) {
        struct entry *e = &list->at[list->n++];

        *e = (struct entry){.kind = kind, .name = names[i]};
        e->plugin = registry_get(kind, e->name, &e->err);
        list->unfit += e->plugin == NULL;
    }
    free(names);
}

static void print_table(const struct list *list)
{
    size_t width = strlen("name");

    for (size_t i = 0; i < list->n; i++)
        if (strlen(list->at[i].name) > width)
            width = strlen(list->at[i].name);
    for (size_t i = 0; i < list->n; i++) {
        const struct entry *e = &list->at[i];

        if (e->plugin)
            printf("%-11s  %-*s  %s\n%-11s  %-*s  %s\n", registry_kind_name(e->kind), (int)width,
                   e->name, e->plugin->summary, "", (int)width, "", registry_path(e->plugin));
        else
            printf("%-11s  %-*s  unfit: %s\n%-11s  %-*s  %s\n", registry_kind_name(e->kind),
                   (int)width, e->name, e->err.text, "", (int)width, "", e->err.place);
    }
}

static int print_json(const struct list *list)
{
    struct value *all = value_new(VALUE_LIST, NULL, NULL, 0);
    int status;

    for (size_t i = 0; i < list->n; i++) {
        const struct entry *e = &list->at[i];
        struct value *one = value_new(VALUE_GROUP, NULL, NULL, 0);

        value_add(one, value_text(VALUE_TEXT, "kind", registry_kind_name(e->kind), NULL, 0));
        value_add(one, value_text(VALUE_TEXT, "name", e->name, NULL, 0));
        if (e->plugin)
            value_add(one, value_text(VALUE_TEXT, "summary", e->plugin->summary, NULL, 0));
        else
            value_add(one, value_text(VALUE_TEXT, "unfit", e->err.text, NULL, 0));
        value_add(one, value_text(VALUE_TEXT, "path",
                                  e->plugin ? registry_path(e->plugin) : e->err.place, NULL, 0));
        value_add(all, one);
    }
    status = json_print(all, stdout);
    value_free(all);
    return status;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct arguments *a = state->input;

    switch (key) {
    case 'j':
        a->json = true;
        return 0;
    case ARGP_KEY_ARG:
        if (state->arg_num > 0)
            argp_error(state, "too many arguments");
        a->kind = registry_kind(arg);
        if (a->kind == PARE_KIND_NONE)
            argp_error(state, "'%s' is no kind of plugin; there are %s", arg, kind_names);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

int cmd_plugins(int argc, char **argv)
{
    static const struct argp_option options[] = {
        {"json", 'j', NULL, 0, "print a list of objects", 0},
        {0},
    };
    static const struct argp_child children[] = {{&cli_plugins_argp, 0, NULL, 0}, {0}};
    static const struct argp argp = {
        .options = options,
        .parser = parse,
        .args_doc = "[KIND]",
        .doc = "Lists the plugins that are found, with the files they come from.",
        .children = children,
    };
    struct arguments a = {0};
    struct list list = {0};
    int status = CLI_DONE;

    cli_parse(&argp, argc, argv, &a);
    for (int kind = PARE_KIND_NONE + 1; kind < PARE_KIND_COUNT; kind++)
        if (a.kind == PARE_KIND_NONE || a.kind == (enum pare_kind)kind)
            gather(&list, (enum pare_kind)kind);
    if (a.json)
        status = print_json(&list) == PARE_OK ? CLI_DONE : CLI_FAILED;
    else
        print_table(&list);
    if (list.unfit > 0)
        status = CLI_FAILED;
    struct pare_error err = {0};
    if (!registry_listed())
        pare_fail(&err, PARE_EIO, "a folder of plugins cannot be opened, so some may be missing");
    else if (list.n == 0 && a.kind == PARE_KIND_NONE)
        pare_fail(&err, PARE_EIO, "no plugins are found");
    if (err.status != PARE_OK)
        status = cli_fail(&err);
    for (size_t i = 0; i < list.n; i++)
        free(list.at[i].name);
    free(list.at);
    return status;
}
