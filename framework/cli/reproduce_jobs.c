/* SPDX-License-Identifier: Apache-2.0 */
/* The runs of pare reproduce, each a process of its own: pare run, which goes on
 * where an earlier one was cut. A child dies with its parent, so that nothing is left
 * that would work in a folder which the next call opens. */

#include "cli/reproduce.h"

#include "base/alloc.h"
#include "base/file.h"
#include "run/json.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { RESULT_BYTES_MAX = 1 << 24 };

char *reproduce_result_path(const char *dir)
{
    return file_join(dir, "result.json");
}

static char *output_path(const char *dir)
{
    return file_join(dir, "output.json");
}

static char *messages_path(const char *dir)
{
    return file_join(dir, "messages.txt");
}

/* A result with a run folder in it; NULL otherwise. */
static struct value *read_result(const char *path)
{
    size_t size = 0;
    char *text = file_read(path, RESULT_BYTES_MAX, &size, NULL);
    struct value *result = text ? json_parse(text, size, path, NULL) : NULL;

    free(text);
    if (value_get(result, "run_dir"))
        return result;
    value_free(result);
    return NULL;
}

struct value *reproduce_stored(const char *dir)
{
    char *path = reproduce_result_path(dir);
    struct value *result = read_result(path);

    free(path);
    return result;
}

/* pare run CONFIG --seed N ... as an array that execv takes; the texts of the first
 * eight places are in text. */
static char **command_of(const struct reproduce_job *job, const struct reproduce_run *run,
                         char text[2][32])
{
    char **argv = xcalloc(run->arguments + 16, sizeof *argv);
    size_t n = 0;

    snprintf(text[0], 32, "%" PRId64, job->seed);
    snprintf(text[1], 32, "%u", run->threads);
    const char *const fixed[] = {"pare",  "run",   job->config, "--seed", text[0],  "--threads",
                                 text[1], "--out", job->dir,    "--json", "--quiet"};
    for (; n < sizeof fixed / sizeof fixed[0]; n++)
        argv[n] = (char *)(uintptr_t)fixed[n];
    for (size_t i = 0; i < run->arguments; i++)
        argv[n++] = run->argument[i];
    if (job->anew)
        argv[n++] = (char *)(uintptr_t) "--force-new";
    return argv;
}

/* In the child: only calls that are safe after fork. */
static void become(char *const *argv, int output, int messages, pid_t parent)
{
    if (prctl(PR_SET_PDEATHSIG, SIGTERM) != 0 || getppid() != parent)
        _exit(127);
    if (dup2(output, STDOUT_FILENO) < 0 || dup2(messages, STDERR_FILENO) < 0)
        _exit(127);
    execv("/proc/self/exe", argv);
    _exit(127);
}

static int open_new(const char *path)
{
    return open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
}

/* The process of a job, -1 with a message where it could not be started. */
static pid_t start(const struct reproduce_job *job, const struct reproduce_run *run)
{
    struct pare_error err = {0};
    char text[2][32], **argv = NULL, *output = output_path(job->dir);
    char *messages = messages_path(job->dir);
    int out = -1, log = -1;
    pid_t child = -1, self = getpid();

    if (file_make_dir(job->dir, &err) != PARE_OK) {
        fprintf(stderr, "pare reproduce: %s: %s\n", err.place, err.text);
        goto done;
    }
    out = open_new(output);
    log = open_new(messages);
    argv = command_of(job, run, text);
    child = out >= 0 && log >= 0 ? fork() : -1;
    if (child == 0)
        become(argv, out, log, self);
    if (child < 0)
        fprintf(stderr, "pare reproduce: %s: %s\n", job->dir, strerror(errno));
done:
    if (out >= 0)
        close(out);
    if (log >= 0)
        close(log);
    free(argv);
    free(messages);
    free(output);
    return child;
}

/* The last line that the run said. */
static void print_last_message(const struct reproduce_job *job)
{
    char *path = messages_path(job->dir);
    size_t size = 0;
    char *text = file_read(path, RESULT_BYTES_MAX, &size, NULL), *last = text;

    while (size > 0 && text[size - 1] == '\n')
        text[--size] = '\0';
    if (text && strrchr(text, '\n'))
        last = strrchr(text, '\n') + 1;
    if (last && *last)
        fprintf(stderr, "    %s\n", last);
    free(text);
    free(path);
}

/* Stores what the process left: exit status 0, or 1 with a result (a request of the
 * config was missed). */
static bool collect(struct reproduce_job *job, int status)
{
    char *output = output_path(job->dir), *path = reproduce_result_path(job->dir);
    bool ended = WIFEXITED(status) && WEXITSTATUS(status) <= 1;
    struct pare_error err = {0};

    job->result = ended ? read_result(output) : NULL;
    if (job->result && rename(output, path) != 0) {
        pare_fail_at(&err, PARE_EIO, path, 0, "%s", strerror(errno));
        value_free(job->result);
        job->result = NULL;
    }
    free(path);
    free(output);
    return job->result != NULL;
}

static double clock_seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* The processes under way. */
struct running {
    pid_t pid;
    struct reproduce_job *job;
    double started;
};

static void end_one(struct running *r, int status, size_t *failed)
{
    const char *how = "done";
    char signal_text[48];

    if (!collect(r->job, status)) {
        how = "no result";
        if (WIFSIGNALED(status)) {
            snprintf(signal_text, sizeof signal_text, "no result, ended by signal %d",
                     WTERMSIG(status));
            how = signal_text;
        }
        ++*failed;
    }
    fprintf(stderr, "%s, seed %" PRId64 ": %s after %.0f s\n", r->job->config, r->job->seed, how,
            clock_seconds() - r->started);
    if (!r->job->result)
        print_last_message(r->job);
    r->pid = 0;
}

/* Waits for one of the processes to end. */
static void wait_one(struct running *running, size_t n, size_t *failed)
{
    int status = 0;
    pid_t pid = waitpid(-1, &status, 0);

    for (size_t i = 0; i < n; i++)
        if (running[i].pid == pid && pid > 0)
            end_one(&running[i], status, failed);
}

static size_t run_jobs(struct reproduce_job *job, size_t n, const struct reproduce_run *run)
{
    struct running *running = xcalloc(run->at_once, sizeof *running);
    size_t next = 0, under_way = 0, failed = 0;

    for (;;) {
        for (size_t slot = 0; slot < run->at_once && next < n; slot++) {
            if (running[slot].pid)
                continue;
            while (next < n && job[next].result)
                next++;
            if (next == n)
                break;
            fprintf(stderr, "%s, seed %" PRId64 ": run in %s\n", job[next].config, job[next].seed,
                    job[next].dir);
            running[slot] = (struct running){start(&job[next], run), &job[next], clock_seconds()};
            if (running[slot].pid < 0) {
                running[slot].pid = 0;
                failed++;
            }
            next++;
        }
        under_way = 0;
        for (size_t i = 0; i < run->at_once; i++)
            under_way += running[i].pid > 0;
        if (under_way == 0 && next == n)
            break;
        if (under_way > 0)
            wait_one(running, run->at_once, &failed);
    }
    free(running);
    return failed;
}

/* The jobs of all files in one list, so that at_once are at work to the end. */
size_t reproduce_missing(struct reproduce_pack *pack, const struct reproduce_run *run)
{
    struct reproduce_job *all = NULL;
    size_t count = 0, failed;

    for (size_t f = 0; f < pack->files; f++)
        for (size_t i = 0; i < pack->file[f].jobs; i++) {
            all = xrealloc(all, count + 1, sizeof *all);
            all[count++] = pack->file[f].job[i];
        }
    failed = run_jobs(all, count, run);
    count = 0;
    for (size_t f = 0; f < pack->files; f++)
        for (size_t i = 0; i < pack->file[f].jobs; i++)
            pack->file[f].job[i] = all[count++];
    free(all);
    return failed;
}
