/* SPDX-License-Identifier: Apache-2.0 */
/* docs/reference from the option tables. No paths, dates or versions: the pages
 * change when a table does and at no other time. */

#include "cli/reference.h"
#include "base/alloc.h"
#include "base/file.h"
#include "cli/kinds.h"
#include "config/schema.h"
#include "net/data.h"
#include "plugin/registry.h"
#include "run/expected.h"
#include "run/experiment.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char made[] = "<!-- made by 'pare help --markdown DIR'; do not edit -->\n\n";

/* Ends the page under way and writes it. */
static int write_page(const char *dir, const char *name, FILE *page, char **text, size_t *size,
                      struct pare_error *err)
{
    char *path = xasprintf("%s/%s.md", dir, name);
    int status;

    fclose(page);
    status = file_write(path, *text, *size, err);
    free(*text);
    free(path);
    return status;
}

static int write_plugins(const char *dir, enum pare_kind kind, struct pare_error *err)
{
    struct kind_place place = kind_place(kind);
    char *text;
    size_t size, n;
    FILE *page = xmemstream(&text, &size);
    char **names = registry_list(kind, &n);
    int status = PARE_OK, written;

    fprintf(page, "# %c%s\n\n%s", place.plural[0] - 'a' + 'A', place.plural + 1, made);
    fprintf(page,
            "An experiment file names one as `%s = { %s = \"NAME\"; };` and gives its options in "
            "the same group, beside those of [`%s`](groups.md#%s) itself.\n",
            place.group, place.key, place.group, place.group);
    for (size_t i = 0; i < n; i++) {
        const struct pare_plugin *plugin =
            status == PARE_OK ? registry_get(kind, names[i], err) : NULL;

        if (plugin) {
            fprintf(page, "\n## %s\n\n%s\n\n", plugin->name, plugin->summary);
            if (plugin->options && plugin->options[0].name)
                schema_help_markdown(plugin->options, page);
            else
                fputs("It has no options.\n", page);
        } else if (status == PARE_OK) {
            status = PARE_EPLUGIN;
        }
        free(names[i]);
    }
    free(names);
    written = write_page(dir, place.plural, page, &text, &size, status == PARE_OK ? err : NULL);
    return status == PARE_OK ? written : status;
}

static void put_group(FILE *page, const char *name, const char *text,
                      const struct pare_option *options)
{
    fprintf(page, "\n## %s\n\n%s\n\n", name, text);
    schema_help_markdown(options, page);
}

static int write_groups(const char *dir, struct pare_error *err)
{
    static const char *const said[VERB_COUNT] = {
        [VERB_TRAIN] = "Moves what is free: weights, or shared values once there are some.",
        [VERB_TEST] = "Counts the wrong answers on a split of the data.",
        [VERB_PRUNE] = "Sets weights to zero for good, those that its [pruner](pruners.md) ranks "
                       "lowest.",
        [VERB_SHARE] = "Gives weights values in common: first guesses by an "
                       "[initializer](initializers.md), then a [quantizer](quantizers.md).",
        [VERB_ENCODE] = "Writes the file, each stream of symbols by its [encoder](encoders.md).",
    };
    char *text;
    size_t size;
    FILE *page = xmemstream(&text, &size);

    fprintf(page, "# Groups of an experiment file\n\n%s", made);
    fputs("A schedule may give the options of a verb with the call, for that call alone: "
          "`net:prune { amount = 0.9 }`.\n",
          page);
    put_group(page, "data",
              "What is learned; further options are those of the "
              "[dataset](datasets.md).",
              data_options);
    put_group(page, "model", "The network; further options are those of the [model](models.md).",
              model_options);
    for (int i = 0; i < VERB_COUNT; i++)
        put_group(page, verb_name((enum verb)i), said[i], verb_options((enum verb)i));
    put_group(page, "request", "What the result must reach; what is missed fails the run.",
              request_options);
    put_group(page, "checkpoint",
              "How often a run that is broken off can be gone on with; changes no result.",
              checkpoint_options);
    put_group(page, "expect",
              "A list of groups, one for each number of a paper, for `pare reproduce`: "
              "`expect = ( { metric = \"ratio\"; paper = 40.0; low = 39.0; why = \"...\"; } );`",
              expected_options);
    return write_page(dir, "groups", page, &text, &size, err);
}

static int write_index(const char *dir, struct pare_error *err)
{
    char *text;
    size_t size;
    FILE *page = xmemstream(&text, &size);

    fprintf(page, "# Reference\n\n%s", made);
    fputs("Every option, its bounds and what it is when nobody says: from the tables that the "
          "program itself reads. `pare help` prints the same.\n\n"
          "- [Groups of an experiment file](groups.md)\n",
          page);
    for (int i = PARE_KIND_NONE + 1; i < PARE_KIND_COUNT; i++) {
        struct kind_place place = kind_place((enum pare_kind)i);

        fprintf(page, "- [%c%s](%s.md)\n", place.plural[0] - 'a' + 'A', place.plural + 1,
                place.plural);
    }
    return write_page(dir, "README", page, &text, &size, err);
}

int reference_write(const char *dir, struct pare_error *err)
{
    int status = file_make_dir(dir, err);

    if (status == PARE_OK)
        status = write_index(dir, err);
    if (status == PARE_OK)
        status = write_groups(dir, err);
    for (int i = PARE_KIND_NONE + 1; i < PARE_KIND_COUNT && status == PARE_OK; i++)
        status = write_plugins(dir, (enum pare_kind)i, err);
    return status;
}
