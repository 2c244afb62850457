/* SPDX-License-Identifier: Apache-2.0 */
/* Dead neurons, counted and removed. A neuron is a row of its layer's weights and,
 * in the next layer with weights, a stretch of the inputs of each row: between the
 * two only layers stand that treat every channel alike and make of a constant the
 * same constant, or 0 where it is negative and there is a ReLU. */

#include "compress/dead.h"

#include "base/alloc.h"
#include "net/layer.h"
#include <stdlib.h>
#include <string.h>

/* Two layers with weights, one after the other; the neurons are the first one's. */
struct joint {
    struct pare_param *weight, *bias;           /* rows lead to the neurons */
    struct pare_param *next_weight, *next_bias; /* NULL after the last layer */
    size_t neurons, row;                        /* values of a row of weight */
    size_t next_rows, next_row, stretch;        /* stretch: of one neuron in a next row */
    bool relu, padded;                          /* on the way to next; next pads */
};

static bool has_weights(const struct layer *layer)
{
    return layer->weight != SIZE_MAX;
}

static struct joint joint_at(const struct pare_net *net, size_t i)
{
    struct joint j = {.weight = &net->param[net->layer[i].weight],
                      .bias = &net->param[net->layer[i].bias]};

    j.neurons = j.weight->shape[0];
    j.row = j.weight->count / j.neurons;
    for (i++; i < net->layers && !has_weights(&net->layer[i]); i++)
        j.relu |= net->layer[i].desc.kind == LAYER_RELU;
    if (i == net->layers)
        return j;
    j.next_weight = &net->param[net->layer[i].weight];
    j.next_bias = &net->param[net->layer[i].bias];
    j.next_rows = j.next_weight->shape[0];
    j.next_row = j.next_weight->count / j.next_rows;
    j.stretch = j.next_row / j.neurons;
    j.padded = net->layer[i].desc.pad > 0;
    return j;
}

static bool all_zero(const float *x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (x[i] != 0.0f)
            return false;
    return true;
}

static bool no_input(const struct joint *j, size_t u)
{
    return all_zero(j->weight->value + u * j->row, j->row);
}

static bool no_output(const struct joint *j, size_t u)
{
    for (size_t r = 0; j->next_weight && r < j->next_rows; r++)
        if (!all_zero(j->next_weight->value + r * j->next_row + u * j->stretch, j->stretch))
            return false;
    return j->next_weight != NULL;
}

size_t dead_count(const struct pare_net *net, struct dead_layer *layer)
{
    size_t n = 0;

    for (size_t i = 0; i < net->layers; i++) {
        if (!has_weights(&net->layer[i]))
            continue;
        struct joint j = joint_at(net, i);
        struct dead_layer *d = &layer[n++];
        *d = (struct dead_layer){.layer = i, .neurons = j.neurons};
        for (size_t u = 0; u < j.neurons; u++) {
            d->no_input += no_input(&j, u);
            d->no_output += no_output(&j, u);
        }
    }
    return n;
}

static void prune_stretch(struct pare_param *p, size_t first, size_t n)
{
    memset(p->keep + first, 0, n);
    for (size_t i = first; i < first + n; i++)
        p->value[i] = 0.0f;
}

static bool may_change(const struct pare_net *net, const bool *want, const struct pare_param *p)
{
    return !want || want[p - net->param];
}

/* Takes the inputs of a neuron without outputs. */
static bool cut_inputs(const struct pare_net *net, const bool *want, const struct joint *j,
                       size_t u)
{
    if (!may_change(net, want, j->weight))
        return false;
    prune_stretch(j->weight, u * j->row, j->row);
    return true;
}

/* Can next's bias take up what a neuron without inputs gives? */
static bool can_fold(const struct pare_net *net, const bool *want, const struct joint *j)
{
    return !j->padded && !j->next_bias->centroid && !j->next_bias->keep &&
           may_change(net, want, j->next_bias);
}

/* Takes the outputs of a neuron without inputs, whose value is then its bias's. */
static bool cut_outputs(const struct pare_net *net, const bool *want, const struct joint *j,
                        size_t u)
{
    float constant = j->bias->value[u];

    if (j->relu && constant < 0.0f)
        constant = 0.0f;
    if (!may_change(net, want, j->next_weight) || (constant != 0.0f && !can_fold(net, want, j)))
        return false;
    for (size_t r = 0; r < j->next_rows; r++) {
        size_t first = r * j->next_row + u * j->stretch;
        double sum = 0.0;
        for (size_t i = first; i < first + j->stretch; i++)
            sum += (double)j->next_weight->value[i];
        if (constant != 0.0f)
            j->next_bias->value[r] += (float)(sum * (double)constant);
        if (constant != 0.0f && j->next_bias->latent)
            j->next_bias->latent[r] = j->next_bias->value[r];
        prune_stretch(j->next_weight, first, j->stretch);
    }
    return true;
}

/* One pass over layer n of those with weights; how many neurons were removed. */
static size_t remove_in(struct pare_net *net, const bool *want, struct dead_layer *d)
{
    struct joint j = joint_at(net, d->layer);
    size_t removed = 0;

    d->left = 0;
    for (size_t u = 0; j.next_weight && u < j.neurons; u++) {
        bool in = no_input(&j, u), out = no_output(&j, u);
        if (in == out)
            continue;
        if (in ? cut_outputs(net, want, &j, u) : cut_inputs(net, want, &j, u))
            removed++;
        else
            d->left++;
    }
    d->removed += removed;
    return removed;
}

/* A mask of all for every weight that has none, so that nothing fails half way. */
static int make_masks(struct pare_net *net, const bool *want, struct pare_error *err)
{
    for (size_t i = 0; i < net->layers; i++) {
        struct pare_param *p =
            has_weights(&net->layer[i]) ? &net->param[net->layer[i].weight] : NULL;
        if (!p || p->keep || !may_change(net, want, p))
            continue;
        p->keep = alloc_zero(p->count, 1, p->name, err);
        if (!p->keep)
            return PARE_ENOMEM;
        memset(p->keep, 1, p->count);
    }
    return PARE_OK;
}

static void drop_empty_masks(struct pare_net *net)
{
    for (size_t i = 0; i < net->params; i++) {
        struct pare_param *p = &net->param[i];
        if (!p->keep || memchr(p->keep, 0, p->count))
            continue;
        free(p->keep);
        p->keep = NULL;
    }
}

int dead_remove(struct pare_net *net, const bool *want, struct dead_layer *layer, size_t *layers,
                struct pare_error *err)
{
    size_t n = dead_count(net, layer), again = 1;
    int status = make_masks(net, want, err);

    while (status == PARE_OK && again > 0) {
        again = 0;
        for (size_t i = 0; i < n; i++)
            again += remove_in(net, want, &layer[i]);
    }
    drop_empty_masks(net);
    *layers = n;
    return status;
}
