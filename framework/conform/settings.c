/* SPDX-License-Identifier: Apache-2.0 */
/* Extremes of an option table as texts that a user might write. A text, a list of
 * rows and a bound at infinity have no extreme; they stay at their presets. */

#include "conform/settings.h"
#include "base/alloc.h"
#include "base/text.h"
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void bound_text(const struct pare_option *option, bool highest, char out[32])
{
    double bound = highest ? option->max : option->min;

    if (option->type == PARE_OPTION_REAL)
        text_real(bound, out);
    else if (bound >= 0x1p63) /* INT64_MAX as a double */
        snprintf(out, 32, "%" PRId64, INT64_MAX);
    else
        snprintf(out, 32, "%.0f", bound);
}

/* Text number i for the option into out; false when there are no more. */
static bool extreme(const struct pare_option *option, size_t i, char *out, size_t room)
{
    bool none = option->flags & PARE_OPTION_MAY_BE_NONE;
    char number[32];

    switch (option->type) {
    case PARE_OPTION_BOOL:
        snprintf(out, room, "%s", i ? "true" : "false");
        return i < 2;
    case PARE_OPTION_CHOICE:
        return text_choice_word(option->choices, (int)i, out, room);
    case PARE_OPTION_INT:
    case PARE_OPTION_REAL:
    case PARE_OPTION_INTS:
        if (i == 2 && none) {
            snprintf(out, room, "none");
            return true;
        }
        if (i >= 2)
            return false;
        bound_text(option, i == 1, number);
        snprintf(out, room, option->type == PARE_OPTION_INTS ? "[%s]" : "%s", number);
        return true;
    case PARE_OPTION_TEXT:
    case PARE_OPTION_ROWS:
    case PARE_OPTION_END:
        break;
    }
    return false;
}

static bool is_finite(const struct pare_option *option, size_t i)
{
    bool number = option->type == PARE_OPTION_INT || option->type == PARE_OPTION_REAL ||
                  option->type == PARE_OPTION_INTS;

    return !number || i >= 2 || isfinite(i ? option->max : option->min);
}

bool settings_get(const struct pare_option *options, size_t i, struct value **group, char **name)
{
    *group = NULL;
    *name = NULL;
    if (i == 0) {
        *name = xstrdup("presets");
        return true;
    }
    for (const struct pare_option *o = options; o && o->name; o++) {
        char text[128];

        for (size_t j = 0; extreme(o, j, text, sizeof text); j++) {
            if (!is_finite(o, j) || strcmp(text, o->preset) == 0 || --i > 0)
                continue;
            *group = value_new(VALUE_GROUP, NULL, "conform", 0);
            value_add(*group, value_text(VALUE_RAW, o->name, text, "conform", 0));
            *name = xasprintf("%s = %s", o->name, text);
            return true;
        }
    }
    return false;
}
