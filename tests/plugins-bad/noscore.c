/* SPDX-License-Identifier: Apache-2.0 */
/* expect: a plugin of kind pruner must have the function 'score' or 'select' */
#include <pare/pruner.h>

static const struct pare_pruner plugin = {
    .head = PARE_PRUNER(noscore, .summary = "neither scores nor selects"),
};
PARE_EXPORT(plugin);
