/* SPDX-License-Identifier: Apache-2.0 */
/* The model plugins: names, shapes and the numbers of parameters of the papers. */

#include "config/conffile.h"
#include "net/net.h"
#include "plugin/registry.h"
#include "support/support.h"
#include <stdlib.h>
#include <string.h>

static int build(const char *model, const char *text, const size_t input[3], struct pare_net **net,
                 struct pare_error *err)
{
    const struct pare_plugin *plugin = registry_get(PARE_KIND_MODEL, model, err);
    struct problems problems = {0};
    struct value *group = conffile_parse(text, strlen(text), "test.cfg", &problems);
    struct plugin_use use = {0};
    int status;

    *net = NULL;
    if (!plugin)
        fail_msg("%s", err->text);
    assert_non_null(group);
    status = plugin_use_open(&use, plugin, group, "model", NULL, &problems, err);
    if (status == PARE_OK) {
        *net = net_new(input, 10, err);
        assert_non_null(*net);
        ASSERT_OK(((const struct pare_model *)plugin)->build(use.self, *net, err), *err);
        status = net_finish(*net, err);
    }
    plugin_use_close(&use);
    value_free(group);
    problems_free(&problems);
    return status;
}

/* Layers as words, parameters as counts. */
static void check(const char *model, const char *text, const size_t input[3], const char *layers,
                  const char *params, size_t total)
{
    char words[1024] = "", counts[1024] = "";
    struct pare_error err = {0};
    struct pare_net *net;
    size_t sum = 0;

    ASSERT_OK(build(model, text, input, &net, &err), err);
    for (size_t i = 0; i < net->layers; i++) {
        static const char *const word[] = {"?",       "dense", "conv",    "maxpool",
                                           "avgpool", "relu",  "dropout", "flatten"};
        const struct layer_desc *d = &net->layer[i].desc;
        size_t at = strlen(words);

        snprintf(words + at, sizeof words - at, "%s%s", at ? " " : "",
                 d->name[0] ? d->name : word[d->kind]);
    }
    for (size_t i = 0; i < net->params; i++) {
        size_t at = strlen(counts);

        snprintf(counts + at, sizeof counts - at, "%s%zu", at ? " " : "", net->param[i].count);
        sum += net->param[i].count;
    }
    assert_string_equal(words, layers);
    assert_string_equal(counts, params);
    assert_int_equal(sum, total);
    net_free(net);
}

static const size_t mnist[3] = {1, 28, 28}, color[3] = {3, 12, 10};

static void test_lenet300(void **state)
{
    (void)state;
    check("lenet300", "", mnist, "flatten fc1 relu fc2 relu fc3", "235200 300 30000 100 1000 10",
          266610);
    check("lenet300", "dropout = 0.5;", mnist, "flatten fc1 relu dropout fc2 relu dropout fc3",
          "235200 300 30000 100 1000 10", 266610);
    check("lenet300", "", color, "flatten fc1 relu fc2 relu fc3", "108000 300 30000 100 1000 10",
          139410);
}

static void test_lenet5(void **state)
{
    struct pare_error err = {0};
    struct pare_net *net;

    (void)state;
    check("lenet5", "", mnist, "conv1 maxpool conv2 maxpool flatten fc1 relu fc2",
          "500 20 25000 50 400000 500 5000 10", 431080);
    check("lenet5", "conv_relu = true; dropout = 0.5;", mnist,
          "conv1 relu maxpool conv2 relu maxpool flatten fc1 relu dropout fc2",
          "500 20 25000 50 400000 500 5000 10", 431080);
    assert_int_equal(build("lenet5", "", (const size_t[3]){1, 8, 8}, &net, &err), PARE_EUSER);
    assert_string_equal(err.text, "layer 3 (conv conv2): a kernel of 5 does not fit its input of "
                                  "2 x 2 with padding 0");
    net_free(net);
}

static void test_mlp(void **state)
{
    (void)state;
    check("mlp", "", mnist, "flatten fc1 relu fc2 relu fc3", "235200 300 30000 100 1000 10",
          266610);
    check("mlp", "hidden = [7]; dropout = 0.1;", color, "flatten fc1 relu dropout fc2",
          "2520 7 70 10", 2607);
    check("mlp", "hidden = [];", color, "flatten fc1", "3600 10", 3610);
}

static void refused(const char *layers, const char *text)
{
    struct pare_error err = {0};
    struct pare_net *net;

    assert_int_equal(build("cnn", layers, color, &net, &err), PARE_EUSER);
    if (!strstr(err.text, text))
        fail_msg("'%s' lacks '%s'", err.text, text);
    net_free(net);
}

static void test_cnn(void **state)
{
    (void)state;
    check("cnn",
          "layers = ( { type = \"conv\"; units = 4; kernel = 3; pad = 1; }, { type = \"relu\"; },"
          "{ type = \"maxpool\"; kernel = 2; },"
          "{ type = \"conv\"; name = \"deep\"; units = 5; kernel = 3; stride = 2; },"
          "{ type = \"avgpool\"; kernel = 2; stride = 1; }, { type = \"flatten\"; },"
          "{ type = \"dense\"; units = 6; }, { type = \"dropout\"; rate = 0.5; } );",
          color, "conv1 relu maxpool deep avgpool flatten fc1 dropout fc2",
          "108 4 180 5 30 6 60 10", 403);
    check("cnn", "", color, "fc1", "3600 10", 3610);
    refused("layers = ( { type = \"relu\"; units = 3; } );",
            "layers: layer 1 (relu) does not take units");
    refused("layers = ( { type = \"relu\"; }, { type = \"conv\"; units = 3; } );",
            "layers: layer 2 (conv) needs a kernel");
    refused("layers = ( { type = \"dense\"; } );", "layer 1 (dense) needs units");
    refused("layers = ( { type = \"dense\"; units = 3; rate = 0.5; } );", "does not take a rate");
    refused("layers = ( { type = \"tanh\"; } );", "relu");
    refused("layers = ( { type = \"dense\"; units = 3; name = \"fc2\"; },"
            "{ type = \"dense\"; units = 3; } );",
            "there already");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lenet300),
        cmocka_unit_test(test_lenet5),
        cmocka_unit_test(test_mlp),
        cmocka_unit_test(test_cnn),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
