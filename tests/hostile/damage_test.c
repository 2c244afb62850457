/* SPDX-License-Identifier: Apache-2.0 */
/* damage_test FLIPS MODEL...: each model file cut off at every length, with bytes
 * appended, and with single bits flipped, FLIPS of them at random places (as many as
 * there are or more: every one). Each must be refused with a message that says where,
 * or be the same network; never another. Then the same with two to eight bits flipped
 * within 32, which a CRC-32 must see as well, and bytes that changed places. */
#include "base/file.h"
#include "format/read.h"
#include "net/param.h"
#include <pare/rng.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct count {
    size_t refused, same, other;
};

struct model {
    const char *path;
    uint8_t *bytes, *copy; /* copy: of the size that is read, at the end of a page of malloc */
    size_t size;
    struct model_file whole;
};

static bool same_net(const struct pare_net *a, const struct pare_net *b)
{
    const char *where;

    if (a->layers != b->layers || a->params != b->params || a->classes != b->classes ||
        memcmp(a->input, b->input, sizeof a->input) != 0)
        return false;
    for (size_t i = 0; i < a->layers; i++)
        if (memcmp(&a->layer[i].desc, &b->layer[i].desc, sizeof a->layer[i].desc) != 0)
            return false;
    for (size_t i = 0; i < a->params; i++)
        if (!param_equal(&a->param[i], &b->param[i], &where))
            return false;
    return true;
}

/* Reads size bytes out of memory that has no more. */
static void try(const struct model *m, const uint8_t *bytes, size_t size, struct count *count)
{
    uint8_t *exact = malloc(size ? size : 1);
    struct pare_error err = {0};
    struct model_file file;

    if (!exact)
        abort();
    if (size > 0)
        memcpy(exact, bytes, size);
    if (format_read(exact, size, m->path, &file, &err) != PARE_OK) {
        bool said = err.status == PARE_EFORMAT && strncmp(err.text, "byte ", 5) == 0 &&
                    strstr(err.place, "model.pare") && !strchr(err.text, '\n');
        count->refused += said;
        count->other += !said;
        if (!said)
            printf("%s: %s: %s\n", m->path, err.place, err.text);
    } else {
        bool same = same_net(file.net, m->whole.net);
        count->same += same;
        count->other += !same;
        model_file_free(&file);
    }
    free(exact);
}

static void cut(const struct model *m, struct count *count)
{
    for (size_t size = 0; size < m->size; size++)
        try(m, m->bytes, size, count);
}

static void lengthen(const struct model *m, struct count *count)
{
    for (size_t n = 1; n <= 64; n++)
        for (unsigned byte = 0; byte < 256; byte += 51) {
            memcpy(m->copy, m->bytes, m->size);
            memset(m->copy + m->size, (int)byte, n);
            try(m, m->copy, m->size + n, count);
        }
    for (size_t n = 1; n <= 64 && n <= m->size; n++) { /* the beginning or the end once more */
        memcpy(m->copy + m->size, m->bytes, n);
        try(m, m->copy, m->size + n, count);
        memcpy(m->copy + m->size, m->bytes + m->size - n, n);
        try(m, m->copy, m->size + n, count);
    }
}

static void flip(const struct model *m, size_t bit)
{
    m->copy[bit / 8] ^= (uint8_t)(1u << bit % 8);
}

static void flip_one(const struct model *m, size_t flips, struct pare_rng *rng, struct count *count)
{
    size_t bits = 8 * m->size, n = flips < bits ? flips : bits;

    memcpy(m->copy, m->bytes, m->size);
    for (size_t i = 0; i < n; i++) {
        size_t bit = n == bits ? i : (size_t)pare_rng_below(rng, bits);
        flip(m, bit);
        try(m, m->copy, m->size, count);
        flip(m, bit);
    }
}

static void flip_burst(const struct model *m, size_t flips, struct pare_rng *rng,
                       struct count *count)
{
    for (size_t i = 0; i < flips; i++) {
        size_t first = (size_t)pare_rng_below(rng, 8 * m->size - 32);
        uint32_t pattern = pare_rng_u32(rng) | 1;
        memcpy(m->copy, m->bytes, m->size);
        for (size_t k = 0; k < 32; k++)
            if (pattern >> k & 1)
                flip(m, first + k);
        try(m, m->copy, m->size, count);
    }
}

/* Bytes that changed places; those that are alike make the same file. */
static void swap(const struct model *m, size_t times, struct pare_rng *rng, struct count *count)
{
    for (size_t i = 0; i < times; i++) {
        size_t a = (size_t)pare_rng_below(rng, m->size), b = (size_t)pare_rng_below(rng, m->size);
        memcpy(m->copy, m->bytes, m->size);
        m->copy[a] = m->bytes[b];
        m->copy[b] = m->bytes[a];
        try(m, m->copy, m->size, count);
    }
}

static size_t report(const struct model *m, const char *what, const struct count *count)
{
    printf("%s: %-24s %8zu refused, %4zu the same network, %zu another\n", m->path, what,
           count->refused, count->same, count->other);
    return count->other;
}

static size_t damage(const char *path, size_t flips)
{
    struct pare_rng rng = pare_rng_stream(1, "damage");
    struct count cuts = {0}, longer = {0}, ones = {0}, bursts = {0}, swaps = {0};
    struct model m = {.path = path};
    struct pare_error err = {0};
    size_t bad;

    m.bytes = (uint8_t *)file_read(path, 1 << 30, &m.size, &err);
    m.copy = m.bytes ? malloc(m.size + 64) : NULL;
    if (!m.copy || format_read(m.bytes, m.size, path, &m.whole, &err) != PARE_OK) {
        printf("%s: %s\n", path, err.text);
        return 1;
    }
    printf("%s: %zu bytes, %zu parameters\n", path, m.size, m.whole.net->params);
    cut(&m, &cuts);
    lengthen(&m, &longer);
    flip_one(&m, flips, &rng, &ones);
    flip_burst(&m, flips / 4, &rng, &bursts);
    swap(&m, flips / 4, &rng, &swaps);
    bad = report(&m, "cut off", &cuts) + cuts.same;
    bad += report(&m, "lengthened", &longer) + longer.same;
    bad += report(&m, "one bit flipped", &ones) + ones.same;
    bad += report(&m, "a burst of 32 bits", &bursts) + bursts.same;
    bad += report(&m, "two bytes swapped", &swaps);
    model_file_free(&m.whole);
    free(m.bytes);
    free(m.copy);
    return bad;
}

int main(int argc, char **argv)
{
    size_t bad = 0;

    if (argc < 3)
        return 2;
    for (int i = 2; i < argc; i++)
        bad += damage(argv[i], (size_t)strtoull(argv[1], NULL, 10));
    return bad ? EXIT_FAILURE : EXIT_SUCCESS;
}
