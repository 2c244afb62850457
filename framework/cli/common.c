/* SPDX-License-Identifier: Apache-2.0 */
/* What the verbs of the command share: how errors are said, options that several
 * take, numbers for people. */

#include "base/alloc.h"
#include "base/text.h"
#include "cli/cli.h"
#include "plugin/registry.h"
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    KEY_SET = 0x100,
    KEY_DATA,
    KEY_THREADS,
    KEY_SEED,
    KEY_PLUGINS,
    KEY_ALLOW
}; /* no short forms */

/* Bytes below space end up on a terminal that obeys them, and a message may quote
 * a file that nobody vouches for. */
static void put_safely(const char *text, FILE *out)
{
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        fputc(c < 0x20 || c == 0x7f ? '?' : c, out);
    }
}

int cli_fail(const struct pare_error *err)
{
    fflush(stdout);
    fputs("pare: ", stderr);
    if (*err->place) {
        put_safely(err->place, stderr);
        fputs(": ", stderr);
    }
    put_safely(*err->text ? err->text : pare_status_name(err->status), stderr);
    fputc('\n', stderr);
    return err->status == PARE_EUSER ? CLI_USER : CLI_FAILED;
}

int cli_problems(struct problems *problems)
{
    fflush(stdout);
    problems_print(problems, stderr);
    return CLI_USER;
}

bool cli_color(FILE *stream)
{
    const char *no_color = getenv("NO_COLOR");
    const char *term = getenv("TERM");
    if (no_color && *no_color)
        return false;
    return term && strcmp(term, "dumb") != 0 && isatty(fileno(stream));
}

bool cli_draws(void)
{
    const char *none = getenv("PARE_NO_FIGURES");

    return !none || !*none;
}

const char *cli_count(size_t n, char out[32])
{
    return text_count(n, out);
}

int64_t cli_number(struct argp_state *state, const char *option, const char *arg, int64_t min,
                   int64_t max)
{
    char *end;
    errno = 0;
    long long n = strtoll(arg, &end, 10);
    if (end == arg || *end || errno || n < min || n > max)
        argp_error(state, "--%s: '%s' is not a whole number from %" PRId64 " to %" PRId64, option,
                   arg, min, max);
    return n;
}

/* A folder named on the command line is there, or the command is wrong: to look
 * elsewhere without a word would use other files than were meant. */
void cli_need_folder(struct argp_state *state, const char *option, const char *arg)
{
    struct stat info;

    if (stat(arg, &info) != 0 || !S_ISDIR(info.st_mode))
        argp_error(state, "--%s: there is no folder '%s'", option, arg);
}

error_t cli_one_argument(int key, char *arg, struct argp_state *state, const char **one,
                         const char *what)
{
    switch (key) {
    case ARGP_KEY_ARG:
        if (*one)
            argp_error(state, "one %s, please; '%s' is a second", what, arg);
        *one = arg;
        return 0;
    case ARGP_KEY_NO_ARGS:
        argp_error(state, "which %s?", what);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static error_t parse_plugins(int key, char *arg, struct argp_state *state)
{
    if (key == KEY_ALLOW)
        registry_allow_folders();
    if (key != KEY_PLUGINS)
        return key == KEY_ALLOW ? 0 : ARGP_ERR_UNKNOWN;
    cli_need_folder(state, "plugins", arg);
    registry_add_dir(arg);
    return 0;
}

static error_t parse_data(int key, char *arg, struct argp_state *state)
{
    struct cli_common *common = state->input;
    switch (key) {
    case KEY_SET:
        if (!strchr(arg, '='))
            argp_error(state, "--set: '%s' lacks a '='; write NAME=VALUE", arg);
        common->set = xrealloc(common->set, common->sets + 1, sizeof *common->set);
        common->set[common->sets++] = arg;
        return 0;
    case KEY_DATA:
        cli_need_folder(state, "data", arg);
        common->data = arg;
        return 0;
    case KEY_THREADS:
        common->threads = (unsigned)cli_number(state, "threads", arg, 1, CLI_THREADS_MAX);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static error_t parse_common(int key, char *arg, struct argp_state *state)
{
    struct cli_common *common = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        common->seed = -1;
        state->child_inputs[0] = common;
        return 0;
    case KEY_SEED:
        common->seed = cli_number(state, "seed", arg, 0, INT64_MAX);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_option plugins_options[] = {
    {"plugins", KEY_PLUGINS, "DIR", 0, "look for plugins in DIR first; may be repeated", 0},
    {"allow-plugin-path", KEY_ALLOW, NULL, 0,
     "let the config name a folder of plugins: native code, which can do all that you can", 0},
    {0},
};
const struct argp cli_plugins_argp = {.options = plugins_options, .parser = parse_plugins};

static const struct argp_option data_options_[] = {
    {"set", KEY_SET, "NAME=VALUE", 0, "give an option of the config another value; may be repeated",
     0},
    {"data", KEY_DATA, "DIR", 0, "look for data sets in DIR first", 0},
    {"threads", KEY_THREADS, "N", 0, "use N threads; the result is the same for any N", 0},
    {0},
};
static const struct argp_child data_children[] = {{&cli_plugins_argp, 0, NULL, 0}, {0}};
const struct argp cli_data_argp = {
    .options = data_options_, .parser = parse_data, .children = data_children};

static const struct argp_option common_options[] = {
    {"seed", KEY_SEED, "N", 0, "start random numbers from N instead of the config's seed", 0},
    {0},
};
static const struct argp_child common_children[] = {{&cli_data_argp, 0, NULL, 0}, {0}};
const struct argp cli_common_argp = {
    .options = common_options, .parser = parse_common, .children = common_children};

void cli_parse(const struct argp *argp, int argc, char **argv, void *input)
{
    if (argp_parse(argp, argc, argv, 0, NULL, input) == ENOMEM)
        alloc_die();
}

void cli_common_free(struct cli_common *common)
{
    free(common->set);
    common->set = NULL;
    common->sets = 0;
}
