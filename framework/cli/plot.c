/* SPDX-License-Identifier: Apache-2.0 */
/* The frame of every picture, and gnuplot itself: its script comes from memory, and
 * the pictures come back one behind the other on its standard output. No shell. */

#include "cli/plot.h"
#include "base/alloc.h"
#include "base/file.h"
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

const char *const plot_colors[7] = {PLOT_BLUE,   PLOT_RED, PLOT_GREEN, PLOT_ORANGE,
                                    PLOT_PURPLE, PLOT_SKY, PLOT_GRAY};

static const char frame[] =
    "set border 3 lw 0.8 lc rgb '#404040'\n"
    "set tics out nomirror scale 0.6 tc rgb '#404040'\n"
    "set grid ytics lc rgb '#E4E4E4' lw 0.6 lt 1\n"
    "set style fill solid 1.0 noborder\n"
    "set key top right Left reverse samplen 1.5 spacing 1.0 tc rgb '#404040' noenhanced\n"
    "set format y '%g'\n";

struct csv *plot_table(const struct plot *plot, const char *name)
{
    char *leaf = xasprintf("%s.csv", name), *path = file_join(plot->folder, leaf);
    struct csv *csv = plot->failed->status ? NULL : csv_read(path, plot->failed);

    free(path);
    free(leaf);
    if (csv && csv->rows > 1)
        return csv;
    csv_free(csv);
    return NULL;
}

void plot_quote(const struct plot *plot, const char *text)
{
    fputc('\'', plot->script);
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;

        if (c == '\'')
            fputc('\'', plot->script);
        fputc(c < 0x20 || c == 0x7f || c == '`' ? '?' : c, plot->script);
    }
    fputc('\'', plot->script);
}

void plot_set(const struct plot *plot, const char *what, const char *text)
{
    fprintf(plot->script, "set %s ", what);
    plot_quote(plot, text);
    fprintf(plot->script, " noenhanced tc rgb '#404040'\n");
}

void plot_begin(struct plot *plot, const char *name, const char *what, size_t rows, size_t columns,
                unsigned width, unsigned height)
{
    char *title = xasprintf("%s \u2013 %s", plot->run, what);

    if (plot->pictures == PLOT_PICTURES_MAX)
        abort();
    plot->name[plot->pictures++] = xstrdup(name);
    fprintf(plot->script,
            "reset\nset output\nset encoding utf8\n"
            "set terminal svg size %u,%u font 'Helvetica,12' background rgb 'white' dynamic "
            "noenhanced\n"
            "set multiplot layout %zu,%zu title ",
            width, height, rows, columns);
    plot_quote(plot, title);
    fprintf(plot->script, " font ',14' noenhanced\n%s", frame);
    free(title);
}

void plot_end(struct plot *plot)
{
    fputs("unset multiplot\n", plot->script);
}

size_t plot_columns(size_t panels)
{
    return panels < 3 ? panels : panels == 4 ? 2 : 3;
}

/* Starts gnuplot with the script as its input. Its output is to be read from *output. */
static int start(int script, int *output, pid_t *pid)
{
    static const char *const argv[] = {"gnuplot", "-d", "-", NULL};
    posix_spawn_file_actions_t actions;
    int ends[2], failed;

    if (pipe(ends) != 0)
        return errno;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, script, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addclose(&actions, ends[0]);
    posix_spawn_file_actions_addclose(&actions, ends[1]);
    failed = posix_spawnp(pid, argv[0], &actions, NULL, (char *const *)(uintptr_t)argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    *output = ends[0];
    if (failed)
        close(ends[0]);
    return failed;
}

static char *read_all(int from, size_t *size)
{
    size_t room = 1 << 16;
    char *text = xrealloc(NULL, room, 1);
    ssize_t n;

    *size = 0;
    while ((n = read(from, text + *size, room - *size - 1)) != 0) {
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            break;
        *size += (size_t)n;
        if (room - *size < 2)
            text = xrealloc(text, room *= 2, 1);
    }
    text[*size] = '\0';
    return text;
}

/* What gnuplot makes of the script, allocated. */
static char *run_gnuplot(int script, bool *absent, struct pare_error *err)
{
    int output = -1, failed, ended = 0;
    size_t size = 0;
    pid_t pid = -1;
    char *text;

    failed = start(script, &output, &pid);
    *absent = failed == ENOENT;
    if (failed) {
        pare_fail(err, PARE_EIO, "cannot start gnuplot: %s", strerror(failed));
        return NULL;
    }
    text = read_all(output, &size);
    close(output);
    while (waitpid(pid, &ended, 0) < 0 && errno == EINTR)
        continue;
    if (WIFEXITED(ended) && WEXITSTATUS(ended) == 127 && size == 0)
        *absent = true; /* how a spawn may say that there is none */
    if (WIFEXITED(ended) && WEXITSTATUS(ended) == 0)
        return text;
    pare_fail(err, PARE_ESTATE, "gnuplot cannot draw the figures; pare needs 5.4 or later");
    free(text);
    return NULL;
}

static int write_pictures(const struct plot *plot, const char *text, const char *out,
                          struct pare_error *err)
{
    static const char head[] = "<?xml ";
    const char *at = strstr(text, head);
    int status = file_make_dir(out, err);

    for (size_t i = 0; i < plot->pictures && status == PARE_OK; i++) {
        const char *next = at ? strstr(at + 1, head) : NULL;
        char *leaf = xasprintf("%s.svg", plot->name[i]), *path = file_join(out, leaf);

        if (!at || (i + 1 < plot->pictures) != (next != NULL))
            status = pare_fail(err, PARE_ESTATE, "gnuplot has not drawn all %zu figures",
                               plot->pictures);
        else
            status = file_write(path, at, next ? (size_t)(next - at) : strlen(at), err);
        free(path);
        free(leaf);
        at = next;
    }
    return status;
}

/* The whole of data in a file of memory, to be read from its start. */
static int in_memory(const char *data, size_t size)
{
    int file = memfd_create("figures", MFD_CLOEXEC);

    while (file >= 0 && size > 0) {
        ssize_t n = write(file, data, size);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            close(file);
            return -1;
        }
        data += n;
        size -= (size_t)n;
    }
    if (file >= 0)
        lseek(file, 0, SEEK_SET);
    return file;
}

int plot_draw(const struct plot *plot, const char *script, size_t size_bytes, const char *out,
              bool *absent, struct pare_error *err)
{
    int file = in_memory(script, size_bytes), status;
    char *text;

    if (file < 0)
        return pare_fail(err, PARE_EIO, "no memory for the figures: %s", strerror(errno));
    text = run_gnuplot(file, absent, err);
    close(file);
    status = text ? write_pictures(plot, text, out, err) : err->status;
    free(text);
    return status;
}
