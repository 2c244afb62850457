/* SPDX-License-Identifier: Apache-2.0 */
/* Sums of stretches as differences of running ones, and borders by search. */

#include "sorted.h"
#include <stdlib.h>

static struct sums add_up(struct sums s, const float *x, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        s.sum += (double)x[i];
        s.square += (double)x[i] * (double)x[i];
    }
    return s;
}

bool sorted_open(struct sorted *l, const float *sorted, size_t n)
{
    *l = (struct sorted){sorted, n, calloc(n / STRIDE + 1, sizeof(*l->sums))};
    if (l->sums == NULL)
        return false;
    for (size_t i = 0; i + STRIDE <= l->n; i += STRIDE)
        l->sums[i / STRIDE + 1] = add_up(l->sums[i / STRIDE], l->weight + i, STRIDE);
    return true;
}

static struct sums sums_of_first(const struct sorted *l, size_t n)
{
    return add_up(l->sums[n / STRIDE], l->weight + n / STRIDE * STRIDE, n % STRIDE);
}

struct cluster sorted_cluster(const struct sorted *l, struct sums low, size_t first, size_t end)
{
    struct sums high = sums_of_first(l, end);
    double sum = high.sum - low.sum, n = (double)(end - first);
    double least = (double)l->weight[first], most = (double)l->weight[end - 1];
    double mean = sum / n, inertia = high.square - low.square - sum * sum / n;

    mean = mean < least ? least : mean > most ? most : mean; /* sums are rounded */
    return (struct cluster){first, end, low, high, mean, inertia > 0.0 ? inertia : 0.0, true};
}

/* Is weight i, of those below high, no farther from low? */
static bool is_lower(const struct sorted *l, size_t i, double low, double high)
{
    double x = (double)l->weight[i];

    return x - low <= high - x;
}

/* Looks in strides that double, from guess on, and then between the last two. */
size_t sorted_border(const struct sorted *l, size_t first, size_t end, size_t guess, double low,
                     double high)
{
    size_t stride = 1;

    guess = guess < first ? first : guess > end ? end : guess;
    if (guess < end && is_lower(l, guess, low, high)) {
        for (first = guess + 1; stride < end - guess; stride *= 2) {
            if (!is_lower(l, guess + stride, low, high)) {
                end = guess + stride;
                break;
            }
            first = guess + stride + 1;
        }
    } else {
        for (end = guess; stride <= guess - first; stride *= 2) {
            if (is_lower(l, guess - stride, low, high)) {
                first = guess - stride + 1;
                break;
            }
            end = guess - stride;
        }
    }
    while (first < end) {
        size_t middle = first + (end - first) / 2;
        if (is_lower(l, middle, low, high))
            first = middle + 1;
        else
            end = middle;
    }
    return first;
}
