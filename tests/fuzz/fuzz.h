/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FUZZ_FUZZ_H
#define FUZZ_FUZZ_H

/* What every fuzz target shares. A target is one file that defines fuzz_target; it
 * is linked with libFuzzer in the preset fuzz, and everywhere else with a driver
 * that replays its corpus. */

#include <pare/base.h>
#include <stdlib.h>

/* After each input: memory at its highest point may not pass memory_bytes and
 * memory_factor bytes for each byte of input, nor CPU time seconds and
 * seconds_a_mib for each MiB. */
struct fuzz_target {
    void (*start)(void); /* once; may be NULL */
    void (*one)(const uint8_t *data, size_t size_bytes);
    size_t memory_bytes, memory_factor;
    double seconds, seconds_a_mib;
};
extern const struct fuzz_target fuzz_target;

/* Ends the process where the condition does not hold: a find. */
#define FUZZ_CHECK(CONDITION) ((CONDITION) ? (void)0 : fuzz_broken(__FILE__, __LINE__, #CONDITION))
_Noreturn void fuzz_broken(const char *file, int line, const char *condition);

/* The bytes as a file that is nowhere on disk: number which of FUZZ_FILES. The path
 * is good for the whole process. */
enum { FUZZ_FILES = 8 };
const char *fuzz_file(unsigned which, const uint8_t *data, size_t size_bytes);
/* A folder of this process for the few files that need one; removed at the end. */
const char *fuzz_folder(void);
/* Writes name in it. */
void fuzz_write(const char *name, const void *data, size_t size_bytes);
/* Makes name in the folder stand for file number which. */
void fuzz_link(const char *name, unsigned which);

/* Takes a number off the end of the input; 0 when there is none left. */
uint64_t fuzz_take(const uint8_t *data, size_t *size_bytes, unsigned bytes);

/* Fills *err's text or not: every failure must say why in one line. */
void fuzz_check_error(int status, const struct pare_error *err);

/* For custom mutators, where libFuzzer is there: mutates data in place. */
size_t fuzz_mutate(uint8_t *data, size_t size_bytes, size_t room);

#endif
