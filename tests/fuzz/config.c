/* SPDX-License-Identifier: Apache-2.0 */
/* A config file's text: the front, libconfig, the tree. What is read and printed is
 * read again as the same. */

#include "config/conffile.h"
#include "fuzz.h"
#include <stdio.h>
#include <string.h>

static char *print(const struct value *group)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    FUZZ_CHECK(out);
    value_print(group, 0, out);
    fclose(out);
    return text;
}

static void check_problems(const struct problems *problems, bool any)
{
    FUZZ_CHECK((problems->count > 0) == any);
    for (size_t i = 0; i < problems->count; i++) {
        FUZZ_CHECK(problems->at[i].text[0] != '\0');
        FUZZ_CHECK(!strchr(problems->at[i].text, '\n'));
    }
}

static void one(const uint8_t *data, size_t size_bytes)
{
    struct problems problems = {0};
    struct value *root = conffile_parse((const char *)data, size_bytes, "/proc/x.cfg", &problems);

    check_problems(&problems, root == NULL);
    problems_free(&problems);
    if (root) {
        char *text = print(root), *twice;
        struct value *again = conffile_parse(text, strlen(text), "x.cfg", &problems);

        FUZZ_CHECK(again || strlen(text) > size_bytes); /* a limit may be in the way */
        if (again) {
            twice = print(again);
            FUZZ_CHECK(strcmp(text, twice) == 0);
            free(twice);
        }
        value_free(again);
        free(text);
        problems_free(&problems);
    }
    value_free(root);
}

const struct fuzz_target fuzz_target = {.one = one,
                                        .memory_bytes = 2 << 20,
                                        .memory_factor = 2000,
                                        .seconds = 0.5,
                                        .seconds_a_mib = 60.0};
