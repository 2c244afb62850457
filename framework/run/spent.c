/* SPDX-License-Identifier: Apache-2.0 */
/* A profile put beside what the machine could have done. */

#include "run/spent.h"

#include "net/peak.h"
#include "run/run.h"
#include "run/tree.h"

static const double peak_seconds = 0.1;

int spent_start(struct spent *spent, unsigned threads, struct pare_error *err)
{
    struct pool *pool;

    *spent = (struct spent){.threads = run_threads(threads)};
    pool = pool_new(spent->threads, err);
    if (!pool)
        return err->status;
    spent->peak_flops = peak_flops(pool, peak_seconds);
    pool_free(pool);
    profile_start(&spent->profile);
    return PARE_OK;
}

static void add_part(struct value *parts, const struct spent *spent, const char *name,
                     double seconds, double all, double flops)
{
    struct value *line = tree_add_group(parts, NULL);

    tree_text(line, "part", name);
    tree_real(line, "seconds", seconds);
    tree_real(line, "share", all > 0.0 ? seconds / all : 0.0);
    tree_real(line, "gflop", flops * 1e-9);
    if (flops > 0.0 && seconds > 0.0)
        tree_real(line, "peak", flops / seconds / spent->peak_flops);
}

struct value *spent_group(struct spent *spent)
{
    struct profile *p = &spent->profile;
    struct value *group = tree_group(), *parts;
    double all = 0.0, seconds = 0.0, flops = 0.0;

    profile_switch(p, PROFILE_OTHER);
    for (int i = 0; i < PROFILE_PART_COUNT; i++)
        all += p->seconds[i];
    tree_real(group, "seconds", all);
    tree_int(group, "threads", spent->threads);
    tree_real(group, "peak_gflops", spent->peak_flops * 1e-9);
    parts = tree_add_list(group, "parts");
    for (int i = PROFILE_OTHER + 1; i < PROFILE_PART_COUNT; i++)
        add_part(parts, spent, profile_part_name((enum profile_part)i), p->seconds[i], all,
                 p->flops[i]);
    add_part(parts, spent, profile_part_name(PROFILE_OTHER), p->seconds[PROFILE_OTHER], all, 0.0);
    for (int i = PROFILE_FORWARD; i <= PROFILE_PROJECTION; i++) {
        seconds += p->seconds[i];
        flops += p->flops[i];
    }
    add_part(parts, spent, "training", seconds, all, flops);
    return group;
}
