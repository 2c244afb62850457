/* SPDX-License-Identifier: Apache-2.0 */
/* The table of pare run --profile. */

#include "cli/spent_print.h"

static double real(const struct value *group, const char *name)
{
    const struct value *v = value_get(group, name);

    return !v ? 0.0 : v->kind == VALUE_INT ? (double)v->integer : v->real;
}

static void print_part(const struct value *line, FILE *out)
{
    double seconds = real(line, "seconds"), flop = real(line, "gflop");

    fprintf(out, "%-12s%11.3f%8.1f %%", value_get(line, "part")->text, seconds,
            100.0 * real(line, "share"));
    if (flop > 0.0 && seconds > 0.0)
        fprintf(out, "%12.1f%10.1f%9.1f %%", flop, flop / seconds, 100.0 * real(line, "peak"));
    fputc('\n', out);
}

void spent_print(const struct value *profile, FILE *out)
{
    fprintf(out, "\n%-12s%11s%10s%12s%10s%11s\n", "part", "seconds", "share", "GFLOP", "GFLOP/s",
            "of peak");
    for (const struct value *m = value_get(profile, "parts")->child; m; m = m->next)
        print_part(m, out);
    fprintf(out,
            "%-12s%11.3f\nPeak: %.1f GFLOP/s, %d thread%s, measured before the run. training is "
            "the sum of\nforward, backward, optimizer and projection; operations on zeros count.\n",
            "all", real(profile, "seconds"), real(profile, "peak_gflops"),
            (int)real(profile, "threads"), real(profile, "threads") > 1.0 ? "s" : "");
}
