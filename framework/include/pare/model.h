/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PARE_MODEL_H
#define PARE_MODEL_H

/* Models: the layers of a network, added one by one by builder calls.
 *
 * A builder call appends one layer whose input is the layer before it. Its
 * error is sticky: the first failure is kept, later calls do nothing, and the
 * host checks once after build returns. Layers with parameters are named
 * ("fc1") and own "fc1.weight" and "fc1.bias"; names must be unique. */

#include <pare/plugin.h>

struct pare_net;

struct pare_model {
    struct pare_plugin head;
    /* Adds the layers from the input to the logits: the last layer's output
     * must be as many values as the data set has classes (the loss adds the
     * softmax or the sigmoid). */
    int (*build)(void *self, struct pare_net *net, struct pare_error *err);
};
#define PARE_MODEL(NAME, ...) PARE_HEAD(PARE_KIND_MODEL, pare_model, NAME, __VA_ARGS__)

/* What the network is to work on: shape[3] = channels, height, width. */
PARE_API void pare_net_input(const struct pare_net *net, size_t shape[3]);
PARE_API size_t pare_net_classes(const struct pare_net *net);

/* units outputs, each seeing every input; flattens its input. */
PARE_API void pare_net_dense(struct pare_net *net, const char *name, size_t units);
/* kernel x kernel convolution (cross-correlation), zero padding on all sides. */
PARE_API void pare_net_conv(struct pare_net *net, const char *name, size_t channels, size_t kernel,
                            size_t stride, size_t pad);
/* size x size windows without padding; a window that does not fit is left out. */
PARE_API void pare_net_maxpool(struct pare_net *net, size_t size, size_t stride);
PARE_API void pare_net_avgpool(struct pare_net *net, size_t size, size_t stride);
PARE_API void pare_net_relu(struct pare_net *net);
/* Zeroes a share rate of its inputs while training and scales the rest by
 * 1/(1-rate) (Srivastava 2014, "inverted" form); 0 <= rate < 1. */
PARE_API void pare_net_dropout(struct pare_net *net, double rate);
PARE_API void pare_net_flatten(struct pare_net *net);

#endif
