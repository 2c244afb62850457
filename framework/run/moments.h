/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUN_MOMENTS_H
#define RUN_MOMENTS_H

/* How the weights of each parameter were spread when the net left a stage: what the
 * figures of a run need of the past. It goes where the net goes: a checkpoint and a
 * snapshot hold it, and a restore brings it back. Biases are left out. */

#include "format/bytes.h"
#include "format/cursor.h"
#include "net/net.h"

enum moment_name { MOMENT_TRAINED, MOMENT_PRUNED, MOMENT_SHARED, MOMENTS };
extern const char *const moment_names[MOMENTS];

/* The kept weights of a parameter at one moment. Bin i has those from (first + i) *
 * width on and below (first + i + 1) * width. */
struct moment {
    bool there;
    size_t weights, kept;
    double mean, deviation; /* of the kept ones; 0 where there are none */
    double deviation_zeros; /* of all, the pruned ones as zeros */
    double least, most;     /* of the kept ones */
    double width;
    int64_t first;
    uint32_t bins;
    uint32_t *count; /* [bins] */
};

struct moments_param {
    struct moment at[MOMENTS];
    float *centroid; /* as the last share left them, before they were trained */
    uint32_t centroids;
};

struct moments {
    size_t params;
    struct moments_param *param; /* [params] */
};

/* NULL stands for one that holds nothing. */
struct moments *moments_copy(const struct moments *m);
void moments_free(struct moments *m);

/* The net as it is, at this moment; later ones are forgotten. Makes *m on first use. */
void moments_take(struct moments **m, const struct pare_net *net, enum moment_name name);
/* The shared values of one parameter as they are. */
void moments_share(struct moments **m, const struct pare_net *net, size_t param);
/* What from has of the parameters with want[i] (NULL: all). */
void moments_restore(struct moments **m, const struct moments *from, size_t params,
                     const bool *want);

/* For a checkpoint. */
void moments_put(const struct moments *m, struct bytes *out);
/* NULL with c's error. */
struct moments *moments_get(struct cursor *c, size_t params);

#endif
