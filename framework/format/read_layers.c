/* SPDX-License-Identifier: Apache-2.0 */
/* The layers of a file into a net. Nothing the size of a tensor is allocated
 * before the sum of all tensors is known and allowed. */

#include "format/reader.h"
#include <string.h>

static void read_name(struct cursor *c, struct layer_desc *desc, size_t nth)
{
    size_t length = (size_t)cursor_varint(c, 0, CONTAINER_NAME_BYTES_MAX, "the layer's name");
    size_t start = c->at;
    const uint8_t *from = cursor_take(c, length, "the layer's name");

    if (!from)
        return;
    if (length == 0) {
        container_layer_name(desc->kind, nth, desc->name);
        return;
    }
    for (size_t i = 0; i < length; i++)
        if (from[i] <= ' ' || from[i] > '~')
            cursor_fail(c, start + i, "the layer's name: byte 0x%02x is no letter", from[i]);
    if (!c->status)
        memcpy(desc->name, from, length);
}

static double read_rate(struct cursor *c)
{
    uint64_t hundredths = cursor_varint(c, 0, 100, "the dropout rate"), bits;
    size_t start = c->at;
    double rate;

    if (hundredths > 0)
        return (double)(hundredths - 1) / 100.0;
    bits = cursor_u64(c, "the dropout rate");
    memcpy(&rate, &bits, sizeof rate);
    if (!(rate >= 0.0 && rate < 1.0))
        cursor_fail(c, start, "the dropout rate: %g is outside 0..1", rate);
    return rate;
}

static size_t read_size(struct cursor *c, unsigned fields, enum layer_field field, unsigned min,
                        const char *what)
{
    if (!(fields & field))
        return 0;
    return (size_t)cursor_varint(c, min, CONTAINER_SIZE_MAX, what);
}

/* What net says is wrong with a user's model is here wrong with the file. */
static int fail_net(struct cursor *c, size_t offset, struct pare_error *err)
{
    struct pare_error said = *err;

    if (said.status != PARE_EUSER)
        return said.status;
    return cursor_fail(c, offset, "%s", said.text);
}

/* nth [LAYER_KIND_COUNT]: how many layers of each kind came before. */
static int read_layer(struct reader *r, struct cursor *c, size_t *nth)
{
    struct layer_desc desc = {0};
    size_t start = c->at;
    unsigned fields;

    desc.kind = (enum layer_kind)cursor_varint(c, 1, LAYER_KIND_COUNT - 1, "the kind of a layer");
    fields = container_layer_fields(desc.kind);
    if (fields & LAYER_HAS_NAME)
        read_name(c, &desc, ++nth[desc.kind]);
    desc.units = read_size(c, fields, LAYER_HAS_UNITS, 1, "the layer's outputs");
    desc.kernel = read_size(c, fields, LAYER_HAS_KERNEL, 1, "the layer's window");
    desc.stride = read_size(c, fields, LAYER_HAS_STRIDE, 1, "the layer's stride");
    desc.pad = read_size(c, fields, LAYER_HAS_PAD, 0, "the layer's padding");
    if (fields & LAYER_HAS_RATE)
        desc.rate = read_rate(c);
    if (c->status)
        return c->status;
    net_add(r->net, &desc);
    if (!r->net->error.status)
        return PARE_OK;
    *r->err = r->net->error;
    return fail_net(c, start, r->err);
}

/* net_add has bounded each count; the file's size bounds their sum. */
static int check_weights(struct reader *r, struct cursor *c)
{
    size_t most = container_weights_max(r->out->size_bytes), sum = 0;

    for (size_t i = 0; i < r->net->params; i++) {
        size_t count = r->net->param[i].count;
        if (count > most - sum)
            return cursor_fail(c, c->at,
                               "%s: more weights than the %zu that a file of %zu bytes "
                               "may hold",
                               r->net->param[i].name, most, r->out->size_bytes);
        sum += count;
    }
    return PARE_OK;
}

/* And what a test of the net would cost. */
static int check_cost(struct reader *r, struct cursor *c)
{
    const struct container_cost cost = container_cost(r->net);
    const struct container_cost most = container_cost_max(r->out->size_bytes);
    size_t has, may;
    const char *what = container_beyond(&cost, &most, &has, &may);

    if (!what)
        return PARE_OK;
    return cursor_fail(c, c->at,
                       "the layers take %zu %s, more than the %zu that a file of %zu "
                       "bytes may ask for",
                       has, what, may, r->out->size_bytes);
}

int read_layers(struct reader *r, struct cursor *c)
{
    size_t nth[LAYER_KIND_COUNT] = {0}, input[3], classes, start = c->at;

    for (size_t i = 0; i < 3; i++)
        input[i] = (size_t)cursor_varint(c, 1, CONTAINER_SIZE_MAX, "the input's shape");
    classes = (size_t)cursor_varint(c, 1, CONTAINER_SIZE_MAX, "the number of classes");
    if (c->status)
        return c->status;
    r->net = r->out->net = net_new(input, classes, r->err);
    if (!r->net)
        return fail_net(c, start, r->err);
    while (cursor_left(c) > 0) {
        int status = read_layer(r, c, nth);
        if (status)
            return status;
    }
    if (check_weights(r, c) || check_cost(r, c))
        return c->status;
    if (r->sink ? net_check(r->net, r->err) : net_finish(r->net, r->err))
        return fail_net(c, start, r->err);
    return PARE_OK;
}
