/* SPDX-License-Identifier: Apache-2.0 */
#ifndef COMPRESS_SELECT_H
#define COMPRESS_SELECT_H

/* Pruning: scores into keep. The one writer of keep, but for what has no effect any
 * more (compress/dead.h). */

#include "net/net.h"
#include "plugin/registry.h"
#include <pare/pruner.h>

/* The options of the verb prune; all may differ by parameter but scope. Exactly
 * one of amount, quality, threshold is given, unless the pruner selects itself. */
struct prune_options {
    char *plugin;
    double amount;    /* share of the weights that shall be zero afterwards, in all */
    double quality;   /* scores below quality x the standard deviation of the kept weights go */
    double threshold; /* scores below this go */
    int zeros;        /* apart|inclusive: do pruned weights count in that deviation? */
    int scope;        /* layer|global: where amount, quality are measured */
    bool dead;        /* none of these: what leads to or from dead neurons goes */
    bool skip;        /* leave this parameter as it is */
};
extern PARE_API const struct pare_option prune_options[];

/* One parameter's share of a call. */
struct prune_item {
    struct pare_param *param;
    const struct prune_options *options;
    struct plugin_use pruner; /* an open pruner, owned by the caller */
    /* results: */
    size_t kept_before, kept;
    size_t kept_wanted; /* what amount asks of this param (scope layer), else == kept */
    double cut;         /* weights with a score below it went; amount: the least score
                           that stays, or the greatest that went when none stays */
};

/* Prunes items [n] and projects them. amount a: round(a * count) weights are
 * zero afterwards, the lowest scores first, of equal ones the later position
 * first; weights already zero by a mask count and stay (unless needs_latent). On
 * failure no param has changed. Each param draws from a stream of its own name. */
int select_prune(struct prune_item *item, size_t n, struct pare_rng *rng, struct pare_error *err);

#endif
