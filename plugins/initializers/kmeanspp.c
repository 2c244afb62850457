/* SPDX-License-Identifier: Apache-2.0 */
/* k-means++ (Arthur & Vassilvitskii 2007, "k-means++: the advantages of careful
 * seeding", section 2.2): the first centroid is a weight at random, each next one a
 * weight drawn with a probability in proportion to D^2, its squared distance from
 * the nearest centroid so far.
 *
 * In sorted order a new centroid lowers D^2 only in one stretch around itself, and a
 * draw looks at the sums of blocks before it looks into one: about n log k + k
 * sqrt(n) steps instead of n k. With candidates, so many are drawn for each centroid and
 * the one that leaves the least sum of D^2 is taken (greedy k-means++). */

#include <math.h>
#include <pare/initializer.h>
#include <stdlib.h>

enum { BLOCK = 512 };

struct kmeanspp {
    int64_t candidates;
};

static const struct pare_option kmeanspp_options[] = {
    PARE_INT(kmeanspp, candidates, 1, 1000, "1",
             "weights drawn for each next centroid, of which the best is taken; scikit-learn draws "
             "2 + ln k"),
    PARE_OPTIONS_END,
};

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

static double distance(const struct seeding *s, size_t i, double center)
{
    double d = (double)s->sorted[i] - center;

    return d * d;
}

static bool come_closer(struct seeding *s, size_t i, double center)
{
    double d = distance(s, i, center);

    if (!(d < s->d2[i]))
        return false;
    s->d2[i] = d;
    return true;
}

/* By how much a seed there would lower the sum of D^2. */
static double gain(const struct seeding *s, size_t at)
{
    double center = (double)s->sorted[at], sum = 0.0;

    for (size_t i = at; i < s->n && distance(s, i, center) < s->d2[i]; i++)
        sum += s->d2[i] - distance(s, i, center);
    for (size_t i = at; i > 0 && distance(s, i - 1, center) < s->d2[i - 1]; i--)
        sum += s->d2[i - 1] - distance(s, i - 1, center);
    return sum;
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

/* Of so many that are drawn the best, of equal ones the first. */
static size_t draw_best(const struct seeding *s, int64_t candidates, struct pare_rng *rng)
{
    size_t best = draw(s, rng);
    double most = candidates > 1 ? gain(s, best) : 0.0;

    for (int64_t c = 1; c < candidates; c++) {
        size_t at = draw(s, rng);
        double more = gain(s, at);

        if (more > most) {
            most = more;
            best = at;
        }
    }
    return best;
}

static int kmeanspp_centroids(void *self, const float *sorted, size_t n, float *centroid, size_t k,
                              struct pare_rng *rng, struct pare_error *err)
{
    struct seeding s = {.sorted = sorted, .n = n, .blocks = (n + BLOCK - 1) / BLOCK};
    const struct kmeanspp *seeds_by = self;
    int status = PARE_OK;

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
        add_seed(&s, draw_best(&s, seeds_by->candidates, rng));
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
        PARE_INITIALIZER(kmeanspp, .summary = "weights at random, far from each other (k-means++)",
                         PARE_SELF(kmeanspp, kmeanspp_options)),
    .centroids = kmeanspp_centroids,
};
PARE_EXPORT(kmeanspp);
