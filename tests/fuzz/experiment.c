/* SPDX-License-Identifier: Apache-2.0 */
/* A whole experiment file: reading, checking against the tables of verbs and plugins,
 * what each verb would be asked, and the resolved config read again. */

#include "run/experiment.h"
#include "fuzz.h"
#include <stdio.h>
#include <string.h>

static struct experiment *load(const char *path)
{
    struct problems problems = {0};
    struct experiment *e = experiment_load(path, NULL, 0, -1, &problems);

    FUZZ_CHECK(problems.count > 0 || e);
    if (e && problems.count) { /* what pare check still says of it */
        static const char *const names[] = {"fc1.weight", "fc1.bias"};

        experiment_check_rules(e, names, 2, &problems);
        experiment_free(e);
        e = NULL;
    }
    for (size_t i = 0; i < problems.count; i++)
        FUZZ_CHECK(problems.at[i].text[0] && !strchr(problems.at[i].text, '\n'));
    problems_free(&problems);
    return e;
}

static char *resolved(const struct experiment *e, size_t *size)
{
    struct pare_error err = {0};
    char *text = NULL;
    FILE *out = open_memstream(&text, size);

    FUZZ_CHECK(out);
    FUZZ_CHECK(experiment_print(e, out, &err) == PARE_OK);
    fclose(out);
    return text;
}

static void start(void)
{
    /* The schedule that a resolved config stands beside. */
    fuzz_write("schedule.lua", "run.net:train()", 15);
}

static void one(const uint8_t *data, size_t size_bytes)
{
    struct experiment *e = load(fuzz_file(0, data, size_bytes)), *again;
    char *text, *twice, path[256];
    size_t size;

    if (!e)
        return;
    for (int verb = 0; verb < VERB_COUNT; verb++) {
        value_free(experiment_options(e, (enum verb)verb, NULL, false, NULL));
        value_free(experiment_options(e, (enum verb)verb, "fc1.weight", false, NULL));
        value_free(experiment_options(e, (enum verb)verb, "fc1.bias", true, NULL));
    }
    text = resolved(e, &size);
    fuzz_write("config.cfg", text, size);
    snprintf(path, sizeof path, "%s/config.cfg", fuzz_folder());
    again = load(path);
    FUZZ_CHECK(again);
    twice = resolved(again, &size);
    FUZZ_CHECK(strcmp(text, twice) == 0);
    experiment_free(again);
    experiment_free(e);
    free(twice);
    free(text);
}

const struct fuzz_target fuzz_target = {.start = start,
                                        .one = one,
                                        .memory_bytes = 4 << 20,
                                        .memory_factor = 2000,
                                        .seconds = 1.0,
                                        .seconds_a_mib = 60.0};
