/* SPDX-License-Identifier: Apache-2.0 */
/* The command: finds the verb and hands over. Output that could not be written
 * is a failure, whatever the verb said. */

#include "base/text.h"
#include "cli/cli.h"
#include <errno.h>
#include <signal.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const struct command commands[] = {
    {"run", "train, prune, share and encode as an experiment file says", cmd_run},
    {"check", "find all that is wrong in an experiment file, without training", cmd_check},
    {"plan", "predict sizes from an experiment file, without training", cmd_plan},
    {"reproduce", "run a pack of experiments and compare with the paper's numbers", cmd_reproduce},
    {"test", "test a model file on its data set", cmd_test},
    {"bench", "measure how fast a model file runs on this machine", cmd_bench},
    {"show", "say where every byte of a model file goes", cmd_show},
    {"figures", "draw what a run shows: weights, codes, bytes, errors by epoch", cmd_figures},
    {"replay", "do a finished run again from its journal, and compare", cmd_replay},
    {"compare", "say in what runs differ, and where their results part", cmd_compare},
    {"plugins", "list the plugins that are found", cmd_plugins},
    {"help", "explain a verb or a plugin with its options", cmd_help},
    {"conform", "put a plugin through the checks of its kind", cmd_conform},
    {"new", "make a folder with a new plugin to start from", cmd_new},
    {NULL, NULL, NULL},
};

enum { COMMANDS_MAX = sizeof commands / sizeof commands[0] };

/* At exit: what was printed must have arrived. */
static void close_stdout(void)
{
    bool pending = __fpending(stdout) > 0;
    bool failed = ferror(stdout) != 0;
    if (fclose(stdout) != 0 && (pending || errno != EBADF))
        failed = true;
    if (failed) {
        fputs("pare: cannot write to standard output\n", stderr);
        _exit(CLI_FAILED);
    }
}

void cli_usage(FILE *out)
{
    fputs("usage: pare VERB [ARGUMENT]...\n\n"
          "pare compresses neural networks: it trains, prunes, retrains, shares weights and\n"
          "encodes them into one small file, and tests that file.\n\n",
          out);
    for (const struct command *c = commands; c->name; c++)
        fprintf(out, "  %-10s%s\n", c->name, c->summary);
    fputs("\n'pare VERB --help' lists the options of a verb; 'pare --version' the version.\n", out);
}

static int unknown_verb(const char *word)
{
    const char *names[COMMANDS_MAX];
    size_t n = 0;
    for (const struct command *c = commands; c->name; c++)
        names[n++] = c->name;
    const char *nearest = text_nearest(word, names, n);
    if (nearest)
        fprintf(stderr, "pare: unknown verb '%s'; did you mean '%s'?\n", word, nearest);
    else
        fprintf(stderr, "pare: unknown verb '%s'; 'pare --help' lists the verbs\n", word);
    return CLI_USER;
}

int main(int argc, char **argv)
{
    atexit(close_stdout);
    signal(SIGPIPE, SIG_IGN);
    argp_err_exit_status = CLI_USER;

    if (argc < 2) {
        cli_usage(stderr);
        return CLI_USER;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        cli_usage(stdout);
        return CLI_DONE;
    }
    if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0) {
        printf("pare %s\n", PARE_VERSION);
        return CLI_DONE;
    }
    for (const struct command *c = commands; c->name; c++) {
        if (strcmp(argv[1], c->name) != 0)
            continue;
        char name[64];
        snprintf(name, sizeof name, "pare %s", c->name);
        argv[1] = name;
        return c->run(argc - 1, argv + 1);
    }
    return unknown_verb(argv[1]);
}
