/* SPDX-License-Identifier: Apache-2.0 */
/* The cheapest path by dynamic programming over its last step. The cost of a step
 * is concave (Monge): once a later start is better for some end, it stays better
 * for all ends behind. So the starts that are best somewhere form a queue, each
 * with the border from which it is best (Galil & Park 1992, "Dynamic programming
 * with convexity, concavity and sparsity", section 2); as that border is mostly
 * near the one before, it is searched for in growing strides. */

#include "path.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static int no_memory(size_t n, struct pare_error *err)
{
    return pare_fail(err, PARE_ENOMEM, "no memory for paths through %zu weights", n);
}

int line_new(struct line *l, const float *sorted, size_t n, struct pare_error *err)
{
    size_t v = 0;

    for (size_t i = 0; i < n; i++)
        v += i == 0 || sorted[i] != sorted[i - 1];
    *l = (struct line){.values = v, .middle = (double)sorted[n / 2]};
    l->value = calloc(v + 1, sizeof(*l->value));
    l->border = calloc(v + 1, sizeof(*l->border));
    l->cost = calloc(v + 1, sizeof(*l->cost));
    l->from = calloc(v + 1, sizeof(*l->from));
    l->start = calloc(v + 1, sizeof(*l->start));
    l->until = calloc(v + 1, sizeof(*l->until));
    if (l->value == NULL || l->border == NULL || l->cost == NULL || l->from == NULL ||
        l->start == NULL || l->until == NULL)
        return no_memory(n, err);
    v = 0;
    for (size_t i = 0; i < n; i++) {
        double x = (double)sorted[i] - l->middle;
        if (i == 0 || sorted[i] != sorted[i - 1]) {
            l->value[v++] = sorted[i];
            l->border[v] = l->border[v - 1];
        }
        l->border[v].count += 1.0;
        l->border[v].sum = wide_add(l->border[v].sum, (struct wide){x, 0.0});
        l->border[v].square = wide_add(l->border[v].square, wide_product(x, x));
    }
    return PARE_OK;
}

void line_free(struct line *l)
{
    free(l->value);
    free(l->border);
    free(l->cost);
    free(l->from);
    free(l->start);
    free(l->until);
}

/* Squares - sum^2 / count, both of which may be far larger than what is left. */
static double step_cost(const struct line *l, size_t first, size_t end)
{
    const struct border *a = &l->border[first], *b = &l->border[end];
    struct wide sum = wide_subtract(b->sum, a->sum);
    struct wide square = wide_subtract(b->square, a->square);
    double n = b->count - a->count;
    struct wide left = wide_product(square.high, n), right = wide_product(sum.high, sum.high);

    left.low += square.low * n;
    right.low += 2.0 * sum.high * sum.low;
    return ((left.high - right.high) + (left.low - right.low)) / n;
}

float line_mean(const struct line *l, size_t first, size_t end)
{
    const struct border *a = &l->border[first], *b = &l->border[end];
    float mean = (float)(l->middle + wide_subtract(b->sum, a->sum).high / (b->count - a->count));

    return fminf(fmaxf(mean, l->value[first]), l->value[end - 1]);
}

static int path_new(const struct line *l, size_t steps, struct path *path, struct pare_error *err)
{
    *path = (struct path){.steps = steps, .border = calloc(steps + 1, sizeof(*path->border))};
    return path->border != NULL ? PARE_OK : no_memory(l->values, err);
}

static void add_costs(const struct line *l, struct path *path)
{
    struct wide cost = {0};

    for (size_t i = 0; i < path->steps; i++)
        cost = wide_add(cost, (struct wide){step_cost(l, path->border[i], path->border[i + 1]), 0});
    path->cost = cost.high;
}

int path_even(const struct line *l, size_t steps, struct path *path, struct pare_error *err)
{
    if (path_new(l, steps, path, err) != PARE_OK)
        return PARE_ENOMEM;
    for (size_t i = 0; i <= steps; i++)
        path->border[i] = (uint32_t)(i * l->values / steps);
    add_costs(l, path);
    return PARE_OK;
}

static bool better(const struct line *l, size_t late, size_t early, size_t end)
{
    return l->cost[late] + step_cost(l, late, end) < l->cost[early] + step_cost(l, early, end);
}

/* The first border behind first from which late is better than early, values + 1 if
 * it never is. At first it is not. */
static size_t overtakes(const struct line *l, size_t late, size_t early, size_t first)
{
    size_t end = first;

    for (size_t stride = 1; end == first || !better(l, late, early, end); stride *= 2) {
        first = end;
        if (first == l->values)
            return l->values + 1;
        end = l->values - first > stride ? first + stride : l->values;
    }
    while (end - first > 1) {
        size_t middle = first + (end - first) / 2;
        if (better(l, late, early, middle))
            end = middle;
        else
            first = middle;
    }
    return end;
}

/* Queue: start[head..tail), each best from its until on. Fills cost and from. */
static void find_steps(struct line *l, double price)
{
    size_t head = 0, tail = 1;

    l->cost[0] = 0.0;
    l->start[0] = 0;
    l->until[0] = 1;
    for (size_t end = 1; end <= l->values; end++) {
        while (head + 1 < tail && l->until[head + 1] <= end)
            head++;
        l->from[end] = l->start[head];
        l->cost[end] = l->cost[l->start[head]] + step_cost(l, l->start[head], end) + price;
        if (end == l->values)
            break;
        size_t best_from = end + 1;
        while (tail > head) {
            size_t last = l->until[tail - 1] > end ? l->until[tail - 1] : end + 1;
            if (!better(l, end, l->start[tail - 1], last)) {
                best_from = overtakes(l, end, l->start[tail - 1], last);
                break;
            }
            tail--;
        }
        if (best_from <= l->values) {
            l->start[tail] = (uint32_t)end;
            l->until[tail++] = (uint32_t)best_from;
        }
    }
}

int path_cheapest(struct line *l, double price, struct path *path, struct pare_error *err)
{
    size_t steps = 0;

    find_steps(l, price);
    for (size_t at = l->values; at > 0; at = l->from[at])
        steps++;
    if (path_new(l, steps, path, err) != PARE_OK)
        return PARE_ENOMEM;
    for (size_t at = l->values; at > 0; at = l->from[at])
        path->border[steps--] = (uint32_t)at;
    add_costs(l, path);
    return PARE_OK;
}
