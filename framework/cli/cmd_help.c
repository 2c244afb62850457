/* SPDX-License-Identifier: Apache-2.0 */
/* pare help: a verb of the command, a group of an experiment file, or a plugin,
 * each from the table it is read by. The same tables make docs/reference. */

#include "base/alloc.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/kinds.h"
#include "cli/reference.h"
#include "config/schema.h"
#include "plugin/registry.h"
#include "run/expected.h"
#include "run/experiment.h"
#include <stdlib.h>
#include <string.h>

struct arguments {
    const char *word, *name, *markdown;
};

static const struct command *find_command(const char *name)
{
    for (const struct command *c = commands; c->name; c++)
        if (strcmp(c->name, name) == 0)
            return c;
    return NULL;
}

static void free_names(char **names, size_t n)
{
    for (size_t i = 0; i < n; i++)
        free(names[i]);
    free(names);
}

static void help_overview(void)
{
    cli_usage(stdout);
    puts("\n'pare help VERB' explains one, and so for what an experiment file may say:\n"
         "  pare help config                                  what stands in the file\n"
         "  pare help train|test|prune|share|encode|request|expect\n"
         "                                                    the options of that group\n"
         "  pare help model|dataset|pruner|initializer|quantizer|encoder\n"
         "                                                    the plugins of that kind\n"
         "  pare help KIND NAME                               a plugin's options");
}

static void help_config(void)
{
    puts("An experiment file, in the language of libconfig, begins with schema = 1; and says:\n");
    schema_help(experiment_settings, stdout);
    fputs("\nand in groups, NAME = { OPTION = VALUE; ... };\n\n  data model", stdout);
    for (int i = 0; i < VERB_COUNT; i++)
        printf(" %s", verb_name((enum verb)i));
    puts(" request\n"
         "                 'pare help GROUP' lists the options; data and model must be there\n"
         "  args           arguments of the schedule; it says which\n"
         "  rules          ( { match = \"fc1.*\"; prune = { amount = 0.9; }; }, ... ): other "
         "options\n"
         "                 for the parameters with such names, later ones over earlier\n"
         "  expect         ( { metric = \"ratio\"; paper = 40.0; low = 39.0; why = \"...\"; }, ... "
         "):\n"
         "                 what pare reproduce compares; 'pare help expect' lists the options\n"
         "\n@include \"FILE\" reads another file first; what stands after it goes over it.");
}

/* A kind by its name, or by the group that is its alone. */
static enum pare_kind find_kind(const char *word)
{
    return strcmp(word, "data") == 0 ? PARE_KIND_DATASET : registry_kind(word);
}

/* The group that the verb reads, then the command of that name if there is one. */
static bool help_verb(const char *word)
{
    const struct command *command = find_command(word);
    bool found = false;

    for (int i = 0; i < VERB_COUNT; i++)
        if (strcmp(word, verb_name((enum verb)i)) == 0) {
            printf("%s = { ... }; in an experiment file, net:%s { ... } in a schedule:\n\n", word,
                   word);
            schema_help(verb_options((enum verb)i), stdout);
            found = true;
        }
    if (strcmp(word, "request") == 0) {
        puts("request = { ... }; in an experiment file; what is missed fails the run:\n");
        schema_help(request_options, stdout);
        found = true;
    }
    if (strcmp(word, "expect") == 0) {
        puts("expect = ( { ... }, ... ); in an experiment file; for pare reproduce:\n");
        schema_help(expected_options, stdout);
        found = true;
    }
    if (strcmp(word, "checkpoint") == 0) {
        puts("checkpoint = { ... }; in an experiment file; changes no result:\n");
        schema_help(checkpoint_options, stdout);
        found = true;
    }
    if (strcmp(word, "config") == 0) {
        help_config();
        found = true;
    }
    if (command) {
        char *name = xasprintf("pare %s", word), help[] = "--help";
        char *arguments[] = {name, help, NULL};

        if (found)
            printf("\npare %s, the command:\n\n", word);
        command->run(2, arguments); /* argp prints and ends the process */
        free(name);
    }
    return found || command;
}

static bool is_found(enum pare_kind kind, const char *name)
{
    size_t n;
    char **names = registry_list(kind, &n);
    bool found = false;

    for (size_t i = 0; i < n; i++)
        found = found || strcmp(names[i], name) == 0;
    free_names(names, n);
    return found;
}

static int help_kind(enum pare_kind kind)
{
    struct kind_place place = kind_place(kind);
    size_t n;
    char **names = registry_list(kind, &n);
    int status = CLI_DONE;

    printf("%s = { %s = \"NAME\"; ... }; in an experiment file:\n\n", place.group, place.key);
    schema_help(place.options, stdout);
    printf("\n%s, each with options of its own ('pare help %s NAME'):\n\n", place.plural,
           registry_kind_name(kind));
    for (size_t i = 0; i < n; i++) {
        struct pare_error err = {0};
        const struct pare_plugin *plugin = registry_get(kind, names[i], &err);

        if (plugin)
            printf("  %-12s  %s\n", names[i], plugin->summary);
        else
            status = cli_fail(&err);
    }
    free_names(names, n);
    return status;
}

static int help_plugin(enum pare_kind kind, const char *name)
{
    struct kind_place place = kind_place(kind);
    struct pare_error err = {0};
    const struct pare_plugin *plugin = registry_get(kind, name, &err);

    if (!plugin) {
        cli_fail(&err);
        return is_found(kind, name) ? CLI_FAILED : CLI_USER;
    }
    printf("%s %s: %s\n%s\n\n%s = { %s = \"%s\"; ... };\n\n", registry_kind_name(kind),
           plugin->name, plugin->summary, registry_path(plugin), place.group, place.key,
           plugin->name);
    if (plugin->options && plugin->options[0].name)
        schema_help(plugin->options, stdout);
    else
        puts("It has no options.");
    return CLI_DONE;
}

/* Not a group with options of its own. */
static bool is_in_config(const char *word)
{
    bool found = strcmp(word, "args") == 0 || strcmp(word, "rules") == 0;

    for (const struct pare_option *o = experiment_settings; o->name; o++)
        found = found || strcmp(word, o->name) == 0;
    return found;
}

static int unknown(const char *word)
{
    const char *names[64];
    const char *nearest;
    size_t n = 0;

    for (int i = PARE_KIND_NONE + 1; i < PARE_KIND_COUNT; i++)
        if (is_found((enum pare_kind)i, word)) {
            fprintf(stderr, "pare: '%s' is a plugin; 'pare help %s %s' explains it\n", word,
                    registry_kind_name((enum pare_kind)i), word);
            return CLI_USER;
        }
    if (is_in_config(word)) {
        fprintf(stderr, "pare: '%s' stands in an experiment file; 'pare help config' explains it\n",
                word);
        return CLI_USER;
    }
    for (const struct command *c = commands; c->name; c++)
        names[n++] = c->name;
    for (int i = 0; i < VERB_COUNT; i++)
        names[n++] = verb_name((enum verb)i);
    for (int i = PARE_KIND_NONE + 1; i < PARE_KIND_COUNT; i++)
        names[n++] = registry_kind_name((enum pare_kind)i);
    names[n++] = "request";
    names[n++] = "expect";
    names[n++] = "config";
    names[n++] = "checkpoint";
    nearest = text_nearest(word, names, n);
    if (nearest)
        fprintf(stderr, "pare: nothing is called '%s'; did you mean '%s'?\n", word, nearest);
    else
        fprintf(stderr, "pare: nothing is called '%s'; 'pare help' lists what is\n", word);
    return CLI_USER;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct arguments *a = state->input;

    switch (key) {
    case 'm':
        a->markdown = arg;
        return 0;
    case ARGP_KEY_ARG:
        if (state->arg_num == 0)
            a->word = arg;
        else if (state->arg_num == 1)
            a->name = arg;
        else
            argp_error(state, "too many arguments");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

int cmd_help(int argc, char **argv)
{
    static const struct argp_option options[] = {
        {"markdown", 'm', "DIR", 0, "write all of it as pages into DIR", 0},
        {0},
    };
    static const struct argp_child children[] = {{&cli_plugins_argp, 0, NULL, 0}, {0}};
    static const struct argp argp = {
        .options = options,
        .parser = parse,
        .args_doc = "[VERB | KIND [NAME]]",
        .doc = "Explains a verb, a group of an experiment file, or a plugin.",
        .children = children,
    };
    struct arguments a = {0};
    struct pare_error err = {0};
    enum pare_kind kind;

    cli_parse(&argp, argc, argv, &a);
    if (a.markdown)
        return reference_write(a.markdown, &err) == PARE_OK ? CLI_DONE : cli_fail(&err);
    if (!a.word) {
        help_overview();
        return CLI_DONE;
    }
    kind = find_kind(a.word);
    if (kind != PARE_KIND_NONE)
        return a.name ? help_plugin(kind, a.name) : help_kind(kind);
    if (a.name) {
        fprintf(stderr, "pare: '%s' is no kind of plugin; there are %s\n", a.word, kind_names);
        return CLI_USER;
    }
    return help_verb(a.word) ? CLI_DONE : unknown(a.word);
}
