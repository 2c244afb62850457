/* SPDX-License-Identifier: Apache-2.0 */
/* Files from strangers: cut, extended, flipped, forged with a right checksum. Each
 * ends in an error that says what and where, or in a net that holds together. */
#include "support/support.h"

#include "support/container.h"

#include "format/container.h"
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

/* All states in one small file. */
static struct bytes sample(void)
{
    static const size_t input[3] = {1, 2, 3};
    const struct layer_desc layers[] = {
        {.kind = LAYER_CONV, .name = "conv1", .units = 2, .kernel = 1, .stride = 1},
        {.kind = LAYER_DENSE, .name = "fc1", .units = 6},
        {.kind = LAYER_DROPOUT, .rate = 1.0 / 3.0},
        {.kind = LAYER_DENSE, .name = "fc2", .units = 9},
        {.kind = LAYER_DENSE, .name = "last", .units = 4},
        {.kind = LAYER_NONE}};
    struct pare_net *net = test_net(input, 4, layers, 7);
    struct pare_rng rng = pare_rng_stream(7, "sample");
    struct bytes file;

    test_prune(&net->param[0], 0.5, &rng);
    test_prune(&net->param[2], 0.3, &rng);
    test_share(&net->param[2], 3, &rng);
    test_prune(&net->param[4], 0.9, &rng);
    test_share(&net->param[4], 2, &rng);
    test_share(&net->param[6], 4, &rng);
    file = test_write(net, "huffman", TEST_AUTO, INT64_MIN, "name = \"x\";");
    net_free(net);
    return file;
}

/* Reads from memory of exactly this size, so that ASan sees the first byte too far.
 * Returns the status; what was read must hold together. */
static int read_copy(const uint8_t *bytes, size_t size, struct pare_error *err)
{
    uint8_t *copy = malloc(size ? size : 1);
    struct model_file model;
    int status;

    assert_non_null(copy);
    if (size > 0)
        memcpy(copy, bytes, size);
    *err = (struct pare_error){0};
    status = format_read(copy, size, "x.pare", &model, err);
    free(copy);
    if (status) {
        if (!strstr(err->text, "cannot decode without encoder"))
            assert_int_equal(status, PARE_EFORMAT);
        assert_string_equal(err->place, "x.pare");
        assert_int_equal(strncmp(err->text, "byte ", 5), 0);
        assert_null(model.net);
        return status;
    }
    assert_int_equal(ledger_total(&model.ledger), size);
    for (size_t i = 0; i < model.net->params; i++)
        for (size_t j = 0; j < model.net->param[i].count; j++)
            if (model.net->param[i].code &&
                (!model.net->param[i].keep || model.net->param[i].keep[j]))
                assert_true(model.net->param[i].code[j] < model.net->param[i].centroids);
    model_file_free(&model);
    return status;
}

static void expect(const struct bytes *file, const char *wanted)
{
    struct pare_error err;

    if (!read_copy(file->at, file->size, &err))
        fail_msg("was read, wanted: %s", wanted);
    if (!strstr(err.text, wanted))
        fail_msg("wanted: %s\n   found: %s", wanted, err.text);
}

static void test_truncated(void **state)
{
    struct bytes file = sample();
    struct pare_error err;

    (void)state;
    assert_int_equal(read_copy(file.at, file.size, &err), PARE_OK);
    for (size_t size = 0; size < file.size; size++) {
        assert_int_equal(read_copy(file.at, size, &err), PARE_EFORMAT);
        if (size > 9)
            assert_non_null(strstr(err.text, "checksum does not match: the file is damaged"));
    }
    free(file.at);
}

/* Cut, but with a right checksum: the parser itself must see it. */
static void test_truncated_forged(void **state)
{
    struct bytes file = sample();
    struct pare_error err;

    (void)state;
    for (size_t size = 5; size < file.size - 6; size++) {
        bool whole = size == file.size - 6 - strlen("d.name = \"x\";");
        struct bytes cut = {0};
        bytes_put(&cut, file.at, size);
        test_file_end(&cut);
        assert_int_equal(read_copy(cut.at, cut.size, &err) == PARE_OK, whole);
        free(cut.at);
    }
    free(file.at);
}

static void test_appended(void **state)
{
    struct pare_error err;

    (void)state;
    for (size_t n = 1; n <= 16; n++) {
        for (unsigned byte = 0; byte < 256; byte += 51) {
            struct bytes file = sample();
            for (size_t i = 0; i < n; i++)
                bytes_put_u8(&file, byte);
            assert_int_equal(read_copy(file.at, file.size, &err), PARE_EFORMAT);
            if (n >= 4) { /* a second checksum that fits does not help */
                test_fix_checksum(file.at, file.size);
                expect(&file, "at the end of the file");
            }
            free(file.at);
        }
    }
}

static void test_every_bit(void **state)
{
    struct bytes file = sample();
    struct pare_error err;

    (void)state;
    for (size_t i = 0; i < 8 * file.size; i++) {
        file.at[i / 8] ^= (uint8_t)(1u << i % 8);
        assert_int_equal(read_copy(file.at, file.size, &err), PARE_EFORMAT);
        file.at[i / 8] ^= (uint8_t)(1u << i % 8);
    }
    free(file.at);
}

static void test_every_bit_forged(void **state)
{
    struct bytes file = sample();
    struct pare_error err;
    size_t refused = 0;

    (void)state;
    for (size_t i = 0; i < 8 * (file.size - 4); i++) {
        file.at[i / 8] ^= (uint8_t)(1u << i % 8);
        test_fix_checksum(file.at, file.size);
        refused += read_copy(file.at, file.size, &err) != PARE_OK;
        file.at[i / 8] ^= (uint8_t)(1u << i % 8);
    }
    /* Flips in codebooks and plain values are read as other values; most others not. */
    assert_true(refused > 8 * file.size / 4);
    free(file.at);
}

static void test_random_forged(void **state)
{
    struct pare_rng rng = pare_rng_stream(1, "forged");
    struct bytes file = sample();
    struct pare_error err;
    uint8_t *copy = malloc(file.size);

    (void)state;
    assert_non_null(copy);
    for (size_t n = 0; n < 20000; n++) {
        size_t flips = 1 + pare_rng_below(&rng, 6);
        memcpy(copy, file.at, file.size);
        for (size_t i = 0; i < flips; i++) {
            size_t at = 5 + pare_rng_below(&rng, file.size - 9);
            if (pare_rng_below(&rng, 2))
                copy[at] ^= (uint8_t)(1u << pare_rng_below(&rng, 8));
            else
                copy[at] = (uint8_t)pare_rng_u32(&rng);
        }
        test_fix_checksum(copy, file.size);
        read_copy(copy, file.size, &err);
    }
    free(copy);
    free(file.at);
}

/* A file of the given chunks. */
static struct bytes forge(const char *chunks, size_t size)
{
    struct bytes file = {0};

    test_file_begin(&file);
    bytes_put(&file, chunks, size);
    test_file_end(&file);
    return file;
}
#define EXPECT(CHUNKS, WANTED)                                                                     \
    do {                                                                                           \
        struct bytes file_ = forge(CHUNKS, sizeof(CHUNKS) - 1);                                    \
        expect(&file_, WANTED);                                                                    \
        free(file_.at);                                                                            \
    } while (0)

/* The same with one more chunk, of the right length, at the end. */
static struct bytes forge_chunk(const char *chunks, size_t size, unsigned tag, const char *payload,
                                size_t payload_size)
{
    struct bytes file = {0};

    test_file_begin(&file);
    bytes_put(&file, chunks, size);
    bytes_put_chunk(&file, tag, payload, payload_size);
    test_file_end(&file);
    return file;
}
#define EXPECT_CHUNK(CHUNKS, TAG, PAYLOAD, WANTED)                                                 \
    do {                                                                                           \
        struct bytes file_ =                                                                       \
            forge_chunk(CHUNKS, sizeof(CHUNKS) - 1, TAG, PAYLOAD, sizeof(PAYLOAD) - 1);            \
        expect(&file_, WANTED);                                                                    \
        free(file_.at);                                                                            \
    } while (0)

/* One dense layer fc1, 1 input, 2 outputs: fc1.weight and fc1.bias of 2 each. */
#define LAYERS "L\7\1\1\1\2\1\0\2"
#define HUFFMAN "E\10\7huffman"
#define PLAIN "P\11\10\0\0\0\0\0\0\0\0"

static void test_file_and_chunks(void **state)
{
    struct bytes file = {0};

    (void)state;
    expect(&file, "byte 0: not a .pare file");
    bytes_put(&file, "PAR", 3);
    expect(&file, "byte 0: not a .pare file");
    bytes_put(&file, "E\2..........", 12);
    expect(&file, "byte 4: the file has format version 2, this pare reads 1");
    free(file.at);
    EXPECT("", "byte 5: chunk 'Z' is out of place; the chunk of layers, 'L', expected");
    EXPECT(PLAIN, "byte 5: chunk 'P' is out of place");
    EXPECT("Q\0", "byte 5: chunk 'Q' is not known to this pare");
    EXPECT("\0\0", "byte 5: 0x00 is no chunk tag");
    EXPECT(LAYERS LAYERS, "byte 14: chunk 'L' is out of place; the chunk of 'fc1.weight', 'P',");
    EXPECT(LAYERS PLAIN, "byte 25: chunk 'Z' is out of place; the chunk of 'fc1.bias', 'P',");
    EXPECT(LAYERS PLAIN HUFFMAN, "byte 25: chunk 'E' is out of place");
    EXPECT(LAYERS PLAIN PLAIN PLAIN, "byte 36: chunk 'P' is out of place");
    EXPECT(LAYERS PLAIN "d\1x" PLAIN, "byte 25: chunk 'd' is out of place");
    EXPECT(LAYERS PLAIN PLAIN "d\1xd\1y", "byte 39: chunk 'd' is there twice");
    EXPECT(LAYERS PLAIN PLAIN "q\1xq\1y", "byte 39: chunk 'q' is there twice");
    EXPECT(LAYERS PLAIN PLAIN "Q\1x", "byte 36: chunk 'Q' is not known");
    EXPECT(LAYERS PLAIN PLAIN "d\1\0", "byte 38: the data group: text with a zero byte");
    EXPECT(LAYERS PLAIN PLAIN "d\177x", "byte 38: a chunk: 127 bytes expected, 7 are left");
    EXPECT("L\207\0\1\1\1\2\1\0\2", "byte 6: the length of a chunk: a number in more bytes");
    EXPECT("L\377\377\377\377\377\377\377\377\377\1", "a number of more than 63 bits");
    EXPECT("L\377\377\377\377\17", "the length of a chunk: 4294967295 is outside 0..1073741824");
}

static void test_layers(void **state)
{
    (void)state;
    EXPECT_CHUNK("", CHUNK_LAYERS, "", "byte 7: the input's shape: 1 bytes expected, 0 are left");
    EXPECT_CHUNK("", CHUNK_LAYERS, "\1\1\1\2", "the model has no layers");
    EXPECT_CHUNK("", CHUNK_LAYERS, "\1\0\1\2\1\0\2", "byte 8: the input's shape: 0 is outside 1..");
    EXPECT_CHUNK("", CHUNK_LAYERS, "\1\1\1\2\1\0\3",
                 "byte 7: the last layer has 3 outputs, but there are 2 classes");
    EXPECT_CHUNK("", CHUNK_LAYERS, "\1\1\1\2\1\0\0",
                 "byte 13: the layer's outputs: 0 is outside 1..");
    EXPECT_CHUNK("", CHUNK_LAYERS, "\1\1\1\2\10",
                 "byte 11: the kind of a layer: 8 is outside 1..7");
    EXPECT_CHUNK("", CHUNK_LAYERS, "\1\1\1\2\1\3a\0b\2",
                 "byte 14: the layer's name: byte 0x00 is no letter");
    EXPECT_CHUNK("", CHUNK_LAYERS, "\1\1\1\2\1\0\2\1\3fc1\2",
                 "byte 14: layer 2 (dense fc1): a layer of this name");
    EXPECT_CHUNK("", CHUNK_LAYERS, "\1\1\1\2\6\0\0\0\0\0\0\0\360\77",
                 "byte 13: the dropout rate: 1 is outside");
    EXPECT_CHUNK("", CHUNK_LAYERS, "\1\1\1\2\6\0\0\0\0\0\0\0\370\177",
                 "byte 13: the dropout rate: nan");
    EXPECT_CHUNK("", CHUNK_LAYERS, "\1\1\1\2\2\0\2\3\1\0", "byte 11: layer 1 (conv conv1): ");
    EXPECT_CHUNK("", CHUNK_LAYERS, "\1\1\1\2\2\0\377\377\377\177",
                 "byte 17: the layer's window: 1 bytes expected, 0 are left");
}

static void test_many_layers(void **state)
{
    struct bytes file = {0}, payload = {0};

    (void)state;
    for (size_t i = 0; i < 2000; i++)
        bytes_put_u8(&payload, i < 4 ? 1 : LAYER_RELU);
    test_file_begin(&file);
    bytes_put_chunk(&file, CHUNK_LAYERS, payload.at, payload.size);
    test_file_end(&file);
    expect(&file, "more than 1024 layers");
    free(file.at);
    free(payload.at);
}

static void test_encoders(void **state)
{
    struct model_file model;
    struct pare_error err = {0};
    struct bytes file = forge(LAYERS "E\5\4nono", sizeof(LAYERS "E\5\4nono") - 1);

    (void)state;
    EXPECT(LAYERS "E\0", "byte 16: an empty list of encoders");
    EXPECT(LAYERS "E\1\0", "byte 16: an encoder's name: 0 is outside 1..63");
    EXPECT(LAYERS "E\4\3raw", "byte 16: encoder 'raw' is listed twice");
    EXPECT(LAYERS "E\20\7huffman\7huffman", "byte 24: encoder 'huffman' is listed twice");
    EXPECT(LAYERS "E\5\4../x", "byte 16: an encoder's name that is no identifier");
    EXPECT(LAYERS "E\3\2a\0", "byte 16: an encoder's name that is no identifier");
    assert_int_equal(format_read(file.at, file.size, "x.pare", &model, &err), PARE_EPLUGIN);
    assert_non_null(strstr(err.text, "cannot decode without encoder 'nono'"));
    free(file.at);
}

/* 1.0 and 2.0 */
#define BOOK "\0\0\200\77\0\0\0\100"

static void test_params(void **state)
{
    (void)state;
    EXPECT_CHUNK(LAYERS, CHUNK_PARAM, "", "byte 16: the flags: 1 bytes expected, 0 are left");
    EXPECT_CHUNK(LAYERS, CHUNK_PARAM, "\4",
                 "byte 16: flags 0x04: inline, but not pruned and shared");
    EXPECT_CHUNK(LAYERS, CHUNK_PARAM, "\5",
                 "byte 16: flags 0x05: inline, but not pruned and shared");
    EXPECT_CHUNK(LAYERS, CHUNK_PARAM, "\12", "byte 16: flags 0x0a: plain and shared");
    EXPECT_CHUNK(LAYERS, CHUNK_PARAM, "\20", "byte 16: flags 0x10: a span without gaps");
    EXPECT_CHUNK(LAYERS, CHUNK_PARAM, "\27", "byte 16: flags 0x17: a span without gaps");
    EXPECT_CHUNK(LAYERS, CHUNK_PARAM, "\1\3\0",
                 "byte 17: the number of kept weights: 3 is outside 0..2");
    EXPECT_CHUNK(LAYERS, CHUNK_PARAM, "\1\1\2",
                 "byte 18: the number of fillers: 2 is outside 0..1");
    EXPECT_CHUNK(LAYERS, CHUNK_PARAM, "\41\1\1",
                 "byte 18: the number of fillers: 1 is outside 0..0");
    EXPECT_CHUNK(LAYERS, CHUNK_PARAM, "\2\0",
                 "byte 17: the number of centroids: 0 is outside 1..65536");
    EXPECT_CHUNK(LAYERS, CHUNK_PARAM, "\7\200\200\4",
                 "byte 17: the number of centroids: 65536 is outside 1..65535");
    EXPECT_CHUNK(LAYERS, CHUNK_PARAM, "\2\5",
                 "byte 18: the codebook: 20 bytes expected, 0 are left");
    EXPECT_CHUNK(LAYERS, CHUNK_PARAM, "\2\2" BOOK "\5",
                 "byte 27: a stream: 5 bytes expected, 0 are left");
    EXPECT_CHUNK(LAYERS, CHUNK_PARAM, "\2\2" BOOK "\1\1",
                 "byte 27: stream 'code': encoder raw: bits left over");
    EXPECT_CHUNK(LAYERS, CHUNK_PARAM, "\2\2" BOOK "\2\0\0",
                 "byte 27: stream 'code': encoder raw: bits left over");
    EXPECT_CHUNK(LAYERS, CHUNK_PARAM, "\2\2" BOOK "\0",
                 "byte 27: stream 'code': encoder raw: 2 symbols of 1 bits");
    EXPECT_CHUNK(LAYERS, CHUNK_PARAM, "\10\0\0\0\0",
                 "byte 17: the values: 2 expected, 4 bytes are left");
    EXPECT_CHUNK(LAYERS, CHUNK_PARAM, "\10\0\0\0\0\0\0\0\0\0",
                 "byte 25: 1 bytes too many at the end of the param");
    /* three centroids, two bits a code: code 3 */
    EXPECT_CHUNK(LAYERS, CHUNK_PARAM, "\2\3\0\0\0\0" BOOK "\1\360", "symbol 3 in an alphabet of 3");
    /* span 2: pass over 1, keep, keep: the second lies past the end */
    EXPECT_CHUNK(LAYERS, CHUNK_PARAM, "\31\2\0\1\100\0\0\0\0\0\0\0\0", "byte 29: ");
    /* span 1, nothing kept, but a filler */
    EXPECT_CHUNK(LAYERS, CHUNK_PARAM, "\11\0\1\1\200", "byte 21: ");
    /* span 1: filler, keep: but two kept and no filler were announced */
    EXPECT_CHUNK(LAYERS, CHUNK_PARAM, "\11\2\0\1\200\0\0\0\0\0\0\0\0", "byte 29: ");
}

static long resident_kib(void)
{
    struct rusage usage;

    assert_int_equal(getrusage(RUSAGE_SELF, &usage), 0);
    return usage.ru_maxrss;
}

/* fc1 of 90,000 outputs, fc2 of one; a parameter with nothing kept. */
#define PRUNED_LAYERS "L\14\1\1\1\1\1\0\220\277\5\1\0\1"
#define PRUNED "P\4\11\0\0\0"

/* Small files that ask for much: refused, and without taking it first. */
static void test_bombs(void **state)
{
    long before = resident_kib();
    struct pare_error err;
    struct bytes file;

    (void)state;
    EXPECT_CHUNK("", CHUNK_LAYERS, "\1\1\1\2\1\0\200\200\200\10",
                 "fc1.weight: more weights than the ");
    EXPECT_CHUNK("", CHUNK_LAYERS, "\1\200\1\200\1\2\1\0\200\100",
                 "fc1.weight: more weights than the ");
    EXPECT_CHUNK("", CHUNK_LAYERS, "\1\1\1\2\1\0\200\20\1\1a\200\20\1\0\2",
                 "more weights than the ");
    EXPECT_CHUNK("", CHUNK_LAYERS, "\1\1\1\2\2\0\200\10\100\1\77\1\0\2", "more weights than the ");
    EXPECT_CHUNK("", CHUNK_LAYERS, "\377\177\377\177\377\177\1\1\0\2\5\5",
                 "an input of 16383 x 16383 x 16383");
    EXPECT_CHUNK(LAYERS, CHUNK_PARAM, "\2\200\200\4", "the codebook: 262144 bytes expected");
    /* What is cheap to read and dear to test. */
    EXPECT_CHUNK("", CHUNK_LAYERS, "\1\1\1\1\1\0\220\241\17\1\0\1",
                 "the layers take 250001 values for a sample, more than the 78336 that a file");
    EXPECT_CHUNK("", CHUNK_LAYERS, "\1\144\144\1\2\0\1\50\1\24\1\0\1",
                 "the layers take 16331801 multiply-adds for a sample, more than the ");
    /* As much as is allowed: 270,001 pruned weights in 61 bytes. */
    file = forge_chunk(PRUNED_LAYERS PRUNED PRUNED PRUNED,
                       sizeof(PRUNED_LAYERS PRUNED PRUNED PRUNED) - 1, CHUNK_PARAM, "\11\0\0\0", 4);
    assert_int_equal(read_copy(file.at, file.size, &err), PARE_OK);
    free(file.at);
    assert_true(resident_kib() - before < 64 * 1024);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_truncated),
        cmocka_unit_test(test_truncated_forged),
        cmocka_unit_test(test_appended),
        cmocka_unit_test(test_every_bit),
        cmocka_unit_test(test_every_bit_forged),
        cmocka_unit_test(test_random_forged),
        cmocka_unit_test(test_file_and_chunks),
        cmocka_unit_test(test_layers),
        cmocka_unit_test(test_encoders),
        cmocka_unit_test(test_params),
        cmocka_unit_test(test_bombs),
        cmocka_unit_test(test_many_layers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
