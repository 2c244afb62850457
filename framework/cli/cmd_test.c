/* SPDX-License-Identifier: Apache-2.0 */
/* pare test: a model file on the test split of its data set. */

#include "cli/cli.h"
#include "run/json.h"
#include "run/testfile.h"
#include <string.h>

struct arguments {
    struct cli_common common;
    const char *path;
    bool json, compare;
    enum infer_engine engine;
};

enum { KEY_JSON = 0x200, KEY_ENGINE, KEY_COMPARE };

static const struct argp_option options[] = {
    {"json", KEY_JSON, NULL, 0, "print the result as one JSON object", 0},
    {"engine", KEY_ENGINE, "auto|dense|compressed", 0,
     "run the net on the weights that it keeps (compressed), as an ordinary net (dense), or as "
     "is faster (auto, the default)",
     0},
    {"compare", KEY_COMPARE, NULL, 0, "run the other engine too, and say how far they lie apart",
     0},
    {0},
};

static enum infer_engine engine_of(const char *word, struct argp_state *state)
{
    if (strcmp(word, "auto") == 0)
        return INFER_AUTO;
    if (strcmp(word, "dense") == 0)
        return INFER_DENSE;
    if (strcmp(word, "compressed") != 0)
        argp_error(state, "'%s' is no engine: auto, dense or compressed", word);
    return INFER_COMPRESSED;
}

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
    case KEY_COMPARE:
        a->compare = true;
        return 0;
    case KEY_ENGINE:
        a->engine = engine_of(arg, state);
        return 0;
    default:
        return cli_one_argument(key, arg, state, &a->path, "model file");
    }
}

static const struct argp_child children[] = {{&cli_data_argp, 0, NULL, 0}, {0}};
static const struct argp argp = {
    .options = options,
    .parser = parse,
    .args_doc = "FILE",
    .doc = "Tests the model in FILE on the test split of the data set that the file names. "
           "--set changes options of the data set, as in --set data.name=mnist."
           "\vExit status: 0 done, 1 a file cannot be read, 2 the command line is wrong.",
    .children = children,
};

static void print_result(const struct value *result)
{
    const struct value *other = value_get(result, "compared");
    char samples[32], wrong[32];

    printf("%s: test error %.2f %%: %s of %s samples wrong\n", value_get(result, "file")->text,
           value_get(result, "test_error_percent")->real,
           cli_count((size_t)value_get(result, "wrong")->integer, wrong),
           cli_count((size_t)value_get(result, "samples")->integer, samples));
    if (other)
        printf("beside the %s engine: %lld samples of another class, logits differ by %.1e of the "
               "largest\n",
               value_get(other, "engine")->text,
               (long long)value_get(other, "classes_differ")->integer,
               value_get(other, "logits_difference")->real);
}

int cmd_test(int argc, char **argv)
{
    struct arguments a = {0};
    struct problems problems = {0};
    struct pare_error err = {0};
    struct value *result = NULL;
    int exit_status = CLI_DONE;

    cli_parse(&argp, argc, argv, &a);
    struct testfile_settings settings = {.path = a.path,
                                         .set = a.common.set,
                                         .sets = a.common.sets,
                                         .data = a.common.data,
                                         .threads = a.common.threads,
                                         .engine = a.engine,
                                         .compare = a.compare};
    int status = testfile(&settings, &result, &problems, &err);
    if (status == PARE_OK && a.json)
        json_print(result, stdout);
    else if (status == PARE_OK)
        print_result(result);
    else if (problems.count)
        exit_status = cli_problems(&problems);
    else
        exit_status = cli_fail(&err);
    value_free(result);
    problems_free(&problems);
    cli_common_free(&a.common);
    return exit_status;
}
