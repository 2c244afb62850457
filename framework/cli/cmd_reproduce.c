/* SPDX-License-Identifier: Apache-2.0 */
/* pare reproduce: a pack of experiments, for several seeds, beside the paper. */

#include "cli/cli.h"
#include "cli/reproduce.h"

#include "base/alloc.h"
#include "base/file.h"
#include "plugin/registry.h"
#include "run/json.h"
#include "run/recipe.h"
#include "run/run.h"
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    KEY_OUT = 0x200,
    KEY_SEEDS,
    KEY_JOBS,
    KEY_LIST,
    KEY_FRESH,
    KEY_NO_FIGURES,
    KEY_STORED,
    DIGITS = 12,
    SEEDS_MAX = 1000,
    JOBS_MAX = 256
};

struct arguments {
    struct cli_common common;
    const char *pack, *out;
    unsigned seeds, jobs;
    bool list, fresh, stored, no_figures;
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

static unsigned count_of(struct argp_state *state, const char *name, const char *text, unsigned max)
{
    char *end;
    unsigned long n = strtoul(text, &end, 10);

    if (*text < '0' || *text > '9' || *end || n < 1 || n > max)
        argp_error(state, "--%s: '%s' is not a number from 1 to %u", name, text, max);
    return (unsigned)n;
}

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
    case KEY_SEEDS:
        a->seeds = count_of(state, "seeds", arg, SEEDS_MAX);
        return 0;
    case KEY_JOBS:
        a->jobs = count_of(state, "jobs", arg, JOBS_MAX);
        return 0;
    case KEY_LIST:
        a->list = true;
        return 0;
    case KEY_STORED:
        a->stored = true;
        return 0;
    case KEY_NO_FIGURES:
        a->no_figures = true;
        return 0;
    case KEY_FRESH:
        a->fresh = true;
        return 0;
    case ARGP_KEY_ARG:
        if (a->pack)
            argp_error(state, "one pack, please; '%s' is a second", arg);
        a->pack = arg;
        return 0;
    case ARGP_KEY_END:
        if (a->stored && a->fresh)
            argp_error(state, "--stored runs nothing, --fresh runs again: one of them, please");
        return 0;
    case ARGP_KEY_NO_ARGS:
        argp_error(state, "which pack? a folder of experiment files, or one such file");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
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

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The .cfg files of a folder in the order of their names, or path itself. */
static char **find_configs(const char *path, size_t *n, struct pare_error *err)
{
    char **found = NULL;
    struct stat st;
    DIR *dir;

    *n = 0;
    if (stat(path, &st) != 0 || !S_ISDIR(st.st_mode)) {
        found = xrealloc(NULL, 1, sizeof *found);
        found[(*n)++] = xstrdup(path);
        return found;
    }
    dir = opendir(path);
    if (!dir)
        pare_fail_at(err, PARE_EIO, path, 0, "cannot open: %s", strerror(errno));
    for (struct dirent *entry; dir && (entry = readdir(dir));) {
        size_t length = strlen(entry->d_name);

        if (length < 5 || *entry->d_name == '.' || strcmp(entry->d_name + length - 4, ".cfg") != 0)
            continue;
        found = xrealloc(found, *n + 1, sizeof *found);
        found[(*n)++] = file_join(path, entry->d_name);
    }
    if (dir)
        closedir(dir);
    if (*n)
        qsort(found, *n, sizeof *found, by_name);
    return found;
}

/* "han2016" for configs/han2016/ and for configs/han2016/lenet300.cfg. What it cannot
 * find out is an error: under another name it would run everything once more. */
static char *pack_name(const char *path, struct pare_error *err)
{
    struct stat st;
    bool is_there = stat(path, &st) == 0, is_folder = is_there && S_ISDIR(st.st_mode);
    char *folder = is_folder ? xstrdup(path) : file_dir(path);
    char *real = is_there ? realpath(folder, NULL) : NULL;

    if (!real && (is_there || errno != ENOENT))
        pare_fail_at(err, PARE_EIO, path, 0, "cannot open: %s", strerror(errno));
    const char *slash = real ? strrchr(real, '/') : NULL;
    char *name = xstrdup(slash && slash[1] ? slash + 1 : "pack");

    free(real);
    free(folder);
    return name;
}

static char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path;
    const char *dot = strrchr(base, '.');

    return xstrndup(base, dot && dot > base ? (size_t)(dot - base) : strlen(base));
}

/* Opens the file's experiment and adds a job for each seed. */
static int read_file(struct reproduce_file *file, const struct arguments *a, const char *root,
                     struct problems *problems, struct pare_error *err)
{
    struct run run = {0};
    struct run_settings settings = {.config = file->config,
                                    .set = a->common.set,
                                    .sets = a->common.sets,
                                    .seed = -1,
                                    .data = a->common.data,
                                    .threads = 1};
    int status = run_open_dry(&run, &settings, problems, err);
    char hex[65];

    file->stem = base_name(file->config);
    if (status == PARE_OK) {
        file->expect = expected_read(run.experiment->root, &file->expects);
        file->name = xstrdup(run.experiment->name);
        file->jobs = file->expects ? a->seeds : 0;
        file->job = xcalloc(file->jobs + 1, sizeof *file->job);
    }
    for (size_t i = 0; status == PARE_OK && i < file->jobs; i++, run.experiment->seed++) {
        struct reproduce_job *job = &file->job[i];

        status = recipe_identity(&run, hex, err);
        if (status != PARE_OK)
            break;
        job->config = file->config;
        job->seed = run.experiment->seed;
        job->dir =
            xasprintf("%s/%s-seed%lld-%.*s", root, file->stem, (long long)job->seed, DIGITS, hex);
        recipe_made(&run, job->dir, job->made, sizeof job->made);
        job->anew = a->fresh && *job->made;
        job->result = job->anew ? NULL : reproduce_stored(job->dir);
        job->stored = job->result != NULL;
    }
    run_close(&run);
    return status;
}

/* Takes the seeds without a result out of the experiment. */
static void keep_stored(struct reproduce_file *file)
{
    size_t kept = 0;

    for (size_t i = 0; i < file->jobs; i++) {
        struct reproduce_job swap = file->job[kept];

        if (!file->job[i].result)
            continue;
        file->job[kept++] = file->job[i];
        file->job[i] = swap;
    }
    for (size_t i = kept; i < file->jobs; i++)
        free(file->job[i].dir);
    file->jobs = kept;
}

static void free_files(struct reproduce_file *file, size_t n)
{
    for (size_t f = 0; f < n; f++) {
        expected_free(file[f].expect, file[f].expects);
        for (size_t i = 0; i < file[f].jobs; i++) {
            free(file[f].job[i].dir);
            value_free(file[f].job[i].result);
        }
        free(file[f].job);
        free(file[f].config);
        free(file[f].name);
        free(file[f].stem);
    }
    free(file);
}

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

/* All jobs of all files through one pool; the results go back to the files. */
static size_t run_missing(struct reproduce_file *file, size_t n, const struct reproduce_run *run)
{
    struct reproduce_job *all = NULL;
    size_t count = 0, failed;

    for (size_t f = 0; f < n; f++)
        for (size_t i = 0; i < file[f].jobs; i++) {
            all = xrealloc(all, count + 1, sizeof *all);
            all[count++] = file[f].job[i];
        }
    failed = reproduce_jobs(all, count, run);
    count = 0;
    for (size_t f = 0; f < n; f++)
        for (size_t i = 0; i < file[f].jobs; i++)
            file[f].job[i] = all[count++];
    free(all);
    return failed;
}

enum form { FORM_MARKDOWN, FORM_CSV, FORM_JSON };

static int store(const struct reproduce_file *file, size_t n, const char *pack, const char *root,
                 enum form form, struct pare_error *err)
{
    static const char *const names[] = {"table.md", "table.csv", "table.json"};
    char *path = file_join(root, names[form]), *text = NULL;
    size_t size = 0;
    FILE *out = xmemstream(&text, &size);

    if (form == FORM_MARKDOWN)
        reproduce_markdown(file, n, pack, out);
    else if (form == FORM_CSV)
        reproduce_csv(file, n, out);
    else {
        struct value *all = reproduce_json(file, n, pack);
        json_print(all, out);
        value_free(all);
    }
    fclose(out);
    int status = file_make_dir(root, err);
    if (status == PARE_OK)
        status = file_write(path, text, size, err);
    free(text);
    free(path);
    return status;
}

/* Everything reproduced or better, but for what is only reported or cannot be measured? */
static bool all_met(const struct reproduce_file *file, size_t n)
{
    for (size_t f = 0; f < n; f++)
        for (size_t i = 0; i < file[f].expects; i++) {
            enum verdict v = reproduce_cell(&file[f], &file[f].expect[i]).verdict;
            if (v == VERDICT_NOT || v == VERDICT_MISSING)
                return false;
        }
    return true;
}

static void print_list(const struct reproduce_file *file, size_t n)
{
    for (size_t f = 0; f < n; f++)
        for (size_t i = 0; i < file[f].jobs; i++)
            printf("%-8s %s, seed %lld: %s\n", file[f].job[i].result ? "there" : "missing",
                   file[f].config, (long long)file[f].job[i].seed, file[f].job[i].dir);
}

/* One line for all the stored results that this build might not give. */
static void say_made(const struct reproduce_file *file, size_t n)
{
    const struct reproduce_job *first = NULL;
    size_t stored = 0, others = 0;

    for (size_t f = 0; f < n; f++)
        for (size_t i = 0; i < file[f].jobs; i++) {
            const struct reproduce_job *job = &file[f].job[i];
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

static int reproduce(const struct arguments *a, int argc, char **argv)
{
    struct problems problems = {0};
    struct pare_error err = {0};
    char *pack = pack_name(a->pack, &err), *root = file_join(a->out ? a->out : "runs", pack),
         **more = NULL;
    size_t n = 0, failed = 0, jobs = 0;
    char **config = err.status ? NULL : find_configs(a->pack, &n, &err);
    struct reproduce_file *file = xcalloc(n + 1, sizeof *file);
    int status = err.status, exit_status = CLI_DONE;

    for (size_t f = 0; f < n; f++)
        file[f].config = config[f];
    for (size_t f = 0; f < n && (status == PARE_OK || problems.count); f++) {
        status = read_file(&file[f], a, root, &problems, &err);
        jobs += file[f].jobs;
    }
    if (problems.count) {
        exit_status = cli_problems(&problems);
        goto out;
    }
    if (status == PARE_OK && jobs == 0)
        status = pare_fail_at(&err, PARE_EUSER, a->pack, 0,
                              "no experiment file in it has an expect list");
    if (status == PARE_OK)
        say_made(file, n);
    if (status == PARE_OK && a->list) {
        print_list(file, n);
        goto out;
    }
    for (size_t f = 0; f < n && a->stored; f++)
        keep_stored(&file[f]);
    if (status == PARE_OK && !a->stored) {
        struct reproduce_run run = {.at_once = a->jobs, .threads = threads_of(a)};
        more = handed_on(argc, argv, a, &run.arguments);
        run.argument = more;
        failed = run_missing(file, n, &run);
    }
    size_t with = 0; /* files that expect nothing are not in the tables */
    for (size_t f = 0; f < n; f++)
        if (file[f].expects) {
            struct reproduce_file swap = file[with];
            file[with++] = file[f];
            file[f] = swap;
        }
    for (int form = FORM_MARKDOWN; status == PARE_OK && form <= FORM_JSON; form++)
        status = store(file, with, pack, root, (enum form)form, &err);
    if (status == PARE_OK)
        status = reproduce_figures(file, with, pack, root, !a->no_figures && cli_draws(), &err);
    if (status == PARE_OK)
        reproduce_markdown(file, with, pack, stdout);
    if (status != PARE_OK)
        exit_status = cli_fail(&err);
    else if (failed || !all_met(file, with))
        exit_status = CLI_FAILED;
out:
    problems_free(&problems);
    free(more);
    free_files(file, n);
    free(config);
    free(root);
    free(pack);
    return exit_status;
}

int cmd_reproduce(int argc, char **argv)
{
    struct arguments a = {.seeds = 3, .jobs = 1};
    char **as_it_was = xcalloc((size_t)argc + 1, sizeof *as_it_was);
    int exit_status;

    memcpy(as_it_was, argv, (size_t)argc * sizeof *argv);
    cli_parse(&argp, argc, argv, &a);
    exit_status = reproduce(&a, argc, as_it_was);
    cli_common_free(&a.common);
    free(as_it_was);
    return exit_status;
}
