/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_FILE_H
#define BASE_FILE_H

/* Whole files: read with a limit, written so that a crash leaves the old or the
 * new content and never a torn one (temporary file in the same folder, fsync,
 * rename, fsync of the folder). */

#include <pare/base.h>

/* The bytes of a regular file of at most max_bytes, with a NUL after them that
 * is not counted. NULL with err. Free with free(). */
PARE_API char *file_read(const char *path, size_t max_bytes, size_t *size_bytes,
                         struct pare_error *err);
PARE_API int file_write(const char *path, const void *data, size_t size_bytes,
                        struct pare_error *err);
/* Flushes the folder that path stands in, so that its name outlasts a power cut. */
int file_sync_dir(const char *path, struct pare_error *err);
/* Makes a folder and those above it, and flushes their names; fine when it is there. */
PARE_API int file_make_dir(const char *path, struct pare_error *err);
PARE_API bool file_exists(const char *path);
/* dir/name, allocated; name alone when it is absolute or dir is ".". */
PARE_API char *file_join(const char *dir, const char *name);
/* The folder of a path, allocated; "." when it has none. */
PARE_API char *file_dir(const char *path);
/* The path for people, allocated: without the current folder where it begins with
 * that, else as it is. */
char *file_shown(const char *path);

#endif
