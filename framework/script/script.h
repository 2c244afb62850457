/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCRIPT_SCRIPT_H
#define SCRIPT_SCRIPT_H

/* Lua schedules. The only folder that knows Lua. A script sees run and its net,
 * the safe part of the standard library, and require of the script folders. */

#include "run/run.h"

struct script_limits {
    size_t memory_bytes;   /* 0: 256 MiB */
    uint64_t instructions; /* between two verbs; 0: 1e9 */
    double seconds;        /* of a processor, between two verbs; 0: 30 */
};

/* Runs the experiment's schedule. limits NULL: what PARE_SCRIPT_MEMORY_MIB,
 * PARE_SCRIPT_INSTRUCTIONS and PARE_SCRIPT_SECONDS say, else the usual ones. A Lua error
 * is PARE_EUSER at script:line; the failure of a verb keeps its own status. */
PARE_API int script_run(struct run *run, const struct script_limits *limits,
                        struct pare_error *err);
/* The same up to the first verb, which is not called: are the arguments what it asks
 * for? Leaves nothing behind. */
PARE_API int script_begin(struct run *run, struct pare_error *err);
/* Compiles it without running: syntax alone. */
PARE_API int script_check(const char *path, struct pare_error *err);

#endif
