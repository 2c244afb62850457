/* SPDX-License-Identifier: Apache-2.0 */
/* expect: a plugin of kind initializer must have the function 'centroids' */
#include <pare/initializer.h>

static const struct pare_initializer plugin = {
    .head = PARE_INITIALIZER(nocentroids, .summary = "guesses nothing"),
};
PARE_EXPORT(plugin);
