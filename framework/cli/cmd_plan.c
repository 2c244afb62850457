/* SPDX-License-Identifier: Apache-2.0 */
/* pare plan: what an experiment will come to, without training. */

#include "cli/cli.h"
#include "run/json.h"
#include "run/plan.h"

struct arguments {
    struct cli_common common;
    const char *config;
    bool json;
};

enum { KEY_JSON = 0x200 };

static const struct argp_option options[] = {
    {"json", KEY_JSON, NULL, 0, "print the plan as one JSON object", 0},
    {0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct arguments *a = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &a->common;
        return 0;
    case KEY_JSON:
        a->json = true;
        return 0;
    case ARGP_KEY_ARG:
        if (a->config)
            argp_error(state, "one experiment file, please; '%s' is a second", arg);
        a->config = arg;
        return 0;
    case ARGP_KEY_NO_ARGS:
        argp_error(state, "which experiment file?");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_child children[] = {{&cli_common_argp, 0, NULL, 0}, {0}};
static const struct argp argp = {
    .options = options,
    .parser = parse,
    .args_doc = "CONFIG",
    .doc = "Predicts, without training, what each parameter of the experiment in CONFIG will "
           "keep and cost, and compares that with the request group. Weights are taken as "
           "normally distributed and zeros as independent of each other."
           "\vExit status: 0 done, 1 a request is out of reach, 2 the command line or the config "
           "is wrong.",
    .children = children,
};

int cmd_plan(int argc, char **argv)
{
    struct arguments a = {0};
    struct problems problems = {0};
    struct pare_error err = {0};
    struct run run = {0};
    struct value *plan = NULL;
    int exit_status = CLI_DONE;

    argp_parse(&argp, argc, argv, 0, NULL, &a);
    struct run_settings settings = {
        .config = a.config,
        .set = a.common.set,
        .sets = a.common.sets,
        .seed = a.common.seed,
        .data = a.common.data,
        .threads = a.common.threads,
    };
    int status = run_open_dry(&run, &settings, &problems, &err);
    if (status == PARE_OK)
        status = plan_make(&run, &plan, &err);
    if (plan && a.json)
        json_print(plan, stdout);
    else if (plan)
        plan_print(plan, stdout);
    if (problems.count)
        exit_status = cli_problems(&problems);
    else if (status != PARE_OK)
        exit_status = cli_fail(&err);
    value_free(plan);
    run_close(&run);
    problems_free(&problems);
    cli_common_free(&a.common);
    return exit_status;
}
