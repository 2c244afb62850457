/* SPDX-License-Identifier: Apache-2.0 */

/* Losses at the logits and the predicted class. Both losses are computed from
 * logarithms of sums shifted by their largest term, so that no logit is too
 * large; sums are in double and in the order of the batch. */

#include "net/net.h"
#include <assert.h>
#include <math.h>

static size_t largest(const float *z, size_t n)
{
    size_t best = 0;

    for (size_t i = 1; i < n; i++)
        if (z[i] > z[best])
            best = i;
    return best;
}

void net_classify(const float *logits, size_t n, size_t classes, uint16_t *out)
{
    for (size_t i = 0; i < n; i++)
        out[i] = (uint16_t)largest(logits + i * classes, classes);
}

/* -log softmax(z)[y]; slope = scale * (softmax(z) - onehot(y)). */
static double softmax(const float *z, size_t classes, size_t y, double scale, float *slope)
{
    double top = (double)z[largest(z, classes)], sum = 0.0;

    for (size_t c = 0; c < classes; c++)
        sum += exp((double)z[c] - top);
    for (size_t c = 0; c < classes; c++)
        slope[c] = (float)(scale * (exp((double)z[c] - top) / sum - (c == y ? 1.0 : 0.0)));
    return log(sum) + top - (double)z[y];
}

/* sum over c of -log sigmoid(+-z[c]), + for the class y. */
static double sigmoid(const float *z, size_t classes, size_t y, double scale, float *slope)
{
    double sum = 0.0;

    for (size_t c = 0; c < classes; c++) {
        double v = (double)z[c], target = c == y ? 1.0 : 0.0;
        double small = exp(-fabs(v)); /* never overflows */
        double p = v >= 0.0 ? 1.0 / (1.0 + small) : small / (1.0 + small);

        sum += fmax(v, 0.0) - v * target + log1p(small);
        slope[c] = (float)(scale * (p - target));
    }
    return sum;
}

double net_loss(struct pare_net *net, const uint16_t *y, size_t n, enum net_loss loss,
                size_t *wrong)
{
    size_t classes = net->classes, missed = 0;
    double sum = 0.0, scale = 1.0 / (double)n;

    assert(net->logits && n > 0 && n <= net->batch);
    for (size_t i = 0; i < n; i++) {
        const float *z = net->logits + i * classes;
        float *slope = net->slope + i * classes;

        assert(y[i] < classes);
        missed += largest(z, classes) != y[i];
        sum += loss == NET_LOSS_SOFTMAX ? softmax(z, classes, y[i], scale, slope)
                                        : sigmoid(z, classes, y[i], scale, slope);
    }
    if (wrong)
        *wrong = missed;
    return sum * scale;
}
