/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NET_SNAPSHOT_H
#define NET_SNAPSHOT_H

/* All parameters of a net at one moment, to come back to. */

#include "net/net.h"

struct snapshot;

struct snapshot *snapshot_take(const struct pare_net *net, struct pare_error *err);
void snapshot_free(struct snapshot *s);

enum snapshot_what {
    SNAPSHOT_ALL,     /* values, masks, codebooks, latent */
    SNAPSHOT_WEIGHTS, /* values alone; today's masks stay (rewinding) */
    SNAPSHOT_MASKS,   /* masks alone; today's values stay and are projected */
};
/* want[i]: which parameters (NULL: all). A WEIGHTS or MASKS restore of a shared
 * parameter is PARE_ESTATE. */
int snapshot_restore(const struct snapshot *s, struct pare_net *net, enum snapshot_what what,
                     const bool *want, struct pare_error *err);

#endif
