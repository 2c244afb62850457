/* SPDX-License-Identifier: Apache-2.0 */
/* The ledger and the sums of the papers against counts made here by hand. */
#include "support/support.h"

#include "support/container.h"

#include "compress/symbols.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

static const size_t input[3] = {1, 10, 20};
static const struct layer_desc layers[] = {{.kind = LAYER_DENSE, .name = "fc1", .units = 50},
                                           {.kind = LAYER_DENSE, .name = "fc2", .units = 30},
                                           {.kind = LAYER_NONE}};

static struct pare_net *sample(double density, uint32_t k)
{
    struct pare_net *net = test_net(input, 30, layers, 4);
    struct pare_rng rng = pare_rng_stream(4, "size");

    test_prune(&net->param[0], density, &rng);
    test_share(&net->param[0], k, &rng);
    return net;
}

static struct model_file written(const struct pare_net *net, const char *encoder, int layout,
                                 int64_t span)
{
    struct bytes file = test_write(net, encoder, layout, span, NULL);
    struct pare_error err = {0};
    struct model_file model;

    ASSERT_OK(format_read(file.at, file.size, "test", &model, &err), err);
    free(file.at);
    return model;
}

static size_t fillers_of(const struct pare_param *p, unsigned span_bits)
{
    size_t gap = 0, fillers = 0;

    for (size_t i = 0; i < p->count; i++) {
        if (!p->keep[i]) {
            gap++;
            continue;
        }
        fillers += gap / ((size_t)1 << span_bits);
        gap = 0;
    }
    return fillers;
}

/* With the raw encoder every byte can be counted: gaps of 4 bits for an alphabet of
 * 9, codes of 3 bits for 5 centroids. */
static void test_ledger_by_hand(void **state)
{
    struct pare_net *net = sample(0.1, 5);
    struct model_file model = written(net, "raw", TEST_GAP, 3);
    const struct ledger *ledger = &model.ledger;
    size_t kept = pare_param_kept(&net->param[0]), fillers = fillers_of(&net->param[0], 3);
    size_t gap_bytes = (4 * (kept + fillers) + 7) / 8;
    double share = (double)gap_bytes * (double)fillers / (double)(kept + fillers);

    (void)state;
    assert_true(fillers > 10);
    assert_int_equal(ledger->span_bits[0], 3);
    assert_int_equal(ledger->gap_symbols[0], kept + fillers);
    assert_int_equal(ledger->gap_symbols[2], 0);
    assert_int_equal(ledger_bytes(ledger, 0, LEDGER_FILLERS), (size_t)floor(share + 0.5));
    assert_int_equal(ledger_bytes(ledger, 0, LEDGER_GAPS) + ledger_bytes(ledger, 0, LEDGER_FILLERS),
                     gap_bytes);
    assert_int_equal(ledger_bytes(ledger, 0, LEDGER_CODES), (3 * kept + 7) / 8);
    assert_int_equal(ledger_bytes(ledger, 0, LEDGER_CODEBOOK), 4 * 5);
    assert_int_equal(ledger_bytes(ledger, 0, LEDGER_VALUES), 0);
    assert_int_equal(ledger_bytes(ledger, 2, LEDGER_VALUES), 4 * net->param[2].count);
    assert_int_equal(ledger_param_bytes(ledger, 1), ledger_bytes(ledger, 1, LEDGER_BIASES));
    assert_int_equal(ledger_param_bytes(ledger, 1), 4 * 50 + 4);
    assert_int_equal(ledger_bytes(ledger, SIZE_MAX, LEDGER_CHECKSUM), 4);
    for (size_t i = 0; i < ledger->lines; i++)
        assert_true(ledger->line[i].bytes > 0);
    model_file_free(&model);
    net_free(net);
}

static void test_ledger_of_codes(void **state)
{
    struct pare_net *net = sample(0.4, 5);
    struct model_file model = written(net, "huffman", TEST_INLINE, INT64_MIN);

    (void)state;
    assert_true(ledger_bytes(&model.ledger, 0, LEDGER_TABLES) > 0);
    assert_true(ledger_bytes(&model.ledger, 0, LEDGER_CODES) > 1000);
    assert_int_equal(ledger_bytes(&model.ledger, 0, LEDGER_GAPS), 0);
    assert_true(ledger_bytes(&model.ledger, SIZE_MAX, LEDGER_NAMES) >= strlen("huffman"));
    model_file_free(&model);
    net_free(net);
}

/* Han 2016, figure 2: kept weights at 1, 4 and 15 need one filler zero with indices of
 * 3 bits: 4 entries; with 4 bits none: 3 entries of 4 + 32 bits are fewest. */
static void test_figure_2(void **state)
{
    static const size_t shape[3] = {1, 1, 16};
    const struct layer_desc one[] = {{.kind = LAYER_DENSE, .name = "fc1", .units = 1},
                                     {.kind = LAYER_NONE}};
    struct pare_net *net = test_net(shape, 1, one, 1);
    struct pare_param *p = &net->param[0];
    struct model_file model;

    (void)state;
    p->keep = calloc(16, 1);
    assert_non_null(p->keep);
    p->keep[1] = p->keep[4] = p->keep[15] = 1;
    pare_param_project(p);
    model = written(net, "raw", TEST_GAP, 3);
    assert_int_equal(model.ledger.gap_symbols[0], 4);
    assert_float_equal(size_of_param(net, NULL, 0).dense, 64.0, 0.0);
    assert_float_equal(size_of_param(net, NULL, 0).p, 3 * (4 + 32) / 8.0, 0.0);
    assert_float_equal(size_of_param(net, NULL, 0).pq, 3 * (4 + 32) / 8.0, 0.0);
    assert_float_equal(size_of_param(net, NULL, 0).pqh, 0.0, 0.0);
    assert_float_equal(size_of_param(net, &model.ledger, 0).pqh,
                       (double)ledger_param_bytes(&model.ledger, 0), 0.0);
    model_file_free(&model);
    net_free(net);
}

static void test_stages(void **state)
{
    struct pare_net *net = sample(0.08, 32);
    struct size_stages s = size_of_param(net, NULL, 0);
    size_t kept = pare_param_kept(&net->param[0]);
    double p = INFINITY, pq = INFINITY;

    (void)state;
    for (unsigned b = 0; b <= 15; b++) {
        double entries = (double)(kept + fillers_of(&net->param[0], b));
        p = fmin(p, entries * (32 + b) / 8.0);
        pq = fmin(pq, entries * (5 + b) / 8.0 + 4 * 32);
    }
    assert_float_equal(s.p, p, 1e-9);
    assert_float_equal(s.pq, pq, 1e-9);
    assert_true(s.pq < s.p && s.p < s.dense);
    s = size_of_param(net, NULL, 2); /* neither pruned nor shared */
    assert_float_equal(s.p, 4.0 * 1500, 0.0);
    assert_float_equal(s.pq, 4.0 * 1500, 0.0);
    assert_int_equal(size_dense_bytes(net), 4 * (10000 + 50 + 1500 + 30));
    net_free(net);
}

/* gzip is deflate with 18 bytes around it where zlib has 6. */
static void test_generic(void **state)
{
    struct pare_net *net = sample(0.1, 16);
    struct pare_error err = {0};
    size_t gzip, zstd, size = size_dense_bytes(net), at = 0;
    uLongf room = compressBound(size);
    uint8_t *values = malloc(size), *packed = malloc(room);

    (void)state;
    assert_true(values && packed);
    for (size_t i = 0; i < net->params; i++)
        for (size_t j = 0; j < net->param[i].count; j++) {
            uint32_t bits;
            memcpy(&bits, &net->param[i].value[j], 4);
            for (unsigned b = 0; b < 4; b++)
                values[at++] = (uint8_t)(bits >> 8 * b);
        }
    assert_int_equal(compress2(packed, &room, values, size, 9), Z_OK);
    ASSERT_OK(size_generic(net, &gzip, &zstd, &err), err);
    assert_int_equal(gzip, room + 12);
    assert_true(zstd < gzip && zstd > gzip / 2);
    free(values);
    free(packed);
    net_free(net);
}

static void test_part_names(void **state)
{
    (void)state;
    for (int i = 0; i < LEDGER_PART_COUNT; i++)
        for (int j = 0; j < i; j++)
            assert_string_not_equal(ledger_part_name((enum ledger_part)i),
                                    ledger_part_name((enum ledger_part)j));
    assert_null(ledger_part_name(LEDGER_PART_COUNT));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ledger_by_hand), cmocka_unit_test(test_ledger_of_codes),
        cmocka_unit_test(test_figure_2),       cmocka_unit_test(test_stages),
        cmocka_unit_test(test_generic),        cmocka_unit_test(test_part_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
