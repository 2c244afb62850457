/* SPDX-License-Identifier: Apache-2.0 */
/* expect: a plugin of kind dataset must have the function 'read' */
#include <pare/dataset.h>

static int find(void *self, const char *const *dirs, struct pare_dataset_info *info,
                struct pare_error *err)
{
    (void)self, (void)dirs, (void)info, (void)err;
    return PARE_OK;
}

static const struct pare_dataset plugin = {
    .head = PARE_DATASET(noread, .summary = "opens what it cannot read"),
    .open = find,
};
PARE_EXPORT(plugin);
