/* SPDX-License-Identifier: Apache-2.0 */
/* Replays a target's corpus without libFuzzer: every file of the folders given as it
 * is, cut off at 4 places, and with 8 single bits flipped. */

#include "fuzz.h"
#include <dirent.h>
#include <stdio.h>
#include <string.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { CUTS = 4, FLIPS = 8, BYTES_MAX = 1 << 20 };

static size_t inputs;

/* From memory of exactly this size, so that ASan sees the first byte too far. */
static void run(const uint8_t *data, size_t size)
{
    uint8_t *copy = malloc(size ? size : 1);

    FUZZ_CHECK(copy);
    if (size > 0)
        memcpy(copy, data, size);
    LLVMFuzzerTestOneInput(copy, size);
    free(copy);
    inputs++;
}

static void run_file(const char *path, bool as_it_is)
{
    static uint8_t data[BYTES_MAX];
    FILE *in = fopen(path, "r");
    size_t size;

    FUZZ_CHECK(in);
    size = fread(data, 1, sizeof data, in);
    fclose(in);
    run(data, size);
    if (as_it_is)
        return;
    for (size_t i = 0; i < CUTS; i++)
        run(data, size * i / CUTS);
    for (size_t i = 0; i < FLIPS && size > 0; i++) {
        size_t bit = 8 * size * i / FLIPS + i % 8;
        data[bit / 8 % size] ^= (uint8_t)(1u << bit % 8);
        run(data, size);
        data[bit / 8 % size] ^= (uint8_t)(1u << bit % 8);
    }
}

/* driver [-f] PATH...; -f: files as they are alone */
int main(int argc, char **argv)
{
    bool as_it_is = argc > 1 && strcmp(argv[1], "-f") == 0;

    LLVMFuzzerInitialize(&argc, &argv);
    run(NULL, 0);
    for (int i = 1 + as_it_is; i < argc; i++) {
        DIR *folder = opendir(argv[i]);
        if (!folder)
            run_file(argv[i], as_it_is);
        for (struct dirent *at; folder && (at = readdir(folder));) {
            char path[4096];
            snprintf(path, sizeof path, "%s/%s", argv[i], at->d_name);
            if (at->d_name[0] != '.')
                run_file(path, as_it_is);
        }
        if (folder)
            closedir(folder);
    }
    printf("%zu inputs\n", inputs);
    return 0;
}
