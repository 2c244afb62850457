/* SPDX-License-Identifier: Apache-2.0 */

/* The definitions of the layers and losses as loops, one sample at a time. Shares
 * no code with net/layer_*.c but the description of the layers. */

#include "conform/reference.h"

#include "base/alloc.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Parameter p's value i, from the caller's copies where there is one. */
static double param_at(const struct pare_net *net, double *const *value, size_t p, size_t i)
{
    return value && value[p] ? value[p][i] : (double)net->param[p].value[i];
}

static size_t volume(const size_t shape[3])
{
    return shape[0] * shape[1] * shape[2];
}

static void dense(const struct pare_net *net, double *const *value, const struct layer *l,
                  const double *x, double *y)
{
    size_t in = volume(l->in);

    for (size_t j = 0; j < l->desc.units; j++) {
        y[j] = param_at(net, value, l->bias, j);
        for (size_t i = 0; i < in; i++)
            y[j] += param_at(net, value, l->weight, j * in + i) * x[i];
    }
}

/* The input at a place that may lie in the padding. */
static double pixel(const struct layer *l, const double *x, size_t c, size_t row, size_t column)
{
    size_t pad = l->desc.pad;

    if (row < pad || column < pad || row - pad >= l->in[1] || column - pad >= l->in[2])
        return 0.0;
    return x[(c * l->in[1] + row - pad) * l->in[2] + column - pad];
}

static double conv_at(const struct pare_net *net, double *const *value, const struct layer *l,
                      const double *x, size_t unit, size_t row, size_t column)
{
    size_t k = l->desc.kernel, s = l->desc.stride;
    double sum = param_at(net, value, l->bias, unit);

    for (size_t c = 0; c < l->in[0]; c++)
        for (size_t i = 0; i < k; i++)
            for (size_t j = 0; j < k; j++)
                sum += param_at(net, value, l->weight, ((unit * l->in[0] + c) * k + i) * k + j) *
                       pixel(l, x, c, row * s + i, column * s + j);
    return sum;
}

static double pool_at(const struct layer *l, const double *x, size_t c, size_t row, size_t column)
{
    size_t k = l->desc.kernel, s = l->desc.stride;
    double sum = 0.0, top = -INFINITY;

    for (size_t i = 0; i < k; i++) {
        for (size_t j = 0; j < k; j++) {
            double v = x[(c * l->in[1] + row * s + i) * l->in[2] + column * s + j];

            sum += v;
            top = v > top ? v : top;
        }
    }
    return l->desc.kind == LAYER_MAXPOOL ? top : sum / (double)(k * k);
}

static void layer(const struct pare_net *net, double *const *value, const struct layer *l,
                  const double *x, double *y)
{
    size_t size = volume(l->out);

    if (l->desc.kind == LAYER_DENSE) {
        dense(net, value, l, x, y);
        return;
    }
    for (size_t i = 0; i < size; i++) {
        size_t c = i / l->out[2] / l->out[1], row = i / l->out[2] % l->out[1];
        size_t column = i % l->out[2];

        if (l->desc.kind == LAYER_CONV)
            y[i] = conv_at(net, value, l, x, c, row, column);
        else if (l->desc.kind == LAYER_MAXPOOL || l->desc.kind == LAYER_AVGPOOL)
            y[i] = pool_at(l, x, c, row, column);
        else if (l->desc.kind == LAYER_RELU)
            y[i] = x[i] > 0.0 ? x[i] : 0.0;
        else
            y[i] = x[i];
    }
}

bool reference_forward(const struct pare_net *net, double *const *value, const float *x, size_t n,
                       double *logits)
{
    size_t in = volume(net->input), room = in;
    double *a, *b;
    bool done = false;

    for (size_t l = 0; l < net->layers; l++)
        room = volume(net->layer[l].out) > room ? volume(net->layer[l].out) : room;
    a = alloc_zero(room, sizeof *a, "reference", NULL);
    b = alloc_zero(room, sizeof *b, "reference", NULL);
    if (!a || !b)
        goto out;
    for (size_t s = 0; s < n; s++) {
        for (size_t i = 0; i < in; i++)
            a[i] = (double)x[s * in + i];
        for (size_t l = 0; l < net->layers; l++) {
            double *t = a;

            layer(net, value, &net->layer[l], a, b);
            a = b;
            b = t;
        }
        memcpy(logits + s * net->classes, a, net->classes * sizeof *logits);
    }
    done = true;
out:
    free(a);
    free(b);
    return done;
}

static double sample_loss(const double *z, size_t classes, size_t y, enum net_loss loss)
{
    double sum = 0.0;

    if (loss == NET_LOSS_SOFTMAX) {
        for (size_t c = 0; c < classes; c++)
            sum += exp(z[c] - z[y]);
        return log(sum);
    }
    for (size_t c = 0; c < classes; c++) /* -log p for the class, -log (1 - p) for others */
        sum += log(1.0 + exp(c == y ? -z[c] : z[c]));
    return sum;
}

double reference_loss(const struct pare_net *net, double *const *value, const float *x,
                      const uint16_t *y, size_t n, enum net_loss loss)
{
    double *logits = alloc_zero(n, net->classes * sizeof *logits, "reference", NULL);
    double sum = 0.0;

    if (!logits || !reference_forward(net, value, x, n, logits))
        sum = NAN;
    for (size_t i = 0; i < n && !isnan(sum); i++)
        sum += sample_loss(logits + i * net->classes, net->classes, y[i], loss);
    free(logits);
    return sum / (double)n;
}

double reference_slope(const struct pare_net *net, double *const *value, size_t param, size_t index,
                       double h, const float *x, const uint16_t *y, size_t n, enum net_loss loss)
{
    double before = value[param][index], above, below;

    value[param][index] = before + h;
    above = reference_loss(net, value, x, y, n, loss);
    value[param][index] = before - h;
    below = reference_loss(net, value, x, y, n, loss);
    value[param][index] = before;
    return (above - below) / (2.0 * h);
}

double **reference_values(const struct pare_net *net)
{
    double **value = alloc_zero(net->params, sizeof *value, "reference", NULL);

    for (size_t p = 0; value && p < net->params; p++) {
        value[p] = alloc_zero(net->param[p].count, sizeof **value, "reference", NULL);
        if (!value[p]) {
            reference_values_free(net, value);
            return NULL;
        }
        for (size_t i = 0; i < net->param[p].count; i++)
            value[p][i] = (double)net->param[p].value[i];
    }
    return value;
}

void reference_values_free(const struct pare_net *net, double **value)
{
    for (size_t p = 0; value && p < net->params; p++)
        free(value[p]);
    free(value);
}
