/* SPDX-License-Identifier: Apache-2.0 */
/* pare conform FILE.so: a line a check. The checks run in a child process, so
 * that a plugin that crashes, hangs or exits is named and not obeyed. */

#include "cli/cli.h"
#include "conform/conform.h"
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CHECK_SECONDS_MAX = 120 };

/* There when built with the leak sanitizer: prints what hangs on nothing any more. */
extern int __lsan_do_recoverable_leak_check(void) __attribute__((weak));

struct arguments {
    char **file;
    int files;
    bool quiet;
};

struct tally {
    const char *green, *red, *plain;
    bool quiet;
    size_t checks, failed;
};

static void print_check(void *context, const char *name, const char *why)
{
    struct tally *t = context;

    t->checks++;
    t->failed += why != NULL;
    if (why)
        printf("  %sFAILED%s  %s: %s\n", t->red, t->plain, name, why);
    else if (!t->quiet)
        printf("  %sok%s      %s\n", t->green, t->plain, name);
    fflush(stdout);
    alarm(CHECK_SECONDS_MAX);
}

/* In the child. Returns the exit status. */
static int check_file(const char *path, bool quiet)
{
    bool color = cli_color(stdout);
    struct tally t = {
        color ? "\033[32m" : "", color ? "\033[31m" : "", color ? "\033[0m" : "", quiet, 0, 0};
    struct conform_report report = {&t, print_check};
    struct pare_error err = {0};
    const struct pare_plugin *plugin = registry_load(path, &err);

    if (!plugin)
        return cli_fail(&err);
    printf("%s %s: %s\n", registry_kind_name((enum pare_kind)plugin->kind), plugin->name,
           plugin->summary);
    fflush(stdout);
    alarm(CHECK_SECONDS_MAX);
    conform_plugin(plugin, &report, &err);
    if (__lsan_do_recoverable_leak_check)
        print_check(&t, "all memory freed",
                    __lsan_do_recoverable_leak_check() ? "leaks; see above" : NULL);
    alarm(0);
    if (t.failed > 0)
        printf("%zu of %zu checks failed\n", t.failed, t.checks);
    else
        printf("%zu checks passed\n", t.checks);
    return t.failed > 0 ? CLI_FAILED : CLI_DONE;
}

/* The child's end, which was not its own doing. */
static int say_end(int status)
{
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM)
        printf("  FAILED  the check after that did not end in %d seconds\n", CHECK_SECONDS_MAX);
    else if (WIFSIGNALED(status))
        printf("  FAILED  the check after that ended the process: %s\n",
               strsignal(WTERMSIG(status)));
    else
        printf("  FAILED  the check after that ended the process with status %d\n",
               WEXITSTATUS(status));
    return CLI_FAILED;
}

static int conform_file(const char *path, bool quiet)
{
    int done[2], status;
    char word = 0;
    pid_t child;

    fflush(stdout);
    if (pipe(done) != 0 || (child = fork()) < 0) {
        perror("pare");
        return CLI_FAILED;
    }
    if (child == 0) {
        close(done[0]);
        status = check_file(path, quiet);
        fflush(stdout);
        /* the parent reads: what it sees as my status is mine */
        if (write(done[1], "d", 1) != 1)
            status = CLI_FAILED;
        _exit(status);
    }
    close(done[1]);
    if (read(done[0], &word, 1) != 1)
        word = 0;
    close(done[0]);
    if (waitpid(child, &status, 0) != child)
        return CLI_FAILED;
    return word == 'd' && WIFEXITED(status) ? WEXITSTATUS(status) : say_end(status);
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct arguments *a = state->input;

    switch (key) {
    case 'q':
        a->quiet = true;
        return 0;
    case ARGP_KEY_ARGS:
        a->file = state->argv + state->next;
        a->files = state->argc - state->next;
        return 0;
    case ARGP_KEY_NO_ARGS:
        argp_error(state, "which plugin? give its FILE.so");
        return 0;
    default:
        (void)arg;
        return ARGP_ERR_UNKNOWN;
    }
}

int cmd_conform(int argc, char **argv)
{
    static const struct argp_option options[] = {
        {"quiet", 'q', NULL, 0, "print failed checks alone", 0},
        {0},
    };
    static const struct argp argp = {
        .options = options,
        .parser = parse,
        .args_doc = "FILE.so...",
        .doc = "Puts each plugin through the checks that its kind must pass, with every option "
               "at its lowest, its highest and its preset. A data set's samples are looked for "
               "in PARE_DATA, ./data and /usr/share/datasets."
               "\vExit status: 0 all checks passed, 1 one failed, 2 the command line is wrong.",
    };
    struct arguments a = {0};
    int worst = CLI_DONE;

    cli_parse(&argp, argc, argv, &a);
    for (int i = 0; i < a.files; i++) {
        int status = conform_file(a.file[i], a.quiet);

        if (status > worst)
            worst = status;
    }
    return worst;
}
