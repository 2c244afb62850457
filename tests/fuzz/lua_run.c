/* SPDX-License-Identifier: Apache-2.0 */
/* Lua schedules with the whole API, on a net of 4-3-2 whose trainings and tests are
 * dry: verbs with any tables, hooks, arguments, handles that have gone stale. */

#include "run/dry.h"
#include "script/script.h"
#include "tiny.h"
#include <string.h>

static struct run run;
static struct value *args;

static void start(void)
{
    tiny_open(&run);
    args = value_clone(value_get(run.experiment->root, "args"));
    free(run.experiment->schedule);
    run.experiment->schedule = strdup(fuzz_file(0, NULL, 0));
}

static void one(const uint8_t *data, size_t size_bytes)
{
    const struct script_limits limits = {.memory_bytes = 2 << 20, .instructions = 10000};
    const struct dry_settings settings = {.error = 1.0, .speed = 1e6};
    struct pare_error err = {0};
    int status;

    fuzz_file(0, data, size_bytes);
    /* A script that does not ask for an argument must not be given one. */
    value_drop(run.experiment->root, "args");
    if (memmem(data, size_bytes, ":arg", 4))
        value_add(run.experiment->root, value_clone(args));
    FUZZ_CHECK(dry_open(&run, &settings, &err) == PARE_OK);
    status = script_run(&run, &limits, &err);
    fuzz_check_error(status, &err);
    dry_close(&run);
    tiny_reset(&run);
}

const struct fuzz_target fuzz_target = {.start = start,
                                        .one = one,
                                        .memory_bytes = 8 << 20,
                                        .memory_factor = 64,
                                        .seconds = 3.0,
                                        .seconds_a_mib = 60.0};
