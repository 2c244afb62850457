/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONFORM_SUITE_H
#define CONFORM_SUITE_H

/* What the suites share: a check that keeps the first thing that went wrong, and
 * buffers between guard zones. */

#include "conform/conform.h"
#include <pare/rng.h>

struct suite {
    const struct conform_report *report;
    const char *setting; /* "presets", "power = 4" */
    char why[512];       /* of the check under way; empty: nothing wrong so far */
    size_t failed;
};

/* The check under way fails; the first reason is kept. */
void suite_wrong(struct suite *s, const char *format, ...) PARE_PRINTF(2, 3);
/* Ends the check under way and reports it as "setting: name". */
void suite_end(struct suite *s, const char *name);
/* Did a call succeed? If not, it is wrong, with the plugin's own words. */
bool suite_ok(struct suite *s, const char *what, int status, const struct pare_error *err);
/* Was a failure a proper one: a status of ours and a text of one line? */
void suite_refusal(struct suite *s, const char *what, int status, const struct pare_error *err);

/* size bytes, each fill at first, between two zones that nobody may write to. */
struct guard {
    unsigned char *block;
    void *at;
    size_t size;
};
struct guard guard_new(size_t size, unsigned char fill);
/* A guarded copy of size bytes. */
struct guard guard_copy(const void *from, size_t size);
void guard_refill(struct guard *g, unsigned char fill);
/* Wrong when a zone was written to; what names the buffer. */
void guard_check(struct suite *s, const struct guard *g, const char *what);
void guard_free(struct guard *g);

/* Fills x [n] with numbers of mean 0 and variance 1. */
void suite_normals(struct pare_rng *rng, float *x, size_t n);
/* Ascending order. */
void suite_sort(float *x, size_t n);
/* x [n], called what, has only finite numbers that do not fall. */
void suite_ascending(struct suite *s, const char *what, const float *x, size_t n);

/* The suites. use: an open plugin; presets, another: a second self, open with the
 * presets, or with the same options. */
void conform_model(struct suite *s, const struct plugin_use *use);
void conform_dataset(struct suite *s, const struct plugin_use *use,
                     const struct plugin_use *another);
void conform_pruner(struct suite *s, const struct plugin_use *use,
                    const struct plugin_use *another);
void conform_initializer(struct suite *s, const struct plugin_use *use);
void conform_quantizer(struct suite *s, const struct plugin_use *use);
void conform_encoder(struct suite *s, const struct plugin_use *use,
                     const struct plugin_use *presets);

#endif
