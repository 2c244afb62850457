/* SPDX-License-Identifier: Apache-2.0 */
/* JSON of run folders into a tree, and a tree written and read again is the same. */

#include "run/json.h"
#include "fuzz.h"
#include <math.h>
#include <string.h>

static bool same(const struct value *a, const struct value *b)
{
    if (a->kind != b->kind || !a->name != !b->name || (a->name && strcmp(a->name, b->name) != 0))
        return false;
    if (a->kind == VALUE_TEXT && strcmp(a->text, b->text) != 0)
        return false;
    if (a->kind == VALUE_INT && a->integer != b->integer)
        return false;
    if (a->kind == VALUE_BOOL && a->boolean != b->boolean)
        return false;
    if (a->kind == VALUE_REAL && memcmp(&a->real, &b->real, sizeof a->real) != 0)
        return false;
    a = a->child;
    b = b->child;
    for (; a && b; a = a->next, b = b->next)
        if (!same(a, b))
            return false;
    return !a && !b;
}

static void one(const uint8_t *data, size_t size_bytes)
{
    struct pare_error err = {0};
    struct value *v = json_parse((const char *)data, size_bytes, "x.json", &err), *again;
    char *line;

    if (!v) {
        fuzz_check_error(err.status, &err);
        FUZZ_CHECK(err.status == PARE_EFORMAT);
        return;
    }
    line = json_line(v);
    again = json_parse(line, strlen(line), "x.json", &err);
    FUZZ_CHECK(again && same(v, again));
    value_free(again);
    value_free(v);
    free(line);
}

const struct fuzz_target fuzz_target = {.one = one,
                                        .memory_bytes = 1 << 20,
                                        .memory_factor = 1000,
                                        .seconds = 0.5,
                                        .seconds_a_mib = 60.0};
