/* SPDX-License-Identifier: Apache-2.0 */
/* The weight of a stretch that lies farthest from its mean is one of its ends. */

#include "farthest.h"
#include <string.h>

/* How far the first weight lies below the mean, and the last above it; 0 where they
 * are equal, whatever the mean was rounded to. */

static double below(const struct sorted *l, const struct cluster *c)
{
    float least = l->weight[c->first], greatest = l->weight[c->end - 1];

    return least < greatest ? c->mean - (double)least : 0.0;
}

static double above(const struct sorted *l, const struct cluster *c)
{
    float least = l->weight[c->first], greatest = l->weight[c->end - 1];

    return least < greatest ? (double)greatest - c->mean : 0.0;
}

/* Where the weights that equal the first end, or those that equal the last begin. */
static size_t cut_at(const struct sorted *l, const struct cluster *c, bool low)
{
    size_t at = low ? c->first + 1 : c->end - 1;

    while (low && l->weight[at] == l->weight[c->first])
        at++;
    while (!low && l->weight[at - 1] == l->weight[c->end - 1])
        at--;
    return at;
}

bool split_farthest(const struct sorted *l, struct cluster *cluster, size_t *used, size_t k)
{
    const size_t before = *used;

    while (*used < k) {
        double most = 0.0;
        size_t best = 0;

        for (size_t j = 0; j < *used; j++) {
            double low = below(l, &cluster[j]), high = above(l, &cluster[j]);
            double far = low > high ? low : high;

            if (far > most) {
                most = far;
                best = j;
            }
        }
        if (most == 0.0)
            break;
        struct cluster whole = cluster[best];
        size_t at = cut_at(l, &whole, below(l, &whole) >= above(l, &whole));
        memmove(&cluster[best + 1], &cluster[best], (*used - best) * sizeof *cluster);
        cluster[best] = sorted_cluster(l, whole.low, whole.first, at);
        cluster[best + 1] = sorted_cluster(l, cluster[best].high, at, whole.end);
        ++*used;
    }
    return *used > before;
}
