/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_PROFILE_H
#define BASE_PROFILE_H

/* Where the time of one thread goes. It is in one part at any moment, so the parts add
 * up to the whole; what other threads do meanwhile is not counted twice. Every function
 * takes NULL, which costs a comparison. */

#include <pare/base.h>
#include <pthread.h>

enum profile_part {
    PROFILE_OTHER,
    PROFILE_DATA,       /* opening the data set, shuffling and reading samples */
    PROFILE_FORWARD,    /* of training, the loss included */
    PROFILE_BACKWARD,   /* of training */
    PROFILE_OPTIMIZER,  /* with the masks, which it applies as it goes */
    PROFILE_PROJECTION, /* of gradients onto shared values, of values back onto weights */
    PROFILE_PRUNING,
    PROFILE_SHARING,
    PROFILE_CODING,      /* sizes of stages as well */
    PROFILE_CHECKPOINTS, /* and the journal */
    PROFILE_TEST,
    PROFILE_PART_COUNT,
};

struct profile {
    pthread_t owner;
    enum profile_part part;
    double since; /* of the part, seconds of the monotonic clock */
    double seconds[PROFILE_PART_COUNT];
    double flops[PROFILE_PART_COUNT]; /* two a multiply-add, those of zeros as well */
};

const char *profile_part_name(enum profile_part part);

/* Begins to take the time of the calling thread, in PROFILE_OTHER. */
void profile_start(struct profile *profile);
/* From now on it is part; returns what it was. On any other thread nothing happens. */
enum profile_part profile_switch_to(struct profile *profile, enum profile_part part);

static inline enum profile_part profile_switch(struct profile *profile, enum profile_part part)
{
    return profile ? profile_switch_to(profile, part) : PROFILE_OTHER;
}

/* Operations done in the part that it is. */
static inline void profile_count(struct profile *profile, double flops)
{
    if (profile)
        profile->flops[profile->part] += flops;
}

#endif
