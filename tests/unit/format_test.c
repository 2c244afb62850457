/* SPDX-License-Identifier: Apache-2.0 */
/* A net written and read again is the same net, bit for bit; the file is as small
 * as the options allow; the bytes are those that docs/format.md describes. */
#include "support/support.h"

#include "support/container.h"

#include "base/alloc.h"
#include "base/file.h"
#include "format/container.h"
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const size_t input[3] = {1, 4, 4};

/* One dense layer "fc1": 16 inputs, 20 outputs, 320 weights. */
static struct pare_net *one_layer(uint64_t seed)
{
    const struct layer_desc layers[] = {{.kind = LAYER_DENSE, .name = "fc1", .units = 20},
                                        {.kind = LAYER_NONE}};

    return test_net(input, 20, layers, seed);
}

static void read_back(const struct bytes *file, struct model_file *model)
{
    struct pare_error err = {0};

    ASSERT_OK(format_read(file->at, file->size, "test.pare", model, &err), err);
    assert_int_equal(ledger_total(&model->ledger), file->size);
    assert_int_equal(model->size_bytes, file->size);
}

/* Returns the file's size. */
static size_t round_trip(const struct pare_net *net, const char *encoder, int layout, int64_t span)
{
    struct bytes file = test_write(net, encoder, layout, span, NULL);
    struct model_file model;
    size_t size = file.size;

    read_back(&file, &model);
    test_same_net(net, model.net);
    assert_null(model.data_text);
    model_file_free(&model);
    free(file.at);
    return size;
}

static void round_trips(const struct pare_net *net)
{
    static const char *const encoders[] = {"raw", "huffman"};

    for (size_t e = 0; e < 2; e++) {
        round_trip(net, encoders[e], TEST_AUTO, INT64_MIN);
        round_trip(net, encoders[e], TEST_GAP, INT64_MIN);
        for (int64_t span = 0; span <= 15; span += 5)
            round_trip(net, encoders[e], TEST_GAP, span);
    }
}

static void test_special_values(void **state)
{
    static const uint32_t bits[] = {0x80000000, 0x00000000, 0x7fc00000, 0xffc12345, 0x7f800001,
                                    0x7f800000, 0xff800000, 0x00000001, 0x807fffff, 0x7f7fffff};
    struct pare_net *net = one_layer(1);
    struct pare_param *p = &net->param[0];
    struct pare_rng rng = pare_rng_stream(1, "specials");

    (void)state;
    for (size_t i = 0; i < p->count; i++)
        p->value[i] = container_float(bits[i % 10]);
    round_trips(net);
    test_prune(p, 0.3, &rng);
    round_trips(net);
    test_share(p, 10, &rng);
    for (size_t i = 0; i < 10; i++)
        p->centroid[i] = container_float(bits[i]);
    pare_param_project(p);
    round_trips(net);
    round_trip(net, "huffman", TEST_INLINE, INT64_MIN);
    net_free(net);
}

static void test_extremes(void **state)
{
    static const double density[] = {0.0, 0.5, 1.0};
    static const uint32_t k[] = {0, 1, 2, 255, 65535, 65536};

    (void)state;
    for (size_t d = 0; d < 3; d++) {
        for (size_t i = 0; i < sizeof k / sizeof k[0]; i++) {
            struct pare_net *net = one_layer(d);
            struct pare_rng rng = pare_rng_stream(i, "extremes");
            test_prune(&net->param[0], density[d], &rng);
            if (k[i])
                test_share(&net->param[0], k[i], &rng);
            if (k[i])
                test_share(&net->param[1], k[i], &rng);
            round_trips(net);
            net_free(net);
        }
    }
}

/* A single kept weight at either end, gaps longer than the longest span. */
static void test_long_gaps(void **state)
{
    const struct layer_desc layers[] = {{.kind = LAYER_DENSE, .name = "big", .units = 9000},
                                        {.kind = LAYER_NONE}};
    struct pare_net *net = test_net(input, 9000, layers, 3);
    struct pare_param *p = &net->param[0];

    (void)state;
    p->keep = calloc(p->count, 1);
    assert_non_null(p->keep);
    p->keep[0] = 1;
    pare_param_project(p);
    round_trips(net);
    p->keep[0] = 0;
    p->keep[p->count - 1] = 1;
    p->value[p->count - 1] = 2.0f;
    pare_param_project(p);
    round_trips(net);
    net_free(net);
}

static void test_random_nets(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 60; seed++) {
        struct pare_net *net = test_random_net(seed);
        round_trip(net, seed % 2 ? "huffman" : "raw", TEST_AUTO, INT64_MIN);
        net_free(net);
    }
}

static void test_second_decoder_agrees(void **state)
{
    (void)state;
    for (uint64_t seed = 100; seed < 116; seed++) {
        struct pare_net *net = test_random_net(seed);
        struct bytes file = test_write(net, seed % 4 ? "huffman" : "raw",
                                       seed % 3 ? TEST_AUTO : TEST_GAP, INT64_MIN, "name = 1;");
        test_second_decoder(&file, net);
        free(file.at);
        net_free(net);
    }
}

/* auto is the least of all that may be asked for. */
static void test_smallest_choice(void **state)
{
    static const double density[] = {0.02, 0.1, 0.35, 0.9};
    static const char *const encoders[] = {"raw", "huffman"};

    (void)state;
    for (size_t i = 0; i < 8; i++) {
        struct pare_net *net = one_layer(i);
        struct pare_rng rng = pare_rng_stream(i, "choice");
        size_t least;
        test_prune(&net->param[0], density[i / 2], &rng);
        test_share(&net->param[0], 4, &rng);
        least = round_trip(net, encoders[i % 2], TEST_INLINE, INT64_MIN);
        for (int64_t span = 0; span <= 15; span++) {
            size_t size = round_trip(net, encoders[i % 2], TEST_GAP, span);
            least = size < least ? size : least;
        }
        assert_int_equal(round_trip(net, encoders[i % 2], TEST_AUTO, INT64_MIN), least);
        net_free(net);
    }
}

/* Small things are small: the numbers follow from docs/format.md. */
static void test_framing_is_lean(void **state)
{
    const struct layer_desc layers[] = {{.kind = LAYER_DENSE, .name = "fc1", .units = 10},
                                        {.kind = LAYER_NONE}};
    struct pare_net *net = test_net(input, 10, layers, 5);
    struct bytes file;
    struct model_file model;

    (void)state;
    file = test_write(net, "raw", TEST_AUTO, INT64_MIN, NULL);
    read_back(&file, &model);
    /* tag, length, flags, then the floats as they are */
    assert_int_equal(ledger_param_bytes(&model.ledger, 1), 3 + 4 * 10);
    assert_int_equal(ledger_param_bytes(&model.ledger, 0), 4 + 4 * 160);
    /* magic 4, version 1, L 2 + 7, Z 6 */
    assert_int_equal(ledger_param_bytes(&model.ledger, SIZE_MAX), 20);
    model_file_free(&model);
    free(file.at);
    net_free(net);
}

static void test_writer_refuses(void **state)
{
    const struct layer_desc layers[] = {{.kind = LAYER_DENSE, .name = "fc1", .units = 100},
                                        {.kind = LAYER_DENSE, .name = "fc2", .units = 60000},
                                        {.kind = LAYER_NONE}};
    struct encode_options options = {.layout = TEST_INLINE, .span = INT64_MIN};
    struct plugin_use raw = test_encoder("raw");
    struct write_item item[4] = {
        {&options, raw}, {&options, raw}, {&options, raw}, {&options, raw}};
    struct pare_rng rng = pare_rng_stream(1, "refuses");
    struct pare_error err = {0};
    struct pare_net *net = one_layer(1);
    uint8_t *bytes;
    size_t size;

    (void)state;
    test_prune(&net->param[0], 0.5, &rng);
    assert_int_equal(format_write(net, item, &raw, NULL, &bytes, &size, &err), PARE_ESTATE);
    assert_non_null(strstr(err.text, "fc1.weight: layout 'inline' needs shared weights"));
    net_free(net);
    net = test_net(input, 60000, layers, 1);
    options.layout = TEST_GAP;
    for (size_t i = 0; i < net->params; i++)
        test_prune(&net->param[i], 0.0, &rng);
    assert_int_equal(format_write(net, item, &raw, NULL, &bytes, &size, &err), PARE_ESTATE);
    assert_non_null(strstr(err.text, "6061700 weights in"));
    net_free(net);
    plugin_use_close(&raw);
}

/* The hex pairs that begin the lines of the fenced block behind the marker, up to an
 * empty line. */
static struct bytes documented_bytes(const char *marker)
{
    struct pare_error err = {0};
    struct bytes out = {0};
    char *path = xasprintf("%s/../docs/format.md", TEST_SOURCE_DIR);
    size_t size;
    char *text = file_read(path, 1 << 20, &size, &err), *at, *save = NULL;

    assert_non_null(text);
    at = strstr(text, marker);
    assert_non_null(at);
    at = strstr(at, "```\n");
    assert_non_null(at);
    *strstr(at + 4, "```") = '\0';
    if (strstr(at, "\n\n"))
        *strstr(at, "\n\n") = '\0';
    for (char *line = strtok_r(at + 4, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
        for (; isxdigit((unsigned char)line[0]) && isxdigit((unsigned char)line[1]); line += 3) {
            char pair[3] = {line[0], line[1], '\0'};
            bytes_put_u8(&out, (unsigned)strtoul(pair, NULL, 16));
            if (line[2] != ' ')
                break;
        }
    free(text);
    free(path);
    return out;
}

/* The example of docs/format.md: a net that anybody can follow with a pencil. */
static void test_documented_example(void **state)
{
    static const size_t shape[3] = {1, 1, 6};
    static const uint8_t keep[12] = {0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 1, 0};
    const struct layer_desc layers[] = {{.kind = LAYER_DENSE, .name = "fc1", .units = 2},
                                        {.kind = LAYER_NONE}};
    struct pare_net *net = test_net(shape, 2, layers, 1);
    struct pare_param *w = &net->param[0], *b = &net->param[1];
    struct bytes wanted = documented_bytes("<!-- example -->"), file;

    (void)state;
    w->keep = calloc(12, 1);
    w->code = calloc(12, sizeof *w->code);
    w->centroid = calloc(2, sizeof *w->centroid);
    assert_true(w->keep && w->code && w->centroid);
    memcpy(w->keep, keep, 12);
    w->centroids = 2;
    w->centroid[0] = -0.5f;
    w->centroid[1] = 0.25f;
    w->code[9] = 1;
    pare_param_project(w);
    b->value[0] = 1.0f;
    b->value[1] = -2.0f;
    file = test_write(net, "huffman", TEST_GAP, 2, "name = \"x\";");
    assert_int_equal(file.size, wanted.size);
    assert_memory_equal(file.at, wanted.at, wanted.size);
    test_second_decoder(&wanted, net);
    free(file.at);
    free(wanted.at);
    net_free(net);
}

static void test_documented_huffman(void **state)
{
    uint16_t symbol[] = {1, 1, 1, 3, 1, 1, 0, 1, 1, 3, 1, 1, 1, 7, 1, 1};
    struct pare_stream stream = {.alphabet = 8, .count = 16, .symbol = symbol};
    struct bytes wanted = documented_bytes("<!-- huffman example -->");
    struct plugin_use use = test_encoder("huffman");
    struct pare_bits bits = {0};
    struct pare_error err = {0};

    (void)state;
    ASSERT_OK(
        ((const struct pare_encoder *)use.plugin)->encode(use.self, &stream, &bits, NULL, &err),
        err);
    assert_int_equal(pare_bits_size_bytes(&bits), wanted.size);
    assert_memory_equal(bits.byte, wanted.at, wanted.size);
    pare_bits_free(&bits);
    free(wanted.at);
    plugin_use_close(&use);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_special_values),
        cmocka_unit_test(test_extremes),
        cmocka_unit_test(test_long_gaps),
        cmocka_unit_test(test_random_nets),
        cmocka_unit_test(test_second_decoder_agrees),
        cmocka_unit_test(test_smallest_choice),
        cmocka_unit_test(test_framing_is_lean),
        cmocka_unit_test(test_writer_refuses),
        cmocka_unit_test(test_documented_example),
        cmocka_unit_test(test_documented_huffman),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
