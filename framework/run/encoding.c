/* SPDX-License-Identifier: Apache-2.0 */
/* Options and encoders of every parameter, and what the file says of the data
 * set it can be tested on. */

#include "run/encoding.h"
#include "base/alloc.h"
#include "config/schema.h"
#include "format/write.h"
#include "run/asked.h"
#include "run/record.h"
#include <stdlib.h>

static void put_quoted(const char *text, FILE *out)
{
    fputc('"', out);
    for (const unsigned char *c = (const unsigned char *)text; *c; c++) {
        if (*c == '"' || *c == '\\')
            fprintf(out, "\\%c", *c);
        else if (*c < 0x20 || *c == 0x7f)
            fprintf(out, "\\x%02x", *c);
        else
            fputc(*c, out);
    }
    fputc('"', out);
}

/* The data group as short as it can be said: what differs from the presets. */
static char *data_text(const struct run *run)
{
    const struct plugin_use *use = &run->data.use;
    const struct value *group = value_get(run->experiment->root, "data");
    const struct value *path = value_get(group, "path");
    char *text = NULL;
    size_t size = 0;
    FILE *out = xmemstream(&text, &size);
    fprintf(out, "plugin = \"%s\";\n", use->plugin->name);
    if (path && (path->kind == VALUE_TEXT || path->kind == VALUE_RAW) && *path->text) {
        fputs("path = ", out);
        put_quoted(path->text, out);
        fputs(";\n", out);
    }
    if (use->plugin->options)
        schema_print(use->plugin->options, use->self, 0, true, out);
    fclose(out);
    return text;
}

static int open_raw(struct plugin_use *raw, struct pare_error *err)
{
    const struct pare_plugin *plugin = registry_get(PARE_KIND_ENCODER, "raw", err);
    struct problems problems = {0};
    if (!plugin)
        return err->status;
    int status = plugin_use_open(raw, plugin, NULL, "encode", NULL, &problems, err);
    problems_free(&problems);
    return status;
}

int encoding_options(const struct run *run, const struct value *call, struct value **asked,
                     struct pare_error *err)
{
    struct encode_options options = {0};
    struct value *record = NULL;
    struct asked one;
    int status = asked_open(&one, run, VERB_ENCODE, NULL, call, &options, err);

    if (status == PARE_OK)
        record = record_options(run, &one, NULL);
    asked_close(&one);
    for (size_t i = 0; i < run->net->params && status == PARE_OK; i++) {
        options = (struct encode_options){0};
        status = asked_open(&one, run, VERB_ENCODE, &run->net->param[i], call, &options, err);
        if (status == PARE_OK)
            record_own(record, &run->net->param[i], &one);
        asked_close(&one);
    }
    if (status == PARE_OK)
        *asked = record;
    else
        value_free(record);
    return status;
}

int encoding_write(const struct run *run, const struct value *call, uint8_t **bytes,
                   size_t *size_bytes, struct pare_error *err)
{
    const struct pare_net *net = run->net;
    struct asked *one = xcalloc(net->params + 1, sizeof *one);
    struct encode_options *options = xcalloc(net->params + 1, sizeof *options);
    struct write_item *item = xcalloc(net->params + 1, sizeof *item);
    struct plugin_use raw = {0};
    char *text = NULL;
    int status = PARE_OK;

    for (size_t i = 0; i < net->params && status == PARE_OK; i++) {
        status = asked_open(&one[i], run, VERB_ENCODE, &net->param[i], call, &options[i], err);
        item[i] = (struct write_item){&options[i], one[i].use[0]};
    }
    if (status == PARE_OK)
        status = open_raw(&raw, err);
    if (status != PARE_OK)
        goto out;
    text = data_text(run);
    status = format_write(net, item, &raw, text, bytes, size_bytes, err);
out:
    free(text);
    plugin_use_close(&raw);
    for (size_t i = 0; i < net->params; i++)
        asked_close(&one[i]);
    free(item);
    free(options);
    free(one);
    return status;
}

/* With the raw encoder and the same options for all; inlined: where weights are
 * shared, their layout is inline. */
static int write_raw(const struct run *run, const struct encode_options *options, bool inlined,
                     const struct write_chunk *chunk, size_t chunks, uint8_t **bytes,
                     size_t *size_bytes, struct pare_error *err)
{
    struct encode_options other = *options;
    struct write_item *item = xcalloc(run->net->params + 1, sizeof *item);
    struct plugin_use raw = {0};
    char *text = NULL;
    int status = open_raw(&raw, err);

    if (status != PARE_OK)
        goto out;
    other.layout = ENCODE_INLINE;
    for (size_t i = 0; i < run->net->params; i++) {
        const struct pare_param *p = &run->net->param[i];
        bool fits = p->keep && p->centroid && p->centroids <= UINT16_MAX;
        item[i] = (struct write_item){inlined && fits ? &other : options, raw};
    }
    text = data_text(run);
    status = format_write_chunks(run->net, item, &raw, text, chunk, chunks, bytes, size_bytes, err);
out:
    free(text);
    plugin_use_close(&raw);
    free(item);
    return status;
}

int encoding_checkpoint(const struct run *run, const struct write_chunk *chunk, size_t chunks,
                        uint8_t **bytes, size_t *size_bytes, struct pare_error *err)
{
    const struct encode_options options = {.layout = ENCODE_GAP, .span = 6};

    return write_raw(run, &options, true, chunk, chunks, bytes, size_bytes, err);
}

int encoding_fixed_bytes(const struct run *run, size_t *size_bytes, struct pare_error *err)
{
    const struct encode_options options = {.layout = ENCODE_AUTO, .span = INT64_MIN};
    uint8_t *bytes = NULL;
    int status = write_raw(run, &options, false, NULL, 0, &bytes, size_bytes, err);

    free(bytes);
    return status;
}
