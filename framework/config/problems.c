/* SPDX-License-Identifier: Apache-2.0 */
/* The list of what is wrong with the user's text, and how it is shown. Texts
 * hold no control bytes, whatever they quote. */

#include "config/problems.h"

#include "base/alloc.h"
#include "base/file.h"
#include <stdlib.h>
#include <string.h>

enum { SHOWN_BYTES_MAX = 1 << 20, SHOWN_WIDTH = 120 };

static void no_controls(char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text < 0x20 || *text == 0x7f)
            *text = '?';
}

void problems_add(struct problems *list, const char *file, unsigned line, const char *format, ...)
{
    va_list arguments;
    char *text = NULL;

    va_start(arguments, format);
    if (vasprintf(&text, format, arguments) < 0)
        text = xstrdup(format);
    va_end(arguments);
    no_controls(text);
    /* Every one would take quadratic time, and repetitions stand near each other. */
    for (size_t i = list->count, n = 0; i > 0 && n < PROBLEMS_NEAR; n++) {
        const struct problem *p = &list->at[--i];

        if (p->line == line && !strcmp(p->text, text) && !strcmp(p->file, file)) {
            free(text);
            return;
        }
    }
    if (list->count == list->room) {
        list->room = list->room ? 2 * list->room : 8;
        list->at = xrealloc(list->at, list->room, sizeof *list->at);
    }
    list->at[list->count] =
        (struct problem){.file = xstrdup(file), .line = line, .text = text, .order = list->count};
    list->count++;
}

void problems_free(struct problems *list)
{
    for (size_t i = 0; i < list->count; i++) {
        free(list->at[i].file);
        free(list->at[i].text);
    }
    free(list->at);
    *list = (struct problems){0};
}

static int by_place(const void *left, const void *right)
{
    const struct problem *a = left, *b = right;
    int order = strcmp(a->file, b->file);

    if (order == 0)
        order = (a->line > b->line) - (a->line < b->line);
    return order ? order : (a->order > b->order) - (a->order < b->order);
}

static void sort(struct problems *list)
{
    if (list->count > 1)
        qsort(list->at, list->count, sizeof *list->at, by_place);
}

/* Line number line of text, without its blanks at both ends. */
static void show_line(const char *text, unsigned line, FILE *out)
{
    const char *end;

    for (; line > 1 && text; line--) {
        text = strchr(text, '\n');
        text = text ? text + 1 : NULL;
    }
    if (!text)
        return;
    text += strspn(text, " \t");
    end = text + strcspn(text, "\r\n");
    if (end == text)
        return;
    fputs("    ", out);
    for (const char *c = text; c < end; c++) {
        unsigned char byte = (unsigned char)*c;

        if (c - text >= SHOWN_WIDTH && (byte & 0xc0) != 0x80) {
            fputs("...", out);
            break;
        }
        fputc(byte == '\t' ? ' ' : byte < 0x20 || byte == 0x7f ? '?' : byte, out);
    }
    fputc('\n', out);
}

void problems_print(struct problems *list, FILE *out)
{
    const char *open = NULL;
    char *text = NULL;
    size_t size_bytes;

    sort(list);
    for (size_t i = 0; i < list->count && i < PROBLEMS_SHOWN_MAX; i++) {
        const struct problem *p = &list->at[i];

        if (p->line)
            fprintf(out, "%s:%u: %s\n", p->file, p->line, p->text);
        else
            fprintf(out, "%s: %s\n", p->file, p->text);
        if (!open || strcmp(open, p->file) != 0) {
            free(text);
            text = p->line ? file_read(p->file, SHOWN_BYTES_MAX, &size_bytes, NULL) : NULL;
            open = p->line ? p->file : NULL;
        }
        if (text && p->line)
            show_line(text, p->line, out);
    }
    if (list->count > PROBLEMS_SHOWN_MAX)
        fprintf(out, "and %zu more\n", list->count - PROBLEMS_SHOWN_MAX);
    free(text);
}

int problems_status(struct problems *list, struct pare_error *err)
{
    const struct problem *p = list->at;

    if (!list->count)
        return PARE_OK;
    sort(list);
    if (list->count == 1)
        return pare_fail_at(err, PARE_EUSER, p->file, p->line, "%s", p->text);
    return pare_fail_at(err, PARE_EUSER, p->file, p->line, "%s (and %zu more)", p->text,
                        list->count - 1);
}
