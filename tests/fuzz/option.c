/* SPDX-License-Identifier: Apache-2.0 */
/* One value of one option, as --set gives it: every table of the program is filled
 * from it. The first byte says which option; a value that fills it is printed, and
 * fills it with the same. */

#include "config/conffile.h"
#include "config/schema.h"
#include "fuzz.h"
#include "run/groups.h"
#include <stdio.h>
#include <string.h>

enum { SELF_BYTES = 4096 };

/* The table number which, of groups and then of plugins. */
static const struct pare_option *table(unsigned which)
{
    static const char *const plugins[][2] = {{"model", "mlp"},          {"model", "cnn"},
                                             {"dataset", "idx"},        {"pruner", "magnitude"},
                                             {"quantizer", "lloyd"},    {"initializer", "kmeanspp"},
                                             {"quantizer", "optimal1d"}};
    size_t n = 0;
    struct pare_error err = {0};
    const struct pare_plugin *plugin;

    while (groups[n].name)
        n++;
    which %= n + sizeof plugins / sizeof *plugins;
    if (which < n)
        return groups[which].options;
    plugin = registry_get(registry_kind(plugins[which - n][0]), plugins[which - n][1], &err);
    if (!plugin)
        fprintf(stderr, "%s\n", err.text);
    FUZZ_CHECK(plugin && plugin->self_size <= SELF_BYTES);
    return plugin->options;
}

static bool fill(const struct pare_option *options, const char *name, const char *text, void *self)
{
    struct schema_part part = {options, self};
    struct value *group = value_new(VALUE_GROUP, NULL, "--set", 0);
    struct problems problems = {0};
    bool fine;

    value_add(group, value_text(VALUE_RAW, name, text, "--set", 0));
    memset(self, 0, SELF_BYTES);
    fine = schema_fill(&part, 1, group, "x", NULL, &problems);
    FUZZ_CHECK(fine == (problems.count == 0));
    problems_free(&problems);
    value_free(group);
    return fine;
}

static void set(const char *text)
{
    struct problems problems = {0};
    struct value *root = value_new(VALUE_GROUP, NULL, "x", 0);

    conffile_set(root, text, &problems);
    problems_free(&problems);
    value_free(root);
}

static void one(const uint8_t *data, size_t size_bytes)
{
    static _Alignas(64) char self[SELF_BYTES];
    unsigned which = (unsigned)fuzz_take(data, &size_bytes, 1);
    const struct pare_option *options = table(which % 32), *o;
    size_t n = schema_count(options);
    char *text = calloc(1, size_bytes + 1), *shown, *twice;

    FUZZ_CHECK(text);
    if (size_bytes > 0)
        memcpy(text, data, size_bytes);
    if (which >= 224 || n == 0) {
        set(text);
        free(text);
        return;
    }
    o = &options[which / 32 % n];
    if (fill(options, o->name, text, self)) {
        shown = schema_text(o, self, false);
        schema_free(options, self);
        /* Text is given as it is in --set, and shown in quotes. */
        if (shown && o->type != PARE_OPTION_TEXT && o->type != PARE_OPTION_CHOICE &&
            strcmp(shown, "\"none\"") != 0) {
            FUZZ_CHECK(fill(options, o->name, shown, self));
            twice = schema_text(o, self, false);
            FUZZ_CHECK(twice && strcmp(shown, twice) == 0);
            free(twice);
            schema_free(options, self);
        }
        free(shown);
    } else {
        schema_free(options, self);
    }
    free(text);
}

const struct fuzz_target fuzz_target = {.one = one,
                                        .memory_bytes = 2 << 20,
                                        .memory_factor = 2000,
                                        .seconds = 0.5,
                                        .seconds_a_mib = 60.0};
