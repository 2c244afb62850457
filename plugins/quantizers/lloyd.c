/* SPDX-License-Identifier: Apache-2.0 */
/* k-means by Lloyd's algorithm (Lloyd 1982, "Least squares quantization in PCM",
 * method I; the clustering of Han, Mao, Dally 2016, "Deep Compression", section 3.1):
 * each weight to its nearest centroid, each centroid to the mean of its weights, in
 * turn, until nothing changes. The sum of squared distances never grows.
 *
 * On a line a cluster is a stretch of the sorted weights, so a step is k searches for
 * the borders, each outward from where it was, and differences of running sums for the
 * clusters that changed: k log n at most and little more than k at the end, not n k.
 * Centroids that lose all their weights go where they help: the cluster with the largest
 * sum of squares, of equal ones the lower, is cut at its mean, once for each of them; or
 * they take the outliers. */

#include "lloyd/cut.h"
#include "lloyd/farthest.h"
#include <math.h>
#include <pare/quantizer.h>
#include <stdlib.h>

struct lloyd {
    int64_t max_steps;
    double tolerance;
    int idle;
};

enum { IDLE_CUT, IDLE_FARTHEST };

static const struct pare_option lloyd_options[] = {
    PARE_INT(lloyd, max_steps, 1, 1000000, "1000", "steps at most"),
    PARE_REAL(lloyd, tolerance, 0.0, 1.0, "0",
              "stop when a step lowers the sum of squares by less than this part of it"),
    PARE_CHOICE(lloyd, idle, "cut|farthest", "cut",
                "a centroid without weights takes half of the cluster with the largest sum of "
                "squares, or the weight farthest from its centroid"),
    PARE_OPTIONS_END,
};

struct fit {
    struct sorted weights;
    size_t k;
    double *center;          /* [k], ascending */
    struct cluster *cluster; /* [k]; only the first used are not empty */
    size_t used;
    double inertia;
};

/* Where cluster j ends. Between two that have not moved nothing has. */
static size_t end_of(const struct fit *f, size_t j, size_t centers, size_t first)
{
    const struct cluster *c = &f->cluster[j];

    if (j + 1 == centers)
        return f->weights.n;
    if (!c[0].moved && !c[1].moved)
        return c->end;
    return sorted_border(&f->weights, first, f->weights.n, c->end, f->center[j], f->center[j + 1]);
}

/* Weights to their nearest centroid. Returns whether any cluster changed. */
static bool assign(struct fit *f, size_t centers)
{
    bool changed = false;
    size_t first = 0, used = 0;
    struct sums low = {0};

    f->inertia = 0.0;
    for (size_t j = 0; j < centers; j++) {
        size_t end = end_of(f, j, centers, first);
        if (end == first)
            continue;
        struct cluster *c = &f->cluster[used++];
        if (c->first != first || c->end != end)
            *c = sorted_cluster(&f->weights, low, first, end);
        else
            c->moved = false;
        changed = changed || c->moved;
        f->inertia += c->inertia;
        low = c->high;
        first = end;
    }
    changed = changed || used != f->used;
    f->used = used;
    return changed;
}

/* Work for centroids that lost their weights. Returns whether any got some. */
static bool put_to_work(struct fit *f, const struct lloyd *options)
{
    if (options->idle == IDLE_FARTHEST)
        return split_farthest(&f->weights, f->cluster, &f->used, f->k);
    return cut_clusters(&f->weights, f->cluster, &f->used, f->k);
}

/* Of centroids at one place all but one have no weights. How many are left. */
static size_t distinct(double *center, size_t k)
{
    size_t n = 1;

    for (size_t j = 1; j < k; j++)
        if (center[j] > center[n - 1])
            center[n++] = center[j];
    return n;
}

static void iterate(struct fit *f, const struct lloyd *options)
{
    double before = (double)INFINITY;
    size_t centers = options->idle == IDLE_FARTHEST ? distinct(f->center, f->k) : f->k;

    for (int64_t step = 0; step < options->max_steps; step++) {
        bool changed = assign(f, centers);
        bool worked = f->used < f->k && put_to_work(f, options);
        for (size_t j = 0; j < f->used; j++)
            f->center[j] = f->cluster[j].mean;
        centers = f->used;
        if (!worked && !changed)
            break;
        if (!worked && options->tolerance > 0.0 &&
            before - f->inertia < options->tolerance * before)
            break;
        before = f->inertia;
    }
    /* Few steps may leave some without work: the centroids to spare wait at the top. */
    for (size_t j = centers; j < f->k; j++)
        f->center[j] = f->center[centers - 1];
}

static int lloyd_fit(void *self, const float *sorted, size_t n, float *centroid, size_t k,
                     struct pare_error *err)
{
    struct fit f = {.k = k};
    bool opened = sorted_open(&f.weights, sorted, n);
    int status = PARE_OK;

    f.center = calloc(k, sizeof(*f.center));
    f.cluster = calloc(k, sizeof(*f.cluster));
    if (!opened || f.center == NULL || f.cluster == NULL) {
        status = pare_fail(err, PARE_ENOMEM, "no memory for running sums of %zu weights", n);
        goto out;
    }
    for (size_t j = 0; j < k; j++) {
        f.center[j] = (double)centroid[j];
        f.cluster[j].moved = true;
    }
    iterate(&f, self);
    for (size_t j = 0; j < k; j++)
        centroid[j] = (float)f.center[j];
out:
    free(f.cluster);
    free(f.center);
    free(f.weights.sums);
    return status;
}

static const struct pare_quantizer lloyd = {
    .head = PARE_QUANTIZER(lloyd, .summary = "k-means: centroids at the mean of their weights",
                           PARE_SELF(lloyd, lloyd_options)),
    .fit = lloyd_fit,
};
PARE_EXPORT(lloyd);
