/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUN_EXPECTED_H
#define RUN_EXPECTED_H

/* What an experiment file expects of its results: the list
 *   expect = ( { metric; unit; paper; low; high; better; reported; why; cannot }, ... );
 * Read by pare reproduce alone; it changes no run and is no part of its identity. */

#include "config/problems.h"
#include "config/value.h"
#include <pare/option.h>

/* One line of a paper's table. NaN: not given. */
struct expectation {
    char *metric; /* what, by expected_value's rules */
    char *unit;
    double paper;     /* the paper's value */
    double low, high; /* the band that counts as reproduced, both included */
    int better;       /* neither|lower|higher: which side of the band is better still */
    bool reported;    /* stands in the table, without a band and without a judgment */
    char *why;        /* why this band, or why none */
    char *cannot;     /* why it cannot be measured here; "" where it can */
};
extern PARE_API const struct pare_option expected_options[];

/* Adds the problems of root's expect list, if there is one. */
void expected_check(const struct value *root, struct problems *problems);
/* The list of a root that was checked; *n of them. Free with expected_free. */
PARE_API struct expectation *expected_read(const struct value *root, size_t *n);
PARE_API void expected_free(struct expectation *list, size_t n);

/* The metric's number in a result (result.json as a tree), NaN: it has none. A name
 * that run:metric was given; or a member of the result, "ratio"; or "MEMBER of NAME",
 * a member of the stage or the parameter NAME: "kept of shared", "bits of fc1.weight". */
PARE_API double expected_value(const struct value *result, const char *metric);

enum verdict {
    VERDICT_REPRODUCED,
    VERDICT_BETTER,
    VERDICT_NOT,
    VERDICT_MISSING,
    VERDICT_REPORTED,
    VERDICT_CANNOT,
    VERDICTS /* how many */
};
PARE_API const char *expected_verdict_name(enum verdict verdict);
/* Better: on the better side of the paper's value, and beyond the band where it ends
 * there. Reported: whatever the value. value NaN: missing. */
PARE_API enum verdict expected_judge(const struct expectation *e, double value);

#endif
