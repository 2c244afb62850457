/* SPDX-License-Identifier: Apache-2.0 */

/* A data set in use: which plugin, where to look, and a check of what it says of
 * itself before anything relies on it. */

#include "net/data.h"

#include "base/alloc.h"
#include "config/schema.h"
#include "net/net.h"
#include <stdlib.h>
#include <string.h>

struct data_choice {
    char *plugin, *path;
};

const struct pare_option data_options[] = {
    PARE_TEXT(data_choice, plugin, "idx", "the data set plugin"),
    PARE_TEXT(data_choice, path, "", "a folder to look in, after --data and PARE_DATA"),
    PARE_OPTIONS_END,
};

/* Fills choice from those members of group that are the host's. */
static bool choose(struct data_choice *choice, const struct value *group, struct problems *problems)
{
    struct value *mine = value_new(VALUE_GROUP, NULL, group ? group->file : "default", 0);
    const struct schema_part part = {.options = data_options, .self = choice};
    bool ok;

    for (const struct pare_option *o = data_options; o->name; o++) {
        const struct value *member = value_get(group, o->name);

        if (member)
            value_add(mine, value_clone(member));
    }
    ok = schema_fill(&part, 1, mine, "data", NULL, problems);
    value_free(mine);
    return ok;
}

static int check_info(const struct data *data, struct pare_error *err)
{
    const struct pare_dataset_info *info = &data->info;
    size_t values = 1;

    for (size_t d = 0; d < 3; d++) {
        if (info->shape[d] == 0 || info->shape[d] > NET_SAMPLE_MAX / values)
            return pare_fail(err, PARE_EPLUGIN,
                             "a sample of %zu x %zu x %zu values; it has 1 to %d", info->shape[0],
                             info->shape[1], info->shape[2], NET_SAMPLE_MAX);
        values *= info->shape[d];
    }
    if (info->classes < 1 || info->classes > UINT16_MAX + 1U)
        return pare_fail(err, PARE_EPLUGIN, "%zu classes; a data set has 1 to %u", info->classes,
                         UINT16_MAX + 1U);
    for (size_t s = 0; s < PARE_SPLIT_COUNT; s++)
        if (info->count[s] > UINT32_MAX)
            return pare_fail(err, PARE_EPLUGIN, "%zu samples; a split has at most %u",
                             info->count[s], UINT32_MAX);
    return PARE_OK;
}

static int open_in(struct data *data, const struct data_choice *choice, const struct value *group,
                   const char *dir, struct problems *problems, struct pare_error *err)
{
    const char *from_environment = getenv("PARE_DATA");
    const struct value *named = value_get(group, "plugin");
    const struct pare_plugin *plugin = registry_get(PARE_KIND_DATASET, choice->plugin, err);
    const struct pare_dataset *dataset;
    const char *dirs[6];
    size_t n = 0;
    int status;

    if (!plugin && named) {
        problems_add(problems, named->file, named->line, "data.plugin: %s", err->text);
        return problems_status(problems, err);
    }
    if (!plugin)
        return err->status;
    status = plugin_use_open(&data->use, plugin, group, "data", data_options, problems, err);
    if (status != PARE_OK)
        return status;
    if (dir && *dir)
        dirs[n++] = dir;
    if (from_environment && *from_environment)
        dirs[n++] = from_environment;
    if (*choice->path)
        dirs[n++] = choice->path;
    dirs[n++] = "data";
    dirs[n++] = "/usr/share/datasets";
    dirs[n] = NULL;
    dataset = (const struct pare_dataset *)plugin;
    status = dataset->open(data->use.self, dirs, &data->info, err);
    if (status == PARE_OK)
        status = check_info(data, err);
    return plugin_result(plugin, status, err);
}

int data_open(struct data *data, const struct value *group, const char *dir,
              struct problems *problems, struct pare_error *err)
{
    struct data_choice choice = {0};
    int status;

    *data = (struct data){0};
    if (!choose(&choice, group, problems))
        status = problems_status(problems, err);
    else
        status = open_in(data, &choice, group, dir, problems, err);
    schema_free(data_options, &choice);
    if (status != PARE_OK)
        data_close(data);
    return status;
}

void data_close(struct data *data)
{
    plugin_use_close(&data->use);
    *data = (struct data){0};
}

int data_read(struct data *data, enum pare_split split, const uint32_t *index, size_t n, float *x,
              uint16_t *y, struct pare_error *err)
{
    const struct pare_dataset *dataset = (const struct pare_dataset *)data->use.plugin;
    int status = dataset->read(data->use.self, split, index, n, x, y, err);

    for (size_t i = 0; i < n && status == PARE_OK; i++)
        if (y[i] >= data->info.classes)
            status =
                pare_fail(err, PARE_EPLUGIN, "sample %u has label %u, but there are %zu classes",
                          index[i], y[i], data->info.classes);
    return plugin_result(data->use.plugin, status, err);
}
