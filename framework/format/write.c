/* SPDX-License-Identifier: Apache-2.0 */
/* Chunk after chunk. Params are packed first, since the list of encoders, which
 * stands before them, holds only those that won a stream. */

#include "format/write.h"
#include "base/alloc.h"
#include "base/hash.h"
#include "format/container.h"
#include "format/pack.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Encoders in the order of their numbers; raw has number 0. */
struct encoder_list {
    const struct pare_plugin *at[CONTAINER_ENCODERS_MAX];
    size_t count;
};

static int list_add(struct encoder_list *list, const struct pare_plugin *plugin,
                    struct pare_error *err)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->at[i] == plugin)
            return PARE_OK;
    if (list->count == CONTAINER_ENCODERS_MAX)
        return pare_fail(err, PARE_ESTATE, "more than %d encoders in one file",
                         CONTAINER_ENCODERS_MAX);
    list->at[list->count++] = plugin;
    return PARE_OK;
}

/* Takes the payload. */
static void put_chunk(struct bytes *file, unsigned tag, struct bytes *payload)
{
    bytes_put_chunk(file, tag, payload->at, payload->size);
    file->failed = file->failed || payload->failed;
    free(payload->at);
}

/* One byte, rate in hundredths plus one, where that is exact; else a zero and the
 * double. */
static void put_rate(struct bytes *out, double rate)
{
    double hundredths = round(rate * 100.0);
    uint64_t bits;

    if (hundredths >= 0.0 && hundredths < 100.0 && hundredths / 100.0 == rate && !signbit(rate)) {
        bytes_put_varint(out, (uint64_t)hundredths + 1);
        return;
    }
    memcpy(&bits, &rate, sizeof bits);
    bytes_put_varint(out, 0);
    bytes_put_u64(out, bits);
}

static void put_layer(struct bytes *out, const struct layer_desc *desc, size_t nth)
{
    unsigned fields = container_layer_fields(desc->kind);
    char usual[LAYER_NAME_BYTES];

    bytes_put_varint(out, desc->kind);
    if (fields & LAYER_HAS_NAME) {
        size_t length = strlen(desc->name);
        container_layer_name(desc->kind, nth, usual);
        if (strcmp(desc->name, usual) == 0)
            length = 0;
        bytes_put_varint(out, length);
        bytes_put(out, desc->name, length);
    }
    if (fields & LAYER_HAS_UNITS)
        bytes_put_varint(out, desc->units);
    if (fields & LAYER_HAS_KERNEL)
        bytes_put_varint(out, desc->kernel);
    if (fields & LAYER_HAS_STRIDE)
        bytes_put_varint(out, desc->stride);
    if (fields & LAYER_HAS_PAD)
        bytes_put_varint(out, desc->pad);
    if (fields & LAYER_HAS_RATE)
        put_rate(out, desc->rate);
}

static void put_layers(struct bytes *file, const struct pare_net *net)
{
    struct bytes payload = {0};
    size_t nth[LAYER_KIND_COUNT] = {0};

    for (size_t i = 0; i < 3; i++)
        bytes_put_varint(&payload, net->input[i]);
    bytes_put_varint(&payload, net->classes);
    for (size_t i = 0; i < net->layers; i++) {
        const struct layer_desc *desc = &net->layer[i].desc;
        put_layer(&payload, desc, ++nth[desc->kind]);
    }
    put_chunk(file, CHUNK_LAYERS, &payload);
}

static void put_encoders(struct bytes *file, const struct encoder_list *list)
{
    struct bytes payload = {0};

    for (size_t i = 1; i < list->count; i++) {
        size_t length = strlen(list->at[i]->name);
        bytes_put_varint(&payload, length);
        bytes_put(&payload, list->at[i]->name, length);
    }
    if (payload.size > 0 || payload.failed)
        put_chunk(file, CHUNK_ENCODERS, &payload);
}

static void put_file(struct bytes *file, const struct pare_net *net, const struct packed *packed,
                     const struct encoder_list *list, const char *data_text,
                     const struct write_chunk *chunk, size_t chunks)
{
    bytes_put(file, CONTAINER_MAGIC, CONTAINER_MAGIC_BYTES);
    bytes_put_u8(file, CONTAINER_VERSION);
    put_layers(file, net);
    put_encoders(file, list);
    for (size_t i = 0; i < net->params; i++) {
        struct bytes payload = {0};
        packed_put(&packed[i], &net->param[i], list->at, list->count, &payload);
        put_chunk(file, CHUNK_PARAM, &payload);
    }
    if (data_text)
        bytes_put_chunk(file, CHUNK_DATA, data_text, strlen(data_text));
    for (size_t i = 0; i < chunks; i++)
        bytes_put_chunk(file, (unsigned char)chunk[i].tag, chunk[i].bytes, chunk[i].size_bytes);
    bytes_put_u8(file, CHUNK_END);
    bytes_put_varint(file, CONTAINER_CHECKSUM_BYTES);
    if (!file->failed)
        bytes_put_u32(file, hash_crc32(0, file->at, file->size));
}

/* Would the reader take it? Better to say so now than at the first reading. */
static int check_limits(const struct pare_net *net, const struct bytes *file, const char *data_text,
                        struct pare_error *err)
{
    const struct container_cost cost = container_cost(net), most = container_cost_max(file->size);
    size_t has, may;
    const char *what = container_beyond(&cost, &most, &has, &may);

    if (what)
        return pare_fail(err, PARE_ESTATE, "%zu %s in %zu bytes: a file of that size may have %zu",
                         has, what, file->size, may);
    if (file->size > CONTAINER_BYTES_MAX)
        return pare_fail(err, PARE_ESTATE, "%zu bytes: a file may have %d", file->size,
                         CONTAINER_BYTES_MAX);
    if (data_text && strlen(data_text) > CONTAINER_DATA_BYTES_MAX)
        return pare_fail(err, PARE_ESTATE, "%zu bytes of data group: a file may hold %d",
                         strlen(data_text), CONTAINER_DATA_BYTES_MAX);
    return PARE_OK;
}

/* Packs every param and lists the encoders that were of use. */
static int pack_all(const struct pare_net *net, const struct write_item *item,
                    const struct plugin_use *raw, struct packed *packed, struct encoder_list *list,
                    struct pare_error *err)
{
    struct encoder_list asked = {.at = {raw->plugin}, .count = 1};
    int status = PARE_OK;

    *list = asked;
    for (size_t i = 0; i < net->params && !status; i++)
        status = list_add(&asked, item[i].encoder.plugin, err);
    for (size_t i = 0; i < net->params && !status; i++) {
        status = pack_param(&net->param[i], &item[i], raw, asked.count, &packed[i], err);
        for (size_t j = 0; j < packed[i].streams && !status; j++)
            status = list_add(list, packed[i].stream[j].encoder, err);
    }
    return status;
}

int format_write_chunks(const struct pare_net *net, const struct write_item *item,
                        const struct plugin_use *raw, const char *data_text,
                        const struct write_chunk *chunk, size_t chunks, uint8_t **bytes,
                        size_t *size_bytes, struct pare_error *err)
{
    struct packed *packed = alloc_zero(net->params, sizeof *packed, "packed parameters", err);
    struct encoder_list list;
    struct bytes file = {0};
    int status;

    if (!packed)
        return PARE_ENOMEM;
    status = pack_all(net, item, raw, packed, &list, err);
    if (status)
        goto out;
    put_file(&file, net, packed, &list, data_text, chunk, chunks);
    if (file.failed)
        status = pare_fail(err, PARE_ENOMEM, "no memory for a file of %zu bytes", file.size);
    else
        status = check_limits(net, &file, data_text, err);
    if (status)
        goto out;
    *bytes = file.at;
    *size_bytes = file.size;
    file.at = NULL;
out:
    for (size_t i = 0; i < net->params; i++)
        packed_free(&packed[i]);
    free(packed);
    free(file.at);
    return status;
}

int format_write(const struct pare_net *net, const struct write_item *item,
                 const struct plugin_use *raw, const char *data_text, uint8_t **bytes,
                 size_t *size_bytes, struct pare_error *err)
{
    return format_write_chunks(net, item, raw, data_text, NULL, 0, bytes, size_bytes, err);
}
