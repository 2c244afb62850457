/* SPDX-License-Identifier: Apache-2.0 */
/* k-means++ (Arthur & Vassilvitskii 2007, "k-means++: the advantages of careful
 * seeding", section 2.2): the first centroid is a weight at random, each next one a
 * weight drawn with a probability in proportion to D^2, its squared distance from
 * the nearest centroid so far.
 *
 * In sorted order a new centroid lowers D^2 only in one stretch around itself, and a
 * draw looks at the sums of blocks before it looks into one: about n log k + k
 * sqrt(n) steps instead of n k. */

#include <math.h>
#include <pare/initializer.h>
#include <stdlib.h>

enum { BLOCK = 512 };

struct seeding {
    const float *sorted;
    size_t n, blocks;
    double *d2;    /* [n] */
    double *sum;   /* [blocks] of d2 */
    uint8_t *seed; /* [n]: drawn? */
};

static void sum_block(struct seeding *s, size_t block)
{
    size_t end = (block + 1) * BLOCK < s->n ? (block + 1) * BLOCK : s->n;

    s->sum[block] = 0.0;
    for (size_t i = block * BLOCK; i < end; i++)
        s->sum[block] += s->d2[i];
}

static bool come_closer(struct seeding *s, size_t i, double center)
{
    double d = (double)s->sorted[i] - center;

    if (!(d * d < s->d2[i]))
        return false;
    s->d2[i] = d * d;
    return true;
}

static void add_seed(struct seeding *s, size_t at)
{
    double center = (double)s->sorted[at];
    size_t first = at, end = at;

    s->seed[at] = 1;
    while (end < s->n && come_closer(s, end, center))
        end++;
    while (first > 0 && come_closer(s, first - 1, center))
        first--;
    for (size_t block = first / BLOCK; block * BLOCK < end; block++)
        sum_block(s, block);
}

/* A place with a probability in proportion to d2; never one where d2 is 0. */
static size_t draw(const struct seeding *s, struct pare_rng *rng)
{
    double total = 0.0, left;
    size_t block = 0, at = 0;

    for (size_t b = 0; b < s->blocks; b++)
        total += s->sum[b];
    left = pare_rng_real(rng) * total;
    for (size_t b = 0; b < s->blocks; b++)
        if (s->sum[b] > 0.0) {
            block = b;
            if (left < s->sum[b])
                break;
            left -= s->sum[b];
        }
    for (size_t i = block * BLOCK; i < s->n && i < (block + 1) * BLOCK; i++)
        if (s->d2[i] > 0.0) {
            at = i;
            if (left < s->d2[i])
                break;
            left -= s->d2[i];
        }
    return at;
}

static int kmeanspp_centroids(void *self, const float *sorted, size_t n, float *centroid, size_t k,
                              struct pare_rng *rng, struct pare_error *err)
{
    struct seeding s = {.sorted = sorted, .n = n, .blocks = (n + BLOCK - 1) / BLOCK};
    int status = PARE_OK;

    (void)self;
    s.d2 = calloc(n, sizeof(*s.d2));
    s.sum = calloc(s.blocks, sizeof(*s.sum));
    s.seed = calloc(n, sizeof(*s.seed));
    if (s.d2 == NULL || s.sum == NULL || s.seed == NULL) {
        status = pare_fail(err, PARE_ENOMEM, "no memory for %zu distances", n);
        goto out;
    }
    for (size_t i = 0; i < n; i++)
        s.d2[i] = (double)INFINITY;
    add_seed(&s, pare_rng_below(rng, n));
    for (size_t j = 1; j < k; j++)
        add_seed(&s, draw(&s, rng));
    for (size_t i = 0, j = 0; i < n && j < k; i++)
        if (s.seed[i] != 0)
            centroid[j++] = sorted[i];
out:
    free(s.seed);
    free(s.sum);
    free(s.d2);
    return status;
}

static const struct pare_initializer kmeanspp = {
    .head =
        PARE_INITIALIZER(kmeanspp, .summary = "weights at random, far from each other (k-means++)"),
    .centroids = kmeanspp_centroids,
};
PARE_EXPORT(kmeanspp);
