/* SPDX-License-Identifier: Apache-2.0 */
/* Names, patterns and numbers as people type them. */

#include "base/text.h"

#include <ctype.h>
#include <fnmatch.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORD_MAX = 64 };

/* Edit distance with swaps of neighbors (optimal string alignment); words longer
 * than WORD_MAX are far from everything. */
static size_t distance(const char *a, const char *b)
{
    size_t n = strlen(a), m = strlen(b), row[3][WORD_MAX + 1];

    if (n > WORD_MAX || m > WORD_MAX)
        return SIZE_MAX;
    for (size_t j = 0; j <= m; j++)
        row[0][j] = j;
    for (size_t i = 1; i <= n; i++) {
        size_t *now = row[i % 3], *up = row[(i + 2) % 3], *up2 = row[(i + 1) % 3];

        now[0] = i;
        for (size_t j = 1; j <= m; j++) {
            size_t best = up[j - 1] + (a[i - 1] != b[j - 1]);

            if (up[j] + 1 < best)
                best = up[j] + 1;
            if (now[j - 1] + 1 < best)
                best = now[j - 1] + 1;
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
                up2[j - 2] + 1 < best)
                best = up2[j - 2] + 1;
            now[j] = best;
        }
    }
    return row[n % 3][m];
}

/* Letters that a and b begin with in common. */
static size_t common_prefix(const char *a, const char *b)
{
    size_t n = 0;

    while (a[n] && a[n] == b[n])
        n++;
    return n;
}

const char *text_nearest(const char *word, const char *const *names, size_t n)
{
    size_t limit = strlen(word) / 3, best;
    const char *nearest = NULL;

    if (limit < 2)
        limit = strlen(word) < 2 ? 0 : 2;
    best = limit + 1;
    for (size_t i = 0; i < n; i++) {
        size_t d = distance(word, names[i]);

        if (d >= strlen(names[i]) || d > limit)
            continue;
        if (d < best ||
            (d == best && common_prefix(word, names[i]) > common_prefix(word, nearest))) {
            best = d;
            nearest = names[i];
        }
    }
    return nearest;
}

bool text_match(const char *pattern, const char *name)
{
    return fnmatch(pattern, name, 0) == 0;
}

int text_choice(const char *choices, const char *word)
{
    size_t length = strlen(word);
    const char *at = choices;

    for (int i = 0; length; i++) {
        const char *end = strchrnul(at, '|');

        if ((size_t)(end - at) == length && !memcmp(at, word, length))
            return i;
        if (!*end)
            break;
        at = end + 1;
    }
    return -1;
}

bool text_choice_word(const char *choices, int i, char *out, size_t room)
{
    const char *at = choices;

    for (; i > 0; i--) {
        at = strchr(at, '|');
        if (!at)
            return false;
        at++;
    }
    if (i < 0)
        return false;
    snprintf(out, room, "%.*s", (int)(strchrnul(at, '|') - at), at);
    return true;
}

size_t text_utf8(const char *text, size_t room)
{
    const unsigned char *s = (const unsigned char *)text;
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t n = s[0] < 0x80             ? 1
               : (s[0] & 0xe0) == 0xc0 ? 2
               : (s[0] & 0xf0) == 0xe0 ? 3
               : (s[0] & 0xf8) == 0xf0 ? 4
                                       : 0;
    uint32_t code = n == 1 ? s[0] : s[0] & (0x7fu >> n);

    if (!n || n > room)
        return 0;
    for (size_t i = 1; i < n; i++) {
        if ((s[i] & 0xc0) != 0x80)
            return 0;
        code = code << 6 | (s[i] & 0x3fu);
    }
    if (code < least[n] || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
        return 0;
    return n;
}

bool text_is_identifier(const char *word)
{
    size_t n = strlen(word);

    if (!n || n > 63 || isdigit((unsigned char)word[0]))
        return false;
    for (size_t i = 0; i < n; i++)
        if (!((word[i] >= 'a' && word[i] <= 'z') || (word[i] >= 'A' && word[i] <= 'Z') ||
              (word[i] >= '0' && word[i] <= '9') || word[i] == '_'))
            return false;
    return true;
}

/* The program never calls setlocale, so the decimal point is a point. */
void text_real(double value, char out[32])
{
    if (fabs(value) < 1e15 && value == floor(value)) { /* 6240, not 6.24e+03 */
        snprintf(out, 32, "%.0f", value);
        return;
    }
    for (int digits = 1; digits <= 17; digits++) {
        snprintf(out, 32, "%.*g", digits, value);
        if (strtod(out, NULL) == value)
            break;
    }
}

const char *text_count(size_t n, char out[32])
{
    char digits[32];
    int length = snprintf(digits, sizeof digits, "%zu", n);
    char *at = out;
    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0)
            *at++ = ',';
        *at++ = digits[i];
    }
    *at = '\0';
    return out;
}
