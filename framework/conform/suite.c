/* SPDX-License-Identifier: Apache-2.0 */
/* Checks, guarded buffers and numbers for the suites. */

#include "conform/suite.h"
#include "base/alloc.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ZONE_BYTES = 256, ZONE_FILL = 0xC3 };

void suite_wrong(struct suite *s, const char *format, ...)
{
    va_list args;

    if (s->why[0] != '\0')
        return;
    va_start(args, format);
    vsnprintf(s->why, sizeof s->why, format, args);
    va_end(args);
}

void suite_end(struct suite *s, const char *name)
{
    char *full = xasprintf("%s: %s", s->setting, name);
    bool wrong = s->why[0] != '\0';

    s->failed += wrong;
    s->report->check(s->report->context, full, wrong ? s->why : NULL);
    s->why[0] = '\0';
    free(full);
}

bool suite_ok(struct suite *s, const char *what, int status, const struct pare_error *err)
{
    if (status == PARE_OK)
        return true;
    suite_wrong(s, "%s: %s", what, err->text[0] ? err->text : "failed without saying why");
    return false;
}

void suite_refusal(struct suite *s, const char *what, int status, const struct pare_error *err)
{
    if (status > 0 || status < PARE_ENUMBER)
        suite_wrong(s, "%s: returned %d, which is no status", what, status);
    else if (err->text[0] == '\0')
        suite_wrong(s, "%s: failed without saying why", what);
    else if (strpbrk(err->text, "\n\r"))
        suite_wrong(s, "%s: the error's text is more than one line", what);
}

struct guard guard_new(size_t size, unsigned char fill)
{
    struct guard g = {xcalloc(1, size + (size_t)2 * ZONE_BYTES), NULL, size};

    g.at = g.block + ZONE_BYTES;
    memset(g.block, ZONE_FILL, size + (size_t)2 * ZONE_BYTES);
    memset(g.at, fill, size);
    return g;
}

struct guard guard_copy(const void *from, size_t size)
{
    struct guard g = guard_new(size, 0);

    if (size > 0)
        memcpy(g.at, from, size);
    return g;
}

void guard_refill(struct guard *g, unsigned char fill)
{
    memset(g->at, fill, g->size);
}

void guard_check(struct suite *s, const struct guard *g, const char *what)
{
    for (size_t i = 0; i < ZONE_BYTES; i++)
        if (g->block[i] != ZONE_FILL || g->block[ZONE_BYTES + g->size + i] != ZONE_FILL) {
            suite_wrong(s, "wrote outside %s", what);
            return;
        }
}

void guard_free(struct guard *g)
{
    free(g->block);
    *g = (struct guard){0};
}

void suite_normals(struct pare_rng *rng, float *x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        x[i] = (float)pare_rng_normal(rng);
}

static int compare_floats(const void *a, const void *b)
{
    float x = *(const float *)a, y = *(const float *)b;

    return (x > y) - (x < y);
}

void suite_sort(float *x, size_t n)
{
    qsort(x, n, sizeof *x, compare_floats);
}

void suite_ascending(struct suite *s, const char *what, const float *x, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (!isfinite(x[i]))
            suite_wrong(s, "%s: centroid %zu of %zu is %s", what, i, n,
                        isnan(x[i]) ? "NaN or was not written" : "infinite");
        else if (i > 0 && x[i] < x[i - 1])
            suite_wrong(s, "%s: centroid %zu, %g, is below the one before, %g", what, i,
                        (double)x[i], (double)x[i - 1]);
    }
}
