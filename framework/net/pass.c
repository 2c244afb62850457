/* SPDX-License-Identifier: Apache-2.0 */

/* The passes through all layers of a net, forward and back. A layer that works
 * in place has no memory of its own: its output is where its input was. */

#include "net/layer.h"
#include "net/net.h"
#include <assert.h>

const float *net_forward(struct pare_net *net, struct pool *pool, const float *x, size_t n,
                         struct pare_rng *dropout)
{
    const float *in = x;
    float *ours = NULL; /* in, where that is memory of the net */

    assert(n <= net->batch);
    for (size_t i = 0; i < net->layers; i += 1 + net->layer[i].joined) {
        struct layer *layer = &net->layer[i];
        struct layer_pass pass = {.pool = pool, .n = n, .x = in, .dropout = dropout};

        if (layer->y)
            ours = layer->y;
        pass.y = ours;
        if (layer->weight != SIZE_MAX)
            pass.weight = &net->param[layer->weight];
        if (layer->bias != SIZE_MAX)
            pass.bias = &net->param[layer->bias];
        layer->ops->forward(layer, &pass);
        if (ours)
            in = ours;
    }
    net->logits = in;
    return in;
}

/* A layer that works in place has written where its input was; only layers with
 * outputs of their own still have theirs. Those are the ones with parameters. */
const float *net_layer_input(const struct pare_net *net, size_t i, const float *x)
{
    while (i > 0 && !net->layer[i - 1].y)
        i--;
    return i > 0 ? net->layer[i - 1].y : x;
}

static bool wanted(const bool *want, size_t param)
{
    return param != SIZE_MAX && (!want || want[param]);
}

/* The first layer with a gradient that is wanted: those before need none. */
static size_t lowest_wanted(const struct pare_net *net, const bool *want)
{
    size_t lowest = 0;

    while (lowest < net->layers && !wanted(want, net->layer[lowest].weight) &&
           !wanted(want, net->layer[lowest].bias))
        lowest++;
    return lowest;
}

size_t net_backward_macs(const struct pare_net *net, const bool *want)
{
    size_t lowest = lowest_wanted(net, want), all = 0;

    for (size_t i = lowest; i < net->layers; i++) {
        const struct layer *layer = &net->layer[i];
        size_t products = (wanted(want, layer->weight) ? 1 : 0) + (i > lowest ? 1 : 0);

        all += layer->ops->macs ? products * layer->ops->macs(layer) : 0;
    }
    return all;
}

void net_backward(struct pare_net *net, struct pool *pool, const float *x, size_t n,
                  const bool *want)
{
    float *dy = net->slope;
    size_t lowest = lowest_wanted(net, want);

    assert(n <= net->batch);
    for (size_t i = net->layers; i-- > lowest;) {
        struct layer *layer = &net->layer[i];
        struct layer_pass pass = {.pool = pool, .n = n, .x = net_layer_input(net, i, x), .dy = dy};

        if (layer->inside)
            continue;
        pass.y = (float *)net_layer_input(net, i + 1, x);
        if (i > lowest)
            pass.dx = layer->ops->in_place ? dy : layer->dx;
        if (layer->weight != SIZE_MAX)
            pass.weight = &net->param[layer->weight];
        if (layer->bias != SIZE_MAX)
            pass.bias = &net->param[layer->bias];
        pass.want_weight = wanted(want, layer->weight);
        pass.want_bias = wanted(want, layer->bias);
        layer->ops->backward(layer, &pass);
        dy = pass.dx;
    }
}
