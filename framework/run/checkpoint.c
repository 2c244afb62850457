/* SPDX-License-Identifier: Apache-2.0 */
/* A checkpoint's chunks, beside those of every .pare file:
 *   o  the state of the optimizer (net/optimizer.c), of one inside a train
 *   r  the random streams order, dropout, prune and share
 *   s  what pruners have saved
 *   t  latent values
 *   f  what figures need of the past (run/moments.c)
 * The stream of the script is not among them: a resume runs the script from its
 * start. Words are little-endian, floats as in the container. */

#include "run/checkpoint.h"
#include "base/alloc.h"
#include "base/file.h"
#include "base/profile.h"
#include "format/bytes.h"
#include "format/container.h"
#include "format/cursor.h"
#include "format/write.h"
#include "run/encoding.h"
#include "run/moments.h"
#include "run/record.h"
#include "run/state.h"
#include "run/steps.h"
#include <stdlib.h>
#include <string.h>

enum {
    CHUNK_OPTIMIZER = 'o',
    CHUNK_STREAMS = 'r',
    CHUNK_STATES = 's',
    CHUNK_LATENT = 't',
    CHUNK_MOMENTS = 'f',
    CHUNKS_MAX = 5,
    STREAMS = 4,
};

static void list_streams(struct run *run, struct pare_rng *streams[STREAMS])
{
    streams[0] = &run->order;
    streams[1] = &run->dropout;
    streams[2] = &run->prune;
    streams[3] = &run->share;
}

static void put_streams(struct run *run, struct bytes *out)
{
    struct pare_rng *streams[STREAMS];

    list_streams(run, streams);
    for (size_t i = 0; i < STREAMS; i++) {
        bytes_put_u64(out, streams[i]->key);
        bytes_put_u64(out, streams[i]->block);
        bytes_put_u32(out, streams[i]->used);
        for (size_t k = 0; k < 4; k++)
            bytes_put_u32(out, streams[i]->word[k]);
    }
}

static int get_streams(struct run *run, struct cursor *c)
{
    struct pare_rng *streams[STREAMS];

    list_streams(run, streams);
    for (size_t i = 0; i < STREAMS; i++) {
        streams[i]->key = cursor_u64(c, "a random stream");
        streams[i]->block = cursor_u64(c, "a random stream");
        streams[i]->used = cursor_u32(c, "a random stream");
        for (size_t k = 0; k < 4; k++)
            streams[i]->word[k] = cursor_u32(c, "a random stream");
    }
    return cursor_finish(c, "the random streams");
}

/* For each parameter a byte, 1 where there is a latent, and then its floats. */
static bool put_latents(const struct pare_net *net, struct bytes *out)
{
    bool any = false;

    for (size_t i = 0; i < net->params; i++) {
        const struct pare_param *p = &net->param[i];

        any |= p->latent != NULL;
        bytes_put_u8(out, p->latent != NULL);
        for (size_t k = 0; p->latent && k < p->count; k++)
            bytes_put_float(out, p->latent[k]);
    }
    return any;
}

static int get_latents(struct pare_net *net, struct cursor *c)
{
    for (size_t i = 0; i < net->params; i++) {
        struct pare_param *p = &net->param[i];

        if (!cursor_u8(c, "a latent's flag"))
            continue;
        if (cursor_left(c) / sizeof(float) < p->count)
            return cursor_fail(c, c->at, "latent values of %s are missing", p->name);
        p->latent = alloc_zero(p->count, sizeof *p->latent, p->name, c->err);
        if (!p->latent)
            return PARE_ENOMEM;
        for (size_t k = 0; k < p->count; k++)
            p->latent[k] = container_float(cursor_u32(c, "a latent value"));
    }
    return cursor_finish(c, "the latent values");
}

static int put_optimizer(const struct optimizer *o, struct bytes *out, struct pare_error *err)
{
    size_t size = 0;
    int status = optimizer_save(o, NULL, &size);

    out->at = status == PARE_OK ? alloc_zero(size, 1, "a checkpoint", err) : NULL;
    if (!out->at)
        return status == PARE_OK ? PARE_ENOMEM : status;
    out->size = out->room = size;
    return optimizer_save(o, out->at, &size);
}

/* Adds what b holds; b stays its owner. */
static void add(struct write_chunk *chunk, size_t *n, char tag, const struct bytes *b)
{
    chunk[(*n)++] = (struct write_chunk){tag, b->at, b->size};
}

int checkpoint_make(struct run *run, const struct trainer *trainer, struct checkpoint_file *made,
                    struct pare_error *err)
{
    const double started = record_clock();
    struct bytes optimizer = {0}, streams = {0}, states = {0}, latents = {0}, moments = {0};
    struct write_chunk chunk[CHUNKS_MAX];
    size_t n = 0;
    int status = PARE_OK;

    *made = (struct checkpoint_file){0};
    if (trainer) {
        status = put_optimizer(trainer->optimizer, &optimizer, err);
        add(chunk, &n, CHUNK_OPTIMIZER, &optimizer);
    }
    put_streams(run, &streams);
    add(chunk, &n, CHUNK_STREAMS, &streams);
    state_put(run, &states);
    if (states.size > 0)
        add(chunk, &n, CHUNK_STATES, &states);
    if (put_latents(run->net, &latents))
        add(chunk, &n, CHUNK_LATENT, &latents);
    moments_put(run->moments, &moments);
    if (moments.size > 0)
        add(chunk, &n, CHUNK_MOMENTS, &moments);
    if (status == PARE_OK && (streams.failed || states.failed || latents.failed || moments.failed))
        status = pare_fail(err, PARE_ENOMEM, "no memory for a checkpoint");
    if (status == PARE_OK)
        status = encoding_checkpoint(run, chunk, n, &made->bytes, &made->size_bytes, err);
    if (status == PARE_OK)
        status = steps_new(run->steps, &made->name, err);
    if (status == PARE_OK)
        made->path = steps_path(run->steps, made->name);
    free(optimizer.at);
    free(streams.at);
    free(states.at);
    free(latents.at);
    free(moments.at);
    steps_spend(run->steps, record_clock() - started);
    return status;
}

void checkpoint_free(struct checkpoint_file *made)
{
    free(made->name);
    free(made->path);
    free(made->bytes);
    *made = (struct checkpoint_file){0};
}

int checkpoint_write(struct run *run, const struct trainer *trainer, char **name,
                     struct pare_error *err)
{
    struct checkpoint_file made;
    enum profile_part was = profile_switch(run->net->profile, PROFILE_CHECKPOINTS);
    int status = checkpoint_make(run, trainer, &made, err);
    const double started = record_clock();

    if (status == PARE_OK)
        status = file_write(made.path, made.bytes, made.size_bytes, err);
    if (status == PARE_OK) {
        *name = made.name;
        made.name = NULL;
    }
    steps_spend(run->steps, record_clock() - started);
    checkpoint_free(&made);
    profile_switch(run->net->profile, was);
    return status;
}

static struct cursor chunk_cursor(const struct model_file *file, char tag, struct pare_error *err)
{
    const struct model_chunk *chunk = model_file_chunk(file, tag);

    return (struct cursor){
        .byte = chunk ? chunk->bytes : NULL, .end = chunk ? chunk->size_bytes : 0, .err = err};
}

static bool same_shape(const struct pare_net *a, const struct pare_net *b)
{
    if (a->params != b->params)
        return false;
    for (size_t i = 0; i < a->params; i++)
        if (a->param[i].count != b->param[i].count ||
            strcmp(a->param[i].name, b->param[i].name) != 0)
            return false;
    return true;
}

int checkpoint_read(const struct run *run, const char *name, struct model_file *file,
                    struct pare_error *err)
{
    char *path = steps_path(run->steps, name);
    int status = format_read_path(path, file, err);

    if (status == PARE_OK && !same_shape(file->net, run->net))
        status = pare_fail_at(err, PARE_EFORMAT, path, 0,
                              "a checkpoint of another net than the config's");
    if (status == PARE_OK && model_file_chunk(file, CHUNK_LATENT)) {
        struct cursor c = chunk_cursor(file, CHUNK_LATENT, err);
        status = get_latents(file->net, &c);
    }
    free(path);
    return status;
}

int checkpoint_moments(const struct model_file *file, struct moments **moments,
                       struct pare_error *err)
{
    struct cursor c = chunk_cursor(file, CHUNK_MOMENTS, err);

    *moments = c.end > 0 ? moments_get(&c, file->net->params) : NULL;
    return c.status;
}

int checkpoint_load(struct run *run, const char *name, struct model_chunk *optimizer,
                    struct pare_error *err)
{
    struct model_file file = {0};
    struct snapshot *net = NULL;
    int status = checkpoint_read(run, name, &file, err);

    if (status == PARE_OK && !(net = snapshot_take(file.net, err)))
        status = err->status;
    if (status == PARE_OK)
        status = snapshot_restore(net, run->net, SNAPSHOT_ALL, NULL, err);
    snapshot_free(net);
    if (status == PARE_OK) {
        struct cursor streams = chunk_cursor(&file, CHUNK_STREAMS, err);
        status = get_streams(run, &streams);
    }
    if (status == PARE_OK) {
        struct cursor states = chunk_cursor(&file, CHUNK_STATES, err);
        status = state_get(run, &states);
    }
    if (status == PARE_OK) {
        moments_free(run->moments);
        status = checkpoint_moments(&file, &run->moments, err);
    }
    for (size_t i = 0; status == PARE_OK && i < file.chunks; i++)
        if (file.chunk[i].tag == CHUNK_OPTIMIZER) {
            *optimizer = file.chunk[i];
            file.chunk[i].bytes = NULL;
        }
    model_file_free(&file);
    return status == PARE_OK ? status : pare_fail_in(err, "checkpoint %s", name);
}
