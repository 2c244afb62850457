/* SPDX-License-Identifier: Apache-2.0 */
/* pare plan: what an experiment will come to, without training. */

#include "cli/cli.h"
#include "run/json.h"
#include "run/plan.h"
#include "script/script.h"
#include <math.h>
#include <stdlib.h>

struct arguments {
    struct cli_common common;
    const char *config;
    struct plan_settings plan;
    bool json;
};

enum { KEY_ERROR = 0x200, KEY_FROM, KEY_SPEED, KEY_JSON };

static const struct argp_option options[] = {
    {"assume-error", KEY_ERROR, "PERCENT", 0, "let tests answer this error (default: 0)", 0},
    {"from", KEY_FROM, "RUN", 0, "let tests answer what the run folder RUN recorded", 0},
    {"speed", KEY_SPEED, "N", 0, "take N images/s for training instead of measuring it", 0},
    {"json", KEY_JSON, NULL, 0, "print the plan as one JSON object", 0},
    {0},
};

static double number(struct argp_state *state, const char *option, const char *arg, double min,
                     double max)
{
    char *end;
    double x = strtod(arg, &end);

    if (end == arg || *end || !(x >= min && x <= max))
        argp_error(state, "--%s: '%s' is not a number from %g to %g", option, arg, min, max);
    return x;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct arguments *a = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &a->common;
        return 0;
    case KEY_ERROR:
        a->plan.error = number(state, "assume-error", arg, 0.0, 100.0);
        return 0;
    case KEY_FROM:
        cli_need_folder(state, "from", arg);
        a->plan.from = arg;
        return 0;
    case KEY_SPEED:
        a->plan.speed = number(state, "speed", arg, 1.0, 1e12);
        return 0;
    case KEY_JSON:
        a->json = true;
        return 0;
    default:
        return cli_one_argument(key, arg, state, &a->config, "experiment file");
    }
}

static const struct argp_child children[] = {{&cli_common_argp, 0, NULL, 0}, {0}};
static const struct argp argp = {
    .options = options,
    .parser = parse,
    .args_doc = "CONFIG",
    .doc = "Goes through the schedule of the experiment in CONFIG without training and without "
           "writing anything, and says step by step what is pruned, shared and encoded, how large "
           "the file would be and how long it would take; then what each parameter will keep and "
           "cost, and whether the request group is within reach."
           "\vTrainings are counted, and timed by a short one that changes nothing; their hooks "
           "are called. Tests answer an assumed error or those of an earlier run. Pruning, "
           "sharing and encoding are done, on weights that are normal numbers as wide as each "
           "layer's initialization. "
           "Exit status: 0 done, 1 a request is out of reach or the schedule fails, 2 the command "
           "line, the config or the script is wrong.",
    .children = children,
};

/* Goes through the schedule; what it came to is printed however it ended. */
static int plan_all(struct run *run, const struct arguments *a, struct pare_error *err)
{
    int status = plan_open(run, &a->plan, err);

    if (status != PARE_OK)
        return status;
    status = script_run(run, NULL, err);
    struct value *plan = plan_result(run, status == PARE_OK ? NULL : err);
    if (status == PARE_OK)
        *err = (struct pare_error){0};
    if (a->json)
        json_print(plan, stdout);
    else if (status == PARE_OK || value_get(plan, "steps")->child)
        plan_print(plan, stdout);
    status = plan_verdict(plan, err);
    value_free(plan);
    return status;
}

int cmd_plan(int argc, char **argv)
{
    struct arguments a = {.plan = {.error = NAN, .speed = NAN}};
    struct problems problems = {0};
    struct pare_error err = {0};
    struct run run = {0};
    int exit_status = CLI_DONE;

    cli_parse(&argp, argc, argv, &a);
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
        status = plan_all(&run, &a, &err);
    if (problems.count)
        exit_status = cli_problems(&problems);
    else if (status != PARE_OK)
        exit_status = cli_fail(&err);
    run_close(&run);
    problems_free(&problems);
    cli_common_free(&a.common);
    return exit_status;
}
