/* SPDX-License-Identifier: Apache-2.0 */
/* Data sets that break the contract, one fault each: CASE is which. */

#include <pare/dataset.h>
#include <stdio.h>
#include <string.h>

enum { LABEL, DRIFT, NOWHERE, GAP, EMPTY, DIGEST };

struct NAME {
    float calls;
};

static int find(void *self, const char *const *dirs, struct pare_dataset_info *info,
                struct pare_error *err)
{
    (void)self, (void)err;
    *info = (struct pare_dataset_info){.shape = {1, 2, 2}, .classes = 3, .count = {50, 0, 20}};
    if (CASE == NOWHERE && strcmp(dirs[0], "/nonexistent/pare") == 0)
        info->count[PARE_SPLIT_TRAIN] = 1;
    if (CASE == EMPTY)
        info->count[PARE_SPLIT_TEST] = 0;
    snprintf(info->source, sizeof info->source, "made up");
    snprintf(info->sha256, sizeof info->sha256, "%s", CASE == DIGEST ? "ABCDEF" : "");
    return PARE_OK;
}

static int get(void *self, enum pare_split split, const uint32_t *index, size_t n, float *x,
               uint16_t *y, struct pare_error *err)
{
    struct NAME *m = self;

    (void)split, (void)err;
    m->calls += 1.0f;
    for (size_t i = 0; i < n; i++) {
        y[i] = (uint16_t)(CASE == LABEL && index[i] == 0 ? 3 : index[i] % 3);
        for (size_t j = 0; j < 4 - (CASE == GAP); j++)
            x[4 * i + j] = (float)index[i] + (CASE == DRIFT ? m->calls : 0.0f);
    }
    return PARE_OK;
}

#define HEAD(NAME, ...) PARE_DATASET(NAME, __VA_ARGS__)
#define SELF(NAME) PARE_SELF(NAME, NULL)
static const struct pare_dataset plugin = {
    .head = HEAD(NAME, .summary = "breaks the contract", SELF(NAME)),
    .open = find,
    .read = get,
};
PARE_EXPORT(plugin);
