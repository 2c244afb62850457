/* SPDX-License-Identifier: Apache-2.0 */
/* pare run: an experiment from config to file. */

#include "base/alloc.h"
#include "cli/cli.h"
#include "cli/plot.h"
#include "cli/progress.h"
#include "cli/spent_print.h"
#include "run/json.h"
#include "run/report.h"
#include "run/run.h"
#include "run/spent.h"
#include "run/tree.h"
#include "script/script.h"
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

struct arguments {
    struct cli_common common;
    const char *config, *out;
    bool quiet, json, force_new, profile, no_figures;
};

enum { KEY_OUT = 0x200, KEY_QUIET, KEY_JSON, KEY_FORCE_NEW, KEY_PROFILE, KEY_NO_FIGURES };

static const struct argp_option options[] = {
    {"out", KEY_OUT, "DIR", 0, "make the run folder in DIR (default: runs)", 0},
    {"quiet", KEY_QUIET, NULL, 0, "no progress", 0},
    {"json", KEY_JSON, NULL, 0, "print the result as one JSON object", 0},
    {"profile", KEY_PROFILE, NULL, 0, "say where the time went, beside the machine's peak", 0},
    {"no-figures", KEY_NO_FIGURES, NULL, 0, "leave the data of the figures, and draw none", 0},
    {"force-new", KEY_FORCE_NEW, NULL, 0, "start over in a run folder of its own", 0},
    {0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct arguments *a = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &a->common;
        return 0;
    case KEY_OUT:
        a->out = arg;
        return 0;
    case KEY_QUIET:
        a->quiet = true;
        return 0;
    case KEY_JSON:
        a->json = true;
        return 0;
    case KEY_PROFILE:
        a->profile = true;
        return 0;
    case KEY_NO_FIGURES:
        a->no_figures = true;
        return 0;
    case KEY_FORCE_NEW:
        a->force_new = true;
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
    .doc = "Runs the experiment that the file CONFIG describes and leaves a folder with the "
           "model file, the resolved config, the journal and the metrics. A run that was "
           "broken off goes on where it was when it is run again; of one that is finished the "
           "result is printed again."
           "\vExit status: 0 done, 1 failed or a request was not met, 2 the command line, the "
           "config or the script is wrong.",
    .children = children,
};

static void print_summary(const struct run *run)
{
    char bytes[32];
    report_stages(run, stdout);
    if (run->model_path)
        printf("\n%s: %s bytes\n", run->model_path, cli_count(run->file_bytes, bytes));
    else
        printf("\n%s: the schedule encoded nothing, so there is no model file\n", run->dir);
}

/* The stored result, and the profile of this sitting where it was asked for. */
static void print_result(const struct run *run, const struct arguments *a, struct spent *spent)
{
    struct value *profile = a->profile ? spent_group(spent) : NULL;

    if (a->json) {
        struct value *all = value_clone(run->stored);

        if (profile)
            value_merge(tree_add_group(all, "profile"), profile);
        json_print(all, stdout);
        value_free(all);
    } else {
        print_summary(run);
        if (profile)
            spent_print(profile, stdout);
    }
    value_free(profile);
}

static void say_disk(const struct run *run, struct progress *progress)
{
    const struct value *all = value_get(run->stored, "run_bytes");
    const struct value *checkpoints = value_get(run->stored, "checkpoint_bytes");
    char folder[32], most[32], *line;

    if (!all || !checkpoints)
        return;
    line = xasprintf("%s takes %s bytes; checkpoints took up to %s meanwhile", run->dir,
                     cli_count((size_t)all->integer, folder),
                     cli_count((size_t)checkpoints->integer, most));
    progress_say(progress, "run", line);
    free(line);
}

/* A figure that cannot be drawn spoils no run. */
static void draw(const struct run *run, struct progress *progress)
{
    struct pare_error err = {0};
    size_t pictures = 0;
    bool absent;
    int status = figures_draw(run->dir, NULL, &pictures, &absent, &err);
    char *line = NULL;

    if (absent)
        line = xasprintf("gnuplot is not here: %zu figures are not drawn", pictures);
    else if (status != PARE_OK)
        line = xasprintf("not drawn: %s", err.text);
    if (line)
        progress_say(progress, "figures", line);
    free(line);
}

/* Schedule and result, or the result that is there; on a miss, of a verb or in the
 * end, it is printed as well. */
static int run_all(struct run *run, const struct arguments *a, struct progress *progress,
                   struct spent *spent, struct pare_error *err)
{
    int status = PARE_OK;

    if (run->finished) {
        progress_say(progress, "run", "it is finished; --force-new starts over");
        status = run_stored_status(run, err);
    } else {
        status = script_run(run, NULL, err);
        if (status == PARE_OK)
            status = run_finish(run, err);
        else if (status == PARE_EREQUEST)
            status = run_finish_missed(run, err);
        progress_end(progress);
        if (!a->no_figures && cli_draws() && run->stored)
            draw(run, progress);
        say_disk(run, progress);
    }
    if (status != PARE_OK && status != PARE_EREQUEST)
        return status;
    print_result(run, a, spent);
    return status;
}

/* A run may be ended at any moment, so there is nothing to do but to say so. */
static void say_interrupted(int signal)
{
    static const char text[] = "\npare: interrupted; the same command goes on from the last "
                               "checkpoint\n";
    ssize_t written = write(STDERR_FILENO, text, sizeof text - 1);

    (void)written;
    raise(signal); /* now with its usual action */
}

static void watch_signals(void)
{
    struct sigaction action = {.sa_handler = say_interrupted, .sa_flags = (int)SA_RESETHAND};

    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

int cmd_run(int argc, char **argv)
{
    struct arguments a = {0};
    struct problems problems = {0};
    struct pare_error err = {0};
    struct progress progress;
    struct run run = {0};
    struct spent spent = {0};
    int exit_status = CLI_DONE, status = PARE_OK;

    cli_parse(&argp, argc, argv, &a);
    progress_start(&progress, a.quiet);
    struct run_settings settings = {
        .config = a.config,
        .set = a.common.set,
        .sets = a.common.sets,
        .seed = a.common.seed,
        .out = a.out,
        .data = a.common.data,
        .threads = a.common.threads,
        .force_new = a.force_new,
        .look = script_begin,
        .watch = progress_watch(&progress),
        .profile = a.profile ? &spent.profile : NULL,
    };
    if (a.profile)
        status = spent_start(&spent, a.common.threads, &err);
    if (status == PARE_OK)
        status = run_open(&run, &settings, &problems, &err);
    if (status == PARE_OK) {
        progress_say(&progress, "run", run.dir);
        if (!run.finished)
            watch_signals();
        status = run_all(&run, &a, &progress, &spent, &err);
    }
    if (problems.count)
        exit_status = cli_problems(&problems);
    else if (status != PARE_OK)
        exit_status = cli_fail(&err);
    run_close(&run);
    problems_free(&problems);
    cli_common_free(&a.common);
    return exit_status;
}
