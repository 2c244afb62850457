/* SPDX-License-Identifier: Apache-2.0 */
/* Progress. The live line is drawn over itself with a carriage return and blanks,
 * at most ten times a second and never wider than the terminal; without color no
 * escape byte is written. */

#include "cli/progress.h"
#include "cli/cli.h"
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

enum { LINE_BYTES = 256, COLUMNS_DEFAULT = 80 };
static const double redraw_seconds = 0.1;

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static size_t terminal_columns(void)
{
    struct winsize size;
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col;
    return COLUMNS_DEFAULT;
}

/* Text from a script or a file, one line without control bytes. */
static void sanitize(char *line)
{
    for (char *c = line; *c; c++)
        if ((unsigned char)*c < 0x20 || *c == 0x7f)
            *c = ' ';
}

/* Draws line over the live line. The last column stays free, since some terminals
 * wrap when it is written. */
static void draw(struct progress *p, const char *line)
{
    size_t room = terminal_columns() - 1, length = strlen(line);
    if (length > room)
        length = room;
    size_t blanks = p->columns > length ? p->columns - length : 0;
    if (length + blanks > room)
        blanks = room - length;
    fprintf(stderr, "\r%.*s%*s", (int)length, line, (int)blanks, "");
    p->columns = length;
    fflush(stderr);
}

static void erase(struct progress *p)
{
    if (p->columns == 0)
        return;
    draw(p, "");
    fputc('\r', stderr);
}

/* A line that stays: "head: text", the head bold where colors are. */
static void say(struct progress *p, const char *head, const char *text)
{
    erase(p);
    if (p->color)
        fprintf(stderr, "\033[1m%s\033[0m: %s\n", head, text);
    else
        fprintf(stderr, "%s: %s\n", head, text);
}

static void format_left(double seconds, char out[32])
{
    if (!(seconds >= 0.0 && seconds < 359999.0)) {
        snprintf(out, 32, "?");
        return;
    }
    long s = (long)(seconds + 0.5);
    if (s >= 3600)
        snprintf(out, 32, "%ld:%02ld:%02ld", s / 3600, s / 60 % 60, s % 60);
    else
        snprintf(out, 32, "%ld:%02ld", s / 60, s % 60);
}

static void format_epoch(const struct train_progress *at, char out[LINE_BYTES])
{
    char left[32], images[32], validation[48] = "";
    format_left(at->seconds_left, left);
    double speed = at->images_per_second > 0.0 ? at->images_per_second : 0.0;
    cli_count((size_t)speed, images);
    if (!isnan(at->validation_error_percent))
        snprintf(validation, sizeof validation, ", validation error %.2f %%",
                 at->validation_error_percent);
    snprintf(out, LINE_BYTES,
             "epoch %" PRId64 "/%" PRId64 ", loss %.4f, error %.2f %%%s, %s images/s, %s left",
             at->epoch, at->epochs, at->loss, at->error_percent, validation, images, left);
}

static void on_progress(void *context, const struct train_progress *at, bool epoch_end)
{
    struct progress *p = context;
    char line[LINE_BYTES], live[LINE_BYTES + 32];

    if (epoch_end) {
        format_epoch(at, line);
        say(p, "train", line);
        return;
    }
    if (!p->live || now() - p->drawn < redraw_seconds)
        return;
    p->drawn = now();
    struct train_progress running = *at;
    running.validation_error_percent = NAN;
    format_epoch(&running, line);
    double part = at->steps > 0 ? 100.0 * (double)at->step / (double)at->steps : 0.0;
    snprintf(live, sizeof live, "train: %3.0f %% of %s", part, line);
    draw(p, live);
}

static void on_start(void *context, const char *verb, const char *detail)
{
    struct progress *p = context;
    char line[LINE_BYTES];

    if (!p->live)
        return;
    snprintf(line, sizeof line, "%s: %s", verb, detail);
    sanitize(line);
    draw(p, line);
}

static double number(const struct value *group, const char *name)
{
    const struct value *v = value_get(group, name);
    if (!v)
        return NAN;
    return v->kind == VALUE_INT ? (double)v->integer : v->kind == VALUE_REAL ? v->real : NAN;
}

static size_t whole(const struct value *group, const char *name)
{
    const struct value *v = value_get(group, name);
    return v && v->kind == VALUE_INT && v->integer > 0 ? (size_t)v->integer : 0;
}

static void format_share(const struct value *result, char out[LINE_BYTES])
{
    const struct value *params = value_get(result, "params");
    size_t n = 0, values = 0;
    for (const struct value *m = params ? params->child : NULL; m; m = m->next) {
        n++;
        values += whole(m, "centroids");
    }
    snprintf(out, LINE_BYTES, "%zu parameter%s, %zu shared values in all", n, n == 1 ? "" : "s",
             values);
}

static const char *text_of(const struct value *group, const char *name)
{
    const struct value *v = value_get(group, name);
    return v && v->kind == VALUE_TEXT ? v->text : "";
}

/* What a verb came to, in a few words; false for verbs that say nothing. */
static bool format_result(const char *verb, const struct value *r, char out[LINE_BYTES])
{
    char a[32], b[32];
    if (strcmp(verb, "train") == 0)
        snprintf(out, LINE_BYTES, "%zu epoch%s%s, %.1f s", whole(r, "epochs"),
                 whole(r, "epochs") == 1 ? "" : "s",
                 value_get(r, "stopped") && value_get(r, "stopped")->boolean ? ", stopped" : "",
                 number(r, "seconds"));
    else if (strcmp(verb, "test") == 0)
        snprintf(out, LINE_BYTES, "error %.2f %% of %s %s samples", number(r, "error"),
                 cli_count(whole(r, "samples"), a), text_of(r, "split"));
    else if (strcmp(verb, "prune") == 0)
        snprintf(out, LINE_BYTES, "%s of %s weights kept, %.2f %%", cli_count(whole(r, "kept"), a),
                 cli_count(whole(r, "count"), b), 100.0 * (1.0 - number(r, "sparsity")));
    else if (strcmp(verb, "share") == 0)
        format_share(r, out);
    else if (strcmp(verb, "encode") == 0)
        snprintf(out, LINE_BYTES, "%s bytes, ratio %.1fx", cli_count(whole(r, "bytes"), a),
                 number(r, "ratio"));
    else
        return false;
    return true;
}

static void on_end(void *context, const char *verb, const struct value *result)
{
    struct progress *p = context;
    char line[LINE_BYTES];

    if (format_result(verb, result, line))
        say(p, verb, line);
    else
        erase(p);
}

static void on_note(void *context, const char *text)
{
    char line[2 * LINE_BYTES];
    snprintf(line, sizeof line, "%s", text);
    sanitize(line);
    say(context, "note", line);
}

void progress_start(struct progress *progress, bool quiet)
{
    const char *term = getenv("TERM");
    *progress = (struct progress){.quiet = quiet};
    progress->live = isatty(STDERR_FILENO) && term && strcmp(term, "dumb") != 0;
    progress->color = cli_color(stderr);
}

struct run_watch progress_watch(struct progress *progress)
{
    if (progress->quiet)
        return (struct run_watch){0};
    return (struct run_watch){progress, on_start, on_progress, on_end, on_note};
}

void progress_say(struct progress *progress, const char *head, const char *text)
{
    if (!progress->quiet)
        say(progress, head, text);
}

void progress_end(struct progress *progress)
{
    erase(progress);
    fflush(stderr);
}
