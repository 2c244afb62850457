/* SPDX-License-Identifier: Apache-2.0 */
#ifndef COMPRESS_DEAD_H
#define COMPRESS_DEAD_H

/* Dead neurons (Han 2015, section 3.5): units of dense layers and channels of
 * convolutions without inputs or without outputs. */

#include "net/net.h"

/* A layer with weights and the neurons that it makes. */
struct dead_layer {
    size_t layer; /* its number in the net */
    size_t neurons;
    size_t no_input;  /* every weight that leads to it is zero */
    size_t no_output; /* every weight that leads from it is zero; the last layer: none */
    size_t removed;   /* by dead_remove: it has lost what it still had */
    size_t left;      /* by dead_remove: dead, but it could not be removed exactly */
};

/* Counts into layer [net->layers]; how many there are. */
size_t dead_count(const struct pare_net *net, struct dead_layer *layer);

/* Prunes the weights that lead to a neuron without outputs, or from one without
 * inputs, until there are none such, and counts as dead_count does before and after.
 * What the net computes stays the same up to rounding: what a neuron without
 * inputs gives, always the same, goes into the biases of the next layer. Where it
 * cannot (the next layer pads its input, or its bias is pruned or shared), or where
 * want [params] (NULL: all) leaves out a weight that would change, the neuron stays
 * as it is. The other writer of keep, beside select.c. On failure nothing has
 * changed. */
int dead_remove(struct pare_net *net, const bool *want, struct dead_layer *layer, size_t *layers,
                struct pare_error *err);

#endif
