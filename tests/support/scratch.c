/* SPDX-License-Identifier: Apache-2.0 */
/* Folders of tests. What goes wrong here ends the test program. */

#include "support/scratch.h"
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void die(const char *what)
{
    perror(what);
    exit(99);
}

char *scratch_make(void)
{
    const char *base = getenv("TMPDIR");
    char *dir = NULL;
    if (asprintf(&dir, "%s/pare-test-XXXXXX", base && *base ? base : "/tmp") < 0 || !mkdtemp(dir))
        die("scratch_make");
    return dir;
}

static int remove_one(const char *path, const struct stat *info, int flag, struct FTW *at)
{
    (void)info, (void)flag, (void)at;
    return remove(path);
}

void scratch_remove(char *dir)
{
    if (dir && getenv("PARE_TEST_KEEP"))
        fprintf(stderr, "kept %s\n", dir);
    else if (dir && nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS) != 0)
        perror(dir);
    free(dir);
}

static FILE *open_in(const char *dir, const char *name, const char *mode)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *file = fopen(path, mode);
    if (!file)
        die(path);
    return file;
}

void scratch_write(const char *dir, const char *name, const char *text)
{
    FILE *file = open_in(dir, name, "w");
    fputs(text, file);
    if (fclose(file) != 0)
        die(name);
}

char *scratch_read(const char *dir, const char *name, size_t *size_bytes)
{
    FILE *file = open_in(dir, name, "r");
    char *text = NULL;
    size_t size = 0, room = 0, got;
    do {
        text = realloc(text, (room += 65536) + 1);
        if (!text)
            die("scratch_read");
        got = fread(text + size, 1, room - size, file);
        size += got;
    } while (got > 0);
    fclose(file);
    text[size] = '\0';
    if (size_bytes)
        *size_bytes = size;
    return text;
}
