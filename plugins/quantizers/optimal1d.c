/* SPDX-License-Identifier: Apache-2.0 */
/* The best codebook there is: k-means on a line, solved exactly (Wang & Song 2011,
 * "Ckmeans.1d.dp"; Gronlund, Larsen, Mathiasen, Nielsen, Schneider, Song 2017, "Fast
 * exact k-means, k-medians and Bregman divergence clustering in 1D"). The guesses
 * do not matter.
 *
 * Clusters are stretches of the sorted weights, so a clustering is a path through
 * the borders. Let D(k) be the least inertia of k clusters. It is convex in k, so
 * with a price for each cluster the cheapest path has any number of clusters that
 * the price is right for. The search holds a path with too few clusters and one
 * with too many, and asks for the cheapest at the price at which the two cost the
 * same. When no path between them is cheaper, all three lie on one line of D, and
 * their crossing gives the path of k clusters (Aggarwal, Schieber, Tokuyama 1994,
 * "Finding a minimum-weight k-link path in graphs with the concave Monge property"). */

#include "optimal1d/path.h"
#include <pare/quantizer.h>
#include <stdlib.h>

/* With few's step i and many's step i + d, d = k - few's steps, where the former
 * spans the latter: many up to there, then few. Its cost is what the line says,
 * because a concave cost only falls when steps cross instead of span. */
static void cross(const struct path *few, const struct path *many, size_t k, uint32_t *border)
{
    size_t d = k - few->steps, i = 0;

    while (many->border[i + 1 + d] > few->border[i + 1])
        i++;
    for (size_t j = 0; j <= i + d; j++)
        border[j] = many->border[j];
    for (size_t j = i + 1; j <= few->steps; j++)
        border[j + d] = few->border[j];
}

/* border [k + 1]; 1 <= k <= values. */
static int best_borders(struct line *l, size_t k, uint32_t *border, struct pare_error *err)
{
    struct path few = {0}, many = {0}, found = {0};
    int status = path_even(l, 1, &few, err);

    if (status == PARE_OK)
        status = path_even(l, l->values, &many, err);
    while (status == PARE_OK && few.steps < k && k < many.steps) {
        double price = (few.cost - many.cost) / (double)(many.steps - few.steps);
        status = path_cheapest(l, price, &found, err);
        if (found.steps <= few.steps || found.steps >= many.steps)
            break;
        struct path *old = found.steps <= k ? &few : &many;
        free(old->border);
        *old = found;
        found.border = NULL;
    }
    if (status == PARE_OK)
        cross(k == many.steps ? &many : &few, k == few.steps ? &few : &many, k, border);
    free(found.border);
    free(many.border);
    free(few.border);
    return status;
}

static int optimal1d_fit(void *self, const float *sorted, size_t n, float *centroid, size_t k,
                         struct pare_error *err)
{
    struct line l = {0};
    uint32_t *border = calloc(k + 1, sizeof(*border));
    int status = border != NULL ? line_new(&l, sorted, n, err)
                                : pare_fail(err, PARE_ENOMEM, "no memory for %zu borders", k);

    (void)self;
    if (status == PARE_OK && l.values < k)
        status = pare_fail(err, PARE_EUSER, "%zu centroids for %zu different weights", k, l.values);
    if (status == PARE_OK)
        status = best_borders(&l, k, border, err);
    for (size_t j = 0; j < k && status == PARE_OK; j++)
        centroid[j] = line_mean(&l, border[j], border[j + 1]);
    line_free(&l);
    free(border);
    return status;
}

static const struct pare_quantizer optimal1d = {
    .head = PARE_QUANTIZER(optimal1d, .summary = "k-means: the codebook of least squared distance"),
    .fit = optimal1d_fit,
};
PARE_EXPORT(optimal1d);
