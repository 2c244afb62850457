/* SPDX-License-Identifier: Apache-2.0 */
/* Data sets: found where they should be, samples whole, finite, labelled within
 * the classes, the same in any order and every time; a folder without them gives
 * an error. Where no data is found the samples cannot be tried, and that is said. */

#include "base/alloc.h"
#include "base/file.h"
#include "conform/suite.h"
#include <ctype.h>
#include <math.h>
#include <pare/dataset.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { READ_MAX = 64 };

static const struct pare_dataset *dataset_of(const struct plugin_use *use)
{
    return (const struct pare_dataset *)use->plugin;
}

static void check_info(struct suite *s, const struct guard *room)
{
    const struct pare_dataset_info *info = room->at;
    size_t digits = 0;

    guard_check(s, room, "the info");
    if (!info->shape[0] || !info->shape[1] || !info->shape[2])
        suite_wrong(s, "a sample's shape is %zu x %zu x %zu", info->shape[0], info->shape[1],
                    info->shape[2]);
    if (info->classes == 0 || info->classes > 65536)
        suite_wrong(s, "%zu classes", info->classes);
    if (info->count[PARE_SPLIT_TRAIN] == 0)
        suite_wrong(s, "no samples to train on");
    if (info->count[PARE_SPLIT_TEST] == 0)
        suite_wrong(s, "no samples to test on");
    for (int i = 0; i < PARE_SPLIT_COUNT; i++)
        if (info->count[i] > UINT32_MAX)
            suite_wrong(s, "%zu samples, an index reaches to %u", info->count[i], UINT32_MAX);
    if (!memchr(info->source, 0, sizeof info->source) || info->source[0] == '\0')
        suite_wrong(s, "source does not say where the data was found");
    while (digits < 64 && isxdigit((unsigned char)info->sha256[digits]) &&
           !isupper((unsigned char)info->sha256[digits]))
        digits++;
    if (info->sha256[digits] != '\0' || (digits != 0 && digits != 64))
        suite_wrong(s, "sha256 must be 64 hex digits in lower case, or empty");
    suite_end(s, "info complete");
}

/* Reads and checks samples; x and y are new. */
static void read_samples(struct suite *s, const struct plugin_use *use,
                         const struct pare_dataset_info *info, enum pare_split split,
                         const uint32_t *index, size_t n, struct guard *x, struct guard *y)
{
    size_t size = info->shape[0] * info->shape[1] * info->shape[2];
    struct pare_error err = {0};
    struct guard order = guard_copy(index, n * sizeof *index);

    *x = guard_new(n * size * sizeof(float), 0xFF);
    *y = guard_new(n * sizeof(uint16_t), 0xFF);
    suite_ok(s, "read", dataset_of(use)->read(use->self, split, order.at, n, x->at, y->at, &err),
             &err);
    guard_check(s, x, "x");
    guard_check(s, y, "y");
    if (memcmp(order.at, index, order.size) != 0)
        suite_wrong(s, "read changed the indices");
    for (size_t i = 0; i < n * size && s->why[0] == '\0'; i++)
        if (!isfinite(((const float *)x->at)[i]))
            suite_wrong(s, "split %d, sample %u: value %zu is not finite or was not written", split,
                        index[i / size], i % size);
    for (size_t i = 0; i < n && s->why[0] == '\0'; i++)
        if (((const uint16_t *)y->at)[i] >= info->classes)
            suite_wrong(s, "split %d, sample %u: label %u of %zu classes, or not written", split,
                        index[i], (unsigned)((const uint16_t *)y->at)[i], info->classes);
    guard_free(&order);
}

/* Samples of a split: the first, the last, one twice, the rest anywhere. */
static size_t choose(size_t count, uint32_t index[READ_MAX])
{
    struct pare_rng rng = pare_rng_stream(5, "conform samples");

    if (count == 0)
        return 0;
    for (size_t i = 0; i < READ_MAX; i++)
        index[i] = (uint32_t)pare_rng_below(&rng, count);
    index[0] = (uint32_t)(count - 1);
    index[1] = 0;
    index[2] = index[READ_MAX - 1];
    return READ_MAX;
}

static void check_samples(struct suite *s, const struct plugin_use *use,
                          const struct pare_dataset_info *info)
{
    size_t size = info->shape[0] * info->shape[1] * info->shape[2];

    for (int split = 0; split < PARE_SPLIT_COUNT; split++) {
        uint32_t index[READ_MAX];
        size_t n = choose(info->count[split], index);
        struct guard x, y, x1, y1;

        read_samples(s, use, info, (enum pare_split)split, index, n, &x, &y);
        for (size_t i = n; i-- > 0;) {
            read_samples(s, use, info, (enum pare_split)split, index + i, 1, &x1, &y1);
            if (memcmp((float *)x.at + i * size, x1.at, size * sizeof(float)) != 0 ||
                memcmp((uint16_t *)y.at + i, y1.at, sizeof(uint16_t)) != 0)
                suite_wrong(s, "split %d: sample %u alone differs from the same among others",
                            split, index[i]);
            guard_free(&x1);
            guard_free(&y1);
        }
        guard_free(&x);
        guard_free(&y);
    }
    suite_end(s, "samples whole, finite, labelled, repeatable");
}

/* Nothing there: an error, unless the data set makes its samples without files. */
static void check_bad_folder(struct suite *s, const struct plugin_use *another,
                             const struct pare_dataset_info *found)
{
    static const char *const nowhere[] = {"/nonexistent/pare", NULL};
    struct guard room = guard_new(sizeof(struct pare_dataset_info), 0);
    struct pare_error err = {0};
    int status = dataset_of(another)->open(another->self, nowhere, room.at, &err);

    guard_check(s, &room, "the info");
    if (status != PARE_OK)
        suite_refusal(s, "open", status, &err);
    else if (!found || memcmp(((struct pare_dataset_info *)room.at)->count, found->count,
                              sizeof found->count) != 0)
        suite_wrong(s, "a folder that does not exist is opened without an error");
    guard_free(&room);
    suite_end(s, "missing folder refused, or no folder needed");
}

void conform_dataset(struct suite *s, const struct plugin_use *use,
                     const struct plugin_use *another)
{
    const char *home = getenv("PARE_DATA");
    const char *const dirs[] = {home ? home : "./data", "./data", "/usr/share/datasets", NULL};
    struct guard room = guard_new(sizeof(struct pare_dataset_info), 0);
    struct pare_error err = {0};
    int status = dataset_of(use)->open(use->self, dirs, room.at, &err);

    if (status == PARE_OK) {
        check_info(s, &room);
        check_samples(s, use, room.at);
    } else {
        char *name = xasprintf("nothing opened, so no samples tried: %s", err.text);

        suite_refusal(s, "open", status, &err);
        suite_end(s, name);
        free(name);
    }
    check_bad_folder(s, another, status == PARE_OK ? room.at : NULL);
    guard_free(&room);
}
