/* SPDX-License-Identifier: Apache-2.0 */
/* bench_huff0 FILE SECONDS: the bytes of FILE through zstd's own Huffman coder (huff0, in
 * libzstd.a but in no header), over and over; a line of JSON. FILE is at most 128 KB. */

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* As in zstd 1.5.4; another release may call them otherwise, so the version is asked. */
size_t HUF_compress4X_repeat(void *to, size_t room, const void *from, size_t size, unsigned largest,
                             unsigned table_log, void *work, size_t work_size, void *table,
                             void *repeat, int flags);
size_t HUF_decompress4X_hufOnly_wksp(uint32_t *table, void *to, size_t size, const void *from,
                                     size_t from_size, void *work, size_t work_size, int flags);
unsigned HUF_isError(size_t code);
unsigned ZSTD_versionNumber(void);

enum { ROOM = 128 << 10, VERSION = 10504, TABLE_LOG = 11, TABLE_LOG_MAX = 12, FLAG_BMI2 = 1 };

static size_t compress(void *to, size_t room, const void *from, size_t size)
{
    static uint64_t work[2048];

    return HUF_compress4X_repeat(to, room, from, size, 255, TABLE_LOG, work, sizeof work, NULL,
                                 NULL, FLAG_BMI2);
}

static size_t decompress(void *to, size_t size, const void *from, size_t from_size)
{
    static uint64_t work[2048];
    static uint32_t table[1 + (1 << TABLE_LOG_MAX)];

    table[0] = TABLE_LOG_MAX * 0x01000001U;
    return HUF_decompress4X_hufOnly_wksp(table, to, size, from, from_size, work, sizeof work,
                                         FLAG_BMI2);
}

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

int main(int argc, char **argv)
{
    static unsigned char in[ROOM], coded[2 * ROOM], back[ROOM];
    double encode = INFINITY, decode = INFINITY;
    size_t coded_size = 0;

    if (argc != 3 || ZSTD_versionNumber() != VERSION)
        return 2;
    FILE *file = fopen(argv[1], "rb");
    size_t n = file ? fread(in, 1, ROOM, file) : 0;
    if (file)
        fclose(file);
    for (double until = now() + atof(argv[2]); now() < until;) {
        double started = now();

        coded_size = compress(coded, sizeof coded, in, n);
        double encoded = now();
        if (HUF_isError(coded_size) || coded_size < 2 ||
            decompress(back, n, coded, coded_size) != n)
            return 1;
        decode = fmin(decode, now() - encoded);
        encode = fmin(encode, encoded - started);
    }
    if (coded_size == 0 || memcmp(in, back, n) != 0)
        return 1;
    printf("{\"bytes\": %zu, \"encode\": %.6g, \"decode\": %.6g}\n", coded_size,
           (double)n * 1e-6 / encode, (double)n * 1e-6 / decode);
    return 0;
}
