/* SPDX-License-Identifier: Apache-2.0 */

/* A network declared layer by layer in the config. The last dense layer, with an
 * output for each class, is not declared: it is added after the list. Layers
 * without a name are called conv1, conv2, ... and fc1, fc2, ... */

#include <pare/model.h>
#include <stdio.h>

/* In the order of the words of the option type. */
enum { CONV, DENSE, MAXPOOL, AVGPOOL, RELU, DROPOUT, FLATTEN };

struct row {
    int type;
    char *name;
    int64_t units, kernel, stride, pad;
    double rate;
};

struct cnn {
    struct pare_rows layers;
};

static const struct pare_option row_options[] = {
    PARE_CHOICE(row, type, "conv|dense|maxpool|avgpool|relu|dropout|flatten", "relu",
                "what the layer does"),
    PARE_TEXT(row, name, "", "conv, dense: name of the layer; empty: convN, fcN"),
    PARE_INT(row, units, 0, 1 << 20, "0", "conv: channels; dense: outputs"),
    PARE_INT(row, kernel, 0, 1024, "0", "conv, maxpool, avgpool: side of the window in values"),
    PARE_INT(row, stride, 0, 1024, "0",
             "conv, maxpool, avgpool: step of the window; 0: 1 for conv, the window for pools"),
    PARE_INT(row, pad, 0, 1023, "0", "conv: zeros on each side"),
    PARE_REAL(row, rate, 0, 0.99, "0", "dropout: share of the inputs that is dropped"),
    PARE_OPTIONS_END,
};

static const struct pare_option options[] = {
    PARE_ROWS(cnn, layers, row, row_options,
              "the layers in order; a dense layer with the classes is added at the end"),
    PARE_OPTIONS_END,
};

/* What each type takes and needs. */
static const struct {
    const char *word;
    bool name, units, kernel, pad, rate;
} takes[] = {
    [CONV] = {"conv", .name = true, .units = true, .kernel = true, .pad = true},
    [DENSE] = {"dense", .name = true, .units = true},
    [MAXPOOL] = {"maxpool", .kernel = true},
    [AVGPOOL] = {"avgpool", .kernel = true},
    [RELU] = {.word = "relu"},
    [DROPOUT] = {"dropout", .rate = true},
    [FLATTEN] = {.word = "flatten"},
};

static int setup(void *self, struct pare_error *err)
{
    const struct cnn *m = self;
    const struct row *row = m->layers.at;

    for (size_t i = 0; i < m->layers.count; i++, row++) {
        const struct {
            const char *option;
            bool taken, needed, given;
        } checks[] = {
            {"a name", takes[row->type].name, false, row->name[0] != '\0'},
            {"units", takes[row->type].units, true, row->units != 0},
            {"a kernel", takes[row->type].kernel, true, row->kernel != 0},
            {"a stride", takes[row->type].kernel, false, row->stride != 0},
            {"a pad", takes[row->type].pad, false, row->pad != 0},
            {"a rate", takes[row->type].rate, false, row->rate != 0.0},
        };

        for (size_t k = 0; k < sizeof checks / sizeof *checks; k++)
            if (checks[k].taken ? checks[k].needed && !checks[k].given : checks[k].given)
                return pare_fail(err, PARE_EUSER, "layers: layer %zu (%s) %s %s", i + 1,
                                 takes[row->type].word, checks[k].taken ? "needs" : "does not take",
                                 checks[k].option);
    }
    return PARE_OK;
}

static int build(void *self, struct pare_net *net, struct pare_error *err)
{
    const struct cnn *m = self;
    const struct row *row = m->layers.at;
    unsigned convs = 0, denses = 0;
    char automatic[32];

    (void)err;
    for (size_t i = 0; i < m->layers.count; i++, row++) {
        const char *name = row->name[0] ? row->name : automatic;
        size_t units = (size_t)row->units, kernel = (size_t)row->kernel;
        size_t stride = (size_t)row->stride;

        if (row->type == CONV)
            snprintf(automatic, sizeof automatic, "conv%u", ++convs);
        else if (row->type == DENSE)
            snprintf(automatic, sizeof automatic, "fc%u", ++denses);
        if (row->type == CONV)
            pare_net_conv(net, name, units, kernel, stride ? stride : 1, (size_t)row->pad);
        else if (row->type == DENSE)
            pare_net_dense(net, name, units);
        else if (row->type == MAXPOOL)
            pare_net_maxpool(net, kernel, stride ? stride : kernel);
        else if (row->type == AVGPOOL)
            pare_net_avgpool(net, kernel, stride ? stride : kernel);
        else if (row->type == RELU)
            pare_net_relu(net);
        else if (row->type == DROPOUT)
            pare_net_dropout(net, row->rate);
        else
            pare_net_flatten(net);
    }
    snprintf(automatic, sizeof automatic, "fc%u", denses + 1);
    pare_net_dense(net, automatic, pare_net_classes(net));
    return PARE_OK;
}

static const struct pare_model plugin = {
    .head = PARE_MODEL(cnn, .summary = "layers as the config lists them", PARE_SELF(cnn, options),
                       .setup = setup),
    .build = build,
};
PARE_EXPORT(plugin);
