/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

/* Names and patterns as people type them. */

#include <pare/base.h>

/* Of names [n], the one nearest to word by edit distance (a swap of neighbors
 * counts one; of equals, the one that begins alike for longest), NULL when none is
 * within a third of its length or two. */
PARE_API const char *text_nearest(const char *word, const char *const *names, size_t n);

/* Does the shell-style pattern (with *, ?, [abc]) match the whole of name? */
bool text_match(const char *pattern, const char *name);

/* Index of word in "one|two|three", -1 when it is none of them. */
PARE_API int text_choice(const char *choices, const char *word);
/* Word number i of "one|two|three" into out; false when there are fewer. */
bool text_choice_word(const char *choices, int i, char *out, size_t room);

/* Bytes of the UTF-8 character that text [room] begins with, 0 when it is none (RFC
 * 3629). */
size_t text_utf8(const char *text, size_t room);

/* A C identifier of at most 63 characters? The rule for plugin names. */
PARE_API bool text_is_identifier(const char *word);

/* The shortest decimal that reads back as the same double; whole numbers below
 * 1e15 with all their digits. */
PARE_API void text_real(double value, char out[32]);

/* "26,661": digits in groups of three. Returns out. */
PARE_API const char *text_count(size_t n, char out[32]);

#endif
