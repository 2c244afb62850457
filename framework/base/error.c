/* SPDX-License-Identifier: Apache-2.0 */
/* Errors: one status, one place, one line of text, in memory of the caller. The
 * text never holds a line break, whatever the arguments held. */

#include <pare/base.h>

#include <stdio.h>
#include <string.h>

static void one_line(char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text < 0x20 || *text == 0x7f)
            *text = ' ';
}

PARE_PRINTF(3, 0) static void say(char *out, size_t room, const char *format, va_list arguments)
{
    if (vsnprintf(out, room, format, arguments) < 0)
        out[0] = '\0';
    one_line(out);
}

int pare_fail(struct pare_error *err, int status, const char *format, ...)
{
    va_list arguments;

    if (!err)
        return status;
    err->status = status;
    err->place[0] = '\0';
    va_start(arguments, format);
    say(err->text, sizeof err->text, format, arguments);
    va_end(arguments);
    return status;
}

int pare_fail_at(struct pare_error *err, int status, const char *file, unsigned line,
                 const char *format, ...)
{
    va_list arguments;

    if (!err)
        return status;
    err->status = status;
    if (line)
        snprintf(err->place, sizeof err->place, "%s:%u", file ? file : "", line);
    else
        snprintf(err->place, sizeof err->place, "%s", file ? file : "");
    one_line(err->place);
    va_start(arguments, format);
    say(err->text, sizeof err->text, format, arguments);
    va_end(arguments);
    return status;
}

int pare_fail_in(struct pare_error *err, const char *format, ...)
{
    char before[PARE_TEXT_BYTES / 2], after[PARE_TEXT_BYTES];
    va_list arguments;

    if (!err)
        return PARE_OK;
    va_start(arguments, format);
    say(before, sizeof before, format, arguments);
    va_end(arguments);
    memcpy(after, err->text, sizeof after);
    if (snprintf(err->text, sizeof err->text, "%s: ", before) >= 0)
        strncat(err->text, after, sizeof err->text - strlen(err->text) - 1);
    return err->status;
}

const char *pare_status_name(int status)
{
    switch (status) {
    case PARE_OK:
        return "ok";
    case PARE_EUSER:
        return "user";
    case PARE_EFORMAT:
        return "format";
    case PARE_EIO:
        return "io";
    case PARE_ENOMEM:
        return "memory";
    case PARE_EPLUGIN:
        return "plugin";
    case PARE_EREQUEST:
        return "request";
    case PARE_ESTATE:
        return "state";
    case PARE_ENUMBER:
        return "number";
    default:
        return "unknown";
    }
}
