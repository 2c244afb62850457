/* SPDX-License-Identifier: Apache-2.0 */
/* The clock behind the parts of a profile. */

#include "base/profile.h"

#include <time.h>

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

const char *profile_part_name(enum profile_part part)
{
    static const char *const names[PROFILE_PART_COUNT] = {
        [PROFILE_OTHER] = "other",
        [PROFILE_DATA] = "data",
        [PROFILE_FORWARD] = "forward",
        [PROFILE_BACKWARD] = "backward",
        [PROFILE_OPTIMIZER] = "optimizer",
        [PROFILE_PROJECTION] = "projection",
        [PROFILE_PRUNING] = "pruning",
        [PROFILE_SHARING] = "sharing",
        [PROFILE_CODING] = "coding",
        [PROFILE_TEST] = "test",
        [PROFILE_CHECKPOINTS] = "checkpoints",
    };

    return names[part];
}

void profile_start(struct profile *profile)
{
    *profile = (struct profile){.owner = pthread_self(), .since = now()};
}

enum profile_part profile_switch_to(struct profile *profile, enum profile_part part)
{
    enum profile_part was;
    double at;

    if (!pthread_equal(profile->owner, pthread_self()))
        return part;
    was = profile->part;
    at = now();
    profile->seconds[was] += at - profile->since;
    profile->since = at;
    profile->part = part;
    return was;
}
