/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

/* What a run says while it goes on, on stderr: on a terminal one live line an
 * epoch, elsewhere plain lines. */

#include "run/run.h"

struct progress {
    bool quiet, live, color;
    double drawn;   /* when the live line was last drawn, seconds */
    size_t columns; /* of the live line as it stands; 0: none */
};

void progress_start(struct progress *progress, bool quiet);
/* The watch to hand to a run; progress must outlive it. */
struct run_watch progress_watch(struct progress *progress);
/* A line that stays: "head: text". */
void progress_say(struct progress *progress, const char *head, const char *text);
/* Leaves the cursor at the start of a line. */
void progress_end(struct progress *progress);

#endif
