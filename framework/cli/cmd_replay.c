/* SPDX-License-Identifier: Apache-2.0 */
/* pare replay: a finished run done again from its journal, and compared with it. */

#include "cli/cli.h"
#include "cli/progress.h"
#include "run/json.h"
#include "run/repeat.h"
#include <string.h>

struct arguments {
    struct cli_common common;
    const char *dir, *out;
    bool quiet, json;
};

enum { KEY_OUT = 0x200, KEY_QUIET, KEY_JSON };

static const struct argp_option options[] = {
    {"out", KEY_OUT, "FILE", 0, "leave the model file that was reached in FILE", 0},
    {"quiet", KEY_QUIET, NULL, 0, "no progress", 0},
    {"json", KEY_JSON, NULL, 0, "print the outcome as one JSON object", 0},
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
    case ARGP_KEY_END:
        if (a->common.sets)
            argp_error(state, "--set: a replay takes every option from the run folder");
        return 0;
    default:
        return cli_one_argument(key, arg, state, &a->dir, "run folder");
    }
}

static const struct argp_child children[] = {{&cli_data_argp, 0, NULL, 0}, {0}};
static const struct argp argp = {
    .options = options,
    .parser = parse,
    .args_doc = "RUN",
    .doc = "Does again what the journal of the finished run in the folder RUN says, verb by "
           "verb and without its schedule, compares what each step comes to with what is "
           "recorded, and in the end the model file byte by byte. Writes nothing into RUN."
           "\vExit status: 0 the same, 1 something differs or failed, 2 the command line is wrong.",
    .children = children,
};

static void add_text(struct value *group, const char *name, const char *text)
{
    value_add(group, value_text(VALUE_TEXT, name, text, "replay", 0));
}

static struct value *add(struct value *group, enum value_kind kind, const char *name)
{
    struct value *v = value_new(kind, name, "replay", 0);

    value_add(group, v);
    return v;
}

static void print_json(const struct arguments *a, const struct repeat_result *r)
{
    struct value *root = value_new(VALUE_GROUP, NULL, "replay", 0);

    add_text(root, "run_dir", a->dir);
    add(root, VALUE_BOOL, "same")->boolean = r->same;
    add(root, VALUE_INT, "steps")->integer = r->steps;
    if (r->has_model) {
        add(root, VALUE_INT, "file_bytes")->integer = (int64_t)r->bytes;
        add_text(root, "sha256", r->sha256);
    }
    if (!r->same) {
        struct value *d = add(root, VALUE_GROUP, "difference");

        add(d, VALUE_INT, "step")->integer = r->step;
        add_text(d, "what", r->what);
        add_text(d, "field", r->difference.field);
        add_text(d, "recorded", r->difference.first);
        add_text(d, "now", r->difference.second);
    }
    if (*r->made)
        add_text(root, "made_with", r->made);
    json_print(root, stdout);
    value_free(root);
}

static void print_text(const struct arguments *a, const struct repeat_result *r)
{
    char bytes[32];

    if (*r->made)
        printf("made with something else: %s\n", r->made);
    if (!r->same && r->step)
        printf("%s: differs at step %u, %s: %s: recorded %s, now %s\n", a->dir, r->step, r->what,
               r->difference.field, r->difference.first, r->difference.second);
    else if (!r->same)
        printf("%s: all %u steps are the same, but %s differs: %s: recorded %s, now %s\n", a->dir,
               r->steps, r->what, r->difference.field, r->difference.first, r->difference.second);
    else if (r->has_model)
        printf("%s: the same: %u steps and model.pare, %s bytes\n", a->dir, r->steps,
               cli_count(r->bytes, bytes));
    else
        printf("%s: the same: %u steps; the run made no model file\n", a->dir, r->steps);
}

int cmd_replay(int argc, char **argv)
{
    struct arguments a = {0};
    struct repeat_result result;
    struct problems problems = {0};
    struct pare_error err = {0};
    struct progress progress;
    int exit_status;

    cli_parse(&argp, argc, argv, &a);
    progress_start(&progress, a.quiet);
    const struct repeat_settings settings = {.dir = a.dir,
                                             .data = a.common.data,
                                             .out = a.out,
                                             .threads = a.common.threads,
                                             .watch = progress_watch(&progress)};
    int status = repeat_run(&settings, &result, &problems, &err);
    progress_end(&progress);
    if (problems.count) {
        exit_status = cli_problems(&problems);
    } else if (status != PARE_OK) {
        exit_status = cli_fail(&err);
    } else {
        if (a.json)
            print_json(&a, &result);
        else
            print_text(&a, &result);
        exit_status = result.same ? CLI_DONE : CLI_FAILED;
    }
    problems_free(&problems);
    cli_common_free(&a.common);
    return exit_status;
}
