/* SPDX-License-Identifier: Apache-2.0 */
/* pare check: all that can be found wrong with an experiment without training. */

#include "base/alloc.h"
#include "cli/cli.h"
#include "config/schema.h"
#include "net/net.h"
#include "run/plan.h"
#include "script/script.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct arguments {
    struct cli_common common;
    const char *config;
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct arguments *a = state->input;

    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &a->common;
        return 0;
    default:
        return cli_one_argument(key, arg, state, &a->config, "experiment file");
    }
}

static const struct argp_child children[] = {{&cli_common_argp, 0, NULL, 0}, {0}};
static const struct argp argp = {
    .parser = parse,
    .args_doc = "CONFIG",
    .doc = "Checks the experiment in CONFIG without training: its text, every option and plugin, "
           "the data set, the network, that every rule names a parameter, and the schedule, which "
           "is gone through as pare plan does. Says all that is wrong, or one line."
           "\vExit status: 0 nothing is wrong, 1 the data set cannot be read, 2 the command line, "
           "the config or the schedule is wrong.",
    .children = children,
};

/* What the data set is called, allocated: its option name where that was given,
 * else its plugin. */
static char *data_name(const struct run *run)
{
    const struct plugin_use *use = &run->data.use;
    const struct pare_option *o = schema_option(use->plugin->options, "name");
    char *text = o ? schema_text(o, use->self, true) : NULL, *name;

    if (!text)
        return xstrdup(use->plugin->name);
    name = xasprintf("%.*s", (int)strlen(text) - 2, text + 1); /* without its quotes */
    free(text);
    return name;
}

static void print_ok(const char *config, const struct run *run)
{
    static const char *const splits[PARE_SPLIT_COUNT] = {"train", "validation", "test"};
    char params[32], values[32], samples[32];
    const char *between = "";
    char *data = data_name(run);
    size_t count = 0;

    for (size_t i = 0; i < run->net->params; i++)
        count += run->net->param[i].count;
    printf("%s: ok: %s parameters, %s values, data %s (", config,
           cli_count(run->net->params, params), cli_count(count, values), data);
    for (int i = 0; i < PARE_SPLIT_COUNT; i++) {
        size_t n = run->data.info.count[i];

        if (!n)
            continue;
        printf("%s%s %s", between, cli_count(n, samples), splits[i]);
        between = ", ";
    }
    printf(")\n");
    free(data);
}

/* An error of the schedule among the other problems; its place: "file:line". */
static void add_problem(const struct pare_error *err, const char *path, struct problems *problems)
{
    const char *colon = strrchr(err->place, ':');
    char *file = xstrndup(err->place, colon ? (size_t)(colon - err->place) : strlen(err->place));

    problems_add(problems, *file ? file : path, colon ? (unsigned)strtoul(colon + 1, NULL, 10) : 0,
                 "%s", err->text);
    free(file);
}

/* What a dry run finds: arguments, options of verbs, errors of the script. What a
 * request falls short of is for pare plan. */
static int go_through(struct run *run, struct problems *problems, struct pare_error *err)
{
    static const struct plan_settings brief = {.error = NAN, .speed = 1.0, .brief = true};
    int status = plan_open(run, &brief, err);

    if (status == PARE_OK)
        status = script_run(run, NULL, err);
    if (status == PARE_EUSER)
        add_problem(err, run->experiment->schedule, problems);
    return status == PARE_EREQUEST ? PARE_OK : status;
}

int cmd_check(int argc, char **argv)
{
    struct arguments a = {0};
    struct problems problems = {0};
    struct pare_error err = {0}, script = {0};
    struct run run = {0};
    int exit_status = CLI_DONE, status;

    cli_parse(&argp, argc, argv, &a);
    struct run_settings settings = {
        .config = a.config,
        .set = a.common.set,
        .sets = a.common.sets,
        .seed = a.common.seed,
        .data = a.common.data,
        .threads = a.common.threads,
    };
    status = run_open_dry(&run, &settings, &problems, &err);
    if (run.experiment && run.experiment->schedule &&
        script_check(run.experiment->schedule, &script) != PARE_OK)
        add_problem(&script, run.experiment->schedule, &problems);
    else if (status == PARE_OK)
        status = go_through(&run, &problems, &err);
    if (status != PARE_OK && !problems.count)
        exit_status = cli_fail(&err);
    if (problems.count)
        exit_status = cli_problems(&problems);
    if (problems.count && run.dry)
        fputs("the schedule was gone through without training, with tests that answer 0 %; pare "
              "plan has --assume-error and --from\n",
              stderr);
    if (exit_status == CLI_DONE)
        print_ok(a.config, &run);
    run_close(&run);
    problems_free(&problems);
    cli_common_free(&a.common);
    return exit_status;
}
