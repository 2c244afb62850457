/* SPDX-License-Identifier: Apache-2.0 */
/* The entry of a target: counts memory and time of each input against what its size
 * allows. Memory is what the sanitizer's allocator sees, on all threads. */

#include "fuzz.h"
#include <fcntl.h>
#include <ftw.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#if defined(__SANITIZE_ADDRESS__)
#define COUNTS_MEMORY 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define COUNTS_MEMORY 1
#endif
#endif

#ifdef COUNTS_MEMORY
/* As in clang's sanitizer/allocator_interface.h, which gcc does not bring. */
size_t __sanitizer_get_allocated_size(const volatile void *at);
int __sanitizer_install_malloc_and_free_hooks(void (*on_malloc)(const volatile void *, size_t),
                                              void (*on_free)(const volatile void *));

static _Atomic long now_bytes, most_bytes;

static void on_malloc(const volatile void *at, size_t size)
{
    long now = atomic_fetch_add(&now_bytes, (long)size) + (long)size;
    (void)at;
    if (now > atomic_load(&most_bytes))
        atomic_store(&most_bytes, now);
}

static void on_free(const volatile void *at)
{
    if (at)
        atomic_fetch_sub(&now_bytes,
                         (long)__sanitizer_get_allocated_size((const void *)(uintptr_t)at));
}

/* A program that loads plugins has the framework twice, see tests/CMakeLists.txt. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "detect_odr_violation=0:allocator_may_return_null=1";
}
#endif

void fuzz_broken(const char *file, int line, const char *condition)
{
    fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, condition);
    abort();
}

static double cpu_seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc, (void)argv;
    setenv("PARE_PLUGINS", FUZZ_PLUGINS, 0);
    unsetenv("PARE_DATA");
#ifdef COUNTS_MEMORY
    __sanitizer_install_malloc_and_free_hooks(on_malloc, on_free);
#endif
    if (fuzz_target.start)
        fuzz_target.start();
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    double before = cpu_seconds(), spent;
#ifdef COUNTS_MEMORY
    long start = atomic_load(&now_bytes);
    size_t most;

    atomic_store(&most_bytes, start);
#endif
    fuzz_target.one(data, size);
#ifdef COUNTS_MEMORY
    most = (size_t)(atomic_load(&most_bytes) - start);
    if (most > fuzz_target.memory_bytes + fuzz_target.memory_factor * size) {
        fprintf(stderr, "%zu bytes of memory for an input of %zu\n", most, size);
        abort();
    }
#endif
    spent = cpu_seconds() - before;
    if (spent > fuzz_target.seconds + fuzz_target.seconds_a_mib * (double)size / 0x1p20) {
        fprintf(stderr, "%.2f s for an input of %zu bytes\n", spent, size);
        abort();
    }
    return 0;
}

const char *fuzz_file(unsigned which, const uint8_t *data, size_t size_bytes)
{
    static struct {
        int fd;
        char path[32];
    } file[FUZZ_FILES];

    if (!file[which].path[0]) {
        file[which].fd = memfd_create("fuzz", MFD_CLOEXEC);
        FUZZ_CHECK(file[which].fd >= 0);
        snprintf(file[which].path, sizeof file[which].path, "/proc/self/fd/%d", file[which].fd);
    }
    FUZZ_CHECK(ftruncate(file[which].fd, 0) == 0);
    FUZZ_CHECK(pwrite(file[which].fd, data, size_bytes, 0) == (ssize_t)size_bytes);
    return file[which].path;
}

static char folder[64];

static int remove_one(const char *path, const struct stat *info, int flag, struct FTW *at)
{
    (void)info, (void)flag, (void)at;
    return remove(path);
}

static void remove_folder(void)
{
    nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

const char *fuzz_folder(void)
{
    if (!folder[0]) {
        snprintf(folder, sizeof folder, "%s/pare-fuzz-XXXXXX",
                 access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
        FUZZ_CHECK(mkdtemp(folder));
        atexit(remove_folder);
    }
    return folder;
}

void fuzz_write(const char *name, const void *data, size_t size_bytes)
{
    char path[256];
    FILE *out;

    snprintf(path, sizeof path, "%s/%s", fuzz_folder(), name);
    out = fopen(path, "w");
    FUZZ_CHECK(out && fwrite(data, 1, size_bytes, out) == size_bytes);
    fclose(out);
}

void fuzz_link(const char *name, unsigned which)
{
    char path[256];

    snprintf(path, sizeof path, "%s/%s", fuzz_folder(), name);
    FUZZ_CHECK(symlink(fuzz_file(which, NULL, 0), path) == 0);
}

uint64_t fuzz_take(const uint8_t *data, size_t *size_bytes, unsigned bytes)
{
    uint64_t number = 0;

    for (; bytes > 0 && *size_bytes > 0; bytes--)
        number = number << 8 | data[--*size_bytes];
    return number;
}

void fuzz_check_error(int status, const struct pare_error *err)
{
    if (status == PARE_OK)
        return;
    FUZZ_CHECK(status < 0 && status >= PARE_ENUMBER);
    FUZZ_CHECK(err->status == status);
    FUZZ_CHECK(err->text[0] != '\0');
    FUZZ_CHECK(!strchr(err->text, '\n'));
}

#ifdef FUZZ_LIBFUZZER
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);

size_t fuzz_mutate(uint8_t *data, size_t size_bytes, size_t room)
{
    return LLVMFuzzerMutate(data, size_bytes, room);
}
#else
size_t fuzz_mutate(uint8_t *data, size_t size_bytes, size_t room)
{
    (void)data, (void)room;
    return size_bytes;
}
#endif
