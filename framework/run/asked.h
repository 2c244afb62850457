/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUN_ASKED_H
#define RUN_ASKED_H

/* What one call of a verb asks of one parameter, or of the net as a whole: the
 * verb's options, filled, and the plugins that they name, opened. */

#include "run/run.h"

enum { ASKED_PLUGINS_MAX = 2 };

struct asked {
    struct value *group; /* config's group, rules and call, one over the other */
    const struct pare_option *table;
    void *options;                            /* the verb's struct, the caller's */
    struct plugin_use use[ASKED_PLUGINS_MAX]; /* prune, encode: plugin; share:
                                                 initializer, quantizer */
    bool skip;                                /* then no plugin is open */
};

/* param NULL: the call as a whole. options points to the verb's struct, which
 * asked_close empties. Wrong options are PARE_EUSER with their place. Close it
 * either way. */
int asked_open(struct asked *asked, const struct run *run, enum verb verb,
               const struct pare_param *param, const struct value *call, void *options,
               struct pare_error *err);
void asked_close(struct asked *asked);

/* Those options of verb and plugins that differ from their presets, as a group. */
struct value *asked_changed(const struct asked *asked);

#endif
