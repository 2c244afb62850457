/* SPDX-License-Identifier: Apache-2.0 */
/* Requests: comparisons are written so that a NaN (nothing was encoded) is a miss. */

#include "run/request.h"
#include "base/alloc.h"
#include "run/tree.h"
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static void compare(struct value *lines, const char *request, double wanted, double got, bool met)
{
    if (isnan(wanted))
        return;
    struct value *line = tree_add_group(lines, NULL);
    tree_text(line, "request", request);
    tree_real(line, "wanted", wanted);
    tree_real(line, "got", got);
    tree_bool(line, "met", met);
}

void request_compare(const struct request *asked, const struct reached *reached,
                     struct value *lines)
{
    compare(lines, "error", asked->error, reached->error, reached->error <= asked->error);
    compare(lines, "bytes", asked->bytes, reached->bytes, reached->bytes <= asked->bytes);
    compare(lines, "ratio", asked->ratio, reached->ratio, reached->ratio >= asked->ratio);
    compare(lines, "density", asked->density, reached->density,
            reached->density <= asked->density + reached->rounding);
}

double request_rounding(const struct pare_net *net, size_t weights)
{
    return weights ? (double)net->params / 2.0 / (double)weights : 0.0;
}

void request_clear(struct run *run)
{
    value_free(run->missed);
    run->missed = NULL;
}

void request_missed(struct run *run, enum verb verb, const struct pare_param *param, size_t wanted,
                    size_t got)
{
    if (!run->missed)
        run->missed = value_new(VALUE_LIST, "misses", "result", 0);
    struct value *line = tree_add_group(run->missed, NULL);
    tree_text(line, "request", verb_name(verb));
    tree_text(line, "param", param->name);
    tree_size(line, "count", param->count);
    tree_size(line, "wanted", wanted);
    tree_size(line, "got", got);
}

int request_fail(const struct run *run, struct pare_error *err)
{
    char text[PARE_TEXT_BYTES] = "";
    size_t used = 0;
    bool pruned = false;

    if (!run->missed)
        return PARE_OK;
    for (const struct value *m = run->missed->child; m && used < sizeof text; m = m->next) {
        char line[256];
        request_print(m, line, sizeof line);
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%s", used ? "; " : "", line);
        pruned |= strcmp(value_get(m, "request")->text, verb_name(VERB_PRUNE)) == 0 &&
                  value_get(m, "got")->integer < value_get(m, "wanted")->integer;
    }
    if (pruned && used < sizeof text)
        snprintf(text + used, sizeof text - used, "; what is pruned stays pruned");
    return pare_fail(err, PARE_EREQUEST, "%s", text);
}

void request_print(const struct value *line, char *out, size_t room)
{
    const char *name = value_get(line, "request")->text;
    const struct value *param = value_get(line, "param");

    if (param) {
        char of[64] = "shared values";
        if (strcmp(name, verb_name(VERB_PRUNE)) == 0)
            snprintf(of, sizeof of, "of %" PRId64 " weights kept",
                     value_get(line, "count")->integer);
        snprintf(out, room, "%s: %s: %" PRId64 " %s, %" PRId64 " asked", name, param->text,
                 value_get(line, "got")->integer, of, value_get(line, "wanted")->integer);
        return;
    }
    double wanted = value_get(line, "wanted")->real, got = value_get(line, "got")->real;
    if (isnan(got))
        snprintf(out, room, "request.%s: %.6g asked, nothing encoded", name, wanted);
    else
        snprintf(out, room, "request.%s: %.6g asked, %.6g", name, wanted, got);
}
