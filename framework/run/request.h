/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUN_REQUEST_H
#define RUN_REQUEST_H

/* What was asked against what was got: of the result, by the request group, and of
 * one parameter, by a verb. A line that tells both is a group {request, wanted,
 * got}; a verb's has a param as well. */

#include "run/run.h"

/* What the request group is held against; NaN: there is none. */
struct reached {
    double error, bytes, ratio, density;
    double rounding; /* in density: amounts are rounded to whole weights */
};
/* Adds to lines one for each request that was asked, with met = true or false. */
void request_compare(const struct request *asked, const struct reached *reached,
                     struct value *lines);
/* Half a weight for each parameter, as part of all weights. */
double request_rounding(const struct pare_net *net, size_t weights);

/* Forgets what earlier verbs fell short of. */
void request_clear(struct run *run);
/* A verb fell short: prune in kept weights, share in shared values. */
void request_missed(struct run *run, enum verb verb, const struct pare_param *param, size_t wanted,
                    size_t got);
/* PARE_EREQUEST, naming all that request_missed was told since; else PARE_OK. */
int request_fail(const struct run *run, struct pare_error *err);

/* "request.bytes: 100 asked, 2400", "share: fc1.weight: 14 shared values, 16 asked" */
void request_print(const struct value *line, char *out, size_t room);

#endif
