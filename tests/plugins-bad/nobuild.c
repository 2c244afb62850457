/* SPDX-License-Identifier: Apache-2.0 */
/* expect: a plugin of kind model must have the function 'build' */
#include <pare/model.h>

static const struct pare_model plugin = {
    .head = PARE_MODEL(nobuild, .summary = "builds nothing"),
};
PARE_EXPORT(plugin);
