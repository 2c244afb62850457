/* SPDX-License-Identifier: Apache-2.0 */
/* Reads a model as the program does and asks of it what every net must keep. */

#include "model.h"
#include "format/write.h"
#include "net/param.h"
#include <string.h>

/* A writer may find a file of its own smaller than its reader would take. */
enum { COMPUTED_MACS_MAX = 1 << 20, WRITTEN_WEIGHTS_MAX = 4096 };

static void check_param(const struct pare_param *p)
{
    FUZZ_CHECK(p->count > 0 && p->value);
    FUZZ_CHECK(!p->centroid == !p->centroids);
    for (size_t i = 0; i < p->count; i++) {
        bool kept = !p->keep || p->keep[i];
        FUZZ_CHECK(!p->keep || p->keep[i] <= 1);
        if (!kept)
            FUZZ_CHECK(p->value[i] == 0.0f);
        else if (p->centroid)
            FUZZ_CHECK(p->code[i] < p->centroids &&
                       memcmp(&p->value[i], &p->centroid[p->code[i]], sizeof(float)) == 0);
    }
}

static void compute(struct pare_net *net)
{
    struct pare_error err = {0};
    size_t values = net->input[0] * net->input[1] * net->input[2];
    float *x;

    if (net_macs(net, false) > COMPUTED_MACS_MAX)
        return;
    if (net_reserve(net, 1, &err) != PARE_OK)
        return;
    x = calloc(values, sizeof *x);
    FUZZ_CHECK(x);
    for (size_t i = 0; i < values; i++)
        x[i] = (float)(i % 7) * 0.25f;
    FUZZ_CHECK(net_forward(net, NULL, x, 1, NULL));
    free(x);
}

static bool open_encoder(struct plugin_use *use, const char *name)
{
    struct pare_error err = {0};
    struct problems problems = {0};
    const struct pare_plugin *plugin = registry_get(PARE_KIND_ENCODER, name, &err);
    bool open = plugin && plugin_use_open(use, plugin, NULL, "encode", NULL, &problems, &err) == 0;

    problems_free(&problems);
    return open;
}

static void write_and_read(const struct model_file *file)
{
    struct encode_options options = {.layout = ENCODE_AUTO, .span = INT64_MIN};
    struct plugin_use raw, huffman;
    struct write_item *item = calloc(file->net->params + 1, sizeof *item);
    struct model_file again;
    struct pare_error err = {0};
    uint8_t *bytes = NULL;
    const char *where = "";
    size_t size = 0;

    FUZZ_CHECK(item && open_encoder(&raw, "raw") && open_encoder(&huffman, "huffman"));
    for (size_t i = 0; i < file->net->params; i++)
        item[i] = (struct write_item){&options, huffman};
    /* Much smaller than what it was read from, it may be beyond the limits. */
    if (format_write(file->net, item, &raw, file->data_text, &bytes, &size, &err) == PARE_OK) {
        FUZZ_CHECK(format_read(bytes, size, "again", &again, &err) == PARE_OK);
        FUZZ_CHECK(again.net->params == file->net->params);
        for (size_t i = 0; i < again.net->params; i++)
            FUZZ_CHECK(param_equal(&again.net->param[i], &file->net->param[i], &where));
        model_file_free(&again);
    } else {
        FUZZ_CHECK(err.status == PARE_ESTATE);
    }
    free(bytes);
    free(item);
    plugin_use_close(&raw);
    plugin_use_close(&huffman);
}

bool model_read(const uint8_t *data, size_t size_bytes, struct model_file *file)
{
    struct pare_error err = {0};
    int status = format_read(data, size_bytes, "x.pare", file, &err);

    fuzz_check_error(status, &err);
    if (status == PARE_OK)
        return true;
    FUZZ_CHECK(!file->net && !file->chunk && !file->data_text);
    FUZZ_CHECK(strncmp(err.text, "byte ", 5) == 0 && !strstr(err.text, "internal error"));
    return false;
}

void model_check(const struct model_file *file)
{
    size_t weights = 0;

    FUZZ_CHECK(ledger_total(&file->ledger) == file->size_bytes);
    for (size_t i = 0; i < file->net->params; i++) {
        check_param(&file->net->param[i]);
        weights += file->net->param[i].count;
    }
    if (weights <= WRITTEN_WEIGHTS_MAX)
        write_and_read(file);
    compute(file->net);
}
