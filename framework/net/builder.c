/* SPDX-License-Identifier: Apache-2.0 */

/* The builder calls of <pare/model.h> and the first values of the parameters. */

#include "base/alloc.h"
#include "net/net.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

void pare_net_input(const struct pare_net *net, size_t shape[3])
{
    memcpy(shape, net->input, sizeof net->input);
}

size_t pare_net_classes(const struct pare_net *net)
{
    return net->classes;
}

static void add_named(struct pare_net *net, const char *name, struct layer_desc desc)
{
    if (strlen(name) >= sizeof desc.name) {
        if (net->error.status == PARE_OK)
            pare_fail(&net->error, PARE_EUSER, "layer %zu: a name of more than %zu bytes",
                      net->layers + 1, sizeof desc.name - 1);
        return;
    }
    memcpy(desc.name, name, strlen(name) + 1);
    net_add(net, &desc);
}

void pare_net_dense(struct pare_net *net, const char *name, size_t units)
{
    add_named(net, name, (struct layer_desc){.kind = LAYER_DENSE, .units = units});
}

void pare_net_conv(struct pare_net *net, const char *name, size_t channels, size_t kernel,
                   size_t stride, size_t pad)
{
    add_named(
        net, name,
        (struct layer_desc){
            .kind = LAYER_CONV, .units = channels, .kernel = kernel, .stride = stride, .pad = pad});
}

void pare_net_maxpool(struct pare_net *net, size_t size, size_t stride)
{
    net_add(net, &(struct layer_desc){.kind = LAYER_MAXPOOL, .kernel = size, .stride = stride});
}

void pare_net_avgpool(struct pare_net *net, size_t size, size_t stride)
{
    net_add(net, &(struct layer_desc){.kind = LAYER_AVGPOOL, .kernel = size, .stride = stride});
}

void pare_net_relu(struct pare_net *net)
{
    net_add(net, &(struct layer_desc){.kind = LAYER_RELU});
}

void pare_net_dropout(struct pare_net *net, double rate)
{
    net_add(net, &(struct layer_desc){.kind = LAYER_DROPOUT, .rate = rate});
}

void pare_net_flatten(struct pare_net *net)
{
    net_add(net, &(struct layer_desc){.kind = LAYER_FLATTEN});
}

void net_init(struct pare_net *net, enum net_init init, uint64_t seed)
{
    for (size_t i = 0; i < net->params; i++) {
        struct pare_param *p = &net->param[i];
        double each = 1.0, fan, bound; /* kernel positions of one output */
        char *stream;
        struct pare_rng rng;

        memset(p->value, 0, p->count * sizeof *p->value);
        if (pare_param_is_bias(p))
            continue;
        for (unsigned d = 2; d < p->rank; d++)
            each *= (double)p->shape[d];
        fan = each * (double)p->shape[1];
        if (init == NET_INIT_GLOROT)
            fan += each * (double)p->shape[0];
        bound = sqrt(6.0 / fan);
        stream = xasprintf("init/%s", p->name);
        rng = pare_rng_stream(seed, stream);
        free(stream);
        for (size_t k = 0; k < p->count; k++)
            p->value[k] = (float)((2.0 * pare_rng_real(&rng) - 1.0) * bound);
    }
}
