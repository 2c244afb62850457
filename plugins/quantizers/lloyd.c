/* SPDX-License-Identifier: Apache-2.0 */
/* k-means by Lloyd's algorithm (Lloyd 1982, "Least squares quantization in PCM",
 * method I; the clustering of Han, Mao, Dally 2016, "Deep Compression", section 3.1):
 * each weight to its nearest centroid, each centroid to the mean of its weights, in
 * turn, until nothing changes. The sum of squared distances never grows.
 *
 * On a line a cluster is a stretch of the sorted weights, so a step is k binary
 * searches for the borders and k differences of running sums: k log n, not n k.
 * Centroids that lose all their weights go where they help: the clusters with the
 * largest sums of squares, of equal ones the lower, are each cut at their mean. */

#include <math.h>
#include <pare/quantizer.h>
#include <stdlib.h>

struct lloyd {
    int64_t max_steps;
    double tolerance;
};

static const struct pare_option lloyd_options[] = {
    PARE_INT(lloyd, max_steps, 1, 1000000, "1000", "steps at most"),
    PARE_REAL(lloyd, tolerance, 0.0, 1.0, "0",
              "stop when a step lowers the sum of squares by less than this part of it"),
    PARE_OPTIONS_END,
};

/* A stretch first..end-1 of the sorted weights and its sum of squares. */
struct cluster {
    size_t first, end;
    double inertia;
};

struct fit {
    const float *sorted;
    size_t n, k;
    double *sum, *square;    /* [n + 1]: sums of the first i weights and of their squares */
    double *center;          /* [k], ascending */
    struct cluster *cluster; /* [k]; only the first used are not empty */
    size_t used;
    double inertia;
};

static double mean(const struct fit *f, size_t first, size_t end)
{
    double m = (f->sum[end] - f->sum[first]) / (double)(end - first);

    return fmin(fmax(m, (double)f->sorted[first]), (double)f->sorted[end - 1]);
}

/* The sum of squared distances from a stretch's mean. */
static double inertia(const struct fit *f, size_t first, size_t end)
{
    double sum = f->sum[end] - f->sum[first];
    double d = f->square[end] - f->square[first] - sum * sum / (double)(end - first);

    return fmax(d, 0.0);
}

/* The first place from first on, below end, that lies nearer to high than to low. */
static size_t border(const struct fit *f, size_t first, size_t end, double low, double high)
{
    while (first < end) {
        size_t middle = first + (end - first) / 2;
        double x = (double)f->sorted[middle];
        if (x - low <= high - x)
            first = middle + 1;
        else
            end = middle;
    }
    return first;
}

/* Weights to their nearest centroid. Returns whether any cluster changed. */
static bool assign(struct fit *f, size_t centers)
{
    bool changed = false;
    size_t first = 0, used = 0;

    f->inertia = 0.0;
    for (size_t j = 0; j < centers; j++) {
        size_t end = f->n;
        if (j + 1 < centers)
            end = border(f, first, f->n, f->center[j], f->center[j + 1]);
        if (end == first)
            continue;
        struct cluster *c = &f->cluster[used++];
        changed = changed || c->first != first || c->end != end;
        *c = (struct cluster){first, end, inertia(f, first, end)};
        f->inertia += c->inertia;
        first = end;
    }
    changed = changed || used != f->used;
    f->used = used;
    return changed;
}

static int larger_inertia(const void *a, const void *b)
{
    const struct cluster *x = a, *y = b;

    if (x->inertia != y->inertia)
        return x->inertia > y->inertia ? -1 : 1;
    return x->first < y->first ? -1 : 1;
}

static int earlier(const void *a, const void *b)
{
    const struct cluster *x = a, *y = b;

    return x->first < y->first ? -1 : x->first > y->first;
}

/* Cuts as many clusters as there are centroids to spare, if they can be cut.
 * Returns whether any was. */
static bool cut_clusters(struct fit *f)
{
    size_t uncut = f->used;

    qsort(f->cluster, uncut, sizeof(*f->cluster), larger_inertia);
    for (size_t j = 0; j < uncut && f->used < f->k; j++) {
        struct cluster *c = &f->cluster[j];
        double least = (double)f->sorted[c->first], greatest = (double)f->sorted[c->end - 1];
        double at = mean(f, c->first, c->end);
        if (least == greatest)
            continue;
        at = at < greatest ? at : least; /* so that both halves have weights */
        size_t cut = border(f, c->first, c->end, at, at);
        f->cluster[f->used++] = (struct cluster){cut, c->end, inertia(f, cut, c->end)};
        *c = (struct cluster){c->first, cut, inertia(f, c->first, cut)};
    }
    qsort(f->cluster, f->used, sizeof(*f->cluster), earlier);
    return f->used > uncut;
}

static void iterate(struct fit *f, const struct lloyd *options)
{
    double before = (double)INFINITY;
    size_t centers = f->k;

    for (int64_t step = 0; step < options->max_steps; step++) {
        bool changed = assign(f, centers);
        bool cut = f->used < f->k && cut_clusters(f);
        for (size_t j = 0; j < f->used; j++)
            f->center[j] = mean(f, f->cluster[j].first, f->cluster[j].end);
        centers = f->used;
        if (!cut && !changed)
            break;
        if (!cut && options->tolerance > 0.0 && before - f->inertia < options->tolerance * before)
            break;
        before = f->inertia;
    }
    /* Few steps may leave clusters uncut: the centroids to spare wait at the top. */
    for (size_t j = centers; j < f->k; j++)
        f->center[j] = f->center[centers - 1];
}

static int lloyd_fit(void *self, const float *sorted, size_t n, float *centroid, size_t k,
                     struct pare_error *err)
{
    struct fit f = {.sorted = sorted, .n = n, .k = k};
    int status = PARE_OK;

    f.sum = calloc(n + 1, sizeof(*f.sum));
    f.square = calloc(n + 1, sizeof(*f.square));
    f.center = calloc(k, sizeof(*f.center));
    f.cluster = calloc(k, sizeof(*f.cluster));
    if (f.sum == NULL || f.square == NULL || f.center == NULL || f.cluster == NULL) {
        status = pare_fail(err, PARE_ENOMEM, "no memory for running sums of %zu weights", n);
        goto out;
    }
    for (size_t i = 0; i < n; i++) {
        double x = (double)sorted[i];
        f.sum[i + 1] = f.sum[i] + x;
        f.square[i + 1] = f.square[i] + x * x;
    }
    for (size_t j = 0; j < k; j++)
        f.center[j] = (double)centroid[j];
    iterate(&f, self);
    for (size_t j = 0; j < k; j++)
        centroid[j] = (float)f.center[j];
out:
    free(f.cluster);
    free(f.center);
    free(f.square);
    free(f.sum);
    return status;
}

static const struct pare_quantizer lloyd = {
    .head = PARE_QUANTIZER(lloyd, .summary = "k-means: centroids at the mean of their weights",
                           PARE_SELF(lloyd, lloyd_options)),
    .fit = lloyd_fit,
};
PARE_EXPORT(lloyd);
