/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_SCRATCH_H
#define TEST_SCRATCH_H

/* A folder of one test's own. */

#include <stddef.h>

/* Made under TMPDIR or /tmp. Free it with scratch_remove. */
char *scratch_make(void);
/* Removes the folder with all in it (not where PARE_TEST_KEEP is set), and frees
 * dir. */
void scratch_remove(char *dir);
/* Writes text to dir/name. */
void scratch_write(const char *dir, const char *name, const char *text);
/* The text of dir/name, allocated; fails the test when it cannot be read. */
char *scratch_read(const char *dir, const char *name, size_t *size_bytes);

#endif
