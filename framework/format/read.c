/* SPDX-License-Identifier: Apache-2.0 */
/* A whole file: its chunks in their one order. Every byte is entered in the ledger
 * as it is passed. */

#include "format/read.h"
#include "base/alloc.h"
#include "base/file.h"
#include "base/text.h"
#include "format/reader.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Of the file as a whole. */
static int enter(struct reader *r, enum ledger_part part, size_t bytes)
{
    return ledger_add(r->ledger, r->net, SIZE_MAX, part, bytes, r->err);
}

static int open_encoder(struct reader *r, const char *name, size_t offset)
{
    const struct pare_plugin *plugin = registry_get(PARE_KIND_ENCODER, name, r->err);
    struct problems problems = {0};
    int status;

    if (!plugin)
        return pare_fail_in(r->err, "byte %zu: cannot decode without encoder '%s'", offset, name);
    status =
        plugin_use_open(&r->encoder[r->encoders], plugin, NULL, "encode", NULL, &problems, r->err);
    problems_free(&problems);
    if (!status)
        r->encoders++;
    return status;
}

static int read_encoder_name(struct reader *r, struct cursor *c)
{
    size_t start = c->at;
    size_t length = (size_t)cursor_varint(c, 1, CONTAINER_NAME_BYTES_MAX, "an encoder's name");
    const uint8_t *from = cursor_take(c, length, "an encoder's name");
    char name[CONTAINER_NAME_BYTES_MAX + 1] = {0};

    if (!from)
        return c->status;
    memcpy(name, from, length);
    if (strlen(name) != length || !text_is_identifier(name))
        return cursor_fail(c, start, "an encoder's name that is no identifier");
    for (size_t i = 0; i < r->encoders; i++)
        if (strcmp(r->encoder[i].plugin->name, name) == 0)
            return cursor_fail(c, start, "encoder '%s' is listed twice", name);
    if (r->encoders == CONTAINER_ENCODERS_MAX)
        return cursor_fail(c, start, "more than %d encoders", CONTAINER_ENCODERS_MAX);
    return open_encoder(r, name, start);
}

static int read_encoders(struct reader *r)
{
    struct cursor c;
    size_t head;
    int status = open_encoder(r, CONTAINER_RAW, r->file.at);

    if (status || chunk_tag(&r->file) != CHUNK_ENCODERS)
        return status;
    c = chunk_open(&r->file, CHUNK_ENCODERS, "the list of encoders", &head);
    if (c.status)
        return c.status;
    if (cursor_left(&c) == 0)
        return cursor_fail(&c, c.at, "an empty list of encoders");
    status = enter(r, LEDGER_FRAMING, head);
    if (!status)
        status = enter(r, LEDGER_NAMES, cursor_left(&c));
    while (!status && cursor_left(&c) > 0)
        status = read_encoder_name(r, &c);
    return status;
}

static int read_head(struct reader *r)
{
    size_t head;
    struct cursor c = chunk_open(&r->file, CHUNK_LAYERS, "the chunk of layers, 'L',", &head);
    int status = c.status;

    if (!status)
        status = enter(r, LEDGER_FRAMING, CONTAINER_HEAD_BYTES + head);
    if (!status)
        status = enter(r, LEDGER_NAMES, cursor_left(&c));
    return status ? status : read_layers(r, &c);
}

static int read_params(struct reader *r)
{
    int status = PARE_OK;

    r->ledger->span_bits = alloc_zero(r->net->params, sizeof(unsigned), "the ledger", r->err);
    r->ledger->gap_symbols = alloc_zero(r->net->params, sizeof(size_t), "the ledger", r->err);
    if (!r->ledger->span_bits || !r->ledger->gap_symbols)
        return PARE_ENOMEM;
    for (size_t i = 0; i < r->net->params && !status; i++) {
        char what[LAYER_NAME_BYTES + 32];
        struct cursor c;
        size_t head = 0;
        snprintf(what, sizeof what, "the chunk of '%s', 'P',", r->net->param[i].name);
        c = chunk_open(&r->file, CHUNK_PARAM, what, &head);
        status = c.status;
        if (!status)
            status = ledger_add(r->ledger, r->net, i, LEDGER_FRAMING, head, r->err);
        if (!status)
            status = read_param(r, &c, i);
    }
    return status;
}

static int read_data(struct reader *r, struct cursor *c)
{
    size_t size = cursor_left(c);
    const uint8_t *from = cursor_take(c, size, "the data group");

    if (size > CONTAINER_DATA_BYTES_MAX)
        return cursor_fail(c, c->at - size, "the data group: %zu bytes are more than %d", size,
                           CONTAINER_DATA_BYTES_MAX);
    if (size > 0 && memchr(from, '\0', size))
        return cursor_fail(c, c->at - size, "the data group: text with a zero byte");
    r->out->data_text = xstrndup((const char *)from, size);
    return PARE_OK;
}

static int keep_chunk(struct reader *r, int tag, struct cursor *c)
{
    size_t size = cursor_left(c);
    const uint8_t *from = cursor_take(c, size, "a chunk");
    uint8_t *copy = alloc_zero(size, 1, "a chunk", r->err);
    struct model_file *out = r->out;

    if (!copy)
        return PARE_ENOMEM;
    if (size > 0)
        memcpy(copy, from, size);
    out->chunk = xrealloc(out->chunk, out->chunks + 1, sizeof *out->chunk);
    out->chunk[out->chunks++] = (struct model_chunk){(char)tag, copy, size};
    return PARE_OK;
}

/* Chunks that may be missing or unknown, each at most once. */
static int read_optional(struct reader *r)
{
    bool seen[128] = {false};
    int tag, status = PARE_OK;

    while (!status && (tag = chunk_tag(&r->file)) >= 'a' && tag <= 'z') {
        size_t start = r->file.at, head;
        struct cursor c = chunk_open(&r->file, tag, "a chunk", &head);
        if (!c.status && seen[tag])
            return cursor_fail(&r->file, start, "chunk '%c' is there twice", tag);
        if (c.status)
            return c.status;
        seen[tag] = true;
        status = enter(r, LEDGER_FRAMING, head);
        if (!status)
            status = enter(r, tag == CHUNK_DATA ? LEDGER_NAMES : LEDGER_FRAMING, cursor_left(&c));
        if (!status)
            status = tag == CHUNK_DATA ? read_data(r, &c) : keep_chunk(r, tag, &c);
    }
    return status;
}

static int read_end(struct reader *r)
{
    size_t head;
    struct cursor c = chunk_open(&r->file, CHUNK_END, "the chunk of the checksum, 'Z',", &head);
    int status = c.status;

    if (!status && cursor_left(&c) != CONTAINER_CHECKSUM_BYTES)
        status = cursor_fail(&c, c.at, "a checksum of %zu bytes instead of %d", cursor_left(&c),
                             CONTAINER_CHECKSUM_BYTES);
    if (!status)
        status = enter(r, LEDGER_FRAMING, head);
    if (!status)
        status = enter(r, LEDGER_CHECKSUM, CONTAINER_CHECKSUM_BYTES);
    return status ? status : cursor_finish(&r->file, "the file");
}

static int read_file(struct reader *r)
{
    int status = file_check(&r->file);

    if (!status)
        status = read_head(r);
    if (!status)
        status = read_encoders(r);
    if (!status)
        status = read_params(r);
    if (!status)
        status = read_optional(r);
    if (!status)
        status = read_end(r);
    if (!status && ledger_total(r->ledger) != r->out->size_bytes)
        status = pare_fail(r->err, PARE_ESTATE,
                           "internal error: the ledger holds %zu bytes, the file %zu",
                           ledger_total(r->ledger), r->out->size_bytes);
    return status;
}

static int read_bytes(const uint8_t *bytes, size_t size_bytes, const char *name,
                      const struct format_sink *sink, struct model_file *file,
                      struct pare_error *err)
{
    struct pare_error own = {0};
    struct pare_error *e = err ? err : &own;
    struct reader r = {
        .file = {.byte = bytes, .end = size_bytes, .err = e},
        .out = file,
        .ledger = &file->ledger,
        .sink = sink,
        .err = e,
    };
    int status;

    *file = (struct model_file){.size_bytes = size_bytes};
    status = read_file(&r);
    for (size_t i = 0; i < r.encoders; i++)
        plugin_use_close(&r.encoder[i]);
    if (status) {
        model_file_free(file);
        if (!e->place[0])
            snprintf(e->place, sizeof e->place, "%s", name);
    }
    return status;
}

int format_read(const uint8_t *bytes, size_t size_bytes, const char *name, struct model_file *file,
                struct pare_error *err)
{
    return read_bytes(bytes, size_bytes, name, NULL, file, err);
}

/* sink: NULL: into the net. */
static int read_path(const char *path, const struct format_sink *sink, struct model_file *file,
                     struct pare_error *err)
{
    size_t size_bytes;
    char *bytes = file_read(path, CONTAINER_BYTES_MAX, &size_bytes, err);
    int status;

    *file = (struct model_file){0};
    if (!bytes)
        return err ? err->status : PARE_EIO;
    status = read_bytes((const uint8_t *)bytes, size_bytes, path, sink, file, err);
    free(bytes);
    return status;
}

int format_read_path(const char *path, struct model_file *file, struct pare_error *err)
{
    return read_path(path, NULL, file, err);
}

int format_read_symbols(const char *path, const struct format_sink *sink, struct model_file *file,
                        struct pare_error *err)
{
    return read_path(path, sink, file, err);
}

const struct model_chunk *model_file_chunk(const struct model_file *file, char tag)
{
    for (size_t i = 0; i < file->chunks; i++)
        if (file->chunk[i].tag == tag)
            return &file->chunk[i];
    return NULL;
}

void model_file_free(struct model_file *file)
{
    net_free(file->net);
    free(file->data_text);
    for (size_t i = 0; i < file->chunks; i++)
        free(file->chunk[i].bytes);
    free(file->chunk);
    ledger_free(&file->ledger);
    *file = (struct model_file){0};
}
