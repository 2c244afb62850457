/* SPDX-License-Identifier: Apache-2.0 */
/* pare reproduce: a pack of experiments, for several seeds, beside the paper. */

#include "cli/cli.h"
#include "cli/reproduce.h"

#include "base/alloc.h"
#include "plugin/registry.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    KEY_OUT = 0x200,
    KEY_SEEDS,
    KEY_JOBS,
    KEY_LIST,
    KEY_FRESH,
    KEY_NO_FIGURES,
    KEY_STORED,
    SEEDS_MAX = 1000,
    JOBS_MAX = 256
};

struct arguments {
    struct reproduce_wanted wanted;
    struct cli_common common;
    unsigned jobs;
    bool list, no_figures;
};

static const struct argp_option options[] = {
    {"seeds", KEY_SEEDS, "N", 0, "run each experiment with N seeds, from its own on (default: 3)",
     0},
    {"jobs", KEY_JOBS, "N", 0, "run N experiments at once (default: 1)", 0},
    {"out", KEY_OUT, "DIR", 0, "keep runs, results and tables in DIR (default: runs)", 0},
    {"fresh", KEY_FRESH, NULL, 0, "run again what another build of pare or of a plugin has run", 0},
    {"no-figures", KEY_NO_FIGURES, NULL, 0, "leave the data of the figures, and draw none", 0},
    {"stored", KEY_STORED, NULL, 0, "run nothing: the tables over the seeds that are there", 0},
    {"list", KEY_LIST, NULL, 0, "say what is there and what is missing, and run nothing", 0},
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
        a->wanted.out = arg;
        return 0;
    case KEY_SEEDS:
        a->wanted.seeds = (size_t)cli_number(state, "seeds", arg, 1, SEEDS_MAX);
        return 0;
    case KEY_JOBS:
        a->jobs = (unsigned)cli_number(state, "jobs", arg, 1, JOBS_MAX);
        return 0;
    case KEY_LIST:
        a->list = true;
        return 0;
    case KEY_STORED:
        a->wanted.stored = true;
        return 0;
    case KEY_NO_FIGURES:
        a->no_figures = true;
        return 0;
    case KEY_FRESH:
        a->wanted.fresh = true;
        return 0;
    case ARGP_KEY_END:
        if (a->wanted.stored && a->wanted.fresh)
            argp_error(state, "--stored runs nothing, --fresh runs again: one of them, please");
        return 0;
    case ARGP_KEY_NO_ARGS:
        argp_error(state, "which pack? a folder of experiment files, or one such file");
        return 0;
    default:
        return cli_one_argument(key, arg, state, &a->wanted.path, "pack");
    }
}

static const struct argp_child children[] = {{&cli_data_argp, 0, NULL, 0}, {0}};
static const struct argp argp = {
    .options = options,
    .parser = parse,
    .args_doc = "PACK",
    .doc = "Runs the experiments in PACK, a folder or one file, that say what they expect, each "
           "with several seeds, and prints the paper's numbers beside those measured here. Results "
           "are kept by the digest of all that can change them, so that only what is missing is "
           "run; a run that was cut goes on. The table is stored as table.md, table.csv and "
           "table.json in the pack's folder in DIR, with pictures of it in figures/."
           "\vExit status: 0 every number was reproduced, 1 some were not or a run failed, 2 the "
           "command line or a config is wrong.",
    .children = children,
};

/* The arguments that pare run shall have too, out of the command line as it was. */
static char **handed_on(int argc, char **argv, const struct arguments *a, size_t *n)
{
    char **list = xcalloc((size_t)argc + 2 * a->common.sets + 6, sizeof *list);

    *n = 0;
    for (int i = 1; i < argc; i++) {
        if (strncmp(argv[i], "--plugins=", strlen("--plugins=")) == 0)
            list[(*n)++] = argv[i];
        if (strcmp(argv[i], "--plugins") == 0 && i + 1 < argc) {
            list[(*n)++] = argv[i];
            list[(*n)++] = argv[++i];
        }
    }
    if (a->no_figures)
        list[(*n)++] = (char *)(uintptr_t) "--no-figures";
    if (registry_folders_allowed())
        list[(*n)++] = (char *)(uintptr_t) "--allow-plugin-path";
    for (size_t i = 0; i < a->common.sets; i++) {
        list[(*n)++] = (char *)(uintptr_t) "--set";
        list[(*n)++] = a->common.set[i];
    }
    if (a->common.data) {
        list[(*n)++] = (char *)(uintptr_t) "--data";
        list[(*n)++] = (char *)(uintptr_t)a->common.data;
    }
    return list;
}

static unsigned threads_of(const struct arguments *a)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    unsigned each = (unsigned)(processors > 1 ? processors : 1) / a->jobs;

    if (a->common.threads)
        return a->common.threads;
    return each < 1 ? 1 : each > 8 ? 8 : each;
}

/* Everything reproduced or better, but for what is only reported or cannot be measured? */
static bool all_met(const struct reproduce_pack *pack)
{
    for (size_t f = 0; f < pack->files; f++)
        for (size_t i = 0; i < pack->file[f].expects; i++) {
            const struct reproduce_file *file = &pack->file[f];
            enum verdict v = reproduce_cell(file, &file->expect[i]).verdict;
            if (v == VERDICT_NOT || v == VERDICT_MISSING)
                return false;
        }
    return true;
}

static void print_list(const struct reproduce_pack *pack)
{
    for (size_t f = 0; f < pack->files; f++)
        for (size_t i = 0; i < pack->file[f].jobs; i++) {
            const struct reproduce_job *job = &pack->file[f].job[i];
            printf("%-8s %s, seed %lld: %s\n", job->result ? "there" : "missing", job->config,
                   (long long)job->seed, job->dir);
        }
}

/* One line for all the stored results that this build might not give. */
static void say_made(const struct reproduce_pack *pack)
{
    const struct reproduce_job *first = NULL;
    size_t stored = 0, others = 0;

    for (size_t f = 0; f < pack->files; f++)
        for (size_t i = 0; i < pack->file[f].jobs; i++) {
            const struct reproduce_job *job = &pack->file[f].job[i];
            bool other = job->stored && *job->made;

            stored += job->stored;
            others += other;
            first = other && !first ? job : first;
        }
    if (first)
        fprintf(stderr,
                "%zu of %zu stored results were made by another build (%s, seed %" PRId64
                ": %s); --fresh runs them again\n",
                others, stored, first->config, first->seed, first->made);
}

/* Runs what is missing, where it may, and stores and prints what is there then. */
static int reproduce(struct reproduce_pack *pack, const struct arguments *a,
                     struct reproduce_run *run, struct pare_error *err)
{
    bool drawn = !a->no_figures && cli_draws();
    size_t failed = a->wanted.stored ? 0 : reproduce_missing(pack, run);
    int status = reproduce_store(pack, err);

    if (status == PARE_OK)
        status = reproduce_figures(pack, drawn, err);
    if (status != PARE_OK)
        return cli_fail(err);
    reproduce_print(pack, stdout);
    return failed || !all_met(pack) ? CLI_FAILED : CLI_DONE;
}

int cmd_reproduce(int argc, char **argv)
{
    struct arguments a = {.wanted.seeds = 3, .jobs = 1};
    struct reproduce_pack pack = {0};
    struct problems problems = {0};
    struct pare_error err = {0};
    char **as_it_was = xcalloc((size_t)argc + 1, sizeof *as_it_was);
    int exit_status = CLI_DONE;

    memcpy(as_it_was, argv, (size_t)argc * sizeof *argv);
    cli_parse(&argp, argc, argv, &a);
    a.wanted.common = &a.common;
    int status = reproduce_open(&pack, &a.wanted, &problems, &err);
    if (problems.count) {
        exit_status = cli_problems(&problems);
    } else if (status != PARE_OK) {
        exit_status = cli_fail(&err);
    } else {
        struct reproduce_run run = {.at_once = a.jobs, .threads = threads_of(&a)};
        char **more = handed_on(argc, as_it_was, &a, &run.arguments);

        run.argument = more;
        say_made(&pack);
        if (a.list)
            print_list(&pack);
        else
            exit_status = reproduce(&pack, &a, &run, &err);
        free(more);
    }
    problems_free(&problems);
    reproduce_close(&pack);
    cli_common_free(&a.common);
    free(as_it_was);
    return exit_status;
}
