/* SPDX-License-Identifier: Apache-2.0 */
/* Random numbers against published vectors, bits against a naive string, names,
 * numbers, files. */

#include "support/support.h"

#include "base/alloc.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/pool.h"
#include "base/text.h"

#include <math.h>
#include <pare/bits.h>
#include <pare/rng.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Random123's known answers for philox4x32, 10 rounds: counter and key all zero,
 * and the digits of pi, whose counter a stream of ours cannot reach; the zero
 * vector pins multipliers, key schedule and word order. */
static void philox_known_answer(void **state)
{
    struct pare_rng rng = {.key = 0, .block = 0, .used = 4};
    const uint32_t want[4] = {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8};

    (void)state;
    for (int i = 0; i < 4; i++)
        assert_int_equal(pare_rng_u32(&rng), want[i]);
    assert_int_equal(rng.block, 1);
}

static void rng_fill_is_the_same_stream(void **state)
{
    for (size_t skip = 0; skip < 6; skip++) {
        struct pare_rng a = pare_rng_stream(7, "x"), b = a;
        uint32_t filled[23];

        (void)state;
        for (size_t i = 0; i < skip; i++)
            assert_int_equal(pare_rng_u32(&a), pare_rng_u32(&b));
        pare_rng_fill(&a, filled, 23);
        for (size_t i = 0; i < 23; i++)
            assert_int_equal(filled[i], pare_rng_u32(&b));
        assert_int_equal(pare_rng_u64(&a), pare_rng_u64(&b));
    }
}

static void rng_moments(void **state)
{
    enum { N = 200000 };
    struct pare_rng rng = pare_rng_stream(1, "moments"), other = pare_rng_stream(1, "momentt");
    double mean = 0, square = 0, normal = 0, normal2 = 0;
    size_t hit[7] = {0};

    (void)state;
    assert_true(pare_rng_u64(&rng) != pare_rng_u64(&other));
    for (int i = 0; i < N; i++) {
        double u = pare_rng_real(&rng), z = pare_rng_normal(&rng);

        assert_true(u >= 0.0 && u < 1.0);
        mean += u / N;
        square += u * u / N;
        normal += z / N;
        normal2 += z * z / N;
        hit[pare_rng_below(&rng, 7)]++;
    }
    /* Five standard deviations of each estimate. */
    assert_true(fabs(mean - 0.5) < 5 * sqrt(1.0 / 12 / N));
    assert_true(fabs(square - 1.0 / 3) < 5 * sqrt(4.0 / 45 / N));
    assert_true(fabs(normal) < 5 * sqrt(1.0 / N));
    assert_true(fabs(normal2 - 1) < 5 * sqrt(2.0 / N));
    for (int i = 0; i < 7; i++)
        assert_true(fabs((double)hit[i] - N / 7.0) < 5 * sqrt(N * (1.0 / 7) * (6.0 / 7)));
}

static void rng_shuffle_is_a_permutation(void **state)
{
    struct pare_rng rng = pare_rng_stream(3, "order");
    uint32_t index[100];
    bool seen[100] = {false};
    int moved = 0;

    (void)state;
    for (uint32_t i = 0; i < 100; i++)
        index[i] = i;
    pare_rng_shuffle(&rng, index, 100);
    for (uint32_t i = 0; i < 100; i++) {
        assert_false(seen[index[i]]);
        seen[index[i]] = true;
        moved += index[i] != i;
    }
    assert_true(moved > 80);
}

static void bits_against_a_string_of_digits(void **state)
{
    enum { N = 3000 };
    static char digits[N * 57 + 1];
    struct pare_rng rng = pare_rng_stream(5, "bits");
    struct pare_bits bits = {0}, in;
    static unsigned length[N];
    static uint64_t value[N];
    size_t end = 0;

    (void)state;
    for (int i = 0; i < N; i++) {
        length[i] = (unsigned)pare_rng_below(&rng, 58);
        value[i] = length[i] ? pare_rng_u64(&rng) >> (64 - length[i]) : 0;
        for (unsigned b = 0; b < length[i]; b++)
            digits[end++] = value[i] >> (length[i] - 1 - b) & 1 ? '1' : '0';
        pare_bits_put(&bits, value[i] | (length[i] < 57 ? UINT64_C(1) << 57 : 0), length[i]);
    }
    assert_int_equal(pare_bits_status(&bits), PARE_OK);
    assert_int_equal(bits.length, end);
    for (size_t i = 0; i < end; i++)
        assert_int_equal(bits.byte[i / 8] >> (7 - i % 8) & 1, digits[i] - '0');
    in = pare_bits_over(bits.byte, pare_bits_size_bytes(&bits));
    for (int i = 0; i < N; i++) {
        assert_true(pare_bits_peek(&in, length[i]) == value[i]);
        assert_true(pare_bits_get(&in, length[i]) == value[i]);
    }
    assert_int_equal(pare_bits_status(&in), PARE_OK);
    assert_true(in.length - in.at < 8);
    pare_bits_get(&in, 8);
    assert_int_equal(pare_bits_status(&in), PARE_EFORMAT);
    assert_int_equal(pare_bits_get(&in, 1), 0);
    pare_bits_free(&bits);
}

static void bits_appended(void **state)
{
    static uint8_t from[300];
    struct pare_rng rng = pare_rng_stream(6, "append");

    (void)state;
    for (size_t i = 0; i < sizeof from; i++)
        from[i] = (uint8_t)pare_rng_u32(&rng);
    for (unsigned before = 0; before < 17; before++)
        for (size_t length = 0; length < 8 * sizeof from; length += length < 200 ? 1 : 61) {
            struct pare_bits bits = {0}, want = {0};
            pare_bits_put(&bits, 0x15555, before);
            pare_bits_put(&want, 0x15555, before);
            pare_bits_append(&bits, from, length);
            for (size_t i = 0; i < length; i++)
                pare_bits_put(&want, from[i / 8] >> (7 - i % 8) & 1, 1);
            assert_int_equal(pare_bits_status(&bits), PARE_OK);
            assert_int_equal(bits.length, want.length);
            if (want.length > 0)
                assert_memory_equal(bits.byte, want.byte, pare_bits_size_bytes(&want));
            pare_bits_free(&bits);
            pare_bits_free(&want);
        }
}

static void borrowed_bits_cannot_be_written(void **state)
{
    const uint8_t byte[2] = {0xa5, 0x5a};
    struct pare_bits in = pare_bits_over(byte, 2);

    (void)state;
    pare_bits_put(&in, 1, 1);
    assert_int_equal(pare_bits_status(&in), PARE_ESTATE);
    assert_int_equal(byte[0], 0xa5);
}

static void digests(void **state)
{
    char hex[65];

    (void)state;
    hash_sha256("abc", 3, hex); /* FIPS 180-4, example B.1 */
    assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_int_equal(hash_crc32(0, "123456789", 9), 0xcbf43926); /* the CRC catalogue's check */
}

static void names(void **state)
{
    static const char *const known[] = {"power", "unit", "amount", "scope"};
    static const char *const like[] = {"run", "prune"};
    char word[16];

    (void)state;
    assert_string_equal(text_nearest("powr", known, 4), "power");
    assert_string_equal(text_nearest("amuont", known, 4), "amount");
    assert_string_equal(text_nearest("prun", like, 2), "prune"); /* one letter from both */
    assert_null(text_nearest("zebra", known, 4));
    assert_null(text_nearest("", known, 4));
    assert_int_equal(text_choice("one|rms", "rms"), 1);
    assert_int_equal(text_choice("one|rms", "on"), -1);
    assert_int_equal(text_choice("one|rms", ""), -1);
    assert_true(text_choice_word("one|rms", 1, word, sizeof word));
    assert_string_equal(word, "rms");
    assert_false(text_choice_word("one|rms", 2, word, sizeof word));
    assert_true(text_match("fc*.weight", "fc1.weight"));
    assert_false(text_match("fc*", "conv1.weight"));
    assert_true(text_is_identifier("kmeanspp"));
    assert_false(text_is_identifier("../x"));
    assert_false(text_is_identifier("1x"));
}

static void reals_read_back(void **state)
{
    struct pare_rng rng = pare_rng_stream(9, "reals");
    char out[32];

    (void)state;
    text_real(0.1, out);
    assert_string_equal(out, "0.1");
    text_real(9.5, out);
    assert_string_equal(out, "9.5");
    text_real(6240, out);
    assert_string_equal(out, "6240");
    text_real(-0.0, out);
    assert_string_equal(out, "-0");
    text_real(1e300, out);
    assert_string_equal(out, "1e+300");
    for (int i = 0; i < 2000; i++) {
        uint64_t bits = pare_rng_u64(&rng);
        double value;

        memcpy(&value, &bits, sizeof value);
        if (!isfinite(value))
            continue;
        text_real(value, out);
        assert_true(strtod(out, NULL) == value);
    }
}

static void errors_stay_on_one_line(void **state)
{
    struct pare_error err = {0};

    (void)state;
    assert_int_equal(pare_fail_at(&err, PARE_EUSER, "a\nb.cfg", 4, "bad '%s'", "x\ny\x1b[31m"),
                     PARE_EUSER);
    assert_string_equal(err.place, "a b.cfg:4");
    assert_string_equal(err.text, "bad 'x y [31m'");
    pare_fail_in(&err, "layer %s", "fc1");
    assert_string_equal(err.text, "layer fc1: bad 'x y [31m'");
    assert_int_equal(pare_fail(NULL, PARE_EIO, "nobody listens"), PARE_EIO);
}

static void huge_allocations_are_refused(void **state)
{
    struct pare_error err = {0};

    (void)state;
    assert_null(alloc_zero(SIZE_MAX / 2, 3, "the thing", &err));
    assert_int_equal(err.status, PARE_ENOMEM);
    assert_null(alloc_zero(SIZE_MAX, 1, "the thing", &err));
}

static void file_names_join_and_show(void **state)
{
    static const struct {
        const char *dir, *name, *joined;
    } cases[] = {
        {"a", "b", "a/b"},   {"a/", "b", "a/b"}, {"a", "/b", "/b"},
        {".", "b/c", "b/c"}, {"", "b", "b"},     {"..", "b", "../b"},
    };
    char *here = getcwd(NULL, 0), *below = file_join(here, "x/y"),
         *beside = xasprintf("%sx/y", here);

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *joined = file_join(cases[i].dir, cases[i].name);

        assert_string_equal(joined, cases[i].joined);
        free(joined);
    }
    const char *const paths[][2] = {
        {below, "x/y"}, {beside, beside}, {here, here}, {"a/b", "a/b"}, {"../a", "../a"}};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        char *shown = file_shown(paths[i][0]);

        assert_string_equal(shown, paths[i][1]);
        free(shown);
    }
    free(beside);
    free(below);
    free(here);
}

static void files_are_written_whole(void **state)
{
    char dir[] = "/tmp/pare-base-XXXXXX";
    struct pare_error err = {0};
    size_t size = 0;
    char *deep, *path, *back;

    (void)state;
    assert_non_null(mkdtemp(dir));
    deep = file_join(dir, "a/b/c");
    ASSERT_OK(file_make_dir(deep, &err), err);
    ASSERT_OK(file_make_dir(deep, &err), err);
    path = file_join(deep, "x");
    ASSERT_OK(file_write(path, "first", 5, &err), err);
    ASSERT_OK(file_write(path, "second", 6, &err), err);
    back = file_read(path, 6, &size, &err);
    assert_non_null(back);
    assert_int_equal(size, 6);
    assert_string_equal(back, "second");
    free(back);
    assert_null(file_read(path, 5, &size, &err));
    assert_string_equal(err.text, "too large: 6 bytes, at most 5");
    assert_null(file_read(deep, 100, &size, &err));
    assert_string_equal(err.text, "not a regular file");
    /* A folder in the place of the file: the write fails and leaves nothing behind. */
    assert_int_equal(file_write(deep, "x", 1, &err), PARE_EIO);
    assert_int_equal(file_make_dir(path, &err), PARE_EIO);
    unlink(path);
    rmdir(deep);
    for (int up = 0; up < 3; up++) {
        char *parent = file_dir(deep);

        assert_int_equal(rmdir(parent), 0); /* empty: no temporary file was left */
        free(deep);
        deep = parent;
    }
    free(deep);
    free(path);
}

struct tally {
    atomic_int done[97];
};

static void mark(void *context, size_t i)
{
    struct tally *tally = context;

    atomic_fetch_add(&tally->done[i], 1);
}

static void pool_runs_each_part_once(void **state)
{
    struct pare_error err = {0};

    (void)state;
    for (unsigned threads = 1; threads <= 4; threads++) {
        struct pool *pool = pool_new(threads, &err);

        assert_non_null(pool);
        for (int task = 0; task < 500; task++) {
            struct tally tally = {0};
            size_t parts = (size_t)task % 98;

            pool_run(pool, parts, mark, &tally);
            for (size_t i = 0; i < 97; i++)
                assert_int_equal(atomic_load(&tally.done[i]), i < parts);
        }
        pool_free(pool);
    }
}

static void pool_bounds_cover(void **state)
{
    (void)state;
    for (size_t n = 0; n < 40; n++)
        for (size_t parts = 1; parts < 9; parts++) {
            assert_int_equal(pool_bound(n, parts, 0), 0);
            assert_int_equal(pool_bound(n, parts, parts), n);
            for (size_t i = 0; i < parts; i++) {
                size_t length = pool_bound(n, parts, i + 1) - pool_bound(n, parts, i);

                assert_true(length == n / parts || length == n / parts + 1);
            }
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(philox_known_answer),
        cmocka_unit_test(rng_fill_is_the_same_stream),
        cmocka_unit_test(rng_moments),
        cmocka_unit_test(rng_shuffle_is_a_permutation),
        cmocka_unit_test(bits_against_a_string_of_digits),
        cmocka_unit_test(bits_appended),
        cmocka_unit_test(borrowed_bits_cannot_be_written),
        cmocka_unit_test(digests),
        cmocka_unit_test(names),
        cmocka_unit_test(reals_read_back),
        cmocka_unit_test(errors_stay_on_one_line),
        cmocka_unit_test(huge_allocations_are_refused),
        cmocka_unit_test(files_are_written_whole),
        cmocka_unit_test(file_names_join_and_show),
        cmocka_unit_test(pool_runs_each_part_once),
        cmocka_unit_test(pool_bounds_cover),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
