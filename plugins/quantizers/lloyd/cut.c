/* SPDX-License-Identifier: Apache-2.0 */
/* The clusters as a heap, the one to be cut next at its top. */

#include "cut.h"
#include <math.h>
#include <stdlib.h>

static bool is_before(const struct cluster *a, const struct cluster *b)
{
    return a->inertia != b->inertia ? a->inertia > b->inertia : a->first < b->first;
}

static void swap(struct cluster *a, struct cluster *b)
{
    struct cluster kept = *a;

    *a = *b;
    *b = kept;
}

static void sink(struct cluster *heap, size_t n, size_t at)
{
    for (size_t child; (child = 2 * at + 1) < n; at = child) {
        child += child + 1 < n && is_before(&heap[child + 1], &heap[child]);
        if (!is_before(&heap[child], &heap[at]))
            break;
        swap(&heap[child], &heap[at]);
    }
}

static void rise(struct cluster *heap, size_t at)
{
    for (; at > 0 && is_before(&heap[at], &heap[(at - 1) / 2]); at = (at - 1) / 2)
        swap(&heap[at], &heap[(at - 1) / 2]);
}

static int earlier(const void *a, const void *b)
{
    const struct cluster *x = a, *y = b;

    return x->first < y->first ? -1 : x->first > y->first;
}

bool cut_clusters(const struct sorted *l, struct cluster *cluster, size_t *used, size_t k)
{
    size_t n = *used;

    for (size_t j = n / 2; j-- > 0;)
        sink(cluster, n, j);
    while (n < k && cluster->inertia >= 0.0) {
        double least = (double)l->weight[cluster->first],
               greatest = (double)l->weight[cluster->end - 1];
        double at = cluster->mean < greatest ? cluster->mean : least; /* both halves have some */
        if (least == greatest) {
            cluster->inertia = -1.0; /* below all that can be cut */
        } else {
            size_t cut = sorted_border(l, cluster->first, cluster->end, cluster->first, at, at);
            struct cluster lower = sorted_cluster(l, cluster->low, cluster->first, cut);
            cluster[n] = sorted_cluster(l, lower.high, cut, cluster->end);
            *cluster = lower;
            rise(cluster, n++);
        }
        sink(cluster, n, 0);
    }
    qsort(cluster, n, sizeof *cluster, earlier);
    for (size_t j = 0; j < n; j++)
        cluster[j].inertia = fmax(cluster[j].inertia, 0.0);
    bool any = n > *used;
    *used = n;
    return any;
}
