/* SPDX-License-Identifier: Apache-2.0 */
/* expect: a plugin of kind quantizer must have the function 'fit' */
#include <pare/quantizer.h>

static const struct pare_quantizer plugin = {
    .head = PARE_QUANTIZER(nofit, .summary = "fits nothing"),
};
PARE_EXPORT(plugin);
