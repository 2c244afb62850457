/* SPDX-License-Identifier: Apache-2.0 */
/* Trees as config text. */

#include "base/text.h"
#include "config/value.h"
#include <inttypes.h>
#include <math.h>
#include <string.h>

void value_print_text(const char *text, FILE *out)
{
    fputc('"', out);
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;

        if (c == '"' || c == '\\')
            fprintf(out, "\\%c", c);
        else if (c == '\n')
            fputs("\\n", out);
        else if (c == '\t')
            fputs("\\t", out);
        else if (c < 0x20 || c == 0x7f)
            fprintf(out, "\\x%02x", c);
        else
            fputc(c, out);
    }
    fputc('"', out);
}

void value_print_real(double value, FILE *out)
{
    char text[32];

    text_real(value, text);
    fputs(text, out);
    if (isfinite(value) && !strpbrk(text, ".e"))
        fputs(".0", out);
}

static void print_value(const struct value *v, int indent, FILE *out)
{
    switch (v->kind) {
    case VALUE_NONE:
        fputs("\"none\"", out);
        break;
    case VALUE_BOOL:
        fputs(v->boolean ? "true" : "false", out);
        break;
    case VALUE_INT:
        fprintf(out, "%" PRId64, v->integer);
        break;
    case VALUE_REAL:
        value_print_real(v->real, out);
        break;
    case VALUE_TEXT:
    case VALUE_RAW:
        value_print_text(v->text, out);
        break;
    case VALUE_LIST:
        fputs("(", out);
        for (const struct value *c = v->child; c; c = c->next) {
            fputs(c == v->child ? " " : ", ", out);
            print_value(c, indent, out);
        }
        fputs(v->child ? " )" : ")", out);
        break;
    case VALUE_GROUP:
        fputs("{\n", out);
        value_print(v, indent + 4, out);
        fprintf(out, "%*s}", indent, "");
        break;
    }
}

void value_print(const struct value *group, int indent, FILE *out)
{
    for (const struct value *c = group->child; c; c = c->next) {
        fprintf(out, "%*s%s = ", indent, "", c->name);
        print_value(c, indent, out);
        fputs(";\n", out);
    }
}
