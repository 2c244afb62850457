/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

/* The command: one file per verb, each with its own argp parser. Results go to
 * stdout, progress and errors to stderr. Only this folder prints. */

#include "config/problems.h"
#include <argp.h>
#include <pare/base.h>

enum { CLI_DONE = 0, CLI_FAILED = 1, CLI_USER = 2 }; /* exit statuses */

struct command {
    const char *name;
    const char *summary; /* one line, lower case */
    /* argv[0] is "pare VERB", for argp. Returns the exit status. */
    int (*run)(int argc, char **argv);
};
/* In the order of the help, ended by a NULL name. */
extern const struct command commands[];

int cmd_run(int argc, char **argv);
int cmd_check(int argc, char **argv);
int cmd_plan(int argc, char **argv);
int cmd_figures(int argc, char **argv);
int cmd_test(int argc, char **argv);
int cmd_bench(int argc, char **argv);
int cmd_show(int argc, char **argv);
int cmd_replay(int argc, char **argv);
int cmd_compare(int argc, char **argv);
int cmd_plugins(int argc, char **argv);
int cmd_help(int argc, char **argv);
int cmd_conform(int argc, char **argv);
int cmd_new(int argc, char **argv);
int cmd_reproduce(int argc, char **argv);

/* Prints "pare: place: text" and returns the exit status that err's status asks
 * for: PARE_EUSER 2, anything else 1. */
int cli_fail(const struct pare_error *err);
/* Prints all problems and returns CLI_USER. */
int cli_problems(struct problems *problems);

/* Colors may be used on this stream: a terminal, NO_COLOR unset or empty, TERM not
 * dumb. */
bool cli_color(FILE *stream);
/* "26,661": digits in groups of three. */
const char *cli_count(size_t n, char out[32]);

/* Figures are drawn: PARE_NO_FIGURES is unset or empty. */
bool cli_draws(void);

enum { CLI_THREADS_MAX = 256 };

/* The whole number in arg; ends the program with the usage hint when it is none or is
 * outside. */
int64_t cli_number(struct argp_state *state, const char *option, const char *arg, int64_t min,
                   int64_t max);
/* For keys that a parser does not know itself: the one argument of a verb, into *one.
 * what: "experiment file". */
error_t cli_one_argument(int key, char *arg, struct argp_state *state, const char **one,
                         const char *what);
/* Ends the program with the usage hint unless the option's argument is a folder. */
void cli_need_folder(struct argp_state *state, const char *option, const char *arg);

/* The list of verbs, as pare --help prints it. */
void cli_usage(FILE *out);

/* Options that several verbs share, as argp children, each with those before it:
 * cli_plugins_argp (no input): --plugins DIR, which takes effect at once;
 * cli_data_argp: --set NAME=VALUE, --data DIR, --threads N;
 * cli_common_argp: --seed N. Their input is a zeroed struct cli_common. */
struct cli_common {
    char **set; /* borrowed texts */
    size_t sets;
    int64_t seed; /* -1: not given (cli_common_argp sees to that) */
    const char *data;
    unsigned threads; /* 0: not given */
};
extern const struct argp cli_plugins_argp, cli_data_argp, cli_common_argp;
/* argp_parse, with an end of the program where it has no memory. */
void cli_parse(const struct argp *argp, int argc, char **argv, void *input);
void cli_common_free(struct cli_common *common);

#endif
